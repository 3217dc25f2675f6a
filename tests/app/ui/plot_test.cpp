// Plots without a window: fitting, zooming, panning, switches, the shared cursor.
#include "app/ui/plot.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab::ui;
using lab::test::NullWindow;

struct Plots {
  NullWindow window;
  std::vector<double> x, y, z;
  std::array<PlotState, 2> states;
  PlotRange range;
  double cursor = kNoNumber;
  ImVec2 size{400, 200};
  Plots() {
    for (int i = 0; i <= 1000; ++i) {
      x.push_back(i);
      y.push_back(10 + 5 * std::sin(i * 0.01));
      z.push_back(i < 500 ? 100 : kNoNumber);
    }
  }
  void frame() {
    window.frame([&] {
      for (std::size_t p = 0; p < 2; ++p) {
        const std::array<Series, 2> series{
            {{.name = "training", .colour = ~0U, .x = x, .y = y, .lower = y, .upper = y},
             {.name = "validation", .colour = ~0U, .x = x, .y = z, .dashed = true}}};
        plot({.id = p == 0 ? "upper" : "lower", .title = "Error", .hint = "How far off.", .size = size},
             states[p], range, cursor, series);
      }
    });
  }
  void frames(int n) {
    for (int i = 0; i < n; ++i) frame();
  }
  /// A point of the pane, as shares of its width and height from the top left.
  ImVec2 at(const char* id, float u, float v) const {
    const Rect r = NullWindow::rect(id);
    return {r.x + u * r.w, r.y + v * r.h};
  }
};

TEST_CASE("a fitted plot shows all of its data with a little room above and below") {
  Plots p;
  p.frames(2);
  CHECK(p.range.low == 0);
  CHECK(p.range.high == 1000);
  CHECK(p.states[0].y.low < 5);
  CHECK(p.states[0].y.low > -3);
  CHECK(p.states[0].y.high > 100);
  CHECK(p.states[0].y.high < 110);
  p.x.push_back(2000);
  p.y.push_back(500);
  p.z.push_back(kNoNumber);
  p.frames(2);
  CHECK(p.range.high == 2000);
  CHECK(p.states[0].y.high > 500);
}

TEST_CASE("what is never negative has no axis below zero") {
  Plots p;
  p.y[0] = 0;
  p.frames(2);
  CHECK(p.states[0].y.low == 0);
  p.y[1] = -1;
  p.frames(2);
  CHECK(p.states[0].y.low < -1);
}

TEST_CASE("switching a curve off fits the others, and switching it on brings it back") {
  Plots p;
  p.frames(2);
  p.window.click("upper.legend.1", [&] {
    const std::array<Series, 2> series{{{.name = "training", .colour = ~0U, .x = p.x, .y = p.y},
                                        {.name = "validation", .colour = ~0U, .x = p.x, .y = p.z}}};
    plot({.id = "upper", .title = "Error", .size = p.size}, p.states[0], p.range, p.cursor, series);
  });
  CHECK(p.states[0].hidden == 2);
  p.window.mouse_to({790, 590});
  p.frames(2);
  CHECK(p.states[0].y.high < 16);
  CHECK(p.states[1].y.high > 100);
}

TEST_CASE("the wheel zooms x about the mouse, for all linked plots, and a double click fits again") {
  Plots p;
  p.frames(2);
  p.window.mouse_to(p.at("upper", 0.25f, 0.5f));
  p.frames(2);
  const double under_mouse = p.cursor;
  CHECK(under_mouse == doctest::Approx(250).epsilon(0.01));
  for (int i = 0; i < 5; ++i) {
    p.window.wheel(1);
    p.frames(2);
    CHECK(p.cursor == doctest::Approx(under_mouse).epsilon(0.001));
  }
  CHECK(!p.range.fitted);
  CHECK(p.range.high - p.range.low == doctest::Approx(1000 / std::pow(1.2, 5)));
  for (int i = 0; i < 2; ++i) {
    p.window.left(true);
    p.frame();
    p.window.left(false);
    p.frame();
  }
  p.frame();
  CHECK(p.range.fitted);
  CHECK(p.range.high == 1000);
}

TEST_CASE(
    "zoomed out over everything, a plot follows its data again, zoomed in, it stops before nothing is left") {
  Plots p;
  p.frames(2);
  p.window.mouse_to(p.at("lower", 0.5f, 0.5f));
  p.frames(2);
  p.window.wheel(3);
  p.frames(2);
  CHECK(!p.range.fitted);
  for (int i = 0; i < 5; ++i) {
    p.window.wheel(-2);
    p.frames(2);
  }
  CHECK(p.range.fitted);
  for (int i = 0; i < 200; ++i) {
    p.window.wheel(3);
    p.frame();
  }
  CHECK(p.range.high - p.range.low >= 1000 * 1e-4);
  CHECK(p.range.high > p.range.low);
}

TEST_CASE("dragging pans by what the mouse moved") {
  Plots p;
  p.frames(2);
  p.window.mouse_to(p.at("upper", 0.5f, 0.5f));
  p.frames(2);
  p.window.left(true);
  p.frames(2);
  p.window.mouse_to(p.at("upper", 0.7f, 0.5f));
  p.frames(2);
  p.window.left(false);
  p.frames(2);
  CHECK(p.range.low == doctest::Approx(-200).epsilon(0.02));
  CHECK(p.range.high == doctest::Approx(800).epsilon(0.02));
}

TEST_CASE(
    "the cursor is shared while the mouse is on either plot, and gone when it leaves, in whichever order "
    "they are drawn") {
  Plots p;
  p.frames(2);
  for (const char* id : {"upper", "lower", "upper"}) {
    p.window.mouse_to(p.at(id, 0.6f, 0.5f));
    p.frames(3);
    CHECK(p.cursor == doctest::Approx(600).epsilon(0.01));
  }
  p.window.mouse_to({790, 590});
  p.frames(3);
  CHECK(std::isnan(p.cursor));
}

TEST_CASE("the log switch turns the axis, which then leaves out what is not positive") {
  Plots p;
  p.y[3] = -4;
  p.y[4] = 0;
  p.frames(2);
  p.window.click("lower.log", [&] {
    p.range = {};
    const std::array<Series, 1> s{{{.name = "a", .colour = ~0U, .x = p.x, .y = p.y}}};
    plot({.id = "lower", .title = "E", .size = p.size}, p.states[1], p.range, p.cursor, s);
  });
  CHECK(p.states[1].log_y);
  p.window.mouse_to({790, 590});
  p.frames(2);
  CHECK(p.states[1].y.low > 0);
  CHECK(p.states[1].y.low < 5);
  CHECK(p.states[1].y.high > 100);
}

TEST_CASE("the axis of a curve of one point begins there and goes on by at least one") {
  NullWindow window;
  const std::vector<double> x{0}, y{0.26};
  const std::array<Series, 1> series{{{.name = "a", .colour = ~0U, .x = x, .y = y}}};
  PlotState state;
  PlotRange range;
  double cursor = kNoNumber;
  window.frame([&] {
    plot({.id = "one", .title = "One", .size = {300, 150}}, state, range, cursor, series);
  });
  CHECK(range.low == 0);
  CHECK(range.high == 1);
}

TEST_CASE("plots of no data, of one point, of equal values and of nothing finite draw at any size") {
  NullWindow window;
  const std::vector<double> one_x{3}, one_y{7}, xs{0, 1, 2}, equal{5, 5, 5}, zero{0, 0, 0},
      none{kNoNumber, kNoNumber, kNoNumber};
  const std::vector<std::pair<const std::vector<double>*, const std::vector<double>*>> cases{
      {&one_x, &one_y}, {&xs, &equal}, {&xs, &zero}, {&xs, &none}};
  for (const bool log : {false, true}) {
    for (const ImVec2 size : {ImVec2{300, 150}, ImVec2{60, 40}, ImVec2{5, 5}}) {
      PlotState state;
      state.log_y = log;
      PlotRange range;
      double cursor = 1;
      window.frame([&] { plot({.id = "empty", .title = "Empty", .size = size}, state, range, cursor, {}); });
      for (const auto& [x, y] : cases) {
        const std::array<Series, 1> series{{{.name = "a", .colour = ~0U, .x = *x, .y = *y, .markers = true}}};
        window.frame(
            [&] { plot({.id = "one", .title = "One", .size = size}, state, range, cursor, series); });
        CHECK(std::isfinite(state.y.low));
        CHECK(state.y.high > state.y.low);
        CHECK(range.high > range.low);
      }
    }
  }
}

TEST_CASE("a histogram draws any bins, also none, and a marker outside of its range") {
  NullWindow window;
  const std::vector<float> bins{0, 1, 5, 2}, zeros(4, 0.0f);
  window.frame([&] {
    for (const auto& b : {bins, zeros, std::vector<float>{}}) {
      for (const double marker : {kNoNumber, -100.0, 0.5, 100.0}) {
        ImGui::PushID(static_cast<int>(b.size() * 10 + static_cast<std::size_t>(std::isnan(marker) ? 9
                                                                                : marker > 1       ? 2
                                                                                             : marker > 0)));
        histogram("bars", b, 0, 1, marker, ~0U, {200, 80}, "Bars.");
        ImGui::PopID();
      }
    }
    histogram("flat", bins, 1, 1, 1, ~0U, {200, 80}, "Bars.");
  });
  CHECK(registered().contains("bars"));
}

}  // namespace
