// Probes: where tests reach into the worker, to hold it up or to make it fail by throwing. All empty otherwise.
#pragma once

#include <functional>

namespace rbm {

struct Probes {
  std::function<void()> before_step;         // on the worker thread
  std::function<void()> before_measurement;  // on the thread that measures
  std::function<void()> before_loading;      // on the thread that loads
};

}  // namespace rbm
