// What the themes promise: contrast, colours that differ, fonts with the program's characters.
#include "app/ui/theme.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "app/ui/colour_map.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab::ui;
using lab::test::NullWindow;

double linear(unsigned byte) {
  const double c = byte / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}
/// Relative luminance and contrast of WCAG 2.1.
double luminance(unsigned r, unsigned g, unsigned b) {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}
double luminance(ImU32 c) {
  return luminance(c >> IM_COL32_R_SHIFT & 255U, c >> IM_COL32_G_SHIFT & 255U, c >> IM_COL32_B_SHIFT & 255U);
}
double contrast(ImU32 a, ImU32 b) {
  const double x = luminance(a), y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

TEST_CASE("all text has a contrast of at least 4.5 in both themes, and curves of at least 3") {
  for (const Theme theme : {Theme::Dark, Theme::Light}) {
    set_theme(theme);
    const Palette& p = palette();
    for (const ImU32 ground : {p.panel, p.background}) {
      CHECK(contrast(p.text, ground) >= 7);
      for (const ImU32 colour : {p.text_dim, p.text_faint, p.good, p.warning, p.bad, p.accent})
        CHECK(contrast(colour, ground) >= 4.5);
    }
    for (const ImU32 colour : {p.text, p.text_dim, p.warning}) CHECK(contrast(colour, p.panel_raised) >= 4.5);
    for (const ImU32 ground : {p.accent, p.accent_hovered, p.accent_active})
      CHECK(contrast(p.on_accent, ground) >= 4.5);
    for (const ImU32 colour : p.series) CHECK(contrast(colour, p.panel) >= 3);
    for (const ImU32 colour : {p.positive, p.negative}) CHECK(contrast(colour, p.panel) >= 3);
  }
  set_theme(Theme::Dark);
}

TEST_CASE("fading multiplies the alpha and leaves the colour") {
  CHECK(faded(IM_COL32(10, 20, 30, 200), 0.5f) == IM_COL32(10, 20, 30, 100));
  CHECK(faded(IM_COL32(10, 20, 30, 200), 2) == IM_COL32(10, 20, 30, 200));
  CHECK(faded(IM_COL32(10, 20, 30, 200), -1) == IM_COL32(10, 20, 30, 0));
}

TEST_CASE("the scale is kept between 1 and 3 and multiplies lengths") {
  set_scale(0.2f);
  CHECK(scale() == 1);
  set_scale(9);
  CHECK(px(10) == 30);
  set_scale(1);
}

TEST_CASE("fonts follow the scale in the next frame") {
  NullWindow window;
  float height = 0;
  window.frame([&] { height = ImGui::GetFontSize(); });
  CHECK(height == 15);
  set_scale(2);
  window.frame([&] { height = ImGui::GetFontSize(); });
  CHECK(height == 30);
}

TEST_CASE("every font has the signs that the program writes" *
          doctest::skip(!std::filesystem::exists("/usr/share/fonts/opentype/inter/Inter-Regular.otf"))) {
  NullWindow window;
  window.frame([] {
    const Fonts& f = fonts();
    for (ImFont* font : {f.regular, f.small, f.medium, f.title, f.mono, f.mono_small}) {
      for (const ImWchar sign :
           {ImWchar{0x2016}, ImWchar{0x0394}, ImWchar{0x03C3}, ImWchar{0x2192}, ImWchar{0x2190},
            ImWchar{0x27E8}, ImWchar{0x27E9}, ImWchar{0x2212}, ImWchar{0x00D7}, ImWchar{0x00BD},
            ImWchar{0x2026}, ImWchar{0x2013}, ImWchar{0x2014}, ImWchar{0x221E}, ImWchar{0x2264},
            ImWchar{0x2080}, ImWchar{0x207B}, ImWchar{0x00E9}}) {
        CAPTURE(static_cast<unsigned>(sign));
        CHECK(font->FindGlyphNoFallback(sign) != nullptr);
      }
    }
  });
}

double table_luminance(const ColourTable& table, int level) {
  const auto at = static_cast<std::size_t>(4 * level);
  return luminance(table[at], table[at + 1], table[at + 2]);
}

TEST_CASE("the diverging map is neutral in its middle and grows evenly to orange above and blue below") {
  for (const Theme theme : {Theme::Dark, Theme::Light}) {
    set_theme(theme);
    const ColourTable table = colour_table(ColourMap::Diverging);
    const auto channel = [&](int level, std::size_t c) {
      return int{table[static_cast<std::size_t>(4 * level) + c]};
    };
    const int middle = (kColourLevels - 1) / 2;
    CHECK(std::abs(channel(middle, 0) - channel(middle, 2)) <= 8);
    CHECK(channel(kColourLevels - 1, 0) > channel(kColourLevels - 1, 2) + 100);
    CHECK(channel(0, 2) > channel(0, 0) + 100);
    const double sign = theme == Theme::Dark ? 1 : -1;
    for (int step = 1; step <= middle; ++step) {
      CHECK(sign * (table_luminance(table, middle + step) - table_luminance(table, middle + step - 1)) >=
            -1e-3);
      CHECK(sign * (table_luminance(table, middle - step) - table_luminance(table, middle - step + 1)) >=
            -1e-3);
    }
  }
  set_theme(Theme::Dark);
}

TEST_CASE("heat gets brighter with every level, ink runs from paper to text, grey is linear") {
  const ColourTable heat = colour_table(ColourMap::Heat);
  for (int level = 1; level < kColourLevels; ++level)
    CHECK(table_luminance(heat, level) >= table_luminance(heat, level - 1));
  CHECK(table_luminance(heat, 0) < 0.01);
  CHECK(table_luminance(heat, kColourLevels - 1) > 0.85);
  const ColourTable ink = colour_table(ColourMap::Ink), grey = colour_table(ColourMap::Grey);
  CHECK(std::abs(table_luminance(ink, kColourLevels - 1) - luminance(palette().text)) < 0.01);
  for (int level = 0; level < kColourLevels; ++level)
    CHECK(std::abs(grey[static_cast<std::size_t>(4 * level)] - 255.0 * level / (kColourLevels - 1)) <= 0.5);
}

}  // namespace
