#include "core/session/diagnostics_meter.hpp"

#include <algorithm>

namespace rbm {
namespace {

/// So long, and so many times as long as the last measurement took, training goes on before the next: no more than a
/// sixth of a core goes into it.
constexpr double kInterval_s = 5, kCostShare = 5;
/// Before that there is little to say.
constexpr std::uint64_t kFirstUpdate = 500;

}  // namespace

void DiagnosticsMeter::restart() {
  background_.cancel();
  state_ = {};
}

void DiagnosticsMeter::measure_point(Run& run) {
  const double seconds = run.progress().seconds;
  if (seconds < state_.next_s || is_busy() || run.trainer().updates() < kFirstUpdate) return;
  state_.next_s = seconds + std::max(kInterval_s, kCostShare * state_.cost_s);
  start(run);
}

void DiagnosticsMeter::measure_rest(Run& run) {
  const std::uint64_t update = run.trainer().updates();
  if (!is_busy() && update >= kFirstUpdate && state_.tried != update) start(run);
}

void DiagnosticsMeter::start(Run& run) {
  const auto images = run.monitoring().likelihood_images();
  if (images->rows() == 0) return;
  const Trainer& trainer = run.trainer();
  state_.tried = trainer.updates();
  DiagnosticsJob job{.model = run.view().model,
                     .images = images,
                     .labels = run.monitoring().likelihood_labels(),
                     .observed = run.monitoring().likelihood_observed(),
                     .chains = trainer.chain_states(),
                     .update = trainer.updates(),
                     .seed = trainer.settings().seed};
  background_.start([job = std::move(job), before = before_](const Progress& progress) {
    if (before) before();
    return measure_diagnostics(job, progress);
  });
}

bool DiagnosticsMeter::take(std::string& note) {
  const auto end = background_.take();
  if (!end) return false;
  if (!end->outcome) {
    note = "The diagnostics could not be measured (" + end->thrown + "); training goes on without them.";
    return true;
  }
  state_.cost_s = end->outcome->seconds;
  if (end->outcome->diagnostics) state_.diagnostics = end->outcome->diagnostics;
  return true;
}

}  // namespace rbm
