// LikelihoodMeter: measures the likelihood of a run and its diagnostics, on a thread of its own and so that
// training keeps most of the time. Owned by the worker; its functions are the worker thread's.
#pragma once

#include <memory>
#include <string>

#include "core/run/run.hpp"
#include "core/session/background.hpp"
#include "core/session/commands.hpp"

namespace rbm {

class LikelihoodMeter {
 public:
  /// `before` is called on the other thread before each measurement; for tests.
  LikelihoodMeter(std::function<void()> on_news, std::function<void()> before)
      : background_(std::move(on_news)), before_(std::move(before)) {}

  /// A new run.
  void restart();
  /// At a point of the curves: starts if it is time.
  void measure_point(Run& run, const command::Watch& watch);
  /// While the run rests: starts if the diagnostics of its last update are wanted and not known.
  void measure_rest(Run& run, const command::Watch& watch);
  bool is_busy() const { return background_.is_busy(); }
  /// Takes a finished measurement over, into the curves of `run`; false if there was none. Where it threw, `note`
  /// says so.
  bool take(Run& run, std::string& note);

  /// Why there are no numbers; empty if there are.
  const std::string& refused() const { return state_.refused; }
  std::shared_ptr<const Diagnostics> diagnostics() const { return state_.diagnostics; }

 private:
  void start(Run& run, bool likelihood, bool diagnostics);

  struct State {
    double next_s = 0, cost_s = 0;  // seconds of training
    int steps = LikelihoodJob{}.steps;
    std::string refused;
    std::shared_ptr<const Diagnostics> diagnostics;  // null before the first
    std::optional<std::uint64_t> diagnosed;          // the update of the last try
  } state_;                                          // of one run
  Background<LikelihoodResult> background_;
  std::function<void()> before_;
};

}  // namespace rbm
