// What stands right of a view, as its row in the table of views says: curves over the activity of the hidden units, or
// the unit that is chosen over the curves. UI thread only.
#pragma once

#include "app/panels/curves_panel.hpp"
#include "app/panels/hidden_panel.hpp"
#include "app/panels/unit_panel.hpp"

namespace lab {

class CurvesOverActivity {
 public:
  static constexpr rbm::command::Needs kNeeds{.hidden_activations = true};
  void draw(Context& context);

 private:
  CurvesPanel curves_;
  HiddenPanel strip_;
};

class UnitOverCurves {
 public:
  static constexpr rbm::command::Needs kNeeds{.filters =
                                                  true};  // and of driving images, while a unit is chosen
  void draw(Context& context);

 private:
  UnitPanel unit_;
  CurvesPanel curves_;
};

}  // namespace lab
