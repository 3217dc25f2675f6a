// What the paint panel computes without a window of the system: where a drawing is centred, and what other panels know of it.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "app/panels/paint_centre.hpp"
#include "core/data/dataset.hpp"
#include "tests/app/small_lab.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab;
using rbm::Index;

constexpr int kSide = 28;

/// A crude seven with its upper left corner at (x, y): 9 wide, 14 high.
std::vector<float> seven(int x, int y) {
  std::vector<float> ink(kSide * kSide, 0.0f);
  const auto at = [&](int px, int py) -> float& {
    return ink[static_cast<std::size_t>((y + py) * kSide + x + px)];
  };
  for (int i = 0; i < 9; ++i) at(i, 0) = at(i, 1) = 1;
  for (int i = 0; i < 12; ++i) at(8 - i / 2, 2 + i) = at(7 - i / 2, 2 + i) = 0.8f;
  return ink;
}

std::vector<float> centred(const std::vector<float>& ink) {
  std::vector<float> out(ink.size());
  move_ink(ink, kSide, kSide, centring_shift(ink, kSide, kSide), out);
  return out;
}

TEST_CASE("what is painted is known to other panels without Paint being drawn, once it is published") {
  SmallLab lab;
  NullWindow window({1280, 800});
  lab.shared.view = find_view("chains");
  lab.paint_two();
  Context context = lab.context();
  lab.screen.panels.of<PaintPanel>().publish(context);
  const std::vector<float> published = lab.shared.painted;
  const std::uint64_t version = lab.shared.painted_version;
  REQUIRE_FALSE(published.empty());
  lab.screen.panels.of<PaintPanel>().publish(context);
  CHECK(lab.shared.painted_version == version);  // nothing is new
  lab.shared.view = find_view("paint");
  window.bare_frame([&] { lab.draw(); });
  CHECK(lab.shared.painted == published);
}

TEST_CASE("a drawing is seen the same wherever it was painted") {
  const std::vector<float> middle = centred(seven(9, 6));
  for (int y = 0; y + 14 <= kSide; y += 3) {
    for (int x = 0; x + 9 <= kSide; x += 3) {
      CAPTURE(x);
      CAPTURE(y);
      CHECK(centred(seven(x, y)) == middle);
    }
  }
}

TEST_CASE("after centring the centre of mass is where the data have theirs") {
  const std::vector<float> seen = centred(seven(0, 0));
  double total = 0, sum_x = 0, sum_y = 0;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const double value = seen[static_cast<std::size_t>(y * kSide + x)];
      total += value, sum_x += value * (x + 0.5), sum_y += value * (y + 0.5);
    }
  }
  CHECK(std::abs(sum_x / total - 14.5) <= 0.5);
  CHECK(std::abs(sum_y / total - 14.5) <= 0.5);
}

TEST_CASE("centring loses no ink, even where the centre of mass is far from the middle of the ink") {
  // A blot in one corner and a hair to the opposite side: the shift stops at the edge.
  std::vector<float> ink(kSide * kSide, 0.0f);
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 6; ++x) ink[static_cast<std::size_t>(y * kSide + x)] = 1;
  }
  for (int x = 0; x < kSide - 2; ++x) ink[static_cast<std::size_t>(x)] = 1;
  const std::vector<float> seen = centred(ink);
  CHECK(std::accumulate(seen.begin(), seen.end(), 0.0) == std::accumulate(ink.begin(), ink.end(), 0.0));
  CHECK(centring_shift(ink, kSide, kSide).x == 2);
}

TEST_CASE("centring twice moves nothing the second time, and an empty canvas never moves") {
  const std::vector<float> once = centred(seven(1, 13));
  CHECK(centring_shift(once, kSide, kSide) == Shift{});
  const std::vector<float> empty(kSide * kSide, 0.0f);
  CHECK(centring_shift(empty, kSide, kSide) == Shift{});
}

TEST_CASE("the digits of the data are centred already") {
  const auto digits = rbm::load_dataset("mnist:test");
  REQUIRE(digits.has_value());
  std::vector<float> ink(kSide * kSide);
  for (Index n = 0; n < 1000; ++n) {
    for (std::size_t i = 0; i < ink.size(); ++i) ink[i] = static_cast<float>(digits->image(n)[i]) / 255;
    CAPTURE(n);
    CHECK(centring_shift(ink, kSide, kSide) == Shift{});
  }
}

}  // namespace
