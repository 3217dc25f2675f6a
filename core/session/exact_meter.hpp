// ExactMeter: follows a run of a small model by enumeration, on a thread of its own and only while somebody
// looks. Owned by the worker; its functions are the worker thread's.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/learning/settings.hpp"
#include "core/model/states.hpp"
#include "core/run/background.hpp"
#include "core/session/exact_report.hpp"

namespace rbm {

/// What is to be measured.
struct ExactJob {
  std::shared_ptr<const Model> model;    // the averaged one: likelihood, distribution
  std::shared_ptr<const Model> trained;  // the weights of the last update: gradients
  std::shared_ptr<const States> rows;    // of the data
  States chains;                         // of the run [chains × visible]
  TrainingSettings settings;             // of the run
  std::uint64_t update = 0;
};

/// On the calling thread alone; the other cores train.
ExactReport measure_exactly(const ExactJob& job, const Progress& progress);

class ExactMeter {
 public:
  /// `before` is called on the other thread before each measurement; for tests.
  ExactMeter(std::function<void()> on_news, std::function<void()> before)
      : background_(std::move(on_news)), before_(std::move(before)) {}

  /// A new run with these rows of the data; null where its model is too large.
  void restart(std::shared_ptr<const States> rows);
  /// How many rows of a data set are looked at: all of a small world, some of pictures.
  static Index rows_of(Index visible);

  /// Whether to start a measurement of this update now. While the run rests its last state is measured, and
  /// again when the settings change; while it goes on, training keeps most of the time.
  bool is_due(std::uint64_t update, const TrainingSettings& settings, bool rests) const;
  void start(ExactJob job);
  bool is_busy() const { return background_.is_busy(); }
  /// Takes a finished report over; false if there was none. Where the measurement threw, `note` says so.
  bool take(std::string& note);

  std::shared_ptr<const States> rows() const { return rows_; }
  std::shared_ptr<const ExactReport> report() const { return report_; }
  std::shared_ptr<const std::vector<ExactPoint>> points() const { return shared_points_; }

 private:
  using Clock = std::chrono::steady_clock;

  std::shared_ptr<const States> rows_;
  std::shared_ptr<const ExactReport> report_;  // null before the first
  TrainingSettings measured_;                  // those of the last measurement
  std::optional<std::uint64_t> tried_;         // its update
  std::vector<ExactPoint> points_;
  std::shared_ptr<const std::vector<ExactPoint>> shared_points_ = std::make_shared<std::vector<ExactPoint>>();
  Clock::time_point next_{};
  Background<ExactReport> background_;
  std::function<void()> before_;
};

}  // namespace rbm
