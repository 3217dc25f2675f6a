// RidingMeter: log Z of a model that goes on learning. Annealed importance sampling whose intermediate distributions are
// the models of the run itself (Béreux, Decelle, Furtlehner and Seoane 2025): chains of its own go along with the
// models, and what each change of the parameters does to their weights adds up to the change of log Z. Cheap, and an
// estimate between brackets: its islands share their start and their lag, which their spread does not show. Owned by
// whoever holds the run; one thread. Same input, same bits, for any number of threads.
#pragma once

#include <span>
#include <vector>

#include "core/model/model.hpp"

namespace rbm {

/// log Z as the chains have it: the mean over islands, and how far these are apart (standard error of their mean).
struct RidingReading {
  double log_z = 0, spread = 0;
};

/// All that there is of a meter: what a checkpoint keeps.
struct RidingState {
  States chains;                      // [islands · chains of each × visible]; none: it does not ride
  std::vector<double> free_energies;  // of every chain under the last model
  std::vector<double> log_weights;    // of every chain since its island was last resampled
  std::vector<double> log_z;          // of every island where it was last resampled
  std::uint64_t draws = 0;            // random numbers that were used
};

class RidingMeter {
 public:
  static constexpr Index kIslands = 3;

  explicit RidingMeter(std::uint64_t seed) : seed_(seed) {}

  bool rides() const { return !state_.log_z.empty(); }
  /// Starts over from samples of `model` [rows × visible] under their weights, `chains` of them on each island, which
  /// take `steps` Gibbs steps there.
  void start(const Model& model, const Matrix& transposed, const States& samples,
             std::span<const double> log_weights, double log_z, Index chains, Index steps, ThreadPool& pool);
  /// Goes on to the next model of the run: weighs, resamples islands whose weights have come to rest on less than half
  /// of their chains, and takes `steps` ≥ 1 Gibbs steps. `transposed` is Wᵀ. Only while it rides.
  void visit(const Model& model, const Matrix& transposed, Index steps, ThreadPool& pool);
  /// What log Z of the last model is better known to be: all islands go on from there. Only while it rides.
  void correct(double log_z);
  /// Does not ride any more, until it is started anew.
  void stop() { state_ = {.draws = state_.draws}; }

  /// At the last model. Not finite where the weights have overflowed. Only while it rides.
  RidingReading reading() const;
  /// So many samples of the last model. The same ones until the next visit. Only while it rides.
  States samples(Index count) const;

  const RidingState& state() const { return state_; }
  /// Goes on from a state at this model. False, and nothing is done, where they do not fit together.
  bool restore(RidingState state, const Model& model);

 private:
  RandomKey next_key() { return {~seed_, Stream::Annealing, state_.draws++}; }
  void weigh(const Model& model, std::vector<double>& energies, ThreadPool& pool);
  bool resample();
  void move(const Model& model, const Matrix& transposed, Index steps, ThreadPool& pool);

  std::uint64_t seed_;
  RidingState state_;
  BitMatrix hidden_;
  Matrix inputs_, weighted_;
};

}  // namespace rbm
