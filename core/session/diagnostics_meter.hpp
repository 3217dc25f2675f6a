// DiagnosticsMeter: measures the diagnostics of a run while somebody looks, on a thread of its own and so that training
// keeps most of the time. Owned by the worker; its functions are the worker thread's.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/run/background.hpp"
#include "core/run/diagnostics_job.hpp"
#include "core/run/run.hpp"

namespace rbm {

class DiagnosticsMeter {
 public:
  /// `before` is called on the other thread before each measurement; for tests.
  DiagnosticsMeter(std::function<void()> on_news, std::function<void()> before)
      : background_(std::move(on_news)), before_(std::move(before)) {}

  /// A new run.
  void restart();
  /// At a point of the curves, where diagnostics are wanted: starts if it is time.
  void measure_point(Run& run);
  /// While the run rests, where they are wanted: starts if those of its last update are not known.
  void measure_rest(Run& run);
  bool is_busy() const { return background_.is_busy(); }
  /// Takes finished diagnostics over; false if there were none. Where the measurement threw, `note` says so.
  bool take(std::string& note);

  std::shared_ptr<const Diagnostics> diagnostics() const { return state_.diagnostics; }

 private:
  void start(Run& run);

  struct State {
    double next_s = 0, cost_s = 0;                   // seconds of training
    std::shared_ptr<const Diagnostics> diagnostics;  // null before the first
    std::optional<std::uint64_t> tried;              // the update of the last try
  } state_;                                          // of one run
  Background<DiagnosticsResult> background_;
  std::function<void()> before_;
};

}  // namespace rbm
