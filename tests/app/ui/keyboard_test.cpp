// Canvas, plot, splitter and pictures by the keyboard alone.
#include <doctest/doctest.h>

#include <numeric>
#include <vector>

#include "app/ui/canvas.hpp"
#include "app/ui/plot.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab::ui;
using lab::test::NullWindow;

TEST_CASE("the keyboard's brush paints a line as one stroke, and leaves when the focus does") {
  NullWindow window;
  Canvas canvas(28, 28);
  const auto draw = [&] { canvas.draw("canvas", {280, 280}, 1.3f, false, "Paints."); };
  const auto key = [&](int code) {
    focus_key({.key = code});
    window.frames(2, draw);
  };
  const auto ink = [&] { return std::accumulate(canvas.ink().begin(), canvas.ink().end(), 0.0f); };
  window.frames(2, draw);
  key(kKeyTab);
  CHECK(focused() == "canvas");
  key(kKeyRight);
  CHECK(ink() == 0);  // the brush is up
  key(kKeyEnter);
  const float dot = ink();
  CHECK(dot > 0);
  for (int i = 0; i < 8; ++i) key(kKeyDown);
  const float line = ink();
  CHECK(line > 3 * dot);
  key(kKeyEnter);
  key(kKeyDown);
  CHECK(ink() == line);
  // The pixel it was moved to, 28 / 2 + 1, and eight below.
  CHECK(canvas.ink()[14 * 28 + 15] > 0.9f);
  CHECK(canvas.ink()[22 * 28 + 15] > 0.9f);
  canvas.undo();
  CHECK(ink() == 0);  // one stroke
  key(kKeyEnter);
  key(kKeyEscape);
  const float left = ink();
  CHECK(left > 0);
  canvas.undo();  // the stroke had ended
  CHECK(ink() == 0);
}

TEST_CASE("Enter lifts the brush that is down before it goes to a program that waits for it") {
  NullWindow window;
  Canvas canvas(28, 28);
  bool waits = false;
  const auto draw = [&] {
    want_enter(waits);
    canvas.draw("canvas", {280, 280}, 1.3f, false, "Paints.");
  };
  const auto key = [&](int code) {
    const bool is_used = focus_key({.key = code});
    window.frames(2, draw);
    return is_used;
  };
  window.frames(2, draw);
  key(kKeyTab);
  key(kKeyEnter);
  key(kKeyDown);
  waits = true;  // there is ink enough
  window.frames(2, draw);
  key(kKeyDown);
  CHECK(key(kKeyEnter));
  const std::vector<float> ink(canvas.ink().begin(), canvas.ink().end());
  key(kKeyDown);
  CHECK(std::vector<float>(canvas.ink().begin(), canvas.ink().end()) == ink);
  CHECK(!key(kKeyEnter));
}

TEST_CASE("with the focus, arrows move a splitter and Enter puts it back") {
  NullWindow window;
  float ratio = 0.3f;
  const auto draw = [&] { splitter("split", true, 300, &ratio, 0.1f, 0.4f, 0.25f, 800); };
  const auto key = [&](int code) {
    focus_key({.key = code});
    window.frames(2, draw);
  };
  window.frames(2, draw);
  key(kKeyTab);
  key(kKeyRight);
  CHECK(ratio == doctest::Approx(0.32f));
  key(kKeyLeft);
  key(kKeyLeft);
  CHECK(ratio == doctest::Approx(0.28f));
  for (int i = 0; i < 10; ++i) key(kKeyRight);
  CHECK(ratio == doctest::Approx(0.4f));
  key(kKeyEnter);
  CHECK(ratio == doctest::Approx(0.25f));
}

TEST_CASE("with the focus, arrows read a plot and zoom it, and Enter fits it") {
  NullWindow window;
  std::vector<double> x(101), y(101);
  std::iota(x.begin(), x.end(), 0.0);
  y = x;
  PlotState state;
  PlotRange range;
  double cursor = kNoNumber;
  const Series series{.name = "y", .x = x, .y = y};
  const auto draw = [&] {
    plot({.id = "plot", .title = "Plot", .size = {400, 200}}, state, range, cursor, {&series, 1});
  };
  const auto key = [&](int code) {
    focus_key({.key = code});
    window.frames(2, draw);
  };
  window.frames(2, draw);
  for (int i = 0; i < 5 && focused() != "plot"; ++i) key(kKeyTab);
  REQUIRE(focused() == "plot");
  CHECK(cursor == doctest::Approx(50));
  key(kKeyRight);
  CHECK(cursor == doctest::Approx(52));
  key(kKeyUp);
  CHECK(range.high - range.low < 90);
  key(kKeyEnter);
  CHECK(range.fitted);
  key(kKeyEscape);
  CHECK(cursor != cursor);  // no number: nothing reads it any more
}

}  // namespace
