// What a plot computes before it draws: ticks, number labels, axes and min/max decimation. Plain computation,
// any thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace lab::ui {

/// At most this many ticks on an axis.
inline constexpr std::size_t kMostTicks = 64;

struct Ticks {
  std::array<double, kMostTicks> at{};
  std::size_t count = 0;
  double step = 0;  // between neighbours; 0 on a logarithmic axis
  std::span<const double> values() const { return {at.data(), count}; }
};

/// Multiples of 1, 2 or 5 times a power of ten within [low, high], about `target` of them; none for an empty
/// or non-finite interval.
Ticks linear_ticks(double low, double high, int target);
/// Powers of ten within [low, high], thinned to about `target`, or divided at 3, or at 2 and 5, where there
/// is room; low must be positive.
Ticks log_ticks(double low, double high, int target);

/// A number for an axis with neighbours `step` apart: no more digits than tell them apart, thousands as k, M
/// and G, a real minus sign. step 0 stands for a logarithmic axis: the shortest exact form.
struct NumberText {
  char text[32];
};
NumberText tick_text(double value, double step);

/// One vertex of a decimated line: x in pixel columns from the left edge, y as it is in the data (not finite:
/// a gap).
struct LinePoint {
  float column;
  double y;
};

/// The line through (x, y), x ascending, as it shows on `columns` pixel columns that span [low, high]: where
/// many points share a column its first, smallest, largest and last remain, in their order, so that no peak
/// is lost. Points just outside are kept, so that the line reaches the edges.
void decimate(std::span<const double> x, std::span<const double> y, double low, double high, int columns,
              std::vector<LinePoint>& out);

/// Smallest interval that holds the finite values of y whose x lies in [low, high]; with `positive_only` only
/// those above 0. Returns false if there are none.
bool extent(std::span<const double> x, std::span<const double> y, double low, double high, bool positive_only,
            double& smallest, double& largest);

/// Index of the point of ascending x nearest to `at`; x must not be empty.
std::size_t nearest_point(std::span<const double> x, double at);

}  // namespace lab::ui
