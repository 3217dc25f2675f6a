// RunProgress: how far a run is. Plain values; any thread.
#pragma once

#include <cstdint>

#include "core/run/curve_point.hpp"

namespace rbm {

struct RunProgress {
  std::uint64_t updates = 0;
  double epochs = 0, seconds = 0;  // of training, measuring included and pauses left out
  double at_s = 0;                 // when that was so, on the system's steady clock
  double images_per_second = 0;    // of the last half second
  double learning_rate = 0;        // of the next update
  /// Of the length; without one of the decay of the learning rate. NaN without either, and the seconds where
  /// they cannot be told yet.
  double share_done = kMissing, seconds_left = kMissing;
  bool is_over = false;  // all of it is done
};

}  // namespace rbm
