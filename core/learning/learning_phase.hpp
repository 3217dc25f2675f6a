// LearningPhase: one side of the gradient, that of the data or that of the model, with what its statistics are made of.
// A plain value; thread-compatible.
#pragma once

#include <cstdint>
#include <vector>

#include "core/math/kernels.hpp"
#include "core/model/states.hpp"

namespace rbm {

/// The averages under a model, as a few cases of which they are the means: numbers without a meaning of their own.
struct AverageCases {
  Matrix visible, hidden, labels;  // [cases × units]; of visible units what the weights see
  Matrix spread;                   // of units with variances: one row, μ + √⟨(v − μ)²⟩

  bool empty() const { return hidden.empty(); }
};

struct LearningPhase {
  States visible;        // [cases × visible]
  BitMatrix transposed;  // of visible states that are bits [visible × cases]
  Matrix weighted;       // what the weights see of numbers: v / σ²; empty where that is v itself
  Matrix hidden;         // p(h | v), of a joint model p(h | v, y) [cases × hidden]
  std::vector<std::uint8_t> labels;  // of a joint model: one a case
  Matrix inputs;                     // of a joint model: b + vW, without the label's part [cases × hidden]
  AverageCases averages;             // where they are known, and stand in place of the cases

  /// With `other_hidden` in place of `hidden`, where it is given.
  PhaseStatistics statistics(const Matrix* other_hidden = nullptr) const {
    if (!averages.empty()) return {.values = &averages.visible, .hidden = &averages.hidden};
    const Matrix* h = other_hidden != nullptr ? other_hidden : &hidden;
    if (!visible.is_real) return {.bits_transposed = &transposed, .hidden = h};
    return {.values = weighted.empty() ? &visible.values : &weighted, .hidden = h};
  }
  /// Whose mean squares tell the variances.
  const Matrix& spread() const { return averages.empty() ? visible.values : averages.spread; }
};

/// The model's side: chains, and the hidden states that they go on from.
struct Chains : LearningPhase {
  BitMatrix hidden_states;  // [chains × hidden]
  std::uint64_t age = 0;    // Gibbs steps since they started
};

}  // namespace rbm
