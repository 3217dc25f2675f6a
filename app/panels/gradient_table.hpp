// GradientTable: how the gradient of each method compares with the exact one: the cosine of the angle between
// them, and the ratio of their lengths, as bars. UI thread only.
#pragma once

#include "app/panels/context.hpp"
#include "app/ui/widgets.hpp"

namespace lab {

class GradientTable {
 public:
  void draw(const rbm::ExactReport& report, ImVec2 at, ImVec2 size);
  /// Of the gradient, as it is shown: 0 all, 1 W, 2 a, 3 b.
  int part() const { return part_; }

 private:
  void draw_row(const rbm::ExactReport& report, std::size_t method, ImVec2 at, ImVec2 size) const;

  int part_ = 0;
};

/// The colour of a method, in the table and in the curves.
ImU32 method_colour(std::size_t method);

}  // namespace lab
