#include "core/run/likelihood_meter.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "core/learning/estimators/methods.hpp"
#include "core/parallel/communicator.hpp"

namespace rbm {
namespace {

/// Up to so many units of the smaller layer every point is enumerated, which takes milliseconds.
constexpr Index kExactUnits = 12;
/// Up to so many the enumeration stands in for an annealing where it costs no more.
constexpr Index kMostExactUnits = 20;
/// A state of the enumeration costs as much as so many units of a layer that is drawn.
constexpr double kCostOfState = 4;

/// From here on chains may ride: before, the model changes faster than they can follow.
constexpr std::uint64_t kFirstRide = 200;
/// And here they do, even where no annealing had enough effective runs.
constexpr std::uint64_t kLastRefusal = 500;
/// How often the steps of a refused annealing are doubled for the next one, from kFirstRide on: before, the next point
/// is another model altogether.
constexpr std::uint64_t kMostDoublings = 2;
/// Updates between two visits, in the end.
constexpr double kVisitEvery = 100;

// Of an annealing. With few runs of more steps each more of them are effective than with many of few.
constexpr Index kRuns = 32, kBurnIn = 20;
constexpr Index kFirstRunsOfLabel = 10,
                kRunsOfLabel = 16;                     // of joint models, which are annealed for every label
constexpr double kFirstSteps = 40, kLeastSteps = 320;  // before kFirstRide, and from there on
constexpr double kAskedSteps = 2000;                   // at least, of one that is asked for
constexpr std::uint64_t kMostAsksRefused = 5;          // that make the next one longer
constexpr double kMostSteps = 20000;                   // of the others

constexpr double kLeastChains = 20, kMostChains = 100;  // on each island
constexpr double kMostGibbsSteps = 10;

/// Rows that go from one layer to the other in an update, or into its gradient.
double rows_of_update(const TrainingSettings& settings) {
  const double batch = settings.batch,
               chains = kind_of(settings.method).keeps_chains ? settings.chains : batch;
  return 2 * batch + (2.0 * settings.k + 1) * chains;
}

/// The chains of each island, unless they are at hand (not 0), and their steps at a visit.
struct RidePlan {
  Index chains = 0, steps = 0;
};
RidePlan plan_of_ride(const TrainingSettings& settings, Index chains_at_hand) {
  constexpr double kIslands = RidingMeter::kIslands, kUsualSteps = 3;
  const double rows = kRidingShare * kVisitEvery * rows_of_update(settings);  // between two visits
  const double chains =
      chains_at_hand > 0 ? static_cast<double>(chains_at_hand)
                         : std::clamp(rows / (kIslands * (2 * kUsualSteps + 1)), kLeastChains, kMostChains);
  const double steps = std::clamp((rows / (kIslands * chains) - 1) / 2, 1.0, kMostGibbsSteps);
  return {static_cast<Index>(chains), static_cast<Index>(steps)};
}

/// 1, 2, 5, 10, 20 … thousands: where a model whose chains ride is annealed.
bool is_round(std::uint64_t update) {
  if (update < 1000) return false;
  while (update > 0 && update % 10 == 0) update /= 10;
  return update == 1 || update == 2 || update == 5;
}

AnnealingSettings plan_of_annealing(const Trainer& trainer, double least, std::uint64_t seed) {
  const auto updates = static_cast<double>(trainer.updates());
  const bool is_early = trainer.updates() < kFirstRide;
  const Index labels = std::max<Index>(1, trainer.model().labels());
  const Index runs = labels == 1 ? kRuns : is_early ? kFirstRunsOfLabel : kRunsOfLabel;
  const double rows_of_step = 4.0 * static_cast<double>(runs * labels);
  const double share = kAnnealingShare * updates * rows_of_update(trainer.settings()) / rows_of_step;
  return {.chains = runs,
          .steps = static_cast<Index>(std::max(least, std::min(kMostSteps, share))),
          .schedule = {},
          .seed = seed + trainer.updates()};
}

bool is_enumerated(const Model& model, const AnnealingSettings& annealing) {
  const Index units = enumerable_units(model);
  if (units > kMostExactUnits) return false;
  const double smaller = static_cast<double>(std::min(model.visible(), model.hidden()));
  return kCostOfState * std::exp2(static_cast<double>(units)) <=
         4.0 * static_cast<double>(annealing.chains * annealing.steps) * smaller;
}

LogZReading reading_of(const LogZEstimate& found) {
  return {.log_z = found.log_z,
          .spread = found.standard_error,
          .lower = found.lower,
          .upper = found.upper,
          .effective_sample_size = found.effective_sample_size,
          .source = found.method == "exact" ? LikelihoodSource::Exact : LikelihoodSource::Annealing};
}

}  // namespace

bool LikelihoodMeter::is_visit(std::uint64_t update) {
  return update % (update <= 1000 ? 20 : update <= 2000 ? 50 : 100) == 0;
}

void LikelihoodMeter::visit(const Trainer& trainer, const Model& model, const Matrix& transposed,
                            ThreadPool& pool) {
  if (!riding_.rides()) return;
  const Index chains = riding_.state().chains.rows() / RidingMeter::kIslands;
  riding_.visit(model, transposed, plan_of_ride(trainer.settings(), chains).steps, pool);
}

std::optional<LogZReading> LikelihoodMeter::at_point(const Trainer& trainer,
                                                     const std::shared_ptr<const Model>& model, bool is_last,
                                                     ThreadPool& pool) {
  if (enumerable_units(*model) <= kExactUnits) {
    const auto log_z = enumerated_log_z(*model, pool);
    return log_z ? std::optional(reading_of(*log_z)) : std::nullopt;
  }
  if (!is_measuring() && anneals(trainer, is_last)) state_.waiting = trainer.updates();
  if (is_measuring()) begin(trainer, model, pool);
  return riding_reading();
}

/// Whether this point gets an annealing: all of them before chains ride.
bool LikelihoodMeter::anneals(const Trainer& trainer, bool is_last) const {
  return state_.is_asked || !riding_.rides() || is_last || is_round(trainer.updates());
}

/// How many steps the annealing that begins must have.
double LikelihoodMeter::least_steps(const Trainer& trainer) const {
  if (state_.is_asked) return kAskedSteps * std::exp2(static_cast<double>(state_.asks_refused));
  if (trainer.updates() < kFirstRide) return kFirstSteps;
  // Where chains ride a refusal costs no value, and the next try is longer anyway.
  return kLeastSteps * (riding_.rides() ? 1 : std::exp2(static_cast<double>(state_.doublings)));
}

void LikelihoodMeter::begin(const Trainer& trainer, const std::shared_ptr<const Model>& model,
                            ThreadPool& pool) {
  if (has_begun_) return;
  has_begun_ = true;
  const AnnealingSettings settings = plan_of_annealing(trainer, least_steps(trainer), seed_);
  const auto work = [settings, model, base = trainer.base(),
                     starts = repeated(trainer.chain_states(), settings.chains)](ThreadPool& of_work,
                                                                                 const Progress& progress) {
    return is_enumerated(*model, settings)
               ? enumerated_log_z(*model, of_work, progress)
               : estimate_log_z(*model, base, starts, kBurnIn, settings, of_work, progress);
  };
  // Ranks share the work, as they do that of an update, and meet on the thread that calls.
  if (!pool.ranks().is_alone())
    return background_.run_here([&](const Progress& progress) { return work(pool, progress); });
  background_.start([work, threads = trainer.settings().threads](const Progress& progress) {
    ThreadPool own(threads);
    return work(own, progress);
  });
}

std::optional<LogZReading> LikelihoodMeter::finish(const Trainer& trainer,
                                                   const std::shared_ptr<const Model>& model,
                                                   const Matrix& transposed, ThreadPool& pool) {
  if (!is_measuring()) return std::nullopt;
  const auto end = background_.take();
  if (!end) {
    begin(trainer, model, pool);
    return std::nullopt;
  }
  state_.waiting.reset();
  has_begun_ = false;
  const bool was_asked = std::exchange(state_.is_asked, false);
  trouble_ = !end->outcome ? end->thrown : !*end->outcome ? end->outcome->error().message : "";
  if (!trouble_.empty()) return std::nullopt;
  const LogZEstimate& found = **end->outcome;
  LogZReading out = reading_of(found);
  state_.asks_refused =
      found.refused.empty() ? 0 : std::min(kMostAsksRefused, state_.asks_refused + (was_asked ? 1 : 0));
  if (found.refused.empty()) {
    go_on_from(found, trainer, *model, transposed, pool);
    return out;
  }
  // What rides stands. Else both directions are told together, for what they are worth, and the next try is longer.
  if (!riding_.rides()) {
    if (trainer.updates() >= kFirstRide) state_.doublings = std::min(kMostDoublings, state_.doublings + 1);
    out.spread = std::max(found.standard_error, (found.upper - found.lower) / 2);
    if (trainer.updates() >= kLastRefusal) go_on_from(found, trainer, *model, transposed, pool);
  } else if (const auto riding = riding_reading()) {
    out.log_z = riding->log_z;
    out.spread = riding->spread;
  }
  out.lower = out.upper = kMissing;
  out.source = LikelihoodSource::Refused;
  return out;
}

void LikelihoodMeter::go_on_from(const LogZEstimate& found, const Trainer& trainer, const Model& model,
                                 const Matrix& transposed, ThreadPool& pool) {
  if (riding_.rides()) return riding_.correct(found.log_z);
  if (trainer.updates() < kFirstRide) return;
  const RidePlan plan = plan_of_ride(trainer.settings(), 0);
  // An enumeration leaves no samples.
  const bool has_samples = !found.samples.empty();
  const States& samples = has_samples ? found.samples : trainer.chain_states();
  const std::vector<double> even(static_cast<std::size_t>(samples.rows()), 0.0);
  riding_.start(model, transposed, samples, has_samples ? found.log_weights : even, found.log_z, plan.chains,
                plan.steps, pool);
}

/// Chains whose weights have overflowed are of no use any more.
std::optional<LogZReading> LikelihoodMeter::riding_reading() {
  if (!riding_.rides()) return std::nullopt;
  const RidingReading reading = riding_.reading();
  if (!std::isfinite(reading.log_z)) {
    riding_.stop();
    return std::nullopt;
  }
  return LogZReading{.log_z = reading.log_z, .spread = reading.spread};
}

void LikelihoodMeter::stop() {
  background_.cancel();
  has_begun_ = state_.is_asked = false;
  state_.waiting.reset();
  riding_.stop();
}

LikelihoodState LikelihoodMeter::state() const {
  LikelihoodState out = state_;
  out.riding = riding_.state();
  return out;
}

bool LikelihoodMeter::restore(const LikelihoodState& state, const Model& model) {
  if (!riding_.restore(state.riding, model)) return false;
  state_.doublings = std::min(kMostDoublings, state.doublings);
  state_.waiting = state.waiting;
  state_.is_asked = state.is_asked;
  state_.asks_refused = std::min(kMostAsksRefused, state.asks_refused);
  return true;
}

}  // namespace rbm
