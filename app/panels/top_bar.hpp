// TopBar: the program's name, what is being trained, play and step, files, theme, scale and help. UI thread
// only.
#pragma once

#include "app/panels/context.hpp"

namespace lab {

class TopBar {
 public:
  void draw(Context& context);

 private:
  void draw_run(Context& context);
  void draw_right(Context& context);
};

}  // namespace lab
