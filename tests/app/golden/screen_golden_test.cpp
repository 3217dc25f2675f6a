// Controls and curves as they come to the screen: the same picture each time, with what matters where it
// belongs. Not compared across versions of ImGui, whose rasterizers differ.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "app/ui/canvas.hpp"
#include "app/ui/plot.hpp"
#include "tests/app/golden/hidden_window.hpp"

namespace {

using namespace lab::ui;
using lab::test::HiddenWindow;

using Bytes = std::vector<unsigned char>;

constexpr std::array kMethods{"CD", "PCD"};

struct Everything {
  bool on = true;
  int choice = 1, count = 40;
  float rate = 0.03f;
  std::string text = "mnist";
  Canvas canvas{28, 28};
  std::vector<double> x, y;
  PlotState state;
  PlotRange range;
  double cursor = 20;
  Everything() {
    for (int i = 0; i < 50; ++i) x.push_back(i), y.push_back(std::exp(-0.1 * i));
    canvas.stroke_to(6, 6, 1.5f, false);
    canvas.stroke_to(20, 22, 1.5f, false);
    canvas.end_stroke();
  }
  void draw() {
    begin_panel("panel", "Panel ‖ΔW‖/‖W‖", {0, 0}, "σ → ⟨v⟩");
    button("go", "Go", "", Icon::Play, Emphasis::Primary);
    ImGui::SameLine();
    toggle("toggle", "On", &on, "");
    segmented("segments", &choice, kMethods, "");
    row_combo("combo", "Method", &choice, kMethods, "", "waits");
    row_int("int", "Count", &count, 0, 100, "");
    row_float("float", "Rate", &rate, 0.0001f, 1, "%.4f", "", nullptr, true);
    row_text("text", "Data", &text, "");
    canvas.draw("canvas", {84, 84}, 1.5f, false, "");
    const std::array<Series, 1> series{{{.name = "a", .colour = palette().series[0], .x = x, .y = y}}};
    plot({.id = "plot", .title = "Error", .size = {280, 150}}, state, range, cursor, series);
    end_panel();
  }
};

TEST_CASE("the same frame has the same pixels, from one window to the next") {
  for (const Theme theme : {Theme::Dark, Theme::Light}) {
    Bytes first;
    for (int run = 0; run < 2; ++run) {
      HiddenWindow window(320, 480);
      set_theme(theme);
      Everything all;
      Bytes frame;
      for (int i = 0; i < 3; ++i) frame = window.frame([&] { all.draw(); });
      if (run == 0) first = frame;
      CHECK(frame == first);
    }
  }
}

/// Share of the pixels in a rectangle that differ from its most frequent colour.
double busy_share(const Bytes& frame, int frame_width, const Rect& r) {
  std::vector<int> colours;
  for (int y = static_cast<int>(r.y); y < static_cast<int>(r.y + r.h); ++y) {
    for (int x = static_cast<int>(r.x); x < static_cast<int>(r.x + r.w); ++x) {
      const auto at = static_cast<std::size_t>(3 * (y * frame_width + x));
      colours.push_back(frame[at] << 16 | frame[at + 1] << 8 | frame[at + 2]);
    }
  }
  std::vector<int> sorted = colours;
  std::ranges::sort(sorted);
  std::size_t most = 0;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i;
    while (end < sorted.size() && sorted[end] == sorted[i]) ++end;
    most = std::max(most, end - i);
    i = end;
  }
  return 1 - static_cast<double>(most) / static_cast<double>(sorted.size());
}

TEST_CASE("every control leaves ink on the screen in both themes and at every scale") {
  for (const float scale : {1.0f, 2.0f, 3.0f}) {
    HiddenWindow window(static_cast<int>(320 * scale), static_cast<int>(480 * scale));
    for (const Theme theme : {Theme::Dark, Theme::Light}) {
      set_theme(theme);
      set_scale(scale);
      Everything all;
      Bytes frame;
      for (int i = 0; i < 3; ++i) frame = window.frame([&] { all.draw(); });
      for (const char* id : {"go", "toggle", "segments", "combo", "int", "float", "text", "canvas", "plot"}) {
        CAPTURE(id);
        REQUIRE(registered().contains(id));
        CHECK(busy_share(frame, static_cast<int>(320 * scale), registered().find(id)->second) > 0.01);
      }
      CHECK(glGetError() == GL_NO_ERROR);
    }
  }
}

TEST_CASE("a plotted line passes through its points") {
  HiddenWindow window(320, 240);
  const ImU32 colour = IM_COL32(255, 0, 255, 255);
  std::vector<double> x, y;
  for (int i = 0; i <= 100; ++i) x.push_back(i), y.push_back(std::sin(i * 0.07));
  PlotState state;
  PlotRange range;
  double cursor = std::nan("");
  Bytes frame;
  for (int i = 0; i < 2; ++i) {
    frame = window.frame([&] {
      const std::array<Series, 1> series{{{.name = "a", .colour = colour, .x = x, .y = y}}};
      plot({.id = "plot", .title = "Sine", .size = {320, 240}}, state, range, cursor, series);
    });
  }
  const Rect pane = registered().find("plot")->second;
  for (std::size_t i = 1; i + 1 < x.size(); ++i) {
    const double px_x = static_cast<double>(pane.x) + x[i] / 100 * static_cast<double>(pane.w);
    const double px_y = static_cast<double>(pane.y) +
                        (state.y.high - y[i]) / (state.y.high - state.y.low) * static_cast<double>(pane.h);
    int purple = 0;
    for (int dy = -1; dy <= 1; ++dy) {
      const auto at =
          static_cast<std::size_t>(3 * ((static_cast<int>(px_y) + dy) * 320 + static_cast<int>(px_x)));
      purple = std::max(purple, std::min<int>(frame[at], frame[at + 2]));
    }
    CAPTURE(i);
    CHECK(purple > 150);
  }
}

}  // namespace
