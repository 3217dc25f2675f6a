#include "core/session/likelihood_meter.hpp"

#include <algorithm>

namespace rbm {
namespace {

/// So many times as long as the last measurement took, training goes on before the next: no more than a sixth
/// of a core goes into it.
constexpr double kCostShare = 5;
constexpr int kMostAnnealingSteps = 16000;
/// The first models are so bad that their likelihood would only stretch the axis.
constexpr std::uint64_t kFirstUpdate = 500;

}  // namespace

void LikelihoodMeter::restart() {
  background_.cancel();
  state_ = {};
}

void LikelihoodMeter::measure_point(Run& run, const command::Watch& watch) {
  const double seconds = run.progress().seconds;
  if (watch.likelihood_every_s <= 0 || seconds < state_.next_s || is_busy()) return;
  if (run.trainer().updates() < kFirstUpdate) return;
  state_.next_s = seconds + std::max(watch.likelihood_every_s, kCostShare * state_.cost_s);
  start(run, true, watch.needs.diagnostics);
}

void LikelihoodMeter::measure_rest(Run& run, const command::Watch& watch) {
  const std::uint64_t update = run.trainer().updates();
  if (!watch.needs.diagnostics || is_busy() || update < kFirstUpdate || state_.diagnosed == update) return;
  start(run, false, true);
}

void LikelihoodMeter::start(Run& run, bool likelihood, bool diagnostics) {
  const auto images = run.monitoring().likelihood_images();
  if (images->rows() == 0) return;
  const Trainer& trainer = run.trainer();
  if (diagnostics) state_.diagnosed = trainer.updates();
  LikelihoodJob job{.model = run.view().model,
                    .images = images,
                    .labels = run.monitoring().likelihood_labels(),
                    .chains = trainer.chain_states(),
                    .base = trainer.base(),
                    .update = trainer.updates(),
                    .seed = trainer.settings().seed,
                    .steps = state_.steps,
                    .likelihood = likelihood,
                    .diagnostics = diagnostics};
  background_.start([job = std::move(job), before = before_](const Progress& progress) {
    if (before) before();
    return measure_likelihood(job, progress);
  });
}

bool LikelihoodMeter::take(Run& run, std::string& note) {
  const auto end = background_.take();
  if (!end) return false;
  if (!end->outcome) {
    note = "The likelihood could not be measured (" + end->thrown + "); training goes on without it.";
    return true;
  }
  const LikelihoodResult& found = *end->outcome;
  if (found.diagnostics) state_.diagnostics = found.diagnostics;
  if (!found.measured) return true;
  state_.cost_s = found.seconds;
  state_.refused = found.refused;
  // A model that has learned more is farther from where annealing starts.
  if (!state_.refused.empty()) state_.steps = std::min(2 * state_.steps, kMostAnnealingSteps);
  run.add_likelihood(found);
  return true;
}

}  // namespace rbm
