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
constexpr std::uint64_t kMostDoublings = 1;
/// Updates between two visits, from 1,000 updates on and from 5,000, when the model changes less in each: then the chains
/// cost two fifths of their share.
constexpr std::uint64_t kVisitEvery = 100, kVisitEveryLate = 250;

// Of an annealing. With few runs of more steps each more of them are effective than with many of few.
constexpr Index kRuns = 32, kLeastBurnIn = 20, kStepsOfBurnIn = 4;
constexpr Index kFirstRunsOfLabel = 2,
                kRunsOfLabel = 3;  // of joint models, which are annealed for every label
constexpr double kFewestSteps = 10, kStepsOfUpdate = 0.5, kFirstSteps = 40;  // before kFirstRide
constexpr double kLeastSteps = 256, kLeastRidingSteps = 512;  // from there on, and where chains ride
constexpr double kAskedSteps = 2000;                          // at least, of one that is asked for
constexpr std::uint64_t kMostAsksRefused = 5;                 // that make the next one longer
constexpr double kMostSteps = 20000;                          // of the others

/// How far the chains' log Z comes off in a doubling of the updates, as a variance: what they share, and their spread does
/// not show, was mostly a third of a nat in ten runs on MNIST, and up to 1.3 where the rate fell to zero or the model was
/// young.
constexpr double kDriftVariance = 0.5;

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
  const double rows =
      kRidingShare * static_cast<double>(kVisitEvery) * rows_of_update(settings);  // between two visits
  const double chains =
      chains_at_hand > 0 ? static_cast<double>(chains_at_hand)
                         : std::clamp(rows / (kIslands * (2 * kUsualSteps + 1)), kLeastChains, kMostChains);
  const double steps = std::clamp((rows / (kIslands * chains) - 1) / 2, 1.0, kMostGibbsSteps);
  return {static_cast<Index>(chains), static_cast<Index>(steps)};
}

/// 2, 5, 10, 20 … thousands: where a model whose chains ride is annealed.
bool is_round(std::uint64_t update) {
  if (update < 2000) return false;
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

/// Of an annealing: Bennett's, and how far the directions are apart, of which the runs may know nothing.
double variance_of(const LogZEstimate& found) {
  const double apart = (found.upper - found.lower) / 4;
  return found.standard_error * found.standard_error + apart * apart;
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
  return update % (update <= 1000 ? kVisitEvery / 2 : update <= 5000 ? kVisitEvery : kVisitEveryLate) == 0;
}

void LikelihoodMeter::visit(const Trainer& trainer, const Model& model, const Matrix& transposed,
                            ThreadPool& pool) {
  if (!riding_.rides()) return;
  const Index chains = riding_.state().chains.rows() / RidingMeter::kIslands;
  riding_.visit(model, transposed, plan_of_ride(trainer.settings(), chains).steps, pool);
}

std::optional<LogZReading> LikelihoodMeter::at_point(const Trainer& trainer,
                                                     const std::shared_ptr<const Model>& model,
                                                     std::uint64_t end, ThreadPool& pool) {
  if (enumerable_units(*model) <= kExactUnits) {
    const auto log_z = enumerated_log_z(*model, pool);
    return log_z ? std::optional(reading_of(*log_z)) : std::nullopt;
  }
  if (!is_measuring() && anneals(trainer.updates(), end)) state_.waiting = trainer.updates();
  if (is_measuring()) begin(trainer, model, pool);
  return riding_reading(trainer.updates());
}

/// Whether this point gets an annealing: all of them before chains ride, the last one, and round ones from which it is far.
bool LikelihoodMeter::anneals(std::uint64_t update, std::uint64_t end) const {
  const bool is_last = update == end, ends_soon = update < end && end < update + update / 2;
  return state_.is_asked || !riding_.rides() || is_last || (is_round(update) && !ends_soon);
}

/// How many steps the annealing that begins must have.
double LikelihoodMeter::least_steps(const Trainer& trainer) const {
  if (state_.is_asked) return kAskedSteps * std::exp2(static_cast<double>(state_.asks_refused));
  if (trainer.updates() < kFirstRide)
    return std::clamp(kStepsOfUpdate * static_cast<double>(trainer.updates()), kFewestSteps, kFirstSteps);
  // Where chains ride a refusal costs no value, and the next try is longer anyway.
  return riding_.rides() ? kLeastRidingSteps : kLeastSteps * std::exp2(static_cast<double>(state_.doublings));
}

/// For one reverse run of four an image of the data; the others begin where forward runs ended. Images alone miss what a
/// model has learned at a high rate and the data have not; the ends alone, of which few have nearly all of the weight, tell
/// little of tame models; and chains that rode or trained may have missed what the model learned lately: with them log Z
/// comes out too small. Of cells that are missing the data have no states, and there they serve all the same.
States LikelihoodMeter::reverse_starts(const Trainer& trainer, const AnnealingSettings& settings,
                                       ThreadPool& pool) const {
  const Dataset& data = trainer.data();
  const Index count = std::max<Index>(1, settings.chains / 4);
  if (data.has_missing())
    return riding_.rides() ? riding_.samples(count) : repeated(trainer.chain_states(), count);
  std::vector<std::uint32_t> rows;
  for (Index image = 0; image < count; ++image)
    rows.push_back(static_cast<std::uint32_t>(image * data.count() / count));
  return states_of(data, rows, trainer.settings().binarization,
                   {settings.seed, Stream::Binarize, trainer.updates()}, pool);
}

void LikelihoodMeter::begin(const Trainer& trainer, const std::shared_ptr<const Model>& model,
                            ThreadPool& pool) {
  if (has_begun_) return;
  has_begun_ = true;
  const AnnealingSettings settings = plan_of_annealing(trainer, least_steps(trainer), seed_);
  const auto work = [settings, model, base = trainer.base(),
                     starts = reverse_starts(trainer, settings, pool)](ThreadPool& of_work,
                                                                       const Progress& progress) {
    const Index burn_in = std::max(kLeastBurnIn, settings.steps / kStepsOfBurnIn);
    return is_enumerated(*model, settings)
               ? enumerated_log_z(*model, of_work, progress)
               : estimate_log_z(*model, base, starts, burn_in, settings, of_work, progress);
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
  const bool is_refused = !found.refused.empty();
  if (const auto riding = riding_reading(trainer.updates())) {
    join(*riding, found, trainer.updates());
    out.log_z = riding_.reading().log_z;
    out.spread = std::sqrt(state_.variance);
  } else {
    if (is_refused) out.spread = std::sqrt(variance_of(found));
    if (trainer.updates() >= (is_refused ? kLastRefusal : kFirstRide))
      start_riding(found, trainer, *model, transposed, pool);
    else if (trainer.updates() >= kFirstRide)
      state_.doublings = std::min(kMostDoublings, state_.doublings + 1);
  }
  if (is_refused) {
    out.lower = out.upper = kMissing;
    out.source = LikelihoodSource::Refused;
  } else {
    out.log_z = std::clamp(out.log_z, out.lower, out.upper);
  }
  return out;
}

/// Two opinions of log Z, each with its variance.
void LikelihoodMeter::join(const LogZReading& riding, const LogZEstimate& found, std::uint64_t update) {
  const double of_riding = riding.spread * riding.spread, of_found = variance_of(found);
  const double gain = of_found > 0 ? of_riding / (of_riding + of_found) : 1;
  riding_.correct(riding.log_z + gain * (found.log_z - riding.log_z));
  state_.variance = gain * of_found;
  state_.anchored = update;
}

void LikelihoodMeter::start_riding(const LogZEstimate& found, const Trainer& trainer, const Model& model,
                                   const Matrix& transposed, ThreadPool& pool) {
  const RidePlan plan = plan_of_ride(trainer.settings(), 0);
  // An enumeration leaves no samples.
  const bool has_samples = !found.samples.empty();
  const States& samples = has_samples ? found.samples : trainer.chain_states();
  const std::vector<double> even(static_cast<std::size_t>(samples.rows()), 0.0);
  riding_.start(model, transposed, samples, has_samples ? found.log_weights : even, found.log_z, plan.chains,
                plan.steps, pool);
  state_.variance = variance_of(found);
  state_.anchored = trainer.updates();
}

/// Chains whose weights have overflowed are of no use any more.
std::optional<LogZReading> LikelihoodMeter::riding_reading(std::uint64_t update) {
  if (!riding_.rides()) return std::nullopt;
  const RidingReading reading = riding_.reading();
  if (!std::isfinite(reading.log_z)) {
    riding_.stop();
    return std::nullopt;
  }
  const double doublings = std::log2(static_cast<double>(update) /
                                     static_cast<double>(std::max<std::uint64_t>(1, state_.anchored)));
  const double variance =
      state_.variance + kDriftVariance * std::max(0.0, doublings) + reading.spread * reading.spread;
  return LogZReading{.log_z = reading.log_z, .spread = std::sqrt(variance)};
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
  state_.variance = state.variance;
  state_.anchored = state.anchored;
  return true;
}

}  // namespace rbm
