#include <algorithm>
#include <string>

#include "core/evaluation/partition_function.hpp"
#include "core/math/scalar.hpp"
#include "core/model/state_sum.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr Index kBlocksPerReport = 128;  // between two calls of Progress

/// log Σ over all states, block by block, shared out and reported on.
template <class LogOfBlock>
Result<double> log_sum(Index blocks, LogOfBlock log_of_block, ThreadPool& pool, const Progress& progress) {
  std::vector<double> block_logs(static_cast<std::size_t>(blocks));
  for (Index first = 0; first < blocks; first += kBlocksPerReport) {
    if (progress && !progress(static_cast<double>(first) / static_cast<double>(blocks))) {
      return fail(ErrorCode::Cancelled, "The exact partition function was cancelled.");
    }
    pool.run(std::min(kBlocksPerReport, blocks - first), [&](Index task) {
      block_logs[static_cast<std::size_t>(first + task)] = log_of_block(first + task);
    });
  }
  if (progress) progress(1);
  return log_sum_exp(block_logs);
}

template <class Sum>
Result<double> gray_log_sum(const Sum& sum, ThreadPool& pool, const Progress& progress) {
  const StateBlocks blocks(sum.enumerated());
  return log_sum(
      blocks.count, [&](Index block) { return log_sum_of_block(sum, blocks.low_bits, block); }, pool,
      progress);
}

}  // namespace

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
    return gray_log_sum(QuadraticSum(*std::move(quadratic)), pool, progress);
  if (units_of(model).are_bits())
    return gray_log_sum(LayerSum(model, model.hidden() <= model.visible()), pool, progress);
  const StateSum sum(model);
  return log_sum(
      sum.blocks(),
      [&sum](Index number) {
        const Eigen::VectorXd logs = sum.block(number).log_weights;
        return log_sum_exp(std::span(logs.data(), static_cast<std::size_t>(logs.size())));
      },
      pool, progress);
}

}  // namespace rbm
