// StatusBar: the hint of the control under the mouse or else the last notice, and whether the run is saved; and what the
// run is doing and how far it is where the left column, which says so too, is hidden. UI thread only.
#pragma once

#include <string>

#include "app/panels/context.hpp"

namespace lab {

class StatusBar {
 public:
  void draw(Context& context, bool with_run);

 private:
  void follow_notices(const Context& context);
  std::string notice_, message_;  // the last ones seen
  bool message_is_newer_ = false;
};

}  // namespace lab
