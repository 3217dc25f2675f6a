#include "app/ui/plot.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab::ui {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool is_hidden(const PlotState& state, std::size_t series) {
  return state.hidden >> series & 1u;
}

double to_axis(double value, bool log) {
  return log ? (value > 0 ? std::log10(value) : kNaN) : value;
}

/// Smallest interval that holds all finite values of the shown series; false if there is none.
bool extent_x(std::span<const Series> series, double* low, double* high) {
  *low = std::numeric_limits<double>::infinity();
  *high = -*low;
  for (const Series& s : series) {
    if (s.x.empty()) continue;
    *low = std::min(*low, s.x.front());
    *high = std::max(*high, s.x.back());
  }
  return *low <= *high;
}

void extent_y(std::span<const Series> series, const PlotState& state, double x_low, double x_high,
              double* low, double* high) {
  *low = std::numeric_limits<double>::infinity();
  *high = -*low;
  for (std::size_t k = 0; k < series.size(); ++k) {
    if (is_hidden(state, k)) continue;
    const Series& s = series[k];
    for (std::size_t i = 0; i < s.x.size(); ++i) {
      if (s.x[i] < x_low || s.x[i] > x_high) continue;
      for (const double value :
           {s.y[i], s.lower.empty() ? s.y[i] : s.lower[i], s.upper.empty() ? s.y[i] : s.upper[i]}) {
        const double y = to_axis(value, state.log_y);
        if (std::isfinite(y)) *low = std::min(*low, y), *high = std::max(*high, y);
      }
    }
  }
  if (!(*low <= *high)) *low = 0, *high = 1;
  double margin = 0.06 * (*high - *low);
  if (margin <= 0) margin = std::max(1e-12, std::abs(*high) * 0.05 + (*high == 0 ? 1 : 0));
  *low -= margin;
  *high += margin;
}

struct Frame {
  ImVec2 min, max;
  double x_low, x_high, y_low, y_high;
  bool log;
  float sx(double x) const {
    return min.x + static_cast<float>((x - x_low) / (x_high - x_low)) * (max.x - min.x);
  }
  float sy(double axis) const {
    return max.y - static_cast<float>((axis - y_low) / (y_high - y_low)) * (max.y - min.y);
  }
  double data_x(float screen) const {
    return x_low + (x_high - x_low) * static_cast<double>((screen - min.x) / (max.x - min.x));
  }
};

void format_number(char* out, std::size_t size, const char* format, double value) {
  std::snprintf(out, size, format, value);
}

void format_x(char* out, std::size_t size, double x) {
  if (std::abs(x) >= 1e6)
    std::snprintf(out, size, "%.3gM", x / 1e6);
  else if (std::abs(x) >= 1e4)
    std::snprintf(out, size, "%.3gk", x / 1e3);
  else
    std::snprintf(out, size, "%.5g", x);
}

void draw_grid(const Frame& f, const PlotOptions& options, ImDrawList* list) {
  const Palette& p = palette();
  char label[48];
  push_font(fonts().mono_small);
  const float line = ImGui::GetFontSize();
  const int y_target = std::max(2, static_cast<int>((f.max.y - f.min.y) / px(34)));
  for (const double tick : nice_ticks(f.y_low, f.y_high, y_target)) {
    if (tick < f.y_low || tick > f.y_high) continue;
    const float y = std::floor(f.sy(tick)) + 0.5f;
    list->AddLine({f.min.x, y}, {f.max.x, y}, p.grid);
    format_number(label, sizeof label, options.y_format, f.log ? std::pow(10, tick) : tick);
    const float width = ImGui::CalcTextSize(label).x;
    list->AddText({f.min.x - width - px(6), std::floor(y - line / 2)}, p.text_faint, label);
  }
  const int x_target = std::max(2, static_cast<int>((f.max.x - f.min.x) / px(76)));
  for (const double tick : nice_ticks(f.x_low, f.x_high, x_target)) {
    if (tick < f.x_low || tick > f.x_high) continue;
    const float x = std::floor(f.sx(tick)) + 0.5f;
    list->AddLine({x, f.min.y}, {x, f.max.y}, p.grid);
    if (!options.show_x_labels) continue;
    format_x(label, sizeof label, tick);
    const float width = ImGui::CalcTextSize(label).x;
    const float left = std::clamp(x - width / 2, f.min.x, std::max(f.min.x, f.max.x - width));
    list->AddText({std::floor(left), f.max.y + px(3)}, p.text_faint, label);
  }
  pop_font();
}

/// One polyline per gap-free run; several points of a pixel column become its minimum and maximum.
void draw_series(const Series& s, const Frame& f, ImDrawList* list) {
  static std::vector<ImVec2> points;  // kept from frame to frame
  const auto flush = [&] {
    if (points.size() > 1)
      draw_polyline(list, points.data(), static_cast<int>(points.size()), s.colour, false, px(1.5f));
    if (points.size() == 1 || s.markers) {
      for (const ImVec2& point : points) list->AddCircleFilled(point, px(2.2f), s.colour);
    }
    points.clear();
  };
  if (!s.lower.empty()) {
    for (std::size_t i = 1; i < s.x.size(); ++i) {
      const double a = to_axis(s.lower[i - 1], f.log), b = to_axis(s.upper[i - 1], f.log),
                   c = to_axis(s.upper[i], f.log), d = to_axis(s.lower[i], f.log);
      if (!std::isfinite(a + b + c + d)) continue;
      list->AddQuadFilled({f.sx(s.x[i - 1]), f.sy(a)}, {f.sx(s.x[i - 1]), f.sy(b)}, {f.sx(s.x[i]), f.sy(c)},
                          {f.sx(s.x[i]), f.sy(d)}, faded(s.colour, 0.22f));
    }
  }
  int column = std::numeric_limits<int>::min();
  float low = 0, high = 0;
  const auto close_column = [&] {
    if (column == std::numeric_limits<int>::min()) return;
    points.push_back({static_cast<float>(column), high});
    if (low != high) points.push_back({static_cast<float>(column), low});
  };
  for (std::size_t i = 0; i < s.x.size(); ++i) {
    const double y = to_axis(s.y[i], f.log);
    if (!std::isfinite(y)) {
      close_column();
      column = std::numeric_limits<int>::min();
      flush();
      continue;
    }
    const float sx = std::clamp(f.sx(s.x[i]), f.min.x - 1e5f, f.max.x + 1e5f),
                sy = std::clamp(f.sy(y), f.min.y - 1e5f, f.max.y + 1e5f);
    const int here = static_cast<int>(std::lround(sx));
    if (here == column) {
      low = std::min(low, sy);
      high = std::max(high, sy);
    } else {
      close_column();
      column = here;
      low = high = sy;
    }
  }
  close_column();
  flush();
}

std::size_t nearest(std::span<const double> x, double at) {
  const auto upper = std::lower_bound(x.begin(), x.end(), at);
  if (upper == x.begin()) return 0;
  if (upper == x.end()) return x.size() - 1;
  const auto i = static_cast<std::size_t>(upper - x.begin());
  return at - x[i - 1] < x[i] - at ? i - 1 : i;
}

void draw_cursor(const PlotOptions& options, const PlotState& state, std::span<const Series> series,
                 const Frame& f, double at, ImDrawList* list) {
  const Palette& p = palette();
  const float x = std::floor(f.sx(at)) + 0.5f;
  if (x < f.min.x || x > f.max.x) return;
  list->AddLine({x, f.min.y}, {x, f.max.y}, faded(p.text, 0.35f));
  char text[64], number[40];
  push_font(fonts().mono_small);
  const float line = ImGui::GetFontSize() + px(2);
  float width = 0;
  int rows = 1;
  format_x(number, sizeof number, at);
  std::snprintf(text, sizeof text, "%s %s", options.x_name, number);
  width = ImGui::CalcTextSize(text).x;
  for (std::size_t k = 0; k < series.size(); ++k) {
    const Series& s = series[k];
    if (is_hidden(state, k) || s.x.empty()) continue;
    const std::size_t i = nearest(s.x, at);
    if (!std::isfinite(s.y[i])) continue;
    const double axis = to_axis(s.y[i], f.log);
    if (std::isfinite(axis)) list->AddCircleFilled({f.sx(s.x[i]), f.sy(axis)}, px(3), s.colour);
    char value[96];
    format_number(number, sizeof number, options.y_format, s.y[i]);
    std::snprintf(value, sizeof value, "%s %s", number, s.name);
    width = std::max(width, ImGui::CalcTextSize(value).x + px(12));
    ++rows;
  }
  const ImVec2 size{width + px(12), line * static_cast<float>(rows) + px(8)};
  const bool left = x + size.x + px(10) > f.max.x;
  const ImVec2 a{std::max(f.min.x, left ? x - size.x - px(8) : x + px(8)), f.min.y + px(4)};
  list->AddRectFilled(a, {a.x + size.x, a.y + size.y}, faded(p.panel_raised, 0.94f), px(4));
  draw_rect(list, a, {a.x + size.x, a.y + size.y}, p.border, px(4), 1);
  float y = a.y + px(4);
  list->AddText({a.x + px(6), y}, p.text_dim, text);
  for (std::size_t k = 0; k < series.size(); ++k) {
    const Series& s = series[k];
    if (is_hidden(state, k) || s.x.empty()) continue;
    const std::size_t i = nearest(s.x, at);
    if (!std::isfinite(s.y[i])) continue;
    y += line;
    list->AddCircleFilled({a.x + px(9), y + line / 2 - px(1)}, px(3), s.colour);
    char value[96];
    format_number(number, sizeof number, options.y_format, s.y[i]);
    std::snprintf(value, sizeof value, "%s %s", number, s.name);
    list->AddText({a.x + px(18), y}, p.text, value);
  }
  pop_font();
}

/// Title left, legend entries that switch their series, and the log button right.
void draw_title_row(const PlotOptions& options, PlotState& state, std::span<const Series> series,
                    float width) {
  const ImVec2 start = ImGui::GetCursorPos();
  ImGui::AlignTextToFramePadding();
  ImGui::TextUnformatted(options.title);
  mark(std::string(options.id) + ".title", options.hint);
  float x = start.x + ImGui::CalcTextSize(options.title).x + px(12);
  push_font(fonts().small);
  const float log_width = ImGui::CalcTextSize("log").x + px(10);
  if (series.size() > 1) {
    for (std::size_t k = 0; k < series.size(); ++k) {
      const float entry = ImGui::CalcTextSize(series[k].name).x + px(18);
      if (x + entry > start.x + width - log_width - px(4)) break;
      ImGui::SetCursorPos({x, start.y});
      const std::string id = std::string(options.id) + ".legend." + series[k].name;
      if (ImGui::InvisibleButton(id.c_str(), {entry, ImGui::GetFrameHeight()})) state.hidden ^= 1u << k;
      mark(id, "Click to show or hide this curve.");
      const bool off = is_hidden(state, k);
      const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
      ImDrawList* list = ImGui::GetWindowDrawList();
      const float y = std::floor((min.y + max.y) / 2);
      list->AddRectFilled({min.x, y - px(1)}, {min.x + px(10), y + px(1.5f)},
                          off ? palette().text_faint : series[k].colour);
      list->AddText({min.x + px(14), std::floor(y - ImGui::GetFontSize() / 2)},
                    off ? palette().text_faint : palette().text_dim, series[k].name);
      x += entry + px(4);
    }
  }
  ImGui::SetCursorPos({start.x + width - log_width, start.y});
  const std::string log_id = std::string(options.id) + ".log";
  if (ImGui::InvisibleButton(log_id.c_str(), {log_width, ImGui::GetFrameHeight()}))
    state.log_y = !state.log_y, state.y.fitted = true;
  mark(log_id, "Switches between a linear and a logarithmic axis.");
  const ImVec2 min = ImGui::GetItemRectMin();
  ImGui::GetWindowDrawList()->AddText(
      {min.x + px(5), std::floor(min.y + (ImGui::GetFrameHeight() - ImGui::GetFontSize()) / 2)},
      state.log_y ? palette().accent_hovered : palette().text_faint, "log");
  pop_font();
}

void navigate(const Frame& f, PlotState& state, PlotRange& x, bool hovered, bool active) {
  const ImGuiIO& io = ImGui::GetIO();
  if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    x.fitted = state.y.fitted = true;
    return;
  }
  if (hovered && io.MouseWheel != 0) {
    const double factor = std::pow(0.85, static_cast<double>(io.MouseWheel)),
                 centre = f.data_x(io.MousePos.x);
    x = {false, centre + (f.x_low - centre) * factor, centre + (f.x_high - centre) * factor};
  }
  if (active && ImGui::IsMouseDragging(ImGuiMouseButton_Left, px(3))) {
    const double dx = static_cast<double>(io.MouseDelta.x / (f.max.x - f.min.x)) * (f.x_high - f.x_low);
    const double dy = static_cast<double>(io.MouseDelta.y / (f.max.y - f.min.y)) * (f.y_high - f.y_low);
    x = {false, f.x_low - dx, f.x_high - dx};
    if (dy != 0) state.y = {false, f.y_low + dy, f.y_high + dy};
  }
}

}  // namespace

std::vector<double> nice_ticks(double low, double high, int target) {
  std::vector<double> ticks;
  if (!(high > low) || target < 1 || !std::isfinite(high - low)) return ticks;
  const double raw = (high - low) / target, power = std::pow(10.0, std::floor(std::log10(raw)));
  const double fraction = raw / power;
  const double step = power * (fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10);
  for (double i = std::ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; ++i)
    ticks.push_back(i == 0 ? 0.0 : i * step);
  return ticks;
}

void plot(const PlotOptions& options, PlotState& state, PlotRange& x, double& cursor_x,
          std::span<const Series> series) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const ImVec2 size{options.size.x > 0 ? options.size.x : room.x,
                    options.size.y > 0 ? options.size.y : room.y};
  ImGui::BeginGroup();
  const ImVec2 start = ImGui::GetCursorPos();
  draw_title_row(options, state, series, size.x);
  ImGui::SetCursorPos({start.x, start.y + ImGui::GetFrameHeight()});
  const float left = px(52), below = options.show_x_labels ? px(18) : px(4);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  Frame f{{std::floor(origin.x + left), std::floor(origin.y + px(4))},
          {std::floor(origin.x + size.x - px(4)),
           std::floor(origin.y + size.y - ImGui::GetFrameHeight() - below)},
          0,
          1,
          0,
          1,
          state.log_y};
  f.max.x = std::max(f.max.x, f.min.x + 8);
  f.max.y = std::max(f.max.y, f.min.y + 8);
  ImGui::SetCursorScreenPos(f.min);
  ImGui::InvisibleButton(options.id, {f.max.x - f.min.x, f.max.y - f.min.y});
  mark(options.id);
  const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();

  double data_low = 0, data_high = 1;
  const bool any = extent_x(series, &data_low, &data_high);
  f.x_low = x.fitted ? data_low : x.low;
  f.x_high = x.fitted ? data_high : x.high;
  if (!(f.x_high > f.x_low)) f.x_high = f.x_low + 1;
  if (state.y.fitted)
    extent_y(series, state, f.x_low, f.x_high, &f.y_low, &f.y_high);
  else
    f.y_low = state.y.low, f.y_high = state.y.high;

  ImDrawList* list = ImGui::GetWindowDrawList();
  const Palette& p = palette();
  if (any) {
    draw_grid(f, options, list);
    list->PushClipRect(f.min, f.max, true);
    for (std::size_t k = 0; k < series.size(); ++k) {
      if (!is_hidden(state, k)) draw_series(series[k], f, list);
    }
    list->PopClipRect();
    if (hovered) cursor_x = f.data_x(ImGui::GetIO().MousePos.x);
    if (std::isfinite(cursor_x)) draw_cursor(options, state, series, f, cursor_x, list);
    navigate(f, state, x, hovered, active);
  } else {
    push_font(fonts().small);
    const char* nothing = "The first point comes with the first updates.";
    const ImVec2 text = ImGui::CalcTextSize(nothing);
    list->AddText({std::floor((f.min.x + f.max.x - text.x) / 2), std::floor((f.min.y + f.max.y) / 2)},
                  p.text_faint, nothing);
    pop_font();
  }
  list->AddLine({f.min.x + 0.5f, f.min.y}, {f.min.x + 0.5f, f.max.y}, p.border);
  list->AddLine({f.min.x, f.max.y + 0.5f}, {f.max.x, f.max.y + 0.5f}, p.border);
  ImGui::SetCursorPos({start.x, start.y + size.y});
  ImGui::Dummy({size.x, 0});
  ImGui::EndGroup();
}

void histogram(const char* id, std::span<const float> bins, double low, double high, double marker,
               ImU32 colour, ImVec2 size, const char* hint) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const ImVec2 area{std::max(8.0f, size.x > 0 ? size.x : room.x),
                    std::max(8.0f, size.y > 0 ? size.y : room.y)};
  ImGui::InvisibleButton(id, area);
  mark(id, hint);
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Palette& p = palette();
  list->AddLine({min.x, max.y - 0.5f}, {max.x, max.y - 0.5f}, p.border);
  float top = 0;
  for (const float bin : bins) top = std::max(top, bin);
  if (top > 0) {
    const float width = area.x / static_cast<float>(bins.size());
    for (std::size_t i = 0; i < bins.size(); ++i) {
      if (bins[i] <= 0) continue;
      const float x = min.x + width * static_cast<float>(i);
      const float height = std::max(1.0f, bins[i] / top * (area.y - px(2)));
      list->AddRectFilled(
          {std::floor(x), max.y - height},
          {std::max(std::floor(x) + 1, std::floor(x + width) - (width > 3 ? 1.0f : 0.0f)), max.y}, colour);
    }
  }
  if (std::isfinite(marker) && high > low) {
    const float x = min.x + static_cast<float>(std::clamp((marker - low) / (high - low), 0.0, 1.0)) * area.x;
    list->AddLine({x, min.y}, {x, max.y}, p.text, px(1.5f));
  }
}

}  // namespace lab::ui
