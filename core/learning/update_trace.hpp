// UpdateTrace: one update of a Trainer, phase by phase, with the numbers that it really had. Copied while the update is
// made, for somebody who looks; an update that nobody looks at copies nothing, and one that is looked at has the same
// bits. A plain value; thread-compatible once made.
#pragma once

#include <vector>

#include "core/learning/learning_phase.hpp"
#include "core/learning/settings.hpp"

namespace rbm {

/// Of a path of the chains, so many of them and so many of their steps are kept.
inline constexpr Index kTracedChains = 64;
inline constexpr std::size_t kTracedSteps = 32;

/// What one side of the gradient was made of: a copy of its PhaseStatistics.
struct TracedPhase {
  BitMatrix bits_transposed;  // [visible × cases]; empty where values has them
  Matrix values, hidden;      // [cases × units]; of numbers what the weights see

  Index cases() const { return hidden.rows(); }
  float visible(Index of_case, Index unit) const {
    return values.empty() ? (bits_transposed.get(unit, of_case) ? 1.0f : 0.0f) : values(of_case, unit);
  }
};

/// The two terms of one hidden unit's gradient, a number for every visible unit: ⟨v h⟩ of the data and of the model, with
/// centring ⟨(v − μ)(h − λ)⟩ of both. Their difference is the gradient of its weights.
struct UnitTerms {
  std::vector<float> data, model;
};

struct UpdateTrace {
  std::uint64_t update = 0;  // the model has so many updates after it
  TrainingSettings settings;
  float rate = 0;                    // the learning rate of this update
  std::vector<std::uint32_t> rows;   // of the mini-batch in the training data
  States batch;                      // v of the mini-batch
  std::vector<std::uint8_t> labels;  // of the mini-batch; empty unless the model has label units
  /// The chains' visible states: where they start, then after each Gibbs step (or sweep), the last one among them.
  std::vector<States> path;
  bool is_exact = false;  // the model's side are averages over all states in place of chains
  TracedPhase data, model;
  Eigen::VectorXf visible_offset, hidden_offset;  // μ and λ; empty where the gradient is not centred
  float visible_share = 1;  // of ⟨v⟩ in centring: 1 − d of a model that learns to discriminate
  bool is_rounded = false;  // ⟨v h⟩ is of p(h | v) rounded to 1/256 (Arithmetic::Fixed16)
  Matrix before, after;     // W

  /// Summed in double, so it is the trainer's gradient up to the rounding of its single-precision sums.
  UnitTerms terms(Index unit) const;
};

TracedPhase traced(const PhaseStatistics& statistics);
/// Adds the first chains' states to a path, if there is one and it has room.
void note_states(std::vector<States>* path, const States& states);

}  // namespace rbm
