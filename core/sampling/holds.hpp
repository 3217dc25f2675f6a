// Holds: what a chain knows and keeps: some visible and hidden units at given states, and the label. Gibbs
// sampling of the rest draws from p(rest | held), so that it fills in what is missing. A plain value;
// thread-compatible.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/model/model.hpp"
#include "core/result.hpp"

namespace rbm {

struct Holds {
  std::vector<std::uint8_t> visible_mask;  // [visible], non-zero = held; empty: none
  States visible;                          // [1 × visible]: the states that held units have
  std::vector<std::uint8_t> hidden_mask;   // [hidden], non-zero = held; empty: none
  std::vector<std::uint8_t> hidden_on;     // [hidden]: the states that held units have
  int label = -1;                          // of a joint model; −1: drawn with the rest

  bool any() const { return !visible_mask.empty() || !hidden_mask.empty() || label >= 0; }
};

/// Holds those pixels of a picture whose mask is at least one half, at the picture's values cut to the
/// nearest state; both [picture_shape(model).pixels()] in [0, 1]. Of categories one held pixel holds its
/// column. Fails where pixels are not visible units of their own: in stacks and after whitening.
Result<Holds> hold_pixels(const Model& model, std::span<const float> picture, std::span<const float> mask,
                          ThreadPool& pool);

}  // namespace rbm
