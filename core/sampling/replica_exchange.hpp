// ReplicaExchange: Gibbs chains on every rung of a ladder of distributions, which now and then change places,
// so that a chain crosses where its own distribution is hard and comes back. A rung is a model at an inverse
// temperature; a ladder of temperatures of one model is parallel tempering, a ladder of the models that a run
// went through is parallel trajectory tempering (Béreux et al. 2025). Owned by whoever samples; one thread
// with its pool. Same seed, same bits, for any number of threads.
#pragma once

#include <span>
#include <vector>

#include "core/model/model.hpp"

namespace rbm {

/// f_β(v) = exp(−(1 − β) E⁰(v) − β E(v, 0)) Π_j (1 + exp(β (b_j + Σ_i v_i W_ij))): β = 1 is the model, β = 0 the
/// base, which is the visible units by themselves with the energy E⁰. v / σ² stands for v with Gaussian units.
struct Rung {
  const Model* model = nullptr;
  const Matrix* transposed = nullptr;  // its Wᵀ [hidden × visible]
  float beta = 1;
};

class ReplicaExchange {
 public:
  /// `chains` on each of `rungs` ≥ 2 rungs; all models have visible units of this kind and at most max_hidden
  /// hidden ones. Draws from `stream`, as the chains from `first_chain` on of more of them.
  ReplicaExchange(const VisibleUnits& units, Index chains, Index visible, Index max_hidden, Index rungs,
                  std::uint64_t seed, Stream stream = Stream::Tempering, std::uint32_t first_chain = 0);

  /// All rungs start as independent samples of the base.
  void start_from_base(const VisibleBase& base);
  void set_states(Index rung, const States& states) { states_[static_cast<std::size_t>(rung)] = states; }

  /// One Gibbs sweep v → h → v on each rung, then swaps between rungs r and r + 1 for every even r, or every
  /// odd one: take turns. Rungs rise from 0. `sweep` numbers the random draws, so it must not come again.
  void sweep(std::span<const Rung> rungs, const VisibleBase& base, std::uint64_t sweep, bool odd_pairs,
             ThreadPool& pool);

  Index rungs() const { return static_cast<Index>(states_.size()); }
  Index chains() const { return states_.front().rows(); }
  /// v of every chain on the rung [chains × visible].
  const States& states(Index rung) const { return states_[static_cast<std::size_t>(rung)]; }
  States& states(Index rung) { return states_[static_cast<std::size_t>(rung)]; }

  /// Swaps between rungs r and r + 1, all sweeps so far.
  struct Swaps {
    std::uint64_t tried = 0, accepted = 0;
    double share() const;  // NaN before the first
  };
  const Swaps& swaps(Index pair) const { return pairs_[static_cast<std::size_t>(pair)].swaps; }
  /// How often a chain that had been on the lowest rung came to the highest one.
  std::uint64_t round_trips() const { return round_trips_; }

  /// Of the last swap attempt of a pair: F_low(v) − F_high(v) of the chains that stood on the lower and on
  /// the upper rung, before the swap. What Bennett's ratio between the two needs. Empty before the first
  /// attempt.
  std::span<const double> lower_differences(Index pair) const {
    return pairs_[static_cast<std::size_t>(pair)].lower;
  }
  std::span<const double> upper_differences(Index pair) const {
    return pairs_[static_cast<std::size_t>(pair)].upper;
  }

 private:
  struct Pair {
    std::vector<double> lower, upper;
    Swaps swaps;
  };
  RandomKey key(std::uint64_t sweep, std::uint64_t draw) const;
  void gibbs(const Rung& rung, const VisibleBase& base, Index r, std::uint64_t sweep, ThreadPool& pool);
  void free_energies_at(const Rung& rung, const VisibleBase& base, const States& v, std::vector<double>& out,
                        ThreadPool& pool);
  void exchange(Index low, std::span<const Rung> rungs, const VisibleBase& base, std::uint64_t sweep,
                ThreadPool& pool);
  void follow(Index chain);

  const VisibleUnits& units_;
  std::vector<States> states_;
  std::uint64_t seed_;
  Stream stream_;
  std::uint32_t first_chain_;
  BitMatrix hidden_;
  Matrix inputs_, weighted_;
  std::vector<double> low_at_low_, high_at_low_, low_at_high_, high_at_high_, log_terms_;
  std::vector<Pair> pairs_;
  std::vector<std::vector<std::uint8_t>> goes_up_;  // [rung][chain]: the replica was last at the lowest rung
  std::uint64_t round_trips_ = 0;
};

}  // namespace rbm
