#include "core/evaluation/riding_meter.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/evaluation/monitor.hpp"
#include "core/math/scalar.hpp"
#include "core/model/labels.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/sampling/resampling.hpp"

namespace rbm {
namespace {

/// The part of one island; `all` may be const.
template <class Numbers>
auto island_of(Numbers& all, Index island) {
  const std::size_t count = all.size() / static_cast<std::size_t>(RidingMeter::kIslands);
  return std::span(all).subspan(static_cast<std::size_t>(island) * count, count);
}

void put_rows(const States& from, States& to, Index first) {
  for (Index r = 0; r < from.rows(); ++r) copy_row(from, r, to, first + r);
}

}  // namespace

void RidingMeter::start(const Model& model, const Matrix& transposed, const States& samples,
                        std::span<const double> log_weights, double log_z, Index chains, Index steps,
                        ThreadPool& pool) {
  RBM_ASSERT(samples.cols() == model.visible() && chains > 0);
  const Index all = kIslands * chains;
  state_.chains = empty_states(units_of(model), all, model.visible());
  for (Index island = 0; island < kIslands; ++island)
    put_rows(resampled(samples, log_weights, chains, next_key()), state_.chains, island * chains);
  state_.free_energies.assign(static_cast<std::size_t>(all), 0);
  state_.log_weights.assign(static_cast<std::size_t>(all), 0);
  state_.log_z.assign(static_cast<std::size_t>(kIslands), log_z);
  weigh(model, state_.free_energies, pool);
  move(model, transposed, steps, pool);
}

void RidingMeter::visit(const Model& model, const Matrix& transposed, Index steps, ThreadPool& pool) {
  RBM_ASSERT(rides() && steps >= 1);
  std::vector<double> energies(state_.free_energies.size());
  weigh(model, energies, pool);
  // Both with the same normalization left out: e^−F is the marginal of v up to Z.
  for (std::size_t c = 0; c < energies.size(); ++c)
    state_.log_weights[c] += state_.free_energies[c] - energies[c];
  // Copies of a chain draw hidden states of their own.
  if (resample()) weigh(model, energies, pool);
  move(model, transposed, steps, pool);
}

/// Free energies of the chains, and the hidden states that their next step begins with.
void RidingMeter::weigh(const Model& model, std::vector<double>& energies, ThreadPool& pool) {
  const States& v = state_.chains;
  hidden_.resize(v.rows(), model.hidden());
  if (model.labels() > 0) {
    free_energies(model, v, energies, inputs_, pool);
    return sample_hidden(model, v, next_key(), hidden_, pool);
  }
  inputs_.resize(v.rows(), model.hidden());
  hidden_pass(model, v, 1.0f, next_key(), {.inputs = &inputs_, .states = &hidden_}, weighted_, pool);
  std::vector<double> hidden(energies.size());
  softplus_sums(inputs_, hidden, pool);
  units_of(model).log_terms(model.visible_base(), v, energies, pool);
  for (std::size_t c = 0; c < energies.size(); ++c) energies[c] = -hidden[c] - energies[c];
}

/// Whether an island had to be.
bool RidingMeter::resample() {
  bool any = false;
  const Index chains = state_.chains.rows() / kIslands;
  for (Index island = 0; island < kIslands; ++island) {
    const std::span<double> log_weights = island_of(state_.log_weights, island);
    if (effective_sample_size(log_weights) >= static_cast<double>(chains) / 2) continue;
    any = true;
    const States old = rows_of(state_.chains, island * chains, chains);
    put_rows(resampled(old, log_weights, chains, next_key()), state_.chains, island * chains);
    state_.log_z[static_cast<std::size_t>(island)] += log_mean_exp(log_weights);
    std::ranges::fill(log_weights, 0.0);
  }
  return any;
}

/// The first half step has been done by weigh(); leaves the free energies of where the chains come to.
void RidingMeter::move(const Model& model, const Matrix& transposed, Index steps, ThreadPool& pool) {
  for (Index step = 0; step < steps; ++step) {
    if (step > 0) sample_hidden(model, state_.chains, next_key(), hidden_, pool);
    units_of(model).draw(model, transposed, hidden_, {}, next_key(), state_.chains, nullptr, pool);
  }
  if (steps > 0) free_energies(model, state_.chains, state_.free_energies, inputs_, pool);
}

RidingReading RidingMeter::reading() const {
  RBM_ASSERT(rides());
  std::array<double, kIslands> logs{};
  for (Index island = 0; island < kIslands; ++island) {
    const auto i = static_cast<std::size_t>(island);
    logs[i] = state_.log_z[i] + log_mean_exp(island_of(state_.log_weights, island));
  }
  return {log_mean_exp(logs), mean_of(logs).standard_error};
}

States RidingMeter::samples(Index count) const {
  RBM_ASSERT(rides());
  std::vector<double> log_weights = state_.log_weights;
  for (Index island = 0; island < kIslands; ++island)
    for (double& log : island_of(log_weights, island)) log += state_.log_z[static_cast<std::size_t>(island)];
  return resampled(state_.chains, log_weights, count, {~seed_, Stream::Annealing, ~state_.draws});
}

void RidingMeter::correct(double log_z) {
  RBM_ASSERT(rides());
  for (Index island = 0; island < kIslands; ++island)
    state_.log_z[static_cast<std::size_t>(island)] =
        log_z - log_mean_exp(island_of(state_.log_weights, island));
}

bool RidingMeter::restore(RidingState state, const Model& model) {
  const auto chains = static_cast<std::size_t>(state.chains.rows());
  const auto islands = static_cast<std::size_t>(kIslands);
  const bool fits =
      state.log_z.empty() ||
      (state.chains.cols() == model.visible() && chains > 0 && chains % islands == 0 &&
       state.chains.is_real == units_of(model).stores_numbers() && state.free_energies.size() == chains &&
       state.log_weights.size() == chains && state.log_z.size() == islands);
  if (fits) state_ = std::move(state);
  return fits;
}

}  // namespace rbm
