#include "core/run/likelihood_tensors.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/model/tensor_rows.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/run/column_tensor.hpp"

namespace rbm {
namespace {

constexpr const char *kChains = "run/likelihood_chains", *kFreeEnergies = "run/likelihood_free_energies",
                     *kLogWeights = "run/likelihood_log_weights", *kLogZ = "run/likelihood_log_z",
                     *kCounters = "run/likelihood_counters", *kVariance = "run/likelihood_variance";
/// Of the counters: random numbers used, doublings, one more than the update that waits, or 0; then whether a bracket is
/// asked for, and how many that were are refused; then the update of the last annealing. Older checkpoints have the first
/// three or five, and no variance.
constexpr std::size_t kCounterCount = 6, kOlderCounterCounts[] = {3, 5};

/// False where there is no such tensor of one dimension.
template <class Number>
bool take(const TensorFile& file, const char* name, const char* dtype, std::vector<Number>& out) {
  const auto found = file.tensors.find(name);
  return found != file.tensors.end() && take_column(found->second, dtype, out);
}

bool take(const TensorFile& file, const Model& model, Index rows, States& out) {
  out = empty_states(units_of(model), rows, model.visible());
  const auto found = file.tensors.find(kChains);
  const Index width = out.is_real ? out.cols() : out.bits.words_per_row();
  if (found == file.tensors.end() || found->second.shape != std::vector<std::int64_t>{rows, width})
    return false;
  return take(file, kChains, out) && units_of(model).are_states(model, out, false);
}

bool are_finite(const std::vector<double>& numbers) {
  return std::ranges::all_of(numbers, [](double x) { return std::isfinite(x); });
}

}  // namespace

void add_likelihood_state(const LikelihoodState& state, TensorFile& checkpoint) {
  const RidingState& riding = state.riding;
  const std::vector<std::uint64_t> counters{riding.draws, state.doublings,
                                            state.waiting ? *state.waiting + 1 : 0, state.is_asked ? 1U : 0U,
                                            state.asks_refused, state.anchored};
  checkpoint.tensors[kCounters] = column_tensor("U64", counters);
  if (riding.chains.empty()) return;
  checkpoint.tensors[kChains] = tensor_of(riding.chains);
  checkpoint.tensors[kFreeEnergies] = column_tensor("F64", riding.free_energies);
  checkpoint.tensors[kLogWeights] = column_tensor("F64", riding.log_weights);
  checkpoint.tensors[kLogZ] = column_tensor("F64", riding.log_z);
  checkpoint.tensors[kVariance] = column_tensor("F64", std::vector<double>{state.variance});
}

Result<LikelihoodState> likelihood_state_of(const TensorFile& checkpoint, const Model& model,
                                            const std::string& path) {
  const auto broken = [&](const char* what) {
    return fail(ErrorCode::BadFormat,
                path + " is damaged, the tensor " + what +
                    " is not that of a likelihood meter: use another checkpoint of the run.",
                path);
  };
  LikelihoodState out;
  if (!checkpoint.tensors.contains(kCounters)) return out;
  std::vector<std::uint64_t> counters;
  if (!take(checkpoint, kCounters, "U64", counters)) return broken(kCounters);
  const bool is_older = std::ranges::find(kOlderCounterCounts, counters.size()) != std::end(kOlderCounterCounts);
  if (is_older) counters.resize(kCounterCount);
  if (counters.size() != kCounterCount) return broken(kCounters);
  RidingState& riding = out.riding;
  riding.draws = counters[0];
  out.doublings = counters[1];
  if (counters[2] > 0) out.waiting = counters[2] - 1;
  out.is_asked = counters[3] != 0;
  out.asks_refused = counters[4];
  out.anchored = counters[5];
  if (!checkpoint.tensors.contains(kChains)) return out;
  const std::pair<const char*, std::vector<double>*> columns[] = {
      {kFreeEnergies, &riding.free_energies}, {kLogWeights, &riding.log_weights}, {kLogZ, &riding.log_z}};
  for (const auto& [name, numbers] : columns) {
    if (!take(checkpoint, name, "F64", *numbers) || numbers->empty() || !are_finite(*numbers))
      return broken(name);
  }
  std::vector<double> variance(1, 0.0);
  if (!is_older && (!take(checkpoint, kVariance, "F64", variance) || variance.size() != 1 ||
                    !std::isfinite(variance[0]) || variance[0] < 0))
    return broken(kVariance);
  out.variance = variance[0];
  if (!take(checkpoint, model, static_cast<Index>(riding.free_energies.size()), riding.chains))
    return broken(kChains);
  return out;
}

}  // namespace rbm
