// LessonsPanel: the lessons and the runs that break, as cards. UI thread only.
#pragma once

#include "app/panels/context.hpp"

namespace lab {

class LessonsPanel {
 public:
  void draw(Context& context);
};

}  // namespace lab
