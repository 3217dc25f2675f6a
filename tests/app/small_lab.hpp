// A small lab for tests of the screen: a model of 36 hidden units after 300 updates from seed 1, the same
// bits on every machine, and the real panels around it. What the clock decides is replaced by fixed numbers.
#pragma once

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cmath>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "app/lab/preferences.hpp"
#include "app/lab/screen.hpp"
#include "app/panels/chains_panel.hpp"
#include "app/panels/exact_panel.hpp"
#include "app/panels/heights_panel.hpp"
#include "app/panels/paint_panel.hpp"
#include "app/panels/update_panel.hpp"
#include "core/session/session.hpp"

namespace lab::test {

/// A session that stands still between what it is told to do.
struct StillSession {
  explicit StillSession(const rbm::TrainingSettings& settings) : session(settings, false) {}

  /// Five minutes at most.
  template <class Fact>
  void wait(Fact is_true) {
    int polls = 0;
    while (!newest || (newest->messages.fault.empty() && !is_true())) {
      if (++polls > 60000) FAIL("waited in vain; last update: ", newest ? newest->progress.updates : 0);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      newest = session.snapshot();
    }
    REQUIRE(newest->messages.fault == "");
  }
  void finish(rbm::command::Command command) {
    const std::uint64_t number = session.post(std::move(command));
    wait([&] { return newest->applied >= number && newest->state == rbm::RunState::Paused; });
  }

  rbm::Session session;
  std::shared_ptr<const rbm::Snapshot> newest;
};

inline rbm::Snapshot made_small_snapshot() {
  rbm::TrainingSettings settings;
  settings.data = "mnist:test";
  settings.hidden = 36;
  settings.batch = 40;
  settings.chains = 50;
  settings.validation = 500;
  settings.average = 0.98f;
  settings.threads = 2;
  StillSession still(settings);
  const auto& newest = still.newest;
  still.finish(rbm::command::Step{299});
  still.finish(rbm::command::Watch{.needs = {.update = true}});
  still.finish(rbm::command::Step{1});
  // Only then what is looked up once in a while: no clock decides after which update.
  still.finish(
      rbm::command::Watch{.needs = rbm::command::Needs::all(), .inspected_unit = 7, .reconstructions = 64});
  REQUIRE(newest->progress.updates == 300);
  rbm::Snapshot out = *newest;
  out.version = out.weights.version = 1;
  out.progress.seconds = 12;
  out.progress.images_per_second = 34567;
  out.progress.seconds_left = 69;
  std::vector<rbm::CurvePoint> curves = *newest->monitoring.curves;
  for (rbm::CurvePoint& point : curves) {
    point.seconds = 0.04 * static_cast<double>(point.update);
    if (point.update % 100 != 0 || point.update == 0) continue;
    point.log_likelihood =
        -200 + 0.2 * static_cast<double>(point.update);  // no clock decides what was measured
    point.log_likelihood_lower = point.log_likelihood - 3;
    point.log_likelihood_upper = point.log_likelihood + 2;
  }
  rbm::Diagnostics diagnostics{
      .update = 300, .autocorrelation_time = 12.3, .split_r_hat = 1.25, .mixing_steps = 200};
  for (int i = 0; i < 36; ++i) diagnostics.singular_values.push_back(9 - 1.4 * std::sqrt(i));
  for (int y = 0; y < 10; ++y) diagnostics.free_energy_by_label.push_back(-200 + (y * 7 % 10));
  out.monitoring.diagnostics = std::make_shared<const rbm::Diagnostics>(std::move(diagnostics));
  out.monitoring.curves = std::make_shared<const std::vector<rbm::CurvePoint>>(std::move(curves));
  return out;
}

/// Made once in a process.
inline const rbm::Snapshot& small_snapshot() {
  static const rbm::Snapshot snapshot = made_small_snapshot();
  return snapshot;
}

/// The preset of the exact world after 4000 of its updates, with the report of the last one.
inline rbm::Snapshot made_exact_snapshot() {
  const auto preset = rbm::find_preset("exact");
  REQUIRE(preset.has_value());
  rbm::TrainingSettings settings = preset->settings;
  settings.threads = 2;
  StillSession still(settings);
  still.finish(rbm::command::Step{4000});
  still.finish(rbm::command::Watch{.needs = rbm::command::Needs::all()});
  still.wait([&] { return still.newest->likelihood.exact != nullptr; });
  rbm::Snapshot out = *still.newest;
  out.version = out.weights.version = 1;
  out.progress.seconds = 4;
  out.progress.images_per_second = 34567;
  out.progress.seconds_left = 69;
  std::vector<rbm::CurvePoint> curves = *out.monitoring.curves;
  for (rbm::CurvePoint& point : curves) point.seconds = 0.001 * static_cast<double>(point.update);
  out.monitoring.curves = std::make_shared<const std::vector<rbm::CurvePoint>>(std::move(curves));
  // No clock decides when there were reports.
  std::vector<rbm::ExactPoint> points;
  for (int n = 0; n <= 20; ++n) {
    const double left = std::exp(-0.25 * n);
    points.push_back({.update = static_cast<std::uint64_t>(200 * n),
                      .log_likelihood = -3.9 - 6 * left,
                      .reconstruction_error = 0.02 + 0.2 * left,
                      .cosine = {0.2 + 0.6 * left, 0.5 + 0.4 * left, 0.6 + 0.3 * left, 0.98 + 0.01 * left}});
  }
  out.likelihood.exact_points = std::make_shared<const std::vector<rbm::ExactPoint>>(std::move(points));
  return out;
}

inline const rbm::Snapshot& exact_snapshot() {
  static const rbm::Snapshot snapshot = made_exact_snapshot();
  return snapshot;
}

inline const std::shared_ptr<const rbm::Dataset>& unseen_digits() {
  static const auto digits = [] {
    auto read = rbm::load_dataset("mnist:test");
    REQUIRE(read.has_value());
    return std::make_shared<const rbm::Dataset>(std::move(*read));
  }();
  return digits;
}

/// The whole screen on one snapshot. Commands and actions go nowhere. Where there is OpenGL it must be gone
/// before its context.
class SmallLab {
 public:
  explicit SmallLab(bool with_model = true) : SmallLab(with_model ? small_snapshot() : rbm::Snapshot{}) {}
  explicit SmallLab(rbm::Snapshot of) : snapshot(std::move(of)) {
    shared.wanted = snapshot.settings;
    shared.test = unseen_digits();
  }

  Context context() {
    return {snapshot,
            shared,
            pool,
            now_s,
            [](const rbm::command::Command&) {},
            [](ActionId) {},
            [](rbm::TrainingSettings) {},
            has_news};
  }
  void draw() {
    Context now = context();
    screen.draw(now, preferences);
  }
  /// A crude two in three strokes of the brush.
  void paint_two() {
    constexpr std::array<float, 10> kArc{8, 9, 11, 6, 17, 6, 19, 10, 17, 14};
    constexpr std::array<float, 4> kDown{17, 14, 8, 22}, kFoot{8, 22, 20, 22};
    screen.panels.of<PaintPanel>().stroke(kArc);
    screen.panels.of<PaintPanel>().stroke(kDown);
    screen.panels.of<PaintPanel>().stroke(kFoot);
  }

  rbm::Snapshot snapshot;
  Shared shared;
  rbm::ThreadPool pool{1};
  double now_s = 100;  // stands still unless a test moves it
  bool has_news = true;
  Preferences preferences;
  Screen screen;
};

}  // namespace lab::test
