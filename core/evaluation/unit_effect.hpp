// What one hidden unit does: the picture as it is expected with the unit on, off, and as it is, the others
// unchanged; and what holding it on or off costs in free energy. Any thread with its own pool.
#pragma once

#include <span>
#include <vector>

#include "core/model/model.hpp"

namespace rbm {

struct UnitEffect {
  float input = 0;                      // b_j + Σ_i v_i W_ij, without the labels' part
  float probability = 0;                // p(h_j = 1 | v); of a joint model the labels are summed out
  std::vector<float> present, on, off;  // expected pictures [pixels]; off is the picture without the unit
  /// F(v, h_j = 1) − F(v) = −log p(h_j = 1 | v), and the same for 0; never negative, in nats.
  double free_energy_on = 0, free_energy_off = 0;
};

/// v: one case; hidden: p(h|v) or h of it [hidden], at which the other units stay. `transposed` is Wᵀ.
UnitEffect unit_effect(const Model& model, const Matrix& transposed, const States& v,
                       std::span<const float> hidden, Index unit, ThreadPool& pool);

}  // namespace rbm
