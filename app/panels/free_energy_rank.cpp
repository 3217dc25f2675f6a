#include "app/panels/free_energy_rank.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lab {

double share_above(std::span<const double> sorted, double x) {
  if (sorted.empty() || std::isnan(x)) return std::numeric_limits<double>::quiet_NaN();
  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), x);
  const auto above = static_cast<double>(sorted.end() - last);
  const auto ties = static_cast<double>(last - first);
  return (above + ties / 2) / static_cast<double>(sorted.size());
}

Familiarity familiarity(double share) {
  if (std::isnan(share)) return Familiarity::Unknown;
  if (share >= 0.5) return Familiarity::Familiar;
  if (share >= 0.05) return Familiarity::Plausible;
  return share >= 0.005 ? Familiarity::Surprising : Familiarity::Alien;
}

const char* word(Familiarity familiarity) {
  switch (familiarity) {
    case Familiarity::Unknown:
      return "not known yet";
    case Familiarity::Familiar:
      return "familiar";
    case Familiarity::Plausible:
      return "plausible";
    case Familiarity::Surprising:
      return "surprising";
    case Familiarity::Alien:
      return "unlike anything it knows";
  }
  return "";
}

Interval shown_interval(std::span<const double> sorted, std::span<const double> others) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (double v : others) {
    if (!std::isfinite(v)) continue;
    low = std::min(low, v);
    high = std::max(high, v);
  }
  if (!sorted.empty()) {
    const double first = sorted.front(), last = sorted.back(), width = std::max(1e-9, last - first);
    low = std::clamp(std::min(low, first), first - width, first);
    high = std::clamp(std::max(high, last), last, last + 2 * width);
  }
  if (!(low <= high)) return {};
  const double margin = std::max(0.5, 0.03 * (high - low));
  return {low - margin, high + margin};
}

Interval fixed_interval(std::span<const double> sorted) {
  if (sorted.empty()) return {};
  const double width = std::max(1.0, sorted.back() - sorted.front());
  return {sorted.front() - 0.5 * width, sorted.back() + width};
}

void bin_shares(std::span<const double> values, Interval interval, std::span<float> bins) {
  std::ranges::fill(bins, 0.0f);
  if (bins.empty() || !(interval.high > interval.low)) return;
  const auto count = static_cast<double>(bins.size());
  double total = 0;
  for (double v : values) {
    if (!std::isfinite(v)) continue;
    const double at = std::floor((v - interval.low) / (interval.high - interval.low) * count);
    ++bins[static_cast<std::size_t>(std::clamp(at, 0.0, count - 1))];
    ++total;
  }
  if (total <= 0) return;
  for (float& bin : bins) bin /= static_cast<float>(total);
}

}  // namespace lab
