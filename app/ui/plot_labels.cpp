// What a plot says in words and numbers: title, legend, read-out.
#include "app/ui/plot_parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab::ui {
namespace {

constexpr int kMostSeries = 16;

/// The last value of a series, NaN if there is none.
double last_value(const Series& series) {
  for (std::size_t i = series.y.size(); i-- > 0;) {
    if (std::isfinite(series.y[i])) return series.y[i];
  }
  return kNoNumber;
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
  } else if (series.bars) {
    // As it stands in the plot: a dot on a bar.
    const float x = std::floor(left.x + length / 2), reach = px(4);
    list->AddLine({x, left.y - reach}, {x, left.y + reach}, colour, px(1));
    list->AddCircleFilled({x, left.y}, px(2.4f), colour, 12);
  } else if (series.dashed) {
    const float dash = length * 0.38f;
    list->AddLine(left, {left.x + dash, left.y}, colour, thickness);
    list->AddLine({left.x + length - dash, left.y}, {left.x + length, left.y}, colour, thickness);
  } else {
    list->AddLine(left, {left.x + length, left.y}, colour, thickness);
  }
}

/// Of names that do not fit into `room` side by side, the width at which the longer ones are cut.
float longest_name(std::span<const Series> series, float room) {
  float longest = room;
  for (std::size_t pass = 0; pass < series.size(); ++pass) {
    float left = room;
    int longer = 0;
    for (const Series& s : series) {
      const float width = ImGui::CalcTextSize(s.name).x;
      const bool is_cut = width > longest || pass == 0;
      if (!is_cut) left -= width;
      longer += is_cut;
    }
    if (longer == 0) break;
    longest = left / static_cast<float>(longer);
  }
  return longest;
}

/// Legend entries from `left` to `right`, each a switch, with the latest values where there is room for them;
/// where there is little room the names are shortened.
void draw_legend(const PlotOptions& options, PlotState& state, std::span<const Series> series, float left,
                 float right, ImVec2 row) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Palette& p = palette();
  const auto count = static_cast<float>(series.size());
  const float gap = px(12), sample = px(15), room = right - left;
  // What stands only at some points is not what holds now.
  const auto value_of = [value = value_width() + px(6)](const Series& s) { return s.bars ? 0 : value; };
  float names = gap * (count - 1), values = 0;
  for (const Series& s : series) {
    names += sample + ImGui::CalcTextSize(s.name).x;
    values += value_of(s);
  }
  const bool has_values = names + values <= room;
  const float needed = names + (has_values ? values : 0);
  const float most = longest_name(series, room - gap * (count - 1) - sample * count);
  if (most < px(4)) return;
  float x = std::max(left, right - needed);
  for (std::size_t i = 0; i < series.size(); ++i) {
    const float whole = ImGui::CalcTextSize(series[i].name).x, name = needed <= room ? whole : std::min(whole, most);
    const bool has_value = has_values && !series[i].bars;
    const float width = sample + name + (has_value ? value_of(series[i]) : 0);
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
    if (has_value && !off) draw_value(list, options, series[i], x + sample + name + px(6), row);
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

struct ReadoutRow {
  const char* name;
  ImU32 colour;
  char value[40];
};

/// The value at a point, or the ends of its bar.
void tell_value(const PlotOptions& options, const Series& s, std::size_t at, ReadoutRow& row) {
  if (!std::isfinite(s.y[at])) {
    std::snprintf(row.value, sizeof row.value, "–");
  } else if (s.bars && at < s.lower.size() && at < s.upper.size()) {
    char low[16], high[16];
    std::snprintf(low, sizeof low, options.y_format, s.lower[at]);
    std::snprintf(high, sizeof high, options.y_format, s.upper[at]);
    std::snprintf(row.value, sizeof row.value, "%s … %s", low, high);
  } else {
    std::snprintf(row.value, sizeof row.value, options.y_format, s.y[at]);
  }
}

/// Fills a row for every series that shows and marks its point; returns their number.
int collect_readout(const Axes& axes, const PlotOptions& options, const PlotState& state,
                    std::span<const Series> series, double cursor, ImDrawList* list,
                    std::array<ReadoutRow, kMostSeries + 1>& rows) {
  int count = 1;
  double nearest = kNoNumber;
  for (std::size_t i = 0; i < series.size() && count <= kMostSeries; ++i) {
    const Series& s = series[i];
    if (is_hidden(state, i) || s.x.empty() || s.x.size() != s.y.size()) continue;
    const std::size_t at = nearest_point(s.x, cursor);
    if (std::isnan(nearest) || std::abs(s.x[at] - cursor) < std::abs(nearest - cursor)) nearest = s.x[at];
    ReadoutRow& row = rows[static_cast<std::size_t>(count++)];
    row.name = !s.notes.empty() ? s.notes[at].c_str() : series.size() > 1 ? s.name : "";
    row.colour = s.colour;
    tell_value(options, s, at, row);
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

}  // namespace

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
  const float end = corner.x + width;
  const float right = options.has_log ? draw_log_switch(options.id, state, end, row) - px(10) : end;
  if (series.size() > 1) {
    draw_legend(options, state, series, title_end, right, row);
  } else if (series.size() == 1 && title_end + value_width() < right) {
    draw_value(list, options, series[0], right - value_width(), row, true);
  }
  pop_font();
  return height;
}

void draw_marks(const Axes& axes, std::span<const PlotMark> marks, double cursor, ImDrawList* list) {
  const Palette& p = palette();
  const float half = px(4), height = px(7), near = px(5);
  std::string said;
  for (const PlotMark& mark : marks) {
    if (mark.x < axes.x_low || mark.x > axes.x_high) continue;
    const float x = std::floor(axes.x_of(mark.x)) + 0.5f;
    const bool is_near = std::abs(axes.x_of(cursor) - x) <= near;  // false without a cursor
    if (is_near) {
      list->AddLine({x, axes.min.y}, {x, axes.max.y}, faded(p.warning, 0.7f), px(1));
      said += (said.empty() ? "" : "\n") + mark.text;
    }
    list->AddTriangleFilled({x - half, axes.max.y}, {x, axes.max.y - height}, {x + half, axes.max.y},
                            p.warning);
  }
  if (said.empty()) return;
  push_font(fonts().small);
  ImGui::SetTooltip("%s", said.c_str());
  pop_font();
}

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

}  // namespace lab::ui
