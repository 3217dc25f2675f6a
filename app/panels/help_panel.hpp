// HelpPanel: an overlay with every action by group, the mouse gestures, and what an RBM is. Closes by Escape
// and F1 (which the window hands on) or its button. UI thread only.
#pragma once

#include "app/panels/context.hpp"

namespace lab {

class HelpPanel {
 public:
  void toggle() { open_ = !open_, opening_ = open_; }
  void close() { open_ = false; }
  bool is_open() const { return open_; }
  /// Over the whole window; draws nothing while closed. Not inside another ImGui window.
  void draw(Context& context);

 private:
  bool open_ = false, opening_ = false;
};

}  // namespace lab
