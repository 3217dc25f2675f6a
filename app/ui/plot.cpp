#include "app/ui/plot.hpp"

#include <algorithm>
#include <cmath>

#include "app/ui/plot_parts.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab::ui {
namespace {

/// Room above and below fitted values, as a part of their extent.
constexpr double kHeadroom = 0.06;
/// Where the fitted range is one point: so much to both sides, of its size.
constexpr double kFlatMargin = 0.05;
constexpr double kZoomStep = 1.2;
/// The cursor's way with an arrow key, as a part of the plot's width.
constexpr double kCursorStep = 0.02;
/// The closest zoom shows this part of the data.
constexpr double kClosest = 1e-4;

/// A range of x that is one point begins there: a run of one point goes on to the right.
void widen_x_if_flat(double low, double& high) {
  if (!(low < high)) high = low + std::max(std::abs(low) * kFlatMargin, 1.0);
}

void widen_if_flat(double& low, double& high) {
  if (low < high) return;
  const double margin = std::max(std::abs(low) * kFlatMargin, 1e-6);
  low -= margin;
  high += margin;
}

/// Smallest and largest x of all series and of what is linked to them; false if the series have no points.
bool x_extent(std::span<const Series> series, const PlotRange& x, double& low, double& high) {
  bool found = false;
  for (const Series& s : series) {
    if (s.x.empty()) continue;
    low = found ? std::min(low, s.x.front()) : s.x.front();
    high = found ? std::max(high, s.x.back()) : s.x.back();
    found = true;
  }
  if (x.first <= x.last) {
    low = found ? std::min(low, x.first) : x.first;
    high = found ? std::max(high, x.last) : x.last;
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
  const bool is_negative = axes.log || low < 0;
  widen_if_flat(low, high);
  const double headroom = (high - low) * kHeadroom;
  // What is never negative has no axis below zero.
  axes.y_low = is_negative ? low - headroom : std::max(0.0, low - headroom);
  axes.y_high = high + headroom;
}

/// Brings the axes up to date with what the user did and with the data; false if there is nothing to show.
bool set_ranges(Axes& axes, PlotState& state, PlotRange& x, std::span<const Series> series) {
  double low = 0, high = 1;
  const bool found = x_extent(series, x, low, high);
  if (x.fitted) {
    widen_x_if_flat(low, high);
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

/// Scales the interval [low, high] around `fixed`.
void zoom(double& low, double& high, double fixed, double factor) {
  low = fixed + (low - fixed) * factor;
  high = fixed + (high - fixed) * factor;
}

void zoom_x(PlotRange& x, std::span<const Series> series, double at, double factor) {
  double first = 0, last = 1;
  x_extent(series, x, first, last);
  widen_x_if_flat(first, last);
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
    x.fitted = false;
    x.low -= by;
    x.high -= by;
  }
  if (delta.y != 0 && !state.y.fitted) {
    const double by = static_cast<double>(delta.y / axes.height()) * (axes.y_high - axes.y_low);
    const double low = axes.y_low + by, high = axes.y_high + by;
    state.y = {false, axes.log ? std::pow(10, low) : low, axes.log ? std::pow(10, high) : high};
  }
}

/// With the keyboard's focus: left and right move the cursor, up and down zoom at it, Enter fits.
void handle_keys(const Focus& focus, const Axes& axes, PlotState& state, PlotRange& x, double& cursor,
                 std::span<const Series> series) {
  if (!std::isfinite(state.cursor)) state.cursor = (axes.x_low + axes.x_high) / 2;
  state.cursor = std::clamp(state.cursor + focus.across * kCursorStep * (axes.x_high - axes.x_low),
                            axes.x_low, axes.x_high);
  cursor = state.cursor;
  if (focus.down != 0) zoom_x(x, series, cursor, std::pow(kZoomStep, focus.down));
  if (focus.pressed) x.fitted = state.y.fitted = true;
}

/// Wheel, drag and double click on the plot; the cursor's x for the read-outs.
void handle_mouse(const PlotOptions& options, const Axes& axes, PlotState& state, PlotRange& x,
                  double& cursor, std::span<const Series> series) {
  ImGui::SetCursorScreenPos(axes.min);
  const Focus focus = take_focus(options.id);
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
  draw_focus(focus);
  if (focus.here && !hovered) {
    handle_keys(focus, axes, state, x, cursor, series);
  } else if (hovered) {
    cursor = state.cursor = axes.x_at(io.MousePos.x);
  } else if (cursor == state.cursor) {
    cursor = state.cursor = kNoNumber;  // the mouse left this plot and is on no other
  }
}

/// In the lower right corner, over the marks on the axis: curves that rise or fall to a level leave it free.
void draw_note(const Axes& axes, const char* note, ImDrawList* list) {
  if (*note == '\0') return;
  const ImVec2 text = ImGui::CalcTextSize(note);
  const float left = std::max(axes.min.x, std::floor(axes.max.x - text.x - px(4)));
  draw_fitted(list, {left, std::floor(axes.max.y - text.y - px(9))}, axes.max.x - left, palette().text_dim, note);
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
  const float left = ImGui::CalcTextSize("−0.0000").x + px(6);
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
  if (found) draw_marks(axes, options.marks, state.cursor, list);
  if (found) draw_note(axes, options.note, list);
  if (found) {
    draw_readout(axes, options, state, series, cursor_x, list);
  } else {
    const char* none = *options.note != '\0' ? options.note : "no values yet";
    const ImVec2 text = ImGui::CalcTextSize(none);
    const float at = std::max(axes.min.x, std::floor((axes.min.x + axes.max.x - text.x) / 2));
    draw_fitted(list, {at, std::floor((axes.min.y + axes.max.y - text.y) / 2)}, axes.max.x - at, p.text_faint,
                none);
  }
  pop_font();
  ImGui::SetCursorScreenPos(corner);
  ImGui::Dummy(size);
  ImGui::EndGroup();
  ImGui::PopID();
}

}  // namespace lab::ui
