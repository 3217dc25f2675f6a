// Samples of a model by Gibbs chains, in one call. Same input, same bits, for any number of threads. Any thread with
// its own pool.
#pragma once

#include "core/math/progress.hpp"
#include "core/model/model.hpp"
#include "core/model/rows_file.hpp"

namespace rbm {

struct SampleRequest {
  Index count = 100, steps = 1000;  // chains, and Gibbs steps of each
  float temperature = 1;            // 1 is the model itself
  int label = -1;                   // that every chain keeps; −1: none
  std::uint64_t seed = 1;
  Matrix starts{};  // of visible_rows(), one a chain; empty: noise
};

struct Samples {
  States states;                     // [count × visible]
  Matrix probabilities;              // E[v | h] of the last step [count × visible]
  std::vector<std::uint8_t> labels;  // of a model with label units
};

/// Fails on numbers out of range, a label that the model does not have, or when cancelled.
Result<Samples> draw_samples(const Model& model, const SampleRequest& request, ThreadPool& pool,
                             const Progress& progress = {});

}  // namespace rbm
