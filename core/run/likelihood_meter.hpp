// LikelihoodMeter: log Z at every point of a run's curves. Small models are enumerated; of others chains ride along
// (RidingMeter) from one annealing in both directions to the next: at every point of the first updates, which small
// weights make cheap, then ever more rarely. What an annealing finds and what the chains have are joined by their
// precisions, also where it has too few effective runs for a bracket. While a model is annealed, on threads of its own, training waits: so what
// is found depends on the seed and the update only, and not on the clock. Never changes what is trained. Owned by the
// run; its functions are the run's thread's.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "core/evaluation/likelihood.hpp"
#include "core/evaluation/riding_meter.hpp"
#include "core/learning/trainer.hpp"
#include "core/run/background.hpp"
#include "core/run/curve_point.hpp"

namespace rbm {

/// What is known of log Z, with what CurvePoint says of a likelihood.
struct LogZReading {
  double log_z = 0, spread = 0;
  double lower = kMissing, upper = kMissing;
  double effective_sample_size = kMissing;
  LikelihoodSource source = LikelihoodSource::Riding;
};

/// All that a meter goes on with: what a checkpoint keeps.
struct LikelihoodState {
  RidingState riding;
  std::uint64_t doublings = 0;           // of the steps of an annealing, for refusals before any chains rode
  std::optional<std::uint64_t> waiting;  // the update whose annealing was due and is not done
  bool is_asked = false;                 // for the next annealing, by a user
  std::uint64_t asks_refused = 0;        // one after the other
  double variance = 0;                   // of log Z as the chains have had it
  std::uint64_t anchored = 0;            // since the annealing after this update
};

/// How much of the training's own work goes into the chains from 1,000 to 5,000 updates, and into an annealing, as a
/// share of all that was trained before it.
inline constexpr double kRidingShare = 0.025, kAnnealingShare = 0.012;

class LikelihoodMeter {
 public:
  explicit LikelihoodMeter(std::uint64_t seed) : seed_(seed), riding_(seed) {}

  /// Whether the chains go along after this update: every hundredth, and twice as often while the model changes fast.
  /// Depends on the count only.
  static bool is_visit(std::uint64_t update);
  /// They do so. `model` is the averaged one after the trainer's last update. Nothing where no chains ride.
  void visit(const Trainer& trainer, const Model& model, const Matrix& transposed, ThreadPool& pool);

  /// At a point of the curves: what is known now. Where the model is to be annealed that begins, and finish() has more.
  /// `end` is the update after which the run ends, 0 where it has no such end.
  std::optional<LogZReading> at_point(const Trainer& trainer, const std::shared_ptr<const Model>& model,
                                      std::uint64_t end, ThreadPool& pool);
  /// The next point gets a bracket from a longer annealing, twice as long each time that one is asked for and refused.
  void ask() { state_.is_asked = true; }
  /// Whether that is still to be done.
  bool is_asked() const { return state_.is_asked; }
  /// Whether an annealing is due or has begun: to be finished before the next update.
  bool is_measuring() const { return state_.waiting.has_value(); }
  /// Begins the annealing that is due, if it has not begun. Gives what it found once it is done, and nothing before.
  std::optional<LogZReading> finish(const Trainer& trainer, const std::shared_ptr<const Model>& model,
                                    const Matrix& transposed, ThreadPool& pool);
  /// Returns when the annealing that has begun is done, or after so long.
  void wait(std::chrono::milliseconds longest) { background_.wait_for(longest); }

  /// Forgets the chains, and an annealing that is under way: the model has gone back, or nobody wants to know any more.
  void stop();
  /// Why the last annealing gave nothing at all; empty where it did.
  const std::string& trouble() const { return trouble_; }

  LikelihoodState state() const;
  /// Goes on from a state at this model; false where they do not fit together.
  bool restore(const LikelihoodState& state, const Model& model);

 private:
  bool anneals(std::uint64_t update, std::uint64_t end) const;
  double least_steps(const Trainer& trainer) const;
  States reverse_starts(const Trainer& trainer, const AnnealingSettings& settings, ThreadPool& pool) const;
  void begin(const Trainer& trainer, const std::shared_ptr<const Model>& model, ThreadPool& pool);
  std::optional<LogZReading> riding_reading(std::uint64_t update);
  void join(const LogZReading& riding, const LogZEstimate& found, std::uint64_t update);
  void start_riding(const LogZEstimate& found, const Trainer& trainer, const Model& model,
                    const Matrix& transposed, ThreadPool& pool);

  std::uint64_t seed_;
  RidingMeter riding_;
  LikelihoodState state_;   // without that of riding_
  bool has_begun_ = false;  // the annealing that waits
  std::string trouble_;
  Background<Result<LogZEstimate>> background_{{}};
};

}  // namespace rbm
