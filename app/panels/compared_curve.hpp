// What Compare draws over each other: one quantity of the curves of a run. Pure values; any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "app/panels/run_rows.hpp"

namespace lab {

/// Null members: it has none of that.
struct ComparedQuantity {
  const char* name;
  const char* hint;
  const char* format;
  double rbm::CurvePoint::*value;
  double rbm::CurvePoint::*lower = nullptr;
  double rbm::CurvePoint::*upper = nullptr;
  double rbm::CurvePoint::*less = nullptr;  // is subtracted
  bool is_logarithmic = false;
};
std::span<const ComparedQuantity> compared_quantities();

/// One quantity of one run, as ui::Series wants it.
struct ComparedCurve {
  std::shared_ptr<const RunFacts> of;
  std::vector<double> x, y, lower, upper;
};
/// x_axis: 0 updates, 1 epochs, 2 seconds. Points at which the quantity is not known are left out.
ComparedCurve compared_curve(std::shared_ptr<const RunFacts> run, std::size_t quantity, int x_axis);

}  // namespace lab
