#include "core/sampling/replica_exchange.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/math/scalar.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

/// Draws of one sweep: two of each rung and one of each pair.
constexpr std::uint64_t kDrawsPerRung = 4;

}  // namespace

ReplicaExchange::ReplicaExchange(const VisibleUnits& units, Index chains, Index visible, Index max_hidden,
                                 Index rungs, std::uint64_t seed, Stream stream, std::uint32_t first_chain)
    : units_(units),
      states_(static_cast<std::size_t>(rungs), empty_states(units, chains, visible)),
      seed_(seed),
      stream_(stream),
      first_chain_(first_chain),
      hidden_(chains, max_hidden),
      inputs_(chains, max_hidden),
      pairs_(static_cast<std::size_t>(rungs - 1)),
      goes_up_(static_cast<std::size_t>(rungs),
               std::vector<std::uint8_t>(static_cast<std::size_t>(chains), 0)) {
  RBM_ASSERT(rungs >= 2);
  for (auto* energies : {&low_at_low_, &high_at_low_, &low_at_high_, &high_at_high_, &log_terms_})
    energies->resize(static_cast<std::size_t>(chains));
  for (Pair& pair : pairs_) {
    pair.lower.reserve(static_cast<std::size_t>(chains));
    pair.upper.reserve(static_cast<std::size_t>(chains));
  }
}

RandomKey ReplicaExchange::key(std::uint64_t sweep, std::uint64_t draw) const {
  return {seed_, stream_, (sweep + 1) * kDrawsPerRung * static_cast<std::uint64_t>(rungs()) + draw,
          first_chain_};
}

void ReplicaExchange::start_from_base(const VisibleBase& base) {
  ThreadPool alone(1);
  const Eigen::VectorXf means = base.bias.unaryExpr([](float a) { return sigmoid(a); });
  for (Index r = 0; r < rungs(); ++r)
    units_.draw_first(base, means, {seed_, stream_, static_cast<std::uint64_t>(r), first_chain_}, states(r),
                      alone);
}

void ReplicaExchange::gibbs(const Rung& rung, const VisibleBase& base, Index r, std::uint64_t sweep,
                            ThreadPool& pool) {
  const Model& model = *rung.model;
  const auto draw = kDrawsPerRung * static_cast<std::uint64_t>(r);
  if (rung.beta <= 0) return units_.draw_alone(base, key(sweep, draw), states(r), pool);
  if (hidden_.cols() != model.hidden()) hidden_.resize(chains(), model.hidden());
  hidden_pass(model, states(r), rung.beta, key(sweep, draw), {.states = &hidden_}, weighted_, pool);
  units_.draw(model, *rung.transposed, hidden_, {.beta = rung.beta, .base = &base}, key(sweep, draw + 1),
              states(r), nullptr, pool);
}

void ReplicaExchange::free_energies_at(const Rung& rung, const VisibleBase& base, const States& v,
                                       std::vector<double>& out, ThreadPool& pool) {
  const Model& model = *rung.model;
  units_.mixed_log_terms(base, model.visible_base(), rung.beta, v, log_terms_, pool);
  if (rung.beta <= 0) {
    std::fill(out.begin(), out.end(), static_cast<double>(model.hidden()) * std::log(2.0));
  } else {
    if (inputs_.cols() != model.hidden()) inputs_.resize(chains(), model.hidden());
    hidden_pass(model, v, rung.beta, {}, {.inputs = &inputs_}, weighted_, pool);
    softplus_sums(inputs_, out, pool);
  }
  for (std::size_t c = 0; c < out.size(); ++c) out[c] = -log_terms_[c] - out[c];
}

void ReplicaExchange::exchange(Index low, std::span<const Rung> rungs, const VisibleBase& base,
                               std::uint64_t sweep, ThreadPool& pool) {
  States &at_low = states(low), &at_high = states(low + 1);
  const Rung &lower = rungs[static_cast<std::size_t>(low)], &upper = rungs[static_cast<std::size_t>(low + 1)];
  free_energies_at(lower, base, at_low, low_at_low_, pool);
  free_energies_at(upper, base, at_low, high_at_low_, pool);
  free_energies_at(lower, base, at_high, low_at_high_, pool);
  free_energies_at(upper, base, at_high, high_at_high_, pool);
  Pair& pair = pairs_[static_cast<std::size_t>(low)];
  pair.lower.resize(low_at_low_.size());
  pair.upper.resize(low_at_low_.size());
  const RandomKey swaps = key(sweep, kDrawsPerRung * static_cast<std::uint64_t>(low) + 2);
  auto& low_flags = goes_up_[static_cast<std::size_t>(low)];
  auto& high_flags = goes_up_[static_cast<std::size_t>(low + 1)];
  for (std::size_t c = 0; c < low_at_low_.size(); ++c) {
    pair.lower[c] = low_at_low_[c] - high_at_low_[c];
    pair.upper[c] = low_at_high_[c] - high_at_high_[c];
    // min(1, exp(F_l(x_l) + F_u(x_u) − F_l(x_u) − F_u(x_l)))
    const double log_accept = pair.lower[c] - pair.upper[c];
    ++pair.swaps.tried;
    if (!(std::log(double{uniform(swaps, static_cast<std::uint32_t>(c), 0)}) < log_accept)) continue;
    ++pair.swaps.accepted;
    swap_rows(at_low, at_high, static_cast<Index>(c));
    std::swap(low_flags[c], high_flags[c]);
  }
}

void ReplicaExchange::follow(Index chain) {
  const auto c = static_cast<std::size_t>(chain);
  goes_up_.front()[c] = 1;
  if (goes_up_.back()[c] != 0) ++round_trips_;
  goes_up_.back()[c] = 0;
}

void ReplicaExchange::sweep(std::span<const Rung> rungs, const VisibleBase& base, std::uint64_t sweep,
                            bool odd_pairs, ThreadPool& pool) {
  RBM_ASSERT(static_cast<Index>(rungs.size()) == this->rungs());
  for (Index r = 0; r < this->rungs(); ++r) gibbs(rungs[static_cast<std::size_t>(r)], base, r, sweep, pool);
  for (Index low = odd_pairs ? 1 : 0; low + 1 < this->rungs(); low += 2)
    exchange(low, rungs, base, sweep, pool);
  for (Index c = 0; c < chains(); ++c) follow(c);
}

double ReplicaExchange::Swaps::share() const {
  if (tried == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(accepted) / static_cast<double>(tried);
}

}  // namespace rbm
