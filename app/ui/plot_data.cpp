#include "app/ui/plot_data.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <initializer_list>

namespace lab::ui {
namespace {

void add(Ticks& ticks, double value) {
  if (ticks.count < kMostTicks) ticks.at[ticks.count++] = value;
}

/// The point before the first inside and the one after the last inside, so that the line reaches both edges.
struct Shown {
  std::size_t begin, end;
};
Shown shown_points(std::span<const double> x, double low, double high) {
  auto begin = std::ranges::lower_bound(x, low);
  auto end = std::ranges::upper_bound(begin, x.end(), high);
  if (begin != x.begin()) --begin;
  if (end != x.end()) ++end;
  return {static_cast<std::size_t>(begin - x.begin()), static_cast<std::size_t>(end - x.begin())};
}

/// The points of one pixel column while they are gathered.
struct Column {
  LinePoint first{}, smallest{}, largest{}, last{};
  int count = 0;
  bool largest_came_later = false;

  void add(LinePoint p) {
    if (count++ == 0) {
      first = smallest = largest = last = p;
      return;
    }
    last = p;
    if (p.y < smallest.y) {
      smallest = p;
      largest_came_later = false;
    } else if (p.y > largest.y) {
      largest = p;
      largest_came_later = true;
    }
  }

  void flush(std::vector<LinePoint>& out) {
    if (count == 0) return;
    out.push_back(first);
    const LinePoint& earlier = largest_came_later ? smallest : largest;
    const LinePoint& later = largest_came_later ? largest : smallest;
    if (earlier.y != first.y) out.push_back(earlier);
    if (later.y != earlier.y) out.push_back(later);
    if (count > 1 && (last.y != later.y || last.column != later.column)) out.push_back(last);
    count = 0;
    largest_came_later = false;
  }
};

}  // namespace

Ticks linear_ticks(double low, double high, int target) {
  Ticks ticks;
  if (!std::isfinite(low) || !std::isfinite(high) || !(low < high) || !std::isfinite(high - low))
    return ticks;
  const double rough = (high - low) / std::clamp(target, 1, static_cast<int>(kMostTicks) / 3);
  const double power = std::pow(10, std::floor(std::log10(rough)));
  if (!(power > 0) || !std::isfinite(power)) return ticks;
  const double fraction = rough / power;
  // Thresholds are the geometric means between 1, 2, 5 and 10: the nearest on a logarithmic scale.
  ticks.step = power * (fraction < 1.4142135623730951   ? 1
                        : fraction < 3.1622776601683795 ? 2
                        : fraction < 7.0710678118654755 ? 5
                                                        : 10);
  // Integer multiples, not sums: no rounding piles up. A hair of tolerance keeps ticks that lie on the edge.
  const double slack = 1e-9;
  const double first = std::ceil(low / ticks.step - slack), last = std::floor(high / ticks.step + slack);
  if (std::abs(first) > 1e15 || std::abs(last) > 1e15) return Ticks{};
  for (double n = first; n <= last; n += 1) add(ticks, n == 0 ? 0.0 : n * ticks.step);
  return ticks;
}

Ticks log_ticks(double low, double high, int target) {
  Ticks ticks;
  if (!std::isfinite(high) || !(low > 0) || !(low < high)) return ticks;
  const double decades = std::log10(high) - std::log10(low);
  const int first = static_cast<int>(std::ceil(std::log10(low) - 1e-9)),
            last = static_cast<int>(std::floor(std::log10(high) + 1e-9));
  const auto subdivide = [&](std::initializer_list<double> digits) {
    for (int power = first - 1; power <= last; ++power) {
      for (const double digit : digits) {
        const double value = digit * std::pow(10, power);
        if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) add(ticks, value);
      }
    }
  };
  if (3 * decades <= target + 1) {
    subdivide({1, 2, 5});
    // Too short for even those: divide it evenly.
    return ticks.count >= 2 ? ticks : linear_ticks(low, high, target);
  }
  if (2 * decades <= target + 1) {
    subdivide({1, 3});
    return ticks;
  }
  const int stride = std::max(1, (last - first + 1 + std::max(1, target) - 1) / std::max(1, target));
  for (int power = first; power <= last; ++power) {
    if (power % stride == 0) add(ticks, std::pow(10, power));
  }
  return ticks;
}

NumberText tick_text(double value, double step) {
  const double size = std::max(std::abs(value), std::abs(step));
  double divisor = 1;
  const char* unit = "";
  if (size >= 9.9995e8) {
    divisor = 1e9, unit = "G";
  } else if (size >= 9.9995e5) {
    divisor = 1e6, unit = "M";
  } else if (size >= 9999.5) {
    divisor = 1e3, unit = "k";
  }
  const double shown = std::abs(value) / divisor;
  char digits[24];
  if (value == 0) {
    std::snprintf(digits, sizeof digits, "0");
    unit = "";
  } else if (shown < 1e-3 || shown >= 1e6 || step == 0) {
    std::snprintf(digits, sizeof digits, "%.3g", shown);
  } else {
    // One digit more than the step's leading one where a step in thousands is not whole (2.5k).
    const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(step / divisor) - 1e-9)), 0, 9);
    std::snprintf(digits, sizeof digits, "%.*f", decimals, shown);
  }
  NumberText out;
  std::snprintf(out.text, sizeof out.text, "%s%s%s", value < 0 ? "−" : "", digits, unit);
  return out;
}

void decimate(std::span<const double> x, std::span<const double> y, double low, double high, int columns,
              std::vector<LinePoint>& out) {
  out.clear();
  if (x.size() != y.size() || !(low < high) || columns < 1) return;
  const Shown shown = shown_points(x, low, high);
  const double scale = columns / (high - low);
  Column column;
  double present = std::nan("");
  for (std::size_t i = shown.begin; i < shown.end; ++i) {
    const double at = (x[i] - low) * scale;
    if (!std::isfinite(y[i])) {
      column.flush(out);
      // One gap is enough between two pieces.
      if (!out.empty() && std::isfinite(out.back().y)) out.push_back({static_cast<float>(at), y[i]});
      continue;
    }
    if (const double cell = std::floor(at); cell != present) {
      column.flush(out);
      present = cell;
    }
    column.add({static_cast<float>(at), y[i]});
  }
  column.flush(out);
}

bool extent(std::span<const double> x, std::span<const double> y, double low, double high, bool positive_only,
            double& smallest, double& largest) {
  bool found = false;
  const auto begin = std::ranges::lower_bound(x, low), end = std::ranges::upper_bound(x, high);
  for (auto at = begin; at < end; ++at) {
    const double value = y[static_cast<std::size_t>(at - x.begin())];
    if (!std::isfinite(value) || (positive_only && value <= 0)) continue;
    smallest = found ? std::min(smallest, value) : value;
    largest = found ? std::max(largest, value) : value;
    found = true;
  }
  return found;
}

std::size_t nearest_point(std::span<const double> x, double at) {
  const auto after = static_cast<std::size_t>(std::ranges::lower_bound(x, at) - x.begin());
  if (after == 0) return 0;
  if (after == x.size()) return after - 1;
  return x[after] - at < at - x[after - 1] ? after : after - 1;
}

}  // namespace lab::ui
