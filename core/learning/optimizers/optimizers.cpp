#include "core/learning/optimizers/optimizers.hpp"

namespace rbm {

const OptimizerKind& kind_of(Optimizer optimizer) {
  return *kOptimizers[static_cast<std::size_t>(optimizer)];
}

}  // namespace rbm
