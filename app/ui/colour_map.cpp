#include "app/ui/colour_map.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "app/ui/theme.hpp"

namespace lab::ui {
namespace {

/// Oklab: lightness and two opponent colours; straight lines in it look evenly spaced. Björn Ottosson, "A
/// perceptual color space for image processing", 2020.
struct Oklab {
  double l, a, b;
};

double to_linear(unsigned byte) {
  const double c = byte / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

unsigned char to_byte(double linear) {
  const double c = linear <= 0.0031308 ? 12.92 * linear : 1.055 * std::pow(linear, 1 / 2.4) - 0.055;
  return static_cast<unsigned char>(std::lround(255 * std::clamp(c, 0.0, 1.0)));
}

Oklab oklab(ImU32 colour) {
  const double r = to_linear(colour >> IM_COL32_R_SHIFT & 255U),
               g = to_linear(colour >> IM_COL32_G_SHIFT & 255U),
               b = to_linear(colour >> IM_COL32_B_SHIFT & 255U);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
          1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
          0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

using Colour = std::array<unsigned char, 3>;

Colour rgb(const Oklab& c) {
  const double l = std::pow(c.l + 0.3963377774 * c.a + 0.2158037573 * c.b, 3);
  const double m = std::pow(c.l - 0.1055613458 * c.a - 0.0638541728 * c.b, 3);
  const double s = std::pow(c.l - 0.0894841775 * c.a - 1.2914855480 * c.b, 3);
  return {to_byte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
          to_byte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
          to_byte(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)};
}

Oklab mix(const Oklab& x, const Oklab& y, double t) {
  return {x.l + t * (y.l - x.l), x.a + t * (y.a - x.a), x.b + t * (y.b - x.b)};
}

/// From near black through violet and orange to pale yellow: lightness rises evenly from end to end.
Oklab heat(double t) {
  const double lightness = 0.13 + 0.85 * t;
  const double hue = (285 + 180 * t) * std::numbers::pi / 180;
  const double chroma = 0.175 * std::pow(std::sin(std::numbers::pi * std::min(1.0, 0.06 + 0.90 * t)), 0.75);
  return {lightness, chroma * std::cos(hue), chroma * std::sin(hue)};
}

/// How far the colour of what is beyond a range is from the range's end, towards the colour of text.
constexpr double kEndShare = 0.45;

Colour colour_at(ColourMap map, int level) {
  const Palette& p = palette();
  const bool dark = theme() == Theme::Dark;
  const double t = level / double{kColourLevels - 1};
  switch (map) {
    case ColourMap::Grey: {
      const auto byte = static_cast<unsigned char>(std::lround(255 * t));
      return {byte, byte, byte};
    }
    case ColourMap::Ink: {
      // A little beyond the panel, so that the empty picture has a visible frame.
      const ImU32 paper = dark ? IM_COL32(9, 12, 16, 255) : IM_COL32(246, 248, 250, 255);
      return rgb(mix(oklab(paper), oklab(p.text), t));
    }
    case ColourMap::Diverging: {
      const ImU32 neutral = dark ? IM_COL32(13, 16, 21, 255) : IM_COL32(250, 251, 252, 255);
      const double sign = 2 * t - 1;
      return rgb(mix(oklab(neutral), oklab(sign < 0 ? p.negative : p.positive), std::abs(sign)));
    }
    case ColourMap::Heat:
      break;
  }
  return rgb(heat(t));
}

}  // namespace

ColourTable colour_table(ColourMap map, bool marks_ends) {
  ColourTable table{};
  const auto put = [&](int entry, const Colour& c) {
    const auto at = static_cast<std::size_t>(4 * entry);
    table[at] = c[0], table[at + 1] = c[1], table[at + 2] = c[2], table[at + 3] = 255;
  };
  for (int level = 0; level < kColourLevels; ++level) put(level, colour_at(map, level));
  for (const int end : {0, kColourLevels - 1}) {
    const Colour c = colour_at(map, end);
    const Oklab plain = oklab(IM_COL32(c[0], c[1], c[2], 255));
    if (marks_ends) put(end, rgb(mix(plain, oklab(palette().text), kEndShare)));
  }
  put(kColourLevels, {255, 0, 255});  // not a number: a colour that no map has
  return table;
}

std::shared_ptr<ColourPass> ColourPass::shared() {
  static std::weak_ptr<ColourPass> held;
  auto pass = held.lock();
  if (!pass) held = pass = std::make_shared<ColourPass>();
  return pass;
}

bool ColourPass::draw(const gl::Texture& values, const TileSpec& spec, gl::Framebuffer& target) {
  // A shader that does not work is tried once; its complaint stays.
  if (!program_ && (!trouble_.empty() || !program_.load(gl::shader_folder(), "colour_map", &trouble_)))
    return false;
  const ColourTable table = colour_table(spec.map, spec.marks_ends);
  table_.allocate(kColourLevels + 1, 1, gl::Format::RGBA8);
  table_.upload(table.data());

  const bool has_range = spec.high > spec.low;
  const ImVec4 gap = ImGui::ColorConvertU32ToFloat4(palette().panel);
  target.begin();
  program_.use();
  program_.set("values", 0, values);
  program_.set("table", 1, table_);
  program_.set("low", spec.low);
  program_.set("scale", has_range ? 1 / (spec.high - spec.low) : 0.0f);
  program_.set("offset", !has_range && spec.map == ColourMap::Diverging ? 0.5f : 0.0f);
  program_.set("gap_colour", gap.x, gap.y, gap.z);
  program_.set("is_colour", spec.channels == 3 ? 1 : 0);
  triangle_.draw();
  target.end();
  return true;
}

}  // namespace lab::ui
