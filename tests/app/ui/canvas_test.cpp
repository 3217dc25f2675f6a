// The canvas: strokes, undo and redo, and painting with the mouse.
#include "app/ui/canvas.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>
#include <vector>

#include "tests/app/ui/null_window.hpp"

namespace {

using lab::test::NullWindow;
using lab::ui::Canvas;

std::vector<float> copy(const Canvas& canvas) {
  return {canvas.ink().begin(), canvas.ink().end()};
}

float ink_at(const Canvas& canvas, float x, float y) {
  return canvas.ink()[static_cast<std::size_t>(static_cast<int>(y) * canvas.width() + static_cast<int>(x))];
}

void stroke(Canvas& canvas, std::initializer_list<ImVec2> points, float radius = 1.3f, bool erase = false) {
  canvas.begin_stroke();
  for (const ImVec2& p : points) canvas.stroke_to(p.x, p.y, radius, erase);
  canvas.end_stroke();
}

TEST_CASE("a stroke of two far points has no gap: every pixel it passes through is full") {
  std::mt19937 random(11);
  std::uniform_real_distribution<float> place(2, 26);
  for (int trial = 0; trial < 200; ++trial) {
    Canvas canvas(28, 28);
    const ImVec2 a{place(random), place(random)}, b{place(random), place(random)};
    stroke(canvas, {a, b}, 1.3f);
    for (int i = 0; i <= 400; ++i) {
      const float t = static_cast<float>(i) / 400;
      // A pixel's middle is at most √½ from a point in it: less than radius − ½, where ink is full.
      CHECK(ink_at(canvas, a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)) == 1);
    }
  }
}

TEST_CASE("a stroke is the same however many points of its way the mouse reports") {
  Canvas few(28, 28), many(28, 28);
  stroke(few, {{4, 5}, {22, 20}});
  many.begin_stroke();
  for (int i = 0; i <= 97; ++i) {
    const float t = static_cast<float>(i) / 97;
    many.stroke_to(4 + 18 * t, 5 + 15 * t, 1.3f, false);
  }
  many.end_stroke();
  for (std::size_t i = 0; i < few.ink().size(); ++i)
    CHECK(few.ink()[i] == doctest::Approx(many.ink()[i]).epsilon(1e-4));
}

TEST_CASE("a dab of the brush covers the area of its circle") {
  Canvas canvas(64, 64);
  for (const float radius : {1.0f, 2.5f, 6.0f, 12.0f}) {
    canvas.clear();
    stroke(canvas, {{32.2f, 31.7f}}, radius);
    const double area = 3.14159265358979 * static_cast<double>(radius * radius);
    CHECK(canvas.total_ink() == doctest::Approx(area).epsilon(0.08));
  }
}

TEST_CASE("ink stays within 0 and 1, also where strokes cross and leave the canvas") {
  Canvas canvas(28, 20);
  stroke(canvas, {{-50, 10}, {80, 10}, {14, -1e9f}, {14, 1e9f}}, 3);
  stroke(canvas, {{0, 0}, {28, 20}}, 2, true);
  CHECK(std::ranges::all_of(canvas.ink(), [](float x) { return x >= 0 && x <= 1; }));
  CHECK(ink_at(canvas, 2, 10) == 1);
  CHECK(ink_at(canvas, 14, 10) == 0);
}

TEST_CASE("the eraser takes away all ink along its way and none elsewhere") {
  Canvas canvas(28, 28);
  canvas.set(std::vector<float>(28 * 28, 1.0f));
  stroke(canvas, {{4, 14}, {24, 14}}, 2, true);
  CHECK(ink_at(canvas, 14, 14) == 0);
  CHECK(ink_at(canvas, 14, 18) == 1);
  CHECK(ink_at(canvas, 14, 9) == 1);
}

TEST_CASE("undo and redo walk through all states, as a list of copies says") {
  Canvas canvas(28, 28);
  std::vector<std::vector<float>> history{copy(canvas)};
  std::size_t at = 0;
  std::mt19937 random(5);
  std::uniform_real_distribution<float> place(0, 28);
  for (int step = 0; step < 300; ++step) {
    const auto kind = random() % 6;
    if (kind == 0) {
      if (at > 0) --at;
      canvas.undo();
    } else if (kind == 1) {
      if (at + 1 < history.size()) ++at;
      canvas.redo();
    } else {
      if (kind == 2)
        canvas.clear();
      else if (kind == 3)
        canvas.add_noise(0.2f, static_cast<std::uint64_t>(step));
      else
        stroke(canvas, {{place(random), place(random)}, {place(random), place(random)}}, 1.5f, kind == 4);
      if (copy(canvas) != history[at]) {
        history.resize(at + 1);
        history.push_back(copy(canvas));
        ++at;
      }
    }
    REQUIRE(copy(canvas) == history[at]);
    REQUIRE(canvas.can_redo() == (at + 1 < history.size()));
    REQUIRE((canvas.can_undo() || at == 0 || history.size() > 60));
  }
}

TEST_CASE("what changes nothing is no step to undo and no new version") {
  Canvas canvas(28, 28);
  const auto version = canvas.version();
  canvas.clear();
  stroke(canvas, {{100, 100}, {120, 100}});
  stroke(canvas, {{14, 14}}, 2, true);
  canvas.set(std::vector<float>(28 * 28, 0.0f));
  canvas.set(std::vector<float>(5, 1.0f));
  CHECK(!canvas.can_undo());
  CHECK(canvas.version() == version);
  canvas.undo();
  canvas.redo();
  CHECK(canvas.version() == version);
}

TEST_CASE("a whole stroke is one step, and undo during it takes back all of it") {
  Canvas canvas(28, 28);
  stroke(canvas, {{5, 5}, {20, 5}, {20, 20}});
  canvas.undo();
  CHECK(canvas.total_ink() == 0);
  CHECK(!canvas.can_undo());
  canvas.begin_stroke();
  canvas.stroke_to(5, 5, 2, false);
  canvas.undo();
  CHECK(canvas.total_ink() == 0);
}

TEST_CASE("the last 64 steps can be undone") {
  Canvas canvas(28, 28);
  for (int i = 0; i < 100; ++i)
    stroke(canvas, {{static_cast<float>(i % 10) * 2.8f + 1, static_cast<float>(i / 10) * 2.8f + 1}}, 0.6f);
  int undone = 0;
  for (; canvas.can_undo(); ++undone) canvas.undo();
  CHECK(undone == 64);
}

TEST_CASE("a new edit forgets what could be redone") {
  Canvas canvas(28, 28);
  stroke(canvas, {{5, 5}, {20, 5}});
  canvas.undo();
  REQUIRE(canvas.can_redo());
  stroke(canvas, {{5, 20}, {20, 20}});
  CHECK(!canvas.can_redo());
}

TEST_CASE("noise replaces about the given share of pixels, by 0 and 1 alike, and repeats with its seed") {
  Canvas canvas(100, 100), again(100, 100);
  canvas.set(std::vector<float>(10000, 0.5f));
  again.set(std::vector<float>(10000, 0.5f));
  canvas.add_noise(0.3f, 42);
  again.add_noise(0.3f, 42);
  CHECK(copy(canvas) == copy(again));
  const auto ones = std::ranges::count(canvas.ink(), 1.0f), zeros = std::ranges::count(canvas.ink(), 0.0f);
  // Binomial: 5 standard deviations, a false alarm once in a million seeds; the seed is fixed.
  CHECK(std::abs(static_cast<double>(ones + zeros) - 3000) < 5 * std::sqrt(10000 * 0.3 * 0.7));
  CHECK(std::abs(static_cast<double>(ones) - 1500) < 5 * std::sqrt(10000 * 0.15 * 0.85));
  again.undo();
  again.add_noise(0.3f, 43);
  CHECK(copy(canvas) != copy(again));
}

struct Drawn {
  NullWindow window;
  Canvas canvas{28, 28};
  bool erase = false;
  int changes = 0;
  void frame() {
    window.frame([&] { changes += canvas.draw("canvas", {280, 280}, 1.3f, erase, "Paint here."); });
  }
  ImVec2 at(float x, float y) const {
    const lab::ui::Rect r = NullWindow::rect("canvas");
    return {r.x + x * 10, r.y + y * 10};
  }
};

TEST_CASE("dragging the mouse paints where it goes, and the whole drag is one step") {
  Drawn d;
  d.frame();
  d.window.mouse_to(d.at(5, 5));
  d.frame();
  CHECK(d.canvas.total_ink() == 0);
  d.window.left(true);
  d.frame();
  CHECK(ink_at(d.canvas, 5, 5) == 1);
  d.window.mouse_to(d.at(22, 17));
  d.frame();
  CHECK(ink_at(d.canvas, 13, 11) > 0.5f);
  CHECK(ink_at(d.canvas, 21.5f, 16.5f) == 1);
  d.window.left(false);
  d.frame();
  const double ink = d.canvas.total_ink();
  d.window.mouse_to(d.at(5, 25));
  d.frame();
  CHECK(d.canvas.total_ink() == ink);
  CHECK(d.changes == 2);
  d.canvas.undo();
  CHECK(d.canvas.total_ink() == 0);
  CHECK(!d.canvas.can_undo());
}

TEST_CASE("the right button erases, as the left one does with the eraser") {
  for (const bool with_eraser : {false, true}) {
    Drawn d;
    d.erase = with_eraser;
    d.canvas.set(std::vector<float>(28 * 28, 1.0f));
    d.frame();
    d.window.mouse_to(d.at(14, 14));
    d.frame();
    with_eraser ? d.window.left(true) : d.window.right(true);
    d.frame();
    d.window.left(false);
    d.window.right(false);
    d.frame();
    CHECK(ink_at(d.canvas, 14, 14) == 0);
    CHECK(ink_at(d.canvas, 20, 20) == 1);
  }
}

TEST_CASE("a stroke goes on outside of the canvas and ends where the button is let go") {
  Drawn d;
  d.frame();
  d.window.mouse_to(d.at(14, 14));
  d.frame();
  d.window.left(true);
  d.frame();
  d.window.mouse_to(d.at(50, 14));
  d.frame();
  d.window.left(false);
  d.frame();
  CHECK(ink_at(d.canvas, 27.5f, 14) > 0.5f);
  d.window.mouse_to({700, 500});
  d.window.left(true);
  d.frame();
  d.window.mouse_to(d.at(14, 20));
  d.frame();
  d.window.mouse_to(d.at(14, 22));
  d.frame();
  CHECK(ink_at(d.canvas, 14, 22) == 0);  // a press elsewhere is no stroke
}

TEST_CASE("a stroke of 2,000 pixels a second keeps its way and its corners, however rarely frames come") {
  // A Λ, told by the window system every 8 ms, that begins and ends between two frames or has frames in between.
  const auto ink_of = [](std::size_t events_a_frame) {
    Drawn d;
    d.frame();
    const ImVec2 foot = d.at(4, 24), top = d.at(14, 3), end = d.at(24, 24);
    std::vector<ImVec2> way;
    for (const auto& [from, to] : {std::pair(foot, top), std::pair(top, end)}) {
      const int steps = static_cast<int>(std::ceil(std::hypot(to.x - from.x, to.y - from.y) / 16));
      for (int i = 0; i < steps; ++i) {
        const float t = static_cast<float>(i) / static_cast<float>(steps);
        way.push_back({from.x + t * (to.x - from.x), from.y + t * (to.y - from.y)});
      }
    }
    way.push_back(end);
    d.window.mouse_to(foot);
    d.window.left(true);
    for (std::size_t n = 0; n < way.size(); ++n) {
      d.window.mouse_to(way[n]);
      if ((n + 1) % events_a_frame == 0) d.frame();
    }
    d.window.left(false);
    d.window.mouse_to(d.at(2, 2));
    d.frame();
    d.frame();
    for (const auto& [x, y] : {std::pair(4.0f, 23.5f), std::pair(14.0f, 3.5f), std::pair(24.0f, 23.5f)})
      CHECK(ink_at(d.canvas, x, y) == 1);
    CHECK(ink_at(d.canvas, 14, 23.5f) == 0);  // no flat bar
    CHECK(ink_at(d.canvas, 2, 2) == 0);       // nor a line to where the mouse is by now
    const std::vector<float> ink = copy(d.canvas);
    d.canvas.undo();
    CHECK(d.canvas.total_ink() == 0);
    return ink;
  };
  const std::vector<float> followed = ink_of(1);
  CHECK(ink_of(5) == followed);
  CHECK(ink_of(1000) == followed);
}

TEST_CASE("a press that has gone on to another control by the time of the frame is the canvas's own") {
  Drawn d;
  d.frame();
  d.window.mouse_to(d.at(14, 14));
  d.window.left(true);
  d.window.mouse_to(d.at(60, 14));
  d.frame();
  CHECK(ink_at(d.canvas, 14, 14) == 1);
  CHECK(ink_at(d.canvas, 25, 14) == 1);
}

TEST_CASE("the pixels of a picture that is not square are square on the canvas") {
  NullWindow window;
  Canvas canvas(40, 30);
  const auto frame = [&] { window.frame([&] { canvas.draw("canvas", {400, 300}, 1.3f, false, ""); }); };
  frame();
  const lab::ui::Rect r = NullWindow::rect("canvas");
  // Ten pixels right and ten down on the screen are as many in the picture.
  window.mouse_to({r.x + 105, r.y + 105});
  window.left(true);
  window.mouse_to({r.x + 205, r.y + 205});
  frame();
  for (int i = 10; i <= 20; ++i) CHECK(ink_at(canvas, static_cast<float>(i), static_cast<float>(i)) == 1);
}

}  // namespace
