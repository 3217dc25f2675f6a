// Ticks, labels and decimation of plots, against their definitions.
#include "app/ui/plot_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/ui/plot.hpp"

namespace {

using namespace lab::ui;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool is_one_two_or_five_times_a_power_of_ten(double step) {
  const double digit = step / std::pow(10, std::floor(std::log10(step) + 1e-9));
  return std::abs(digit - 1) < 1e-9 || std::abs(digit - 2) < 1e-9 || std::abs(digit - 5) < 1e-9;
}

TEST_CASE(
    "ticks are multiples of 1, 2 or 5 times a power of ten, inside the interval, about as many as asked "
    "for") {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> middle(-1, 1), exponent(-9, 9);
  for (int trial = 0; trial < 2000; ++trial) {
    const double size = std::pow(10, exponent(random)), low = middle(random) * size * 10, high = low + size;
    const int target = 2 + trial % 12;
    CAPTURE(low);
    CAPTURE(high);
    CAPTURE(target);
    const Ticks found = linear_ticks(low, high, target);
    const std::span<const double> ticks = found.values();
    // A step is at most √2 … √2.5 times off the wanted one; at either end up to one step may be left out.
    CHECK(static_cast<double>(ticks.size()) >= target / 1.6 - 1);
    CHECK(static_cast<double>(ticks.size()) <= target * 1.6 + 1);
    for (std::size_t i = 0; i < ticks.size(); ++i) {
      CHECK(ticks[i] >= low - 1e-8 * size);
      CHECK(ticks[i] <= high + 1e-8 * size);
      if (i == 0) continue;
      const double step = ticks[i] - ticks[i - 1];
      CHECK(is_one_two_or_five_times_a_power_of_ten(step * (1 + 1e-12)));
      CHECK(std::abs(ticks[i] / step - std::round(ticks[i] / step)) < 1e-4);
    }
  }
}

TEST_CASE("zero is a tick of its own, not a rounding error") {
  const Ticks found = linear_ticks(-0.3, 0.3, 6);
  const std::span<const double> ticks = found.values();
  CHECK(std::ranges::count(ticks, 0.0) == 1);
  CHECK(ticks.front() == doctest::Approx(-0.3));
  CHECK(ticks.back() == doctest::Approx(0.3));
}

TEST_CASE("an interval that is empty, upside down or not finite has no ticks") {
  for (const auto& [low, high] : std::vector<std::pair<double, double>>{{1, 1},
                                                                        {2, 1},
                                                                        {kNoNumber, 1},
                                                                        {0, kNoNumber},
                                                                        {-kInfinity, 0},
                                                                        {0, kInfinity},
                                                                        {-1.7e308, 1.7e308},
                                                                        {1e300, 1e300 * (1 + 1e-15)}}) {
    CHECK(linear_ticks(low, high, 5).count == 0);
    CHECK(log_ticks(low, high, 5).count == 0);
  }
  CHECK(log_ticks(0, 1, 5).count == 0);
  CHECK(log_ticks(-1, 1, 5).count == 0);
}

TEST_CASE("a logarithmic axis has its powers of ten, and 2 and 5 between where there is room") {
  const auto values = [](const Ticks& t) {
    return std::vector<double>(t.values().begin(), t.values().end());
  };
  const auto close = [](const std::vector<double>& a, const std::vector<double>& b) {
    return std::ranges::equal(a, b, [](double x, double y) { return std::abs(x / y - 1) < 1e-9; });
  };
  CHECK(close(values(log_ticks(1e-4, 1, 5)), {1e-4, 1e-3, 1e-2, 1e-1, 1}));
  CHECK(close(values(log_ticks(0.9, 25, 5)), {1, 2, 5, 10, 20}));
  CHECK(close(values(log_ticks(0.9, 110, 5)), {1, 3, 10, 30, 100}));
  CHECK(log_ticks(1e-30, 1e30, 6).count <= 8);
  const std::vector<double> narrow = values(log_ticks(3.1, 3.4, 4));
  REQUIRE(narrow.size() >= 2);
  CHECK(narrow.front() >= 3.1 - 1e-9);
  CHECK(narrow.back() <= 3.4 + 1e-9);
}

TEST_CASE("labels of neighbouring ticks differ and read back as their numbers") {
  for (const auto& [low, high] : std::vector<std::pair<double, double>>{{0, 1},
                                                                        {0.0121, 0.0179},
                                                                        {-250, 30},
                                                                        {0, 60000},
                                                                        {0, 3.2e6},
                                                                        {99999, 100001},
                                                                        {-1e-7, 1e-7},
                                                                        {12000, 12900}}) {
    const Ticks ticks = linear_ticks(low, high, 6);
    REQUIRE(ticks.count >= 2);
    std::string before;
    for (const double tick : ticks.values()) {
      std::string text = tick_text(tick, ticks.step).text;
      CHECK(text != before);
      before = text;
      double unit = 1;
      if (text.ends_with('k')) unit = 1e3;
      if (text.ends_with('M')) unit = 1e6;
      if (const auto minus = text.find("−"); minus == 0) text = "-" + text.substr(std::string("−").size());
      CHECK(std::abs(std::stod(text) * unit - tick) < 0.01 * ticks.step);
    }
  }
  CHECK(std::string(tick_text(0, 0.1).text) == "0");
  CHECK(std::string(tick_text(-20, 5).text) == "−20");
  CHECK(std::string(tick_text(0.001, 0).text) == "0.001");
  CHECK(std::string(tick_text(2500, 500).text) == "2500");
  CHECK(std::string(tick_text(12500, 500).text) == "12.5k");
}

struct Curve {
  std::vector<double> x, y;
};
Curve noisy_curve(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> noise;
  std::uniform_real_distribution<double> step(0.1, 1.9);
  Curve c;
  double x = 0;
  for (std::size_t i = 0; i < count; ++i) {
    c.x.push_back(x += step(random));
    c.y.push_back(std::sin(x / 300) + 0.2 * noise(random));
  }
  return c;
}

/// Smallest and largest y in each pixel column.
std::map<int, std::pair<double, double>> column_extents(const std::vector<LinePoint>& points) {
  std::map<int, std::pair<double, double>> extents;
  for (const LinePoint& p : points) {
    const auto [at, is_new] = extents.try_emplace(static_cast<int>(std::floor(p.column)), p.y, p.y);
    if (is_new) continue;
    at->second.first = std::min(at->second.first, p.y);
    at->second.second = std::max(at->second.second, p.y);
  }
  return extents;
}

TEST_CASE(
    "decimation keeps the smallest and largest value of every pixel column, in at most four points each") {
  const Curve c = noisy_curve(20000, 3);
  std::vector<LinePoint> all, kept;
  for (const double high : {c.x.back(), c.x.back() / 3}) {
    constexpr int kColumns = 256;
    all.clear();
    for (std::size_t i = 0; i < c.x.size() && c.x[i] <= high; ++i)
      all.push_back({static_cast<float>(c.x[i] / high * kColumns), c.y[i]});
    decimate(c.x, c.y, 0, high, kColumns, kept);
    CHECK(kept.size() <= 4 * (kColumns + 2));
    auto expected = column_extents(all);
    auto found = column_extents(kept);
    // The first point outside is kept as well, so that the line reaches the edge.
    found.erase(found.upper_bound(kColumns - 1), found.end());
    expected.erase(expected.upper_bound(kColumns - 1), expected.end());
    CHECK(found == expected);
    CHECK(std::ranges::is_sorted(kept, {}, &LinePoint::column));
  }
}

TEST_CASE("decimation leaves points alone where there are fewer than columns") {
  const std::vector<double> x{0, 10, 20, 30, 40}, y{1, 5, 2, 2, 9};
  std::vector<LinePoint> kept;
  decimate(x, y, 0, 40, 400, kept);
  REQUIRE(kept.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(kept[i].column == doctest::Approx(10 * x[i]));
    CHECK(kept[i].y == y[i]);
  }
}

TEST_CASE("a value that is not finite cuts the line in two, and no point crosses the cut") {
  const std::vector<double> x{0, 1, 2, 3, 4, 5}, y{1, 2, kNoNumber, kInfinity, 3, 4};
  std::vector<LinePoint> kept;
  decimate(x, y, 0, 5, 500, kept);
  std::vector<double> finite;
  int cuts = 0;
  for (const LinePoint& p : kept) std::isfinite(p.y) ? finite.push_back(p.y) : static_cast<void>(++cuts);
  CHECK(cuts == 1);
  CHECK(finite == std::vector<double>{1, 2, 3, 4});
}

TEST_CASE("zoomed in between two points, both remain and the line crosses the pane") {
  const std::vector<double> x{0, 100}, y{0, 1};
  std::vector<LinePoint> kept;
  decimate(x, y, 40, 60, 100, kept);
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].column < 0);
  CHECK(kept[1].column > 100);
}

TEST_CASE("decimation of nothing, of unequal lengths and of an empty interval is nothing") {
  std::vector<LinePoint> kept{{1, 1}};
  const std::vector<double> one{1}, two{1, 2};
  decimate({}, {}, 0, 1, 10, kept);
  CHECK(kept.empty());
  decimate(two, one, 0, 1, 10, kept);
  CHECK(kept.empty());
  decimate(two, two, 1, 1, 10, kept);
  CHECK(kept.empty());
}

TEST_CASE(
    "the extent of what shows leaves out what is outside, not finite or, on a logarithmic axis, not "
    "positive") {
  const std::vector<double> x{0, 1, 2, 3, 4}, y{-9, -1, kNoNumber, 0.5, 99};
  double low = 0, high = 0;
  REQUIRE(extent(x, y, 1, 3, false, low, high));
  CHECK(low == -1);
  CHECK(high == 0.5);
  REQUIRE(extent(x, y, 1, 3, true, low, high));
  CHECK(low == 0.5);
  CHECK(high == 0.5);
  CHECK(!extent(x, y, 1.5, 2.5, false, low, high));
  CHECK(!extent(x, y, 5, 6, false, low, high));
}

TEST_CASE("the point nearest to the mouse is the one a full search finds") {
  const Curve c = noisy_curve(300, 5);
  for (double at = -10; at < c.x.back() + 10; at += 0.37) {
    const std::size_t found = nearest_point(c.x, at);
    double best = kInfinity;
    for (const double x : c.x) best = std::min(best, std::abs(x - at));
    CHECK(std::abs(c.x[found] - at) == best);
  }
}

}  // namespace
