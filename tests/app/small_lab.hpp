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
#include "core/session/session.hpp"

namespace lab::test {

inline rbm::Snapshot small_snapshot() {
  rbm::TrainingSettings settings;
  settings.hidden = 36;
  settings.batch = 40;
  settings.chains = 50;
  settings.validation = 500;
  settings.average = 0.98f;
  settings.threads = 2;
  rbm::Session session(settings, false);
  std::shared_ptr<const rbm::Snapshot> newest;
  const auto finish = [&](rbm::command::Command command) {
    const std::uint64_t number = session.post(std::move(command));
    const auto is_done = [&] {
      return newest && (!newest->fault.empty() ||
                        (newest->applied >= number && newest->state == rbm::RunState::Paused));
    };
    while (!is_done()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      newest = session.snapshot();
    }
  };
  // Only then what is looked up once in a while: no clock decides after which update.
  finish(rbm::command::Step{300});
  finish(rbm::command::Watch{.inspected_unit = 7, .reconstructions = 64});
  REQUIRE(newest->fault == "");
  REQUIRE(newest->updates == 300);
  rbm::Snapshot out = *newest;
  out.version = out.model_version = 1;
  out.seconds = 12;
  out.images_per_second = 34567;
  std::vector<rbm::CurvePoint> curves = *newest->curves;
  for (rbm::CurvePoint& point : curves) {
    point.seconds = 0.04 * static_cast<double>(point.update);
    if (point.update % 100 != 0 || point.update == 0) continue;
    point.log_likelihood = -200 + 0.2 * static_cast<double>(point.update);  // no clock decides what was measured
    point.log_likelihood_lower = point.log_likelihood - 3;
    point.log_likelihood_upper = point.log_likelihood + 2;
  }
  rbm::Diagnostics diagnostics{.update = 300, .autocorrelation_time = 12.3, .split_r_hat = 1.25, .mixing_steps = 200};
  for (int i = 0; i < 36; ++i) diagnostics.singular_values.push_back(9 - 1.4 * std::sqrt(i));
  for (int y = 0; y < 10; ++y) diagnostics.free_energy_by_label.push_back(-200 + (y * 7 % 10));
  out.diagnostics = std::make_shared<const rbm::Diagnostics>(std::move(diagnostics));
  out.curves = std::make_shared<const std::vector<rbm::CurvePoint>>(std::move(curves));
  return out;
}

/// The whole screen on one snapshot. Commands and actions go nowhere. Where there is OpenGL it must be gone
/// before its context.
class SmallLab {
 public:
  explicit SmallLab(bool with_model = true) {
    if (with_model) snapshot = small_snapshot();
    shared.wanted = snapshot.settings;
    auto digits = rbm::load_dataset("mnist:test");
    REQUIRE(digits.has_value());
    shared.test = std::make_shared<const rbm::Dataset>(std::move(*digits));
  }

  Context context() {
    return {snapshot, shared, pool, now_s, [](rbm::command::Command) {}, [](ActionId) {}};
  }
  void draw() {
    Context now = context();
    screen.draw(now, preferences);
  }
  /// A crude two in three strokes of the brush.
  void paint_two() {
    constexpr std::array<float, 10> kArc{8, 9, 11, 6, 17, 6, 19, 10, 17, 14};
    constexpr std::array<float, 4> kDown{17, 14, 8, 22}, kFoot{8, 22, 20, 22};
    screen.paint.stroke(kArc);
    screen.paint.stroke(kDown);
    screen.paint.stroke(kFoot);
  }

  rbm::Snapshot snapshot;
  Shared shared;
  rbm::ThreadPool pool{1};
  double now_s = 100;  // stands still unless a test moves it
  Preferences preferences;
  Screen screen;
};

}  // namespace lab::test
