// Gradient ascent, with momentum where there is any.
#include "core/learning/optimizers/optimizers.hpp"

namespace rbm {
namespace {

void step(const OptimizerStep& s, float* gradient, float* first, float*, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) {
    first[i] = s.momentum * first[i] + s.rate * gradient[i];
    gradient[i] = first[i];
  }
}

}  // namespace

const OptimizerKind kPlainSteps{.id = Optimizer::Sgd,
                                .name = "sgd",
                                .title = "SGD",
                                .explanation = "Steps along the gradient, with momentum where there is any.",
                                .has_second_moment = false,
                                .is_plain = true,
                                .step = step};

}  // namespace rbm
