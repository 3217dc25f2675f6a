// Momentum with the look-ahead form of the gradient (Sutskever, Martens, Dahl and Hinton 2013).
#include "core/learning/optimizers/optimizers.hpp"

namespace rbm {
namespace {

void step(const OptimizerStep& s, float* gradient, float* first, float*, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) {
    const float gained = s.rate * gradient[i];
    first[i] = s.momentum * first[i] + gained;
    gradient[i] = s.momentum * first[i] + gained;
  }
}

}  // namespace

const OptimizerKind kNesterov{.id = Optimizer::Nesterov,
                              .name = "nesterov",
                              .title = "Nesterov",
                              .explanation = "Momentum that looks ahead to where it is going.",
                              .has_second_moment = false,
                              .is_plain = false,
                              .step = step};

}  // namespace rbm
