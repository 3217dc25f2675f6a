#include <algorithm>
#include <string>

#include "core/evaluation/layer_sum.hpp"
#include "core/evaluation/partition_function.hpp"
#include "core/math/scalar.hpp"

namespace rbm {
namespace {

constexpr Index kBlocksPerReport = 128;  // between two calls of Progress

/// log Σ over all states, block by block, shared out and reported on.
template <class Sum>
Result<double> log_sum(const Sum& sum, ThreadPool& pool, const Progress& progress) {
  const StateBlocks blocks(sum.enumerated());
  std::vector<double> block_logs(static_cast<std::size_t>(blocks.count));
  for (Index first = 0; first < blocks.count; first += kBlocksPerReport) {
    if (progress && !progress(static_cast<double>(first) / static_cast<double>(blocks.count))) {
      return fail(ErrorCode::Cancelled, "The exact partition function was cancelled.");
    }
    pool.run(std::min(kBlocksPerReport, blocks.count - first), [&](Index task) {
      block_logs[static_cast<std::size_t>(first + task)] =
          log_sum_of_block(sum, blocks.low_bits, first + task);
    });
  }
  if (progress) progress(1);
  return log_sum_exp(block_logs);
}

}  // namespace

Index enumerable_units(const Model& model) {
  return units_of(model).is_real() ? model.hidden() : std::min(model.visible(), model.hidden());
}

Result<double> exact_log_z(const Model& model, ThreadPool& pool, const Progress& progress) {
  const Index smaller = enumerable_units(model);
  if (smaller > kMaxEnumeratedUnits) {
    return fail(ErrorCode::Unsupported,
                "The exact partition function sums over all states of the smaller layer, which has " +
                    std::to_string(smaller) + " units; at most " + std::to_string(kMaxEnumeratedUnits) +
                    " are possible. Estimate it by annealed importance sampling instead.");
  }
  if (!all_finite(model, pool)) {
    return fail(ErrorCode::NotFinite,
                "The model has a parameter that is not finite, so it has no partition function.");
  }
  if (auto quadratic = units_of(model).summed_out(model))
    return log_sum(QuadraticSum(*std::move(quadratic)), pool, progress);
  return log_sum(LayerSum(model, model.hidden() <= model.visible()), pool, progress);
}

}  // namespace rbm
