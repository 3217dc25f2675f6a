// Why a pixel is expected as it is: what the bias and every hidden unit add to it, given the hidden layer.
// The parts add up exactly. Pure functions; any thread.
#pragma once

#include <span>
#include <vector>

#include "core/model/model.hpp"
#include "core/result.hpp"

namespace rbm {

struct PixelEvidence {
  float bias = 0;  // a of the visible unit; of pictures in a space of their own, the grey of no unit at all
  std::vector<float> parts;  // of each hidden unit, positive for the pixel and negative against it
  float input = 0;           // bias + Σ parts
};

/// Of one pixel of picture_shape(model), with h or p(h|v) of one case [hidden]. Of units with states the
/// parts are h_j W_ij and the input is that of the unit (of categories, of the one state that the pixel
/// stands for); of pictures that were scaled or whitened they are grey values, and the input is the expected
/// grey. Fails on stacks, and where a category has no such state.
Result<PixelEvidence> pixel_evidence(const Model& model, std::span<const float> hidden, Index pixel);

/// The `most` largest positive parts, or the most negative ones, the strongest first; never a part that is 0.
std::vector<int> strongest_for(std::span<const float> parts, int most);
std::vector<int> strongest_against(std::span<const float> parts, int most);

}  // namespace rbm
