// Settings of a run that takes no time: the 30 bars and stripes of 4 × 4 pixels.
#pragma once

#include "core/learning/settings.hpp"

namespace rbm::oracle {

inline TrainingSettings small_settings() {
  TrainingSettings s;
  s.data = "bars-and-stripes:4";
  s.hidden = 6;
  s.batch = 15;
  s.chains = 20;
  s.validation = 0;
  s.threads = 1;
  s.decay_updates = 0;
  return s;
}

}  // namespace rbm::oracle
