// StepRule: how one gradient becomes one change of a parameter, elementwise. Used for the weights by whatever
// the fused kernel does not do (Nesterov, Adam, fast weights), and for every bias. Any thread.
#pragma once

#include <cmath>
#include <cstdint>

#include "core/learning/settings.hpp"

namespace rbm {

class StepRule {
 public:
  /// `age`: how many steps the optimizer has made with these moments (Adam's bias correction).
  StepRule(Optimizer kind, float rate, float momentum, std::uint64_t age)
      : kind_(kind),
        rate_(rate),
        momentum_(momentum),
        first_scale_(1 / (1 - std::pow(kFirstDecay, static_cast<float>(age + 1)))),
        second_scale_(1 / (1 - std::pow(kSecondDecay, static_cast<float>(age + 1)))) {}

  bool needs_second() const { return kind_ == Optimizer::Adam; }

  /// The change of parameter i from its gradient (ascent); moves the moments. `second` is touched by Adam
  /// only and may be null otherwise. n floats each.
  template <class Apply>
  void step(const float* gradient, float* first, float* second, std::int64_t n, Apply apply) const {
    switch (kind_) {
      case Optimizer::Sgd:
        for (std::int64_t i = 0; i < n; ++i) {
          first[i] = momentum_ * first[i] + rate_ * gradient[i];
          apply(i, first[i]);
        }
        break;
      case Optimizer::Nesterov:
        for (std::int64_t i = 0; i < n; ++i) {
          const float gained = rate_ * gradient[i];
          first[i] = momentum_ * first[i] + gained;
          apply(i, momentum_ * first[i] + gained);
        }
        break;
      case Optimizer::Adam:
        for (std::int64_t i = 0; i < n; ++i) {
          first[i] += (1 - kFirstDecay) * (gradient[i] - first[i]);
          second[i] += (1 - kSecondDecay) * (gradient[i] * gradient[i] - second[i]);
          apply(i, rate_ * first_scale_ * first[i] / (std::sqrt(second_scale_ * second[i]) + kEpsilon));
        }
        break;
    }
  }

 private:
  static constexpr float kFirstDecay = 0.9f, kSecondDecay = 0.999f, kEpsilon = 1e-8f;  // of the paper
  Optimizer kind_;
  float rate_, momentum_, first_scale_, second_scale_;
};

}  // namespace rbm
