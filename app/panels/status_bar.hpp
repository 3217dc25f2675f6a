// StatusBar: what the program is doing, the hint of the control under the mouse or else the last notice, and
// how far the run is. UI thread only.
#pragma once

#include <string>

#include "app/panels/context.hpp"

namespace lab {

class StatusBar {
 public:
  void draw(Context& context);

 private:
  void follow_notices(const Context& context);
  std::string notice_, message_;  // the last ones seen
  bool message_is_newer_ = false;
};

}  // namespace lab
