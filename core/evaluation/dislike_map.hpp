// What the model dislikes in a picture: how far the free energy falls or rises when one pixel is flipped. Any
// thread with its own pool.
#pragma once

#include <vector>

#include "core/model/model.hpp"
#include "core/result.hpp"

namespace rbm {

/// F(v with pixel i flipped) − F(v) of every pixel of picture_shape(model), in nats: negative where the model
/// would rather have it the other way. Of categories a pixel stands for one state, and flipping it gives its
/// unit that state (0 for the state it has). v: one case. One row of hidden inputs is enough for all flips:
/// flipping unit i adds a multiple of W_i to it, so that the whole map costs as much as the free energies of
/// visible() cases without their products with W. Fails on real-valued units, which have no opposite, and on
/// stacks, whose units are no pixels.
Result<std::vector<float>> dislike_map(const Model& model, const States& v, ThreadPool& pool);

}  // namespace rbm
