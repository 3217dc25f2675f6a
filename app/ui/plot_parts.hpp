// The parts of a plot, for plot.cpp only. UI thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "app/ui/plot.hpp"
#include "app/ui/plot_data.hpp"

namespace lab::ui {

/// Where values lie on the screen in this frame. In logarithmic plots y_low and y_high are exponents of ten.
struct Axes {
  ImVec2 min, max;
  double x_low, x_high, y_low, y_high;
  bool log;

  double scaled(double y) const {
    return !log ? y : y > 0 ? std::log10(y) : std::numeric_limits<double>::quiet_NaN();
  }
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

inline bool is_hidden(const PlotState& state, std::size_t series) {
  return series < 32 && (state.hidden >> series & 1U) != 0;
}

/// Title, legend and log switch in one line of the small font, `width` wide from `corner`. Returns its
/// height.
float draw_title_row(const PlotOptions& options, PlotState& state, std::span<const Series> series,
                     ImVec2 corner, float width);

/// Grid lines and numbers, in the present font.
void draw_y_axis(const Axes& axes, ImDrawList* list);
void draw_x_axis(const Axes& axes, ImDrawList* list, const char* name, bool labels);

void draw_band(const Axes& axes, const Series& series, ImDrawList* list);
void draw_line(const Axes& axes, const Series& series, ImDrawList* list);

/// A tick for every mark, and what those at the cursor say, where the mouse is in this plot.
void draw_marks(const Axes& axes, std::span<const PlotMark> marks, double cursor, ImDrawList* list);

/// A line at the cursor, a dot on each curve, and names and values in a small box on the side where the
/// cursor is not. Nothing if the cursor is NaN or outside.
void draw_readout(const Axes& axes, const PlotOptions& options, const PlotState& state,
                  std::span<const Series> series, double cursor, ImDrawList* list);

}  // namespace lab::ui
