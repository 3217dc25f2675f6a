// ChainTrace: the free energy of one chain step by step, against the band in which the data are. It is measured from the
// data's median, because the model's own zero moves while it learns; the axis stands still until the band has another
// width. UI thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <span>

#include "app/ui/imgui.hpp"

namespace lab {

class ChainTrace {
 public:
  static constexpr std::size_t kMostPoints = 400;

  /// A new start.
  void clear() { points_.clear(); }
  /// After so many half-steps the chain has this free energy, under a model to which `data`, ascending, are those of the
  /// data; a step that is known already is taken anew. Without data nothing is kept.
  void add(std::uint64_t half_steps, double free_energy, std::span<const double> data);
  void draw(const char* id, ImVec2 size) const;

  struct Point {
    std::uint64_t half_steps;
    double above;  // nats above the data's median
  };
  const std::deque<Point>& points() const { return points_; }
  /// The axis, in nats above the data's median.
  double low() const { return low_; }
  double high() const { return high_; }

 private:
  struct Axes {
    ImVec2 min, max;
    double low, high, first, last;  // nats; half-steps
    float y_of(double above) const;
    float x_of(std::uint64_t half_steps) const;
  };
  void draw_band(const Axes& axes) const;
  void draw_points(const Axes& axes) const;
  void follow(std::span<const double> data);

  std::deque<Point> points_;
  double band_low_ = 0, band_high_ = 0;  // where nine tenths of the data are
  double width_ = 0;                     // of the band when the axis was made
  double low_ = -1, high_ = 1;
};

}  // namespace lab
