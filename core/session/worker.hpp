// Worker: what the worker thread does. Owns data, trainer, thread pool and curves; runs one update or one
// command at a time. Touched by the worker thread only; Session adds the thread, the queue and the mailbox.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "core/learning/trainer.hpp"
#include "core/learning/training_data.hpp"
#include "core/session/background.hpp"
#include "core/session/commands.hpp"
#include "core/session/exact_meter.hpp"
#include "core/session/likelihood_meter.hpp"
#include "core/session/monitoring.hpp"
#include "core/session/snapshot.hpp"

namespace rbm {

class Worker {
 public:
  /// `on_background` is called from another thread when take_background() has something to do.
  Worker(const TrainingSettings& settings, bool play, std::function<void()> on_background = {});

  /// Loads the data and builds the first model.
  void start();
  /// Does one command. A failure becomes the fault of the next snapshot; the state stays as it was.
  void apply(std::uint64_t number, const command::Command& command);
  /// True when an update is wanted now.
  bool wants_to_train() const { return state_ == RunState::Running && trainer_ != nullptr; }
  /// One update, with its curve point if one is due.
  void train_once();
  /// Takes over what was measured beside the training, false if there was nothing, and starts what is due.
  bool take_background();
  /// Everything the window shows, now.
  std::shared_ptr<const Snapshot> make_snapshot();

 private:
  void handle(const command::Play&);
  void handle(const command::Pause&);
  void handle(const command::Step& step);
  void handle(const command::StepEpoch&);
  void handle(const command::Configure& configure);
  void handle(const command::Reset& reset);
  void handle(const command::Open& open);
  void handle(const command::Save& save);
  void handle(const command::Watch& watch);

  Result<void> load(TrainingSettings& settings);
  void begin_run(std::unique_ptr<Trainer> trainer);
  Result<std::unique_ptr<Trainer>> opened(const std::string& path);
  void run_until(std::uint64_t update);
  void fault(const Error& error, bool stops_training);
  void add_curve_point();
  void refresh_model();
  void fill_what_is_watched(Snapshot& out);
  void fill_chains(Snapshot& out);
  void fill_reconstructions(Snapshot& out);
  void fill_unit_report(Snapshot& out);
  void measure_rate();
  void measure_likelihood();
  void begin_exact();
  void measure_exact();
  bool take_likelihood();

  using Clock = std::chrono::steady_clock;

  TrainingSettings settings_;
  bool play_when_ready_;
  RunState state_ = RunState::Loading;
  std::unique_ptr<ThreadPool> pool_;
  TrainingData data_;
  std::optional<TrainingSettings> loaded_;  // what data_ was made with
  std::unique_ptr<Trainer> trainer_;
  std::unique_ptr<Monitoring> monitoring_;

  std::uint64_t applied_ = 0, version_ = 0, run_ = 0;
  std::optional<std::uint64_t> stop_at_;  // pause at this update (steps)
  std::string fault_, notice_;
  std::uint64_t saved_updates_ = 0;

  double seconds_ = 0;  // of training, pauses left out
  double rate_ = 0;     // images per second over the last window
  double rate_window_s_ = 0;
  std::uint64_t rate_images_ = 0;

  Background<LikelihoodResult> meter_;
  double next_likelihood_s_ = 0, likelihood_cost_s_ = 0;
  int annealing_steps_ = LikelihoodJob{}.steps;
  std::string likelihood_refused_;
  std::shared_ptr<const Diagnostics> diagnostics_;
  ExactMeter exact_;

  command::Watch watch_;
  UnitReport unit_report_;
  std::uint64_t unit_report_update_ = 0;

  std::shared_ptr<const Model> shown_;
  std::shared_ptr<const Matrix> shown_transposed_, shown_filters_;
  std::uint64_t shown_update_ = 0, model_version_ = 0;
};

}  // namespace rbm
