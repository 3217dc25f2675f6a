// SideColumn: what stands right of every view: the most telling curves over the activity of the hidden units. UI
// thread only.
#pragma once

#include "app/panels/curves_panel.hpp"
#include "app/panels/hidden_panel.hpp"

namespace lab {

class SideColumn {
 public:
  static constexpr rbm::command::Needs kNeeds{.hidden_activations = true};
  void draw(Context& context);

 private:
  CurvesPanel curves_;
  HiddenPanel strip_;
};

}  // namespace lab
