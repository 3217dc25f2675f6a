// A line plot: pan (drag), zoom (wheel, at the pointer; with Shift the other axis), double click to fit,
// hover read-out, log axis, legend toggles, bands, min/max decimation to the pane's width. No ImGui plotting
// library builds across the supported versions, so it is our own. UI thread only.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "app/ui/imgui.hpp"

namespace lab::ui {

/// In place of a number that is not there: a gap in a line, no cursor.
inline constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

/// x is ascending.
struct Series {
  const char* name = "";
  ImU32 colour = 0;
  std::span<const double> x{}, y{};          // same length; NaN in y is a gap
  std::span<const double> lower{}, upper{};  // optional band around y, same length as x
  bool markers = false;                      // a dot at each point (few points)
  bool dashed = false;
  bool thin = false;
  bool bars = false;  // the band stands at its points and not between them; the read-out tells its ends
  std::span<const std::string>
      notes{};  // in place of the name in the read-out, same length as x where there are any
};

/// What the user did to a plot; kept by its owner from frame to frame. Linked plots share one PlotRange.
struct PlotRange {
  bool fitted = true;  // follow the data
  double low = 0, high = 1;
  /// What linked plots cover together, where their owner knows: fitting shows at least that.
  double first = std::numeric_limits<double>::infinity(), last = -std::numeric_limits<double>::infinity();
};
struct PlotState {
  PlotRange y;
  bool log_y = false;
  std::uint32_t hidden = 0;  // bit i: series i is switched off
  /// The x that the mouse last pointed at in this plot.
  double cursor = kNoNumber;
};

/// Something that happened at one x; the text says what, when the mouse is there.
struct PlotMark {
  double x = 0;
  std::string text;
};

struct PlotOptions {
  const char* id = "";
  const char* title = "";
  const char* y_format = "%.3g";
  const char* x_name = "update";
  const char* hint = "";  // what the curve says, and what it does not
  const char* note = "";  // what is to be said besides, in the plot itself
  ImVec2 size = {0, 0};   // 0: what is available
  bool show_x_labels = true;
  bool has_log = true;  // the switch to a logarithmic axis; for what may be negative it would be of no use
  std::span<const PlotMark> marks{};  // small ticks on the horizontal axis
};

/// Draws into the present window. `x` is shared by linked plots; `cursor_x` is the hovered x of any linked
/// plot (NaN if none): every linked plot shows its read-out there.
void plot(const PlotOptions& options, PlotState& state, PlotRange& x, double& cursor_x,
          std::span<const Series> series);

/// Bars over equal bins of [low, high]; an optional marker line (NaN: none).
void histogram(const char* id, std::span<const float> bins, double low, double high, double marker,
               ImU32 colour, ImVec2 size, const char* hint);

}  // namespace lab::ui
