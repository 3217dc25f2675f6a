// TopBar: the program's name, what is being trained, files, theme, scale and help; and play and step where the left
// column, which has them too, is hidden. UI thread only.
#pragma once

#include "app/panels/context.hpp"

namespace lab {

class TopBar {
 public:
  void draw(Context& context, bool with_run);

 private:
  void draw_run(Context& context);
  void draw_right(Context& context);
};

}  // namespace lab
