#include "app/panels/speed_control.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/inline_controls.hpp"

namespace lab {
namespace {

bool is_slow_motion(double updates_per_second) {
  return updates_per_second > 0 && updates_per_second < rbm::command::kSlowMotion;
}

/// Two digits: a slider has no more places than that.
double rounded(double value) {
  const double unit = std::pow(10.0, std::floor(std::log10(value)) - 1);
  return std::round(value / unit) * unit;
}

}  // namespace

std::string speed_text(double updates_per_second) {
  if (updates_per_second <= 0) return "Full speed";
  char text[48];
  if (is_slow_motion(updates_per_second))
    std::snprintf(text, sizeof text, "1 update in %.2g\u00a0s", 1 / updates_per_second);
  else
    std::snprintf(text, sizeof text, "%.0f update%s/s", updates_per_second,
                  updates_per_second < 1.5 ? "" : "s");
  return text;
}

std::string opening_sentence(const rbm::PaceReport& pace) {
  if (!pace.is_opening) return {};
  char text[160];
  std::snprintf(text, sizeof text,
                "It begins slowly, %.0f updates a second by now, and has full speed within %.0f\u00a0s; "
                "Space or the speed ends that.",
                pace.updates_per_second, std::ceil(pace.opening_left_s));
  return text;
}

void set_speed(Context& context, double updates_per_second) {
  Shared& shared = context.shared;
  const bool was_slow = is_slow_motion(shared.speed);
  const bool is_full = !(updates_per_second > 0) || updates_per_second >= kFullSpeed;
  shared.speed = is_full ? 0 : rounded(std::max(updates_per_second, kSlowestSpeed));
  context.post(rbm::command::Pace{.updates_per_second = shared.speed});
  if (is_slow_motion(shared.speed) && !was_slow) context.run(show_view(*find_view("update")));
}

void draw_speed(Context& context, float width) {
  const rbm::PaceReport& pace = context.snapshot.pace;
  const double speed = pace.is_opening ? pace.updates_per_second : context.shared.speed;
  auto value = static_cast<float>(speed > 0 ? std::clamp(speed, kSlowestSpeed, kFullSpeed) : kFullSpeed);
  if (inline_slider(
          "speed", &value, static_cast<float>(kSlowestSpeed), static_cast<float>(kFullSpeed),
          speed_text(speed).c_str(), width, true,
          "Updates a second while it trains. Below one, every update is shown phase by phase; at the right "
          "end there are as many as the machine can do."))
    set_speed(context, static_cast<double>(value));
}

}  // namespace lab
