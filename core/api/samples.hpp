// Samples of a model by Gibbs chains, in one call. Same input, same bits, for any number of threads. Any thread with
// its own pool.
#pragma once

#include <functional>

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

/// Fails on numbers out of range, more samples than fit the memory, a label that the model does not have, or when
/// cancelled.
Result<Samples> draw_samples(const Model& model, const SampleRequest& request, ThreadPool& pool,
                             const Progress& progress = {});

/// The same for any count in bounded memory: take(block, first) gets the samples from row `first` on, block after block,
/// and ends it all where it fails.
using TakeSamples = std::function<Result<void>(const Samples& block, Index first)>;
Result<void> draw_samples(const Model& model, const SampleRequest& request, const TakeSamples& take,
                          ThreadPool& pool, const Progress& progress = {});

/// Samples as rows of the model's data, with the names of their columns: states, or what is expected of them where that
/// is given.
Result<NumberTable> table_of_samples(const Model& model, const States& states, const Matrix* expected,
                                     ThreadPool& pool);

/// Chains that are drawn together, as many as take some 60 MB: from chain `first` of `count` on, which is 0 or where the
/// block before ended. Each block has a seed of its own, so that the first ones of more samples are the same.
struct ChainBlock {
  Index first = 0, count = 0;
  std::uint64_t seed = 1;
};
ChainBlock chain_block(const Model& model, Index first, Index count, std::uint64_t seed);

}  // namespace rbm
