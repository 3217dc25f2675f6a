// The picture that the visible states of one case are. Any thread.
#pragma once

#include <vector>

#include "core/math/thread_pool.hpp"
#include "core/model/model.hpp"

namespace lab {

/// Of one row of the states; of a stack down at the pixels.
std::vector<float> state_picture(const rbm::Model& model, const rbm::States& states, rbm::Index row,
                                 rbm::ThreadPool& pool);
/// The same in [0, 1], as it is shown and sent.
std::vector<float> shown_picture(const rbm::Model& model, const rbm::States& states, rbm::Index row,
                                 rbm::ThreadPool& pool);

}  // namespace lab
