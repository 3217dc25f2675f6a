// LearningPhase: one side of the gradient, that of the data or that of the model, with what its statistics are made of.
// A plain value; thread-compatible.
#pragma once

#include <cstdint>
#include <vector>

#include "core/math/kernels.hpp"
#include "core/model/states.hpp"

namespace rbm {

struct LearningPhase {
  States visible;        // [cases × visible]
  BitMatrix transposed;  // of visible states that are bits [visible × cases]
  Matrix weighted;       // what the weights see of numbers: v / σ²; empty where that is v itself
  Matrix hidden;         // p(h | v), of a joint model p(h | v, y) [cases × hidden]
  std::vector<std::uint8_t> labels;  // of a joint model: one a case
  Matrix inputs;                     // of a joint model: b + vW, without the label's part [cases × hidden]

  /// With `other_hidden` in place of `hidden`, where it is given.
  PhaseStatistics statistics(const Matrix* other_hidden = nullptr) const {
    const Matrix* h = other_hidden != nullptr ? other_hidden : &hidden;
    if (!visible.is_real) return {.bits_transposed = &transposed, .hidden = h};
    return {.values = weighted.empty() ? &visible.values : &weighted, .hidden = h};
  }
};

/// The model's side: chains, and the hidden states that they go on from.
struct Chains : LearningPhase {
  BitMatrix hidden_states;  // [chains × hidden]
  std::uint64_t age = 0;    // Gibbs steps since they started
};

}  // namespace rbm
