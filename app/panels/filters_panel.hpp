// FiltersPanel: the wall of filters, and the unit that was chosen in it. UI thread only.
#pragma once

#include "app/panels/filter_wall.hpp"
#include "app/panels/unit_panel.hpp"

namespace lab {

class FiltersPanel {
 public:
  void draw(Context& context);

 private:
  FilterWall wall_;
  UnitPanel unit_;
};

}  // namespace lab
