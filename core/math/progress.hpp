// Progress: how long work says how far it is, and hears that nobody wants it any more. Any thread.
#pragma once

#include <functional>

namespace rbm {

/// Called between parts of long work with the share done, 0 to 1. When it returns false the work gives up.
using Progress = std::function<bool(double)>;

}  // namespace rbm
