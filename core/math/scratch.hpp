// Scratch memory of a kernel's task.
#pragma once

#include <vector>

#include "core/math/matrix.hpp"

namespace rbm {

/// At least `floats` floats of the calling thread's own, on a cache line, until it asks again. Grows, and
/// never shrinks, so that a steady state allocates nothing.
inline float* thread_scratch(Index floats) {
  static thread_local std::vector<float, CacheAlignedAllocator<float>> memory;
  if (memory.size() < static_cast<std::size_t>(floats)) memory.resize(static_cast<std::size_t>(floats));
  return memory.data();
}

}  // namespace rbm
