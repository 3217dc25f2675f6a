#include "app/panels/chain_trace.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

/// Of the data, left out of the band at either end.
constexpr double kTail = 0.05;
/// The axis goes so many widths of the band beyond it; it is made anew when the width has changed by such a factor.
constexpr double kBelow = 0.5, kAbove = 1.5, kOtherWidth = 1.5;

/// Half-steps that the axis has room for at least.
constexpr double kLeastTraced = 20;

double quantile(std::span<const double> sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

/// The next of 1, 2, 5, 10, 20 … nats.
double round_up(double x) {
  const double power = std::pow(10.0, std::floor(std::log10(x)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (step * power >= x) return step * power;
  }
  return 10 * power;
}

}  // namespace

void ChainTrace::follow(std::span<const double> data) {
  const double median = quantile(data, 0.5);
  band_low_ = quantile(data, kTail) - median;
  band_high_ = quantile(data, 1 - kTail) - median;
  const double width = std::max(1.0, band_high_ - band_low_);
  if (width_ > 0 && width < kOtherWidth * width_ && width_ < kOtherWidth * width) return;
  width_ = width;
  low_ = -round_up(kBelow * width - band_low_);
  high_ = round_up(kAbove * width + band_high_);
}

void ChainTrace::add(std::uint64_t half_steps, double free_energy, std::span<const double> data) {
  if (data.empty()) return;
  follow(data);
  while (!points_.empty() && points_.back().half_steps >= half_steps) points_.pop_back();
  if (points_.size() == kMostPoints) points_.pop_front();
  points_.push_back({half_steps, free_energy - quantile(data, 0.5)});
}

float ChainTrace::Axes::y_of(double above) const {
  const double share = std::clamp((above - low) / (high - low), 0.0, 1.0);
  return max.y - static_cast<float>(share) * (max.y - min.y);
}

float ChainTrace::Axes::x_of(std::uint64_t half_steps) const {
  return min.x +
         static_cast<float>((static_cast<double>(half_steps) - first) / (last - first)) * (max.x - min.x);
}

void ChainTrace::draw(const char* id, ImVec2 size) const {
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  ImGui::PushID(id);
  ImGui::InvisibleButton("##trace", size);
  ImGui::PopID();
  ui::mark(id,
           "Free energy of this chain at each step, in nats above the median of the validation images; the "
           "band holds "
           "nine tenths of them.",
           ui::Tip::StatusLineOnly);
  ui::push_font(ui::fonts().mono_small);
  const float line = ImGui::GetTextLineHeight(), left = ImGui::CalcTextSize("+0000").x + ui::px(4);
  const double first = points_.empty() ? 0 : static_cast<double>(points_.front().half_steps);
  const double last = points_.empty() ? 0 : static_cast<double>(points_.back().half_steps);
  const Axes axes{{corner.x + left, corner.y + ui::px(3)},
                  {corner.x + size.x - ui::px(4), corner.y + size.y - line - ui::px(4)},
                  low_,
                  high_,
                  first,
                  std::max(first + kLeastTraced, last)};
  draw_band(axes);
  if (!points_.empty()) draw_points(axes);
  ui::pop_font();
}

void ChainTrace::draw_band(const Axes& axes) const {
  const ui::Palette& colours = ui::palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImVec2 min = axes.min, max = axes.max;
  if (width_ > 0) {
    list->AddRectFilled({min.x, axes.y_of(band_high_)}, {max.x, axes.y_of(band_low_)},
                        ui::faded(colours.text_faint, 0.3f));
    list->AddLine({min.x, axes.y_of(0)}, {max.x, axes.y_of(0)}, ui::faded(colours.text_dim, 0.6f), 1);
    const auto label = [&](double above, float at) {
      char text[24];
      std::snprintf(text, sizeof text, above == 0 ? "%.0f" : "%+.0f", above);
      list->AddText({min.x - ui::px(4) - ImGui::CalcTextSize(text).x, at}, colours.text_dim, text);
    };
    const float line = ImGui::GetTextLineHeight();
    label(high_, min.y - ui::px(1));
    label(0, axes.y_of(0) - line / 2);
    label(low_, max.y - line);
  }
  list->AddLine({min.x, min.y}, {min.x, max.y}, colours.border, 1);
  list->AddLine({min.x, max.y}, {max.x, max.y}, colours.border, 1);
}

void ChainTrace::draw_points(const Axes& axes) const {
  const ui::Palette& colours = ui::palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  std::vector<ImVec2> way;
  for (const Point& point : points_) way.push_back({axes.x_of(point.half_steps), axes.y_of(point.above)});
  if (way.size() > 1)
    ui::draw_polyline(list, way.data(), static_cast<int>(way.size()), colours.accent, false, ui::px(1.5f));
  list->AddCircleFilled(way.back(), ui::px(3), colours.accent_hovered);
  const auto is_beyond = [&](const Point& point) { return point.above < low_ || point.above > high_; };
  for (std::size_t n = 0; n < way.size(); ++n) {
    if (!is_beyond(points_[n])) continue;
    const bool is_above = points_[n].above > high_;
    const float wing = ui::px(3), down = is_above ? wing * 1.6f : -wing * 1.6f, x = way[n].x;
    const float edge = is_above ? axes.min.y : axes.max.y;
    list->AddTriangleFilled({x - wing, edge + down}, {x + wing, edge + down}, {x, edge}, colours.warning);
  }
  char step[32], now[48];
  std::snprintf(step, sizeof step, "step %.0f", axes.first / 2);
  std::snprintf(now, sizeof now, "now %+.0f\u00a0nats", points_.back().above);
  const float y = axes.max.y + ui::px(3), right = axes.max.x - ImGui::CalcTextSize(now).x;
  list->AddText({right, y}, is_beyond(points_.back()) ? colours.warning : colours.text, now);
  if (axes.min.x + ImGui::CalcTextSize(step).x + ui::px(8) <= right)
    list->AddText({axes.min.x, y}, colours.text_dim, step);
}

}  // namespace lab
