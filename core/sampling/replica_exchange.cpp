#include "core/sampling/replica_exchange.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/math/scalar.hpp"

namespace rbm {
namespace {

/// Draws of one sweep: two of each rung and one of each pair.
constexpr std::uint64_t kDrawsPerRung = 4;

}  // namespace

ReplicaExchange::ReplicaExchange(Index chains, Index visible, Index max_hidden, Index rungs,
                                 std::uint64_t seed, Stream stream)
    : states_(static_cast<std::size_t>(rungs), BitMatrix(chains, visible)),
      seed_(seed),
      stream_(stream),
      hidden_(chains, max_hidden),
      inputs_(chains, max_hidden),
      bias_(Eigen::VectorXf::Zero(visible)),
      pairs_(static_cast<std::size_t>(rungs - 1)),
      goes_up_(static_cast<std::size_t>(rungs),
               std::vector<std::uint8_t>(static_cast<std::size_t>(chains), 0)) {
  RBM_ASSERT(rungs >= 2 && chains >= 1);
  for (auto* energies : {&low_at_low_, &high_at_low_, &low_at_high_, &high_at_high_, &linear_})
    energies->resize(static_cast<std::size_t>(chains));
  for (Pair& pair : pairs_) {
    pair.lower.reserve(static_cast<std::size_t>(chains));
    pair.upper.reserve(static_cast<std::size_t>(chains));
  }
}

RandomKey ReplicaExchange::key(std::uint64_t sweep, std::uint64_t draw) const {
  return {seed_, stream_, (sweep + 1) * kDrawsPerRung * static_cast<std::uint64_t>(rungs()) + draw};
}

void ReplicaExchange::start_from_base(const Eigen::VectorXf& base_bias) {
  for (Index r = 0; r < rungs(); ++r) {
    const RandomKey start{seed_, stream_, static_cast<std::uint64_t>(r)};
    BitMatrix& v = states(r);
    for (Index c = 0; c < v.rows(); ++c) {
      for (Index i = 0; i < v.cols(); ++i)
        v.set(c, i,
              uniform(start, static_cast<std::uint32_t>(c), static_cast<std::uint32_t>(i)) <
                  sigmoid(base_bias[i]));
    }
  }
}

void ReplicaExchange::gibbs(const Rung& rung, const Eigen::VectorXf& base_bias, Index r, std::uint64_t sweep,
                            ThreadPool& pool) {
  const Model& model = *rung.model;
  const auto draw = kDrawsPerRung * static_cast<std::uint64_t>(r);
  if (hidden_.cols() != model.hidden()) hidden_.resize(chains(), model.hidden());
  if (rung.beta <= 0) {
    hidden_.set_zero();
    layer_pass(hidden_, *rung.transposed, base_bias.data(), 1.0f, key(sweep, draw), 0, {.states = &states(r)},
               pool);
    return;
  }
  layer_pass(states(r), model.weights, model.hidden_bias.data(), rung.beta, key(sweep, draw), 0,
             {.states = &hidden_}, pool);
  // layer_pass multiplies its bias by β.
  bias_ = model.visible_bias + ((1 - rung.beta) / rung.beta) * base_bias;
  layer_pass(hidden_, *rung.transposed, bias_.data(), rung.beta, key(sweep, draw + 1), 0,
             {.states = &states(r)}, pool);
}

void ReplicaExchange::free_energies_at(const Rung& rung, const Eigen::VectorXf& base_bias, const BitMatrix& v,
                                       std::vector<double>& out, ThreadPool& pool) {
  const Model& model = *rung.model;
  bias_ = (1 - rung.beta) * base_bias + rung.beta * model.visible_bias;
  selected_sums(v, bias_.data(), linear_, pool);
  if (rung.beta <= 0) {
    std::fill(out.begin(), out.end(), static_cast<double>(model.hidden()) * std::log(2.0));
  } else {
    if (inputs_.cols() != model.hidden()) inputs_.resize(chains(), model.hidden());
    layer_pass(v, model.weights, model.hidden_bias.data(), rung.beta, {}, 0, {.inputs = &inputs_}, pool);
    softplus_sums(inputs_, out, pool);
  }
  for (std::size_t c = 0; c < out.size(); ++c) out[c] = -linear_[c] - out[c];
}

void ReplicaExchange::exchange(Index low, std::span<const Rung> rungs, const Eigen::VectorXf& base_bias,
                               std::uint64_t sweep, ThreadPool& pool) {
  BitMatrix &at_low = states(low), &at_high = states(low + 1);
  const Rung &lower = rungs[static_cast<std::size_t>(low)], &upper = rungs[static_cast<std::size_t>(low + 1)];
  free_energies_at(lower, base_bias, at_low, low_at_low_, pool);
  free_energies_at(upper, base_bias, at_low, high_at_low_, pool);
  free_energies_at(lower, base_bias, at_high, low_at_high_, pool);
  free_energies_at(upper, base_bias, at_high, high_at_high_, pool);
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
    ++pair.tried;
    if (!(std::log(double{uniform(swaps, static_cast<std::uint32_t>(c), 0)}) < log_accept)) continue;
    ++pair.accepted;
    std::swap_ranges(at_low.row(static_cast<Index>(c)),
                     at_low.row(static_cast<Index>(c)) + at_low.words_per_row(),
                     at_high.row(static_cast<Index>(c)));
    std::swap(low_flags[c], high_flags[c]);
  }
}

void ReplicaExchange::follow(Index chain) {
  const auto c = static_cast<std::size_t>(chain);
  goes_up_.front()[c] = 1;
  if (goes_up_.back()[c] != 0) ++round_trips_;
  goes_up_.back()[c] = 0;
}

void ReplicaExchange::sweep(std::span<const Rung> rungs, const Eigen::VectorXf& base_bias,
                            std::uint64_t sweep, bool odd_pairs, ThreadPool& pool) {
  RBM_ASSERT(static_cast<Index>(rungs.size()) == this->rungs());
  for (Index r = 0; r < this->rungs(); ++r)
    gibbs(rungs[static_cast<std::size_t>(r)], base_bias, r, sweep, pool);
  for (Index low = odd_pairs ? 1 : 0; low + 1 < this->rungs(); low += 2)
    exchange(low, rungs, base_bias, sweep, pool);
  for (Index c = 0; c < chains(); ++c) follow(c);
}

double ReplicaExchange::acceptance(Index pair) const {
  const Pair& p = pairs_[static_cast<std::size_t>(pair)];
  if (p.tried == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(p.accepted) / static_cast<double>(p.tried);
}

}  // namespace rbm
