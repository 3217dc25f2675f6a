#include "core/run/patience.hpp"

#include <cmath>

namespace rbm {

bool Patience::look(const CurvePoint& point) {
  const bool is_first = std::isnan(best_);
  if (is_first) by_likelihood_ = std::isfinite(point.log_likelihood);
  const double value = by_likelihood_ ? point.log_likelihood : -point.reconstruction_validation;
  const bool is_better = is_first ? std::isfinite(value) : value > best_;  // not where it is NaN
  if (!is_better) {
    ++worse_;
    return false;
  }
  best_ = value;
  best_update_ = point.update;
  worse_ = 0;
  return true;
}

}  // namespace rbm
