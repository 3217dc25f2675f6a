#include "app/ui/plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "app/ui/plot_data.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab::ui {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// Room above and below fitted values, as a part of their extent.
constexpr double kHeadroom = 0.06;
/// Where the fitted range is one point: so much to both sides, of its size.
constexpr double kFlatMargin = 0.05;
constexpr double kZoomStep = 1.2;
/// The closest zoom shows this part of the data.
constexpr double kClosest = 1e-4;
constexpr int kMostSeries = 16;

/// Where values lie on the screen in this frame. In logarithmic plots y_low and y_high are exponents of ten.
struct Axes {
  ImVec2 min, max;
  double x_low, x_high, y_low, y_high;
  bool log;

  double scaled(double y) const { return !log ? y : y > 0 ? std::log10(y) : kNaN; }
  float width() const { return max.x - min.x; }
  float height() const { return max.y - min.y; }
  float x_of(double x) const { return min.x + static_cast<float>((x - x_low) / (x_high - x_low)) * width(); }
  float y_of(double y) const {
    // Far outside is as good as just outside, and safe for the rasterizer.
    const double share = std::clamp((scaled(y) - y_low) / (y_high - y_low), -10.0, 11.0);
    return max.y - static_cast<float>(share) * height();
  }
  double x_at(float screen) const {
    return x_low + (x_high - x_low) * static_cast<double>((screen - min.x) / width());
  }
};

// Buffers kept from plot to plot, so that a steady frame allocates nothing.
std::vector<LinePoint> g_points, g_lower, g_upper;
std::vector<ImVec2> g_line;

bool is_hidden(const PlotState& state, std::size_t series) {
  return series < 32 && (state.hidden >> series & 1U) != 0;
}

void widen_if_flat(double& low, double& high) {
  if (low < high) return;
  const double margin = std::max(std::abs(low) * kFlatMargin, 1e-6);
  low -= margin;
  high += margin;
}

/// Smallest and largest x of all series; false if there are no points.
bool x_extent(std::span<const Series> series, double& low, double& high) {
  bool found = false;
  for (const Series& s : series) {
    if (s.x.empty()) continue;
    low = found ? std::min(low, s.x.front()) : s.x.front();
    high = found ? std::max(high, s.x.back()) : s.x.back();
    found = true;
  }
  return found;
}

/// The vertical range of what shows, with a little headroom; in exponents of ten if logarithmic.
void fit_y(std::span<const Series> series, const PlotState& state, Axes& axes) {
  double low = 0, high = 0;
  bool found = false;
  const auto take = [&](const Series& s, std::span<const double> y) {
    double smallest = 0, largest = 0;
    if (y.size() != s.x.size() || !extent(s.x, y, axes.x_low, axes.x_high, axes.log, smallest, largest))
      return;
    low = found ? std::min(low, smallest) : smallest;
    high = found ? std::max(high, largest) : largest;
    found = true;
  };
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (is_hidden(state, i)) continue;
    take(series[i], series[i].y);
    take(series[i], series[i].lower);
    take(series[i], series[i].upper);
  }
  if (!found) low = axes.log ? 0.1 : 0, high = 1;
  if (axes.log) low = std::log10(low), high = std::log10(high);
  widen_if_flat(low, high);
  const double headroom = (high - low) * kHeadroom;
  axes.y_low = low - headroom;
  axes.y_high = high + headroom;
}

/// Brings the axes up to date with what the user did and with the data; false if there is nothing to show.
bool set_ranges(Axes& axes, PlotState& state, PlotRange& x, std::span<const Series> series) {
  double low = 0, high = 1;
  const bool found = x_extent(series, low, high);
  if (x.fitted) {
    widen_if_flat(low, high);
    x.low = low;
    x.high = high;
  }
  axes.x_low = x.low;
  axes.x_high = x.high;
  axes.log = state.log_y;
  if (state.log_y && state.y.low <= 0) state.y.fitted = true;
  if (state.y.fitted) {
    fit_y(series, state, axes);
    state.y.low = axes.log ? std::pow(10, axes.y_low) : axes.y_low;
    state.y.high = axes.log ? std::pow(10, axes.y_high) : axes.y_high;
  } else {
    axes.y_low = axes.scaled(state.y.low);
    axes.y_high = axes.scaled(state.y.high);
  }
  return found;
}

// --- title row ---

/// The last value of a series, NaN if there is none.
double last_value(const Series& series) {
  for (std::size_t i = series.y.size(); i-- > 0;) {
    if (std::isfinite(series.y[i])) return series.y[i];
  }
  return kNaN;
}

/// Of the text of a value: the same for all, so that the legend stands still while they change.
float value_width() {
  push_font(fonts().mono_small);
  const float width = ImGui::CalcTextSize("-0.00000").x;
  pop_font();
  return width;
}

/// The latest value in [left, left + value_width()].
void draw_value(ImDrawList* list, const PlotOptions& options, const Series& series, float left, ImVec2 row,
                bool right_aligned = false) {
  const double value = last_value(series);
  if (!std::isfinite(value)) return;
  char text[32];
  std::snprintf(text, sizeof text, options.y_format, value);
  push_font(fonts().mono_small);
  const float x = right_aligned ? left + value_width() - ImGui::CalcTextSize(text).x : left;
  list->AddText({std::floor(x), std::floor(row.x + (row.y - ImGui::GetFontSize()) / 2 + px(0.5f))},
                ImGui::GetColorU32(palette().text), text);
  pop_font();
}

void draw_sample(ImDrawList* list, const Series& series, ImVec2 left, float length, bool off) {
  const ImU32 colour = ImGui::GetColorU32(off ? palette().text_faint : series.colour);
  const float thickness = px(2);
  if (off) {
    // A ring: switched off shows without colour too.
    list->AddCircle({left.x + length / 2, left.y}, px(3), colour, 12, px(1));
  } else if (series.dashed) {
    const float dash = length * 0.38f;
    list->AddLine(left, {left.x + dash, left.y}, colour, thickness);
    list->AddLine({left.x + length - dash, left.y}, {left.x + length, left.y}, colour, thickness);
  } else {
    list->AddLine(left, {left.x + length, left.y}, colour, thickness);
  }
}

/// Legend entries from `left` to `right`, each a switch, with the latest values where there is room for them;
/// where there is little room the names are shortened.
void draw_legend(const PlotOptions& options, PlotState& state, std::span<const Series> series, float left,
                 float right, ImVec2 row) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Palette& p = palette();
  const auto count = static_cast<float>(series.size());
  const float gap = px(12), sample = px(15), value = value_width() + px(6), room = right - left;
  float names = gap * (count - 1);
  for (const Series& s : series) names += sample + ImGui::CalcTextSize(s.name).x;
  const bool has_values = names + count * value <= room;
  const float needed = names + (has_values ? count * value : 0);
  const float most = (room - gap * (count - 1)) / count;  // of one entry where they do not fit
  if (most < px(12)) return;
  float x = std::max(left, right - needed);
  for (std::size_t i = 0; i < series.size(); ++i) {
    const float name = needed <= room ? ImGui::CalcTextSize(series[i].name).x : most - sample;
    const float width = sample + name + (has_values ? value : 0);
    ImGui::SetCursorScreenPos({x, row.x});
    ImGui::PushID(static_cast<int>(i));
    char id[96];
    std::snprintf(id, sizeof id, "%s.legend.%zu", options.id, i);
    const Focus focus = take_focus(id);
    if (ImGui::InvisibleButton("entry", {width, row.y}) || focus.pressed) state.hidden ^= 1U << i;
    ImGui::PopID();
    const bool hovered = ImGui::IsItemHovered(), off = is_hidden(state, i);
    mark(id, off ? "Shows this curve." : "Hides this curve.");
    draw_focus(focus);
    draw_sample(list, series[i], {x, std::floor(row.x + row.y / 2)}, px(10), off);
    const float text_y = std::floor(row.x + (row.y - ImGui::GetFontSize()) / 2);
    const ImU32 colour = hovered ? p.text : off ? p.text_faint : p.text_dim;
    draw_fitted(list, {x + sample, text_y}, name, ImGui::GetColorU32(colour), series[i].name);
    if (has_values && !off) draw_value(list, options, series[i], x + sample + name + px(6), row);
    x += width + gap;
  }
}

/// The small switch between a linear and a logarithmic axis. Returns its left edge.
float draw_log_switch(const char* id, PlotState& state, float right, ImVec2 row) {
  const Palette& p = palette();
  push_font(fonts().mono_small);
  const ImVec2 text = ImGui::CalcTextSize("log");
  const float width = text.x + px(10), height = std::min(row.y, text.y + px(3));
  const ImVec2 min{right - width, std::floor(row.x + (row.y - height) / 2)}, max{right, min.y + height};
  ImGui::SetCursorScreenPos(min);
  char name[96];
  std::snprintf(name, sizeof name, "%s.log", id);
  const Focus focus = take_focus(name);
  if (ImGui::InvisibleButton("log", {width, height}) || focus.pressed) {
    state.log_y = !state.log_y;
    state.y.fitted = true;
  }
  const bool hovered = ImGui::IsItemHovered();
  draw_focus(focus);
  mark(name, state.log_y
                 ? "Back to a linear axis."
                 : "Logarithmic axis: powers of ten at equal distances; values up to 0 are left out.");
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (state.log_y) list->AddRectFilled(min, max, ImGui::GetColorU32(faded(p.accent, 0.22f)), px(3));
  draw_rect(list, min, max, ImGui::GetColorU32(state.log_y ? p.accent : p.border), px(3), 1);
  const ImU32 colour = state.log_y ? p.accent_hovered : hovered ? p.text : p.text_dim;
  list->AddText({min.x + px(5), std::floor(min.y + (height - text.y) / 2)}, ImGui::GetColorU32(colour),
                "log");
  pop_font();
  return min.x;
}

/// Title, legend and log switch in one line of the small font. Returns its height.
float draw_title_row(const PlotOptions& options, PlotState& state, std::span<const Series> series,
                     ImVec2 corner, float width) {
  push_font(fonts().small);
  const float height = std::floor(ImGui::GetFontSize() + px(6));
  const ImVec2 row{corner.y, height};
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddText({corner.x, std::floor(corner.y + (height - ImGui::GetFontSize()) / 2)},
                ImGui::GetColorU32(palette().text), options.title);
  const float title_end =
      corner.x + (*options.title != '\0' ? ImGui::CalcTextSize(options.title).x + px(14) : 0);
  const float right = draw_log_switch(options.id, state, corner.x + width, row) - px(10);
  if (series.size() > 1) {
    draw_legend(options, state, series, title_end, right, row);
  } else if (series.size() == 1 && title_end + value_width() < right) {
    draw_value(list, options, series[0], right - value_width(), row, true);
  }
  pop_font();
  return height;
}

// --- axes ---

void draw_y_axis(const Axes& axes, ImDrawList* list) {
  const Palette& p = palette();
  const int target = std::max(2, static_cast<int>(axes.height() / px(28)));
  const Ticks ticks = axes.log ? log_ticks(std::pow(10, axes.y_low), std::pow(10, axes.y_high), target)
                               : linear_ticks(axes.y_low, axes.y_high, target);
  const float line = ImGui::GetFontSize();
  for (const double value : ticks.values()) {
    const float y = std::floor(axes.y_of(value));
    list->AddRectFilled({axes.min.x, y}, {axes.max.x, y + 1}, p.grid);
    const NumberText number = tick_text(value, ticks.step);
    // Centred at its line, but inside the plot's height, where nothing else stands.
    const float text_y = std::clamp(std::floor(y - line / 2), axes.min.y - px(2), axes.max.y - line);
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

// --- series ---

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

void draw_line(const Axes& axes, const Series& series, ImDrawList* list) {
  decimate(series.x, series.y, axes.x_low, axes.x_high, std::max(1, static_cast<int>(axes.width())),
           g_points);
  const ImU32 colour = ImGui::GetColorU32(series.colour);
  const float thickness = px(1.5f);
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

/// The area between lower and upper, column by column: no seams, so no anti-aliasing inside.
void draw_band(const Axes& axes, const Series& series, ImDrawList* list) {
  if (series.lower.size() != series.x.size() || series.upper.size() != series.x.size() || series.x.empty())
    return;
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

// --- read-out ---

struct ReadoutRow {
  const char* name;
  ImU32 colour;
  char value[24];
};

/// Fills a row for every series that shows and marks its point; returns their number.
int collect_readout(const Axes& axes, const PlotOptions& options, const PlotState& state,
                    std::span<const Series> series, double cursor, ImDrawList* list,
                    std::array<ReadoutRow, kMostSeries + 1>& rows) {
  int count = 1;
  double nearest = kNaN;
  for (std::size_t i = 0; i < series.size() && count <= kMostSeries; ++i) {
    const Series& s = series[i];
    if (is_hidden(state, i) || s.x.empty() || s.x.size() != s.y.size()) continue;
    const std::size_t at = nearest_point(s.x, cursor);
    if (std::isnan(nearest) || std::abs(s.x[at] - cursor) < std::abs(nearest - cursor)) nearest = s.x[at];
    ReadoutRow& row = rows[static_cast<std::size_t>(count++)];
    row.name = series.size() > 1 ? s.name : "";
    row.colour = s.colour;
    std::snprintf(row.value, sizeof row.value, std::isfinite(s.y[at]) ? options.y_format : "–", s.y[at]);
    const double scaled = axes.scaled(s.y[at]);
    if (!std::isfinite(scaled) || s.x[at] < axes.x_low || s.x[at] > axes.x_high) continue;
    const ImVec2 dot{axes.x_of(s.x[at]), axes.y_of(s.y[at])};
    list->AddCircleFilled(dot, px(4), palette().panel, 12);
    list->AddCircleFilled(dot, px(2.8f), s.colour, 12);
  }
  rows[0] = {options.x_name, 0, ""};
  std::snprintf(rows[0].value, sizeof rows[0].value, "%.6g", std::isnan(nearest) ? cursor : nearest);
  return count;
}

/// Names and values at the cursor, in a small box on the side where the cursor is not.
void draw_readout(const Axes& axes, const PlotOptions& options, const PlotState& state,
                  std::span<const Series> series, double cursor, ImDrawList* list) {
  if (!(cursor >= axes.x_low && cursor <= axes.x_high)) return;
  const Palette& p = palette();
  const float x = std::floor(axes.x_of(cursor));
  list->AddRectFilled({x, axes.min.y}, {x + 1, axes.max.y}, faded(p.text, 0.45f));
  static std::array<ReadoutRow, kMostSeries + 1> rows;
  const int count = collect_readout(axes, options, state, series, cursor, list, rows);

  push_font(fonts().mono_small);
  const float line = ImGui::GetFontSize() + px(3), pad = px(7), dot = px(12);
  float names = 0, values = 0;
  for (int i = 0; i < count; ++i) {
    const ReadoutRow& row = rows[static_cast<std::size_t>(i)];
    names = std::max(names, ImGui::CalcTextSize(row.name).x + (i > 0 ? dot : 0));
    values = std::max(values, ImGui::CalcTextSize(row.value).x);
  }
  const ImVec2 size{2 * pad + names + px(10) + values, 2 * pad + line * static_cast<float>(count) - px(3)};
  const bool at_left = x > (axes.min.x + axes.max.x) / 2;
  const ImVec2 min{std::floor(at_left ? axes.min.x + px(6) : axes.max.x - size.x - px(6)),
                   axes.min.y + px(2)};
  const ImVec2 max{min.x + size.x, min.y + size.y};
  list->AddRectFilled(min, max, faded(p.panel_raised, 0.94f), px(5));
  draw_rect(list, min, max, p.border, px(5), 1);
  for (int i = 0; i < count; ++i) {
    const ReadoutRow& row = rows[static_cast<std::size_t>(i)];
    const float y = std::floor(min.y + pad + line * static_cast<float>(i));
    if (i > 0)
      list->AddCircleFilled({min.x + pad + px(3), y + ImGui::GetFontSize() / 2}, px(3), row.colour, 10);
    list->AddText({min.x + pad + (i > 0 ? dot : 0), y}, p.text_dim, row.name);
    list->AddText({max.x - pad - ImGui::CalcTextSize(row.value).x, y}, p.text, row.value);
  }
  pop_font();
}

// --- mouse ---

/// Scales the interval [low, high] around `fixed`.
void zoom(double& low, double& high, double fixed, double factor) {
  low = fixed + (low - fixed) * factor;
  high = fixed + (high - fixed) * factor;
}

void zoom_x(PlotRange& x, std::span<const Series> series, double at, double factor) {
  double first = 0, last = 1;
  x_extent(series, first, last);
  widen_if_flat(first, last);
  if ((x.high - x.low) * factor < (last - first) * kClosest) return;
  zoom(x.low, x.high, at, factor);
  // Zoomed out over all there is: it follows the data again.
  x.fitted = x.low <= first && x.high >= last && factor > 1;
}

void zoom_y(PlotState& state, const Axes& axes, float mouse_y, double factor) {
  double low = axes.y_low, high = axes.y_high;
  const double share = std::clamp(static_cast<double>((axes.max.y - mouse_y) / axes.height()), 0.0, 1.0);
  zoom(low, high, low + share * (high - low), factor);
  if (!(high - low > 1e-12) || !std::isfinite(high - low)) return;
  state.y = {false, axes.log ? std::pow(10, low) : low, axes.log ? std::pow(10, high) : high};
}

void pan(const Axes& axes, PlotState& state, PlotRange& x, ImVec2 delta) {
  if (delta.x != 0) {
    const double by = static_cast<double>(delta.x / axes.width()) * (axes.x_high - axes.x_low);
    x = {false, x.low - by, x.high - by};
  }
  if (delta.y != 0 && !state.y.fitted) {
    const double by = static_cast<double>(delta.y / axes.height()) * (axes.y_high - axes.y_low);
    const double low = axes.y_low + by, high = axes.y_high + by;
    state.y = {false, axes.log ? std::pow(10, low) : low, axes.log ? std::pow(10, high) : high};
  }
}

/// Wheel, drag and double click on the plot; the cursor's x for the read-outs.
void handle_mouse(const PlotOptions& options, const Axes& axes, PlotState& state, PlotRange& x,
                  double& cursor, std::span<const Series> series) {
  ImGui::SetCursorScreenPos(axes.min);
  ImGui::InvisibleButton("plot", {axes.width(), axes.height()});
  mark(options.id, options.hint, Tip::StatusLineOnly);
  const ImGuiIO& io = ImGui::GetIO();
  const bool hovered = ImGui::IsItemHovered();
  if (hovered && io.MouseWheel != 0) {
    const double factor = std::pow(kZoomStep, -static_cast<double>(io.MouseWheel));
    if (io.KeyShift || io.KeyCtrl) {
      zoom_y(state, axes, io.MousePos.y, factor);
    } else {
      zoom_x(x, series, axes.x_at(io.MousePos.x), factor);
    }
  }
  if (ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, px(3)))
    pan(axes, state, x, io.MouseDelta);
  if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) x.fitted = state.y.fitted = true;
  if (hovered) {
    cursor = state.cursor = axes.x_at(io.MousePos.x);
  } else if (cursor == state.cursor) {
    cursor = state.cursor = kNaN;  // the mouse left this plot and is on no other
  }
}

}  // namespace

void plot(const PlotOptions& options, PlotState& state, PlotRange& x, double& cursor_x,
          std::span<const Series> series) {
  const ImVec2 corner = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  const ImVec2 size{options.size.x > 0 ? options.size.x : room.x,
                    options.size.y > 0 ? options.size.y : room.y};
  ImGui::PushID(options.id);
  ImGui::BeginGroup();
  const float title = draw_title_row(options, state, series, corner, size.x);

  push_font(fonts().mono_small);
  // The same margin in every plot, so that stacked ones share their left edge.
  const float left = ImGui::CalcTextSize("0.0000").x + px(6);
  const float below = options.show_x_labels ? ImGui::GetFontSize() + px(6) : px(4);
  Axes axes{};
  axes.min = {std::floor(corner.x + left), std::floor(corner.y + title + px(4))};
  axes.max = {std::floor(corner.x + std::max(left + px(20), size.x)),
              std::floor(corner.y + std::max(title + px(24), size.y - below))};
  bool found = set_ranges(axes, state, x, series);
  handle_mouse(options, axes, state, x, cursor_x, series);
  found = set_ranges(axes, state, x, series) && found;

  ImDrawList* list = ImGui::GetWindowDrawList();
  const Palette& p = palette();
  if (found) {
    draw_x_axis(axes, list, options.x_name, options.show_x_labels);
    draw_y_axis(axes, list);
  }
  list->AddRectFilled({axes.min.x, axes.max.y}, {axes.max.x, axes.max.y + 1}, p.border);
  list->PushClipRect(axes.min, axes.max, true);
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (!is_hidden(state, i)) draw_band(axes, series[i], list);
  }
  // The first series is the main one and lies on top.
  for (std::size_t i = series.size(); i-- > 0;) {
    if (!is_hidden(state, i)) draw_line(axes, series[i], list);
  }
  list->PopClipRect();
  if (found) {
    draw_readout(axes, options, state, series, cursor_x, list);
  } else {
    const char* none = "no values yet";
    const ImVec2 text = ImGui::CalcTextSize(none);
    list->AddText({std::floor((axes.min.x + axes.max.x - text.x) / 2),
                   std::floor((axes.min.y + axes.max.y - text.y) / 2)},
                  p.text_faint, none);
  }
  pop_font();
  ImGui::SetCursorScreenPos(corner);
  ImGui::Dummy(size);
  ImGui::EndGroup();
  ImGui::PopID();
}

void histogram(const char* id, std::span<const float> bins, double low, double high, double marker,
               ImU32 colour, ImVec2 size, const char* hint) {
  const ImVec2 corner = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  const ImVec2 extent_px{size.x > 0 ? size.x : room.x, size.y > 0 ? size.y : room.y};
  ImGui::PushID(id);
  ImGui::InvisibleButton("bars", {std::max(1.0f, extent_px.x), std::max(1.0f, extent_px.y)});
  ImGui::PopID();
  mark(id, hint, Tip::StatusLineOnly);
  const bool hovered = ImGui::IsItemHovered();

  push_font(fonts().mono_small);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Palette& p = palette();
  const ImVec2 min = corner;
  const ImVec2 max{corner.x + extent_px.x, std::floor(corner.y + extent_px.y - ImGui::GetFontSize() - px(4))};
  const float tallest = bins.empty() ? 0 : std::max(0.0f, *std::ranges::max_element(bins));
  const float step = bins.empty() ? 0 : (max.x - min.x) / static_cast<float>(bins.size());
  const int under_mouse =
      hovered && step > 0 ? static_cast<int>((ImGui::GetIO().MousePos.x - min.x) / step) : -1;
  for (std::size_t i = 0; i < bins.size() && tallest > 0; ++i) {
    if (bins[i] <= 0) continue;
    const float left = std::floor(min.x + step * static_cast<float>(i)),
                right = std::floor(min.x + step * static_cast<float>(i + 1));
    // A single case is seen too: at least one pixel.
    const float top = std::min(max.y - 1, max.y - (max.y - min.y) * bins[i] / tallest);
    const bool lit = static_cast<int>(i) == under_mouse;
    list->AddRectFilled({left, top}, {std::max(left + 1, right - 1), max.y},
                        ImGui::GetColorU32(lit ? colour : faded(colour, 0.75f)));
  }
  list->AddRectFilled({min.x, max.y}, {max.x, max.y + 1}, p.border);
  if (std::isfinite(marker) && high > low) {
    const float share = static_cast<float>(std::clamp((marker - low) / (high - low), 0.0, 1.0));
    const float at = std::floor(min.x + share * (max.x - min.x - 1));
    list->AddRectFilled({at, min.y}, {at + std::max(1.0f, px(1)), max.y}, p.text);
    list->AddTriangleFilled({at - px(3.5f), min.y}, {at + px(4.5f), min.y}, {at + px(0.5f), min.y + px(5)},
                            p.text);
  }
  const double width = high - low;
  const NumberText first = tick_text(low, width / 100), last = tick_text(high, width / 100);
  list->AddText({min.x, max.y + px(3)}, p.text_faint, first.text);
  list->AddText({max.x - ImGui::CalcTextSize(last.text).x, max.y + px(3)}, p.text_faint, last.text);
  if (under_mouse >= 0 && static_cast<std::size_t>(under_mouse) < bins.size()) {
    const double bin = width / static_cast<double>(bins.size());
    char text[64];
    std::snprintf(text, sizeof text, "%.3g … %.3g: %g", low + bin * under_mouse,
                  low + bin * (under_mouse + 1),
                  static_cast<double>(bins[static_cast<std::size_t>(under_mouse)]));
    list->AddText({std::floor((min.x + max.x - ImGui::CalcTextSize(text).x) / 2), max.y + px(3)}, p.text_dim,
                  text);
  }
  pop_font();
}

std::vector<double> nice_ticks(double low, double high, int target) {
  const Ticks ticks = linear_ticks(low, high, target);
  return {ticks.at.begin(), ticks.at.begin() + static_cast<std::ptrdiff_t>(ticks.count)};
}

}  // namespace lab::ui
