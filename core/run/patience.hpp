// Patience: when a run that no longer gets better on its validation images has gone on for long enough. Counts points of
// the curves, so the same run stops at the same update on any machine. Plain values; any thread.
#pragma once

#include <cstdint>

#include "core/run/curve_point.hpp"

namespace rbm {

class Patience {
 public:
  /// Until `points` of them in turn have not been better than the best one.
  explicit Patience(std::uint64_t points) : points_(points) {}

  /// The next point of the curves, with all that will be known of it. Whether it is the best so far: its validation
  /// images have a higher log-likelihood or, where the first point had none, a lower reconstruction error.
  bool look(const CurvePoint& point);

  bool is_over() const { return worse_ >= points_; }
  std::uint64_t best_update() const { return best_update_; }
  /// What is compared, as a sentence names it.
  const char* measure() const { return by_likelihood_ ? "log-likelihood" : "reconstruction error"; }

 private:
  std::uint64_t points_, worse_ = 0, best_update_ = 0;
  double best_ = kMissing;
  bool by_likelihood_ = false;
};

}  // namespace rbm
