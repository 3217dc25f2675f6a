// The axes, lines and bands of a plot.
#include "app/ui/plot_parts.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "app/ui/theme.hpp"

namespace lab::ui {
namespace {

// Buffers kept from plot to plot, so that a steady frame allocates nothing.
std::vector<LinePoint> g_points;
std::vector<ImVec2> g_line;

/// The collected vertices as one anti-aliased line.
void flush_line(ImDrawList* list, ImU32 colour, float thickness) {
  if (g_line.size() > 1)
    draw_polyline(list, g_line.data(), static_cast<int>(g_line.size()), colour, false, thickness);
  g_line.clear();
}

/// Adds a vertex; where the line turns back on itself it is broken in two, because mitred joints of sharp
/// zigzags would stick out.
void add_vertex(ImDrawList* list, ImVec2 p, ImU32 colour, float thickness) {
  if (!g_line.empty()) {
    const ImVec2 last = g_line.back();
    const float dx = p.x - last.x, dy = p.y - last.y;
    if (dx * dx + dy * dy < 0.04f) return;
    if (g_line.size() > 1) {
      const ImVec2 before = g_line[g_line.size() - 2];
      const float ex = last.x - before.x, ey = last.y - before.y;
      if (dx * ex + dy * ey < 0) {
        flush_line(list, colour, thickness);
        g_line.push_back(last);
      }
    }
  }
  g_line.push_back(p);
}

/// A dashed line along g_line.
void flush_dashes(ImDrawList* list, ImU32 colour, float thickness) {
  const float on = px(5), period = px(8);
  float phase = 0;
  for (std::size_t i = 1; i < g_line.size(); ++i) {
    const ImVec2 a = g_line[i - 1], b = g_line[i];
    const float length = std::hypot(b.x - a.x, b.y - a.y);
    float at = 0;
    while (at < length) {
      const float left_in_part = phase < on ? on - phase : period - phase;
      const float to = std::min(length, at + left_in_part);
      if (phase < on) {
        const float s = at / length, t = to / length;
        list->AddLine({a.x + (b.x - a.x) * s, a.y + (b.y - a.y) * s},
                      {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t}, colour, thickness);
      }
      phase += to - at;
      if (phase >= period - 1e-3f) phase = 0;
      at = to;
    }
  }
  g_line.clear();
}

}  // namespace

void draw_y_axis(const Axes& axes, ImDrawList* list) {
  const Palette& p = palette();
  const int target = std::max(2, static_cast<int>(axes.height() / px(28)));
  const Ticks ticks = axes.log ? log_ticks(std::pow(10, axes.y_low), std::pow(10, axes.y_high), target)
                               : linear_ticks(axes.y_low, axes.y_high, target);
  const float line = ImGui::GetFontSize();
  float last = -1e9f;  // of the labels
  for (const double value : ticks.values()) {
    const float y = std::floor(axes.y_of(value));
    list->AddRectFilled({axes.min.x, y}, {axes.max.x, y + 1}, p.grid);
    const NumberText number = tick_text(value, ticks.step);
    // Centred at its line, but inside the plot's height, where nothing else stands.
    const float text_y = std::clamp(std::floor(y - line / 2), axes.min.y - px(2), axes.max.y - line);
    if (std::abs(text_y - last) < line) continue;
    last = text_y;
    list->AddText({axes.min.x - px(6) - ImGui::CalcTextSize(number.text).x, text_y}, p.text_faint,
                  number.text);
  }
}

void draw_x_axis(const Axes& axes, ImDrawList* list, const char* name, bool labels) {
  const Palette& p = palette();
  const Ticks ticks =
      linear_ticks(axes.x_low, axes.x_high, std::max(2, static_cast<int>(axes.width() / px(72))));
  push_font(fonts().small);
  const float name_width = ImGui::CalcTextSize(name).x;
  const float name_y = axes.max.y + px(4);
  if (labels) list->AddText({axes.max.x - name_width, name_y}, p.text_faint, name);
  pop_font();
  float free_from = axes.min.x - px(20);
  const float free_to = axes.max.x - name_width - px(8);
  for (const double value : ticks.values()) {
    const float x = std::floor(axes.x_of(value));
    list->AddRectFilled({x, axes.min.y}, {x + 1, axes.max.y}, p.grid);
    if (!labels) continue;
    const NumberText number = tick_text(value, ticks.step);
    const float width = ImGui::CalcTextSize(number.text).x;
    const float left = std::max(std::floor(x - width / 2), axes.min.x - px(20));
    if (left < free_from || left + width > free_to) continue;
    list->AddText({left, axes.max.y + px(4)}, p.text_faint, number.text);
    free_from = left + width + px(8);
  }
}

void draw_line(const Axes& axes, const Series& series, ImDrawList* list) {
  decimate(series.x, series.y, axes.x_low, axes.x_high, std::max(1, static_cast<int>(axes.width())),
           g_points);
  const ImU32 colour = ImGui::GetColorU32(series.colour);
  const float thickness = px(series.thin ? 1.0f : 1.5f);
  const auto flush = [&] {
    series.dashed ? flush_dashes(list, colour, thickness) : flush_line(list, colour, thickness);
  };
  for (const LinePoint& point : g_points) {
    const double y = axes.scaled(point.y);
    if (!std::isfinite(y)) {
      flush();
      continue;
    }
    const ImVec2 at{axes.min.x + point.column, axes.y_of(point.y)};
    series.dashed ? g_line.push_back(at) : add_vertex(list, at, colour, thickness);
  }
  flush();
  if (!series.markers) return;
  for (const LinePoint& point : g_points) {
    if (std::isfinite(axes.scaled(point.y)))
      list->AddCircleFilled({axes.min.x + point.column, axes.y_of(point.y)}, px(2.5f), colour, 10);
  }
}

/// A bar from lower to upper at every point that has both.
void draw_bars(const Axes& axes, const Series& series, ImDrawList* list) {
  const ImU32 colour = ImGui::GetColorU32(faded(series.colour, 0.45f));
  const float half = px(2);
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (!std::isfinite(axes.scaled(series.lower[i])) || !std::isfinite(axes.scaled(series.upper[i])))
      continue;
    const float x = axes.x_of(series.x[i]), top = axes.y_of(series.upper[i]),
                bottom = axes.y_of(series.lower[i]);
    if (x < axes.min.x || x > axes.max.x) continue;
    list->AddRectFilled({x - half, top - px(0.5f)}, {x + half, bottom + px(0.5f)}, colour);
  }
}

/// The area between lower and upper, column by column: no seams, so no anti-aliasing inside.
void draw_band(const Axes& axes, const Series& series, ImDrawList* list) {
  if (series.lower.size() != series.x.size() || series.upper.size() != series.x.size() || series.x.empty())
    return;
  if (series.bars) return draw_bars(axes, series, list);
  const ImU32 colour = ImGui::GetColorU32(faded(series.colour, 0.18f));
  const ImDrawListFlags flags = list->Flags;
  list->Flags &= ~ImDrawListFlags_AntiAliasedFill;
  const auto value_at = [&](std::span<const double> y, std::size_t i) {
    return axes.log && !(y[i] > 0) ? axes.max.y : axes.y_of(y[i]);
  };
  std::size_t last = series.x.size();
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    if (!std::isfinite(series.lower[i]) || !std::isfinite(series.upper[i])) {
      last = series.x.size();
      continue;
    }
    if (last < i) {
      const float a = axes.x_of(series.x[last]), b = axes.x_of(series.x[i]);
      // Points closer than half a pixel add nothing to see.
      if (b - a < 0.5f && i + 1 < series.x.size()) continue;
      if (b >= axes.min.x && a <= axes.max.x) {
        list->AddQuadFilled({a, value_at(series.lower, last)}, {a, value_at(series.upper, last)},
                            {b, value_at(series.upper, i)}, {b, value_at(series.lower, i)}, colour);
      }
    }
    last = i;
  }
  list->Flags = flags;
}

}  // namespace lab::ui
