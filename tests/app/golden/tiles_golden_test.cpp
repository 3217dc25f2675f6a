// Tile walls as the shader colours them, byte for byte against the same computation on the CPU, and as they
// come to the screen.
#include "app/ui/tiles.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "app/ui/colour_map.hpp"
#include "tests/app/golden/hidden_window.hpp"

namespace {

using namespace lab::ui;
using lab::test::HiddenWindow;

using Bytes = std::vector<unsigned char>;
using Tiles = std::vector<std::vector<float>>;

Tiles random_tiles(const TileSpec& spec, float low, float high, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<float> value(low, high);
  Tiles tiles(static_cast<std::size_t>(spec.count));
  for (auto& tile : tiles) {
    tile.resize(static_cast<std::size_t>(spec.tile_width * spec.tile_height * spec.channels));
    for (float& x : tile) x = value(random);
  }
  return tiles;
}

int level(float value, const TileSpec& spec) {
  if (std::isnan(value)) return kColourLevels;
  const float scale = spec.high > spec.low ? 1 / (spec.high - spec.low) : 0;
  const float offset = spec.high > spec.low || spec.map != ColourMap::Diverging ? 0.0f : 0.5f;
  const float share = std::clamp((value - spec.low) * scale + offset, 0.0f, 1.0f);
  return static_cast<int>(share * static_cast<float>(kColourLevels - 1) + 0.5f);
}

/// What the contract of TileWall says the texture is: tiles in rows of `columns`, transparent gaps of the
/// panel's colour.
Bytes expected(const TileSpec& spec, const Tiles& tiles) {
  const int rows = (spec.count + spec.columns - 1) / spec.columns;
  const int width = spec.columns * spec.tile_width + (spec.columns - 1) * spec.gap;
  const int height = rows * spec.tile_height + (rows - 1) * spec.gap;
  Bytes out(static_cast<std::size_t>(width * height * 4));
  const ColourTable table = colour_table(spec.map);
  const ImU32 gap = palette().panel;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      unsigned char* to = &out[static_cast<std::size_t>(4 * (y * width + x))];
      const int column = x / (spec.tile_width + spec.gap), row = y / (spec.tile_height + spec.gap);
      const int tx = x % (spec.tile_width + spec.gap), ty = y % (spec.tile_height + spec.gap);
      const int tile = row * spec.columns + column;
      if (tx >= spec.tile_width || ty >= spec.tile_height || tile >= spec.count ||
          tiles[static_cast<std::size_t>(tile)].empty()) {
        to[0] = static_cast<unsigned char>(gap >> IM_COL32_R_SHIFT),
        to[1] = static_cast<unsigned char>(gap >> IM_COL32_G_SHIFT),
        to[2] = static_cast<unsigned char>(gap >> IM_COL32_B_SHIFT);
        continue;
      }
      const float* value = &tiles[static_cast<std::size_t>(tile)]
                                 [static_cast<std::size_t>((ty * spec.tile_width + tx) * spec.channels)];
      for (int c = 0; c < 3; ++c) {
        if (spec.channels == 3) {
          const float share = std::clamp((value[c] - spec.low) / (spec.high - spec.low), 0.0f, 1.0f);
          to[c] = static_cast<unsigned char>(std::floor(share * 255 + 0.5f));
        } else {
          to[c] = table[static_cast<std::size_t>(4 * level(*value, spec) + c)];
        }
      }
      to[3] = 255;
    }
  }
  return out;
}

void put_all(TileWall& wall, const TileSpec& spec, const Tiles& tiles) {
  wall.shape(spec);
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    if (!tiles[i].empty()) wall.put(static_cast<int>(i), tiles[i].data());
  }
}

Bytes pixels(TileWall& wall) {
  int width = 0, height = 0;
  Bytes out = wall.pixels(&width, &height);
  CHECK(out.size() == static_cast<std::size_t>(4 * width * height));
  return out;
}

TEST_CASE("a wall of any colour map has the bytes that the CPU computes, in both themes") {
  HiddenWindow window;
  for (const Theme theme : {Theme::Dark, Theme::Light}) {
    set_theme(theme);
    for (const ColourMap map : {ColourMap::Grey, ColourMap::Ink, ColourMap::Diverging, ColourMap::Heat}) {
      const TileSpec spec{.tile_width = 13,
                          .tile_height = 7,
                          .count = 17,
                          .columns = 5,
                          .gap = 2,
                          .map = map,
                          .low = -0.73f,
                          .high = 1.91f};
      // Beyond both ends of the range as well.
      const Tiles tiles = random_tiles(spec, -1.5f, 2.5f, 17);
      TileWall wall;
      put_all(wall, spec, tiles);
      CAPTURE(static_cast<int>(map));
      CHECK(pixels(wall) == expected(spec, tiles));
    }
  }
}

TEST_CASE(
    "the ends of the range, its middle, infinities and what is not a number have the colours meant for "
    "them") {
  HiddenWindow window;
  const TileSpec spec{.tile_width = 6,
                      .tile_height = 1,
                      .count = 1,
                      .columns = 1,
                      .gap = 0,
                      .map = ColourMap::Diverging,
                      .low = -2,
                      .high = 2};
  const float infinity = std::numeric_limits<float>::infinity();
  const Tiles tiles{{-2, 0, 2, infinity, 1e29f, std::nanf("")}};
  TileWall wall;
  put_all(wall, spec, tiles);
  const Bytes found = pixels(wall);
  CHECK(found == expected(spec, tiles));
  const ColourTable table = colour_table(ColourMap::Diverging);
  const auto is = [&](std::size_t pixel, int entry) {
    return std::equal(found.begin() + static_cast<std::ptrdiff_t>(4 * pixel),
                      found.begin() + static_cast<std::ptrdiff_t>(4 * pixel + 4), table.begin() + 4 * entry);
  };
  CHECK(is(0, 0));
  CHECK(is(1, (kColourLevels - 1) / 2));
  CHECK(is(2, kColourLevels - 1));
  CHECK(is(3, kColourLevels - 1));
  CHECK(is(5, kColourLevels));
}

TEST_CASE("weights that are all zero are neutral, not negative") {
  HiddenWindow window;
  const TileSpec spec{.tile_width = 4,
                      .tile_height = 4,
                      .count = 1,
                      .columns = 1,
                      .gap = 0,
                      .map = ColourMap::Diverging,
                      .low = 0,
                      .high = 0};
  const Tiles tiles{std::vector<float>(16, 0.0f)};
  TileWall wall;
  put_all(wall, spec, tiles);
  const ColourTable table = colour_table(ColourMap::Diverging);
  CHECK(pixels(wall)[0] == table[4 * ((kColourLevels - 1) / 2)]);
  CHECK(pixels(wall) == expected(spec, tiles));
}

TEST_CASE("colour pictures keep their channels") {
  HiddenWindow window;
  const TileSpec spec{.tile_width = 9,
                      .tile_height = 5,
                      .channels = 3,
                      .count = 8,
                      .columns = 3,
                      .gap = 1,
                      .low = -0.5f,
                      .high = 0.5f};
  const Tiles tiles = random_tiles(spec, -0.7f, 0.7f, 23);
  TileWall wall;
  put_all(wall, spec, tiles);
  CHECK(pixels(wall) == expected(spec, tiles));
}

TEST_CASE("tiles that were never put are empty, and a new tile changes no other") {
  HiddenWindow window;
  const TileSpec spec{
      .tile_width = 8, .tile_height = 8, .count = 12, .columns = 4, .gap = 1, .map = ColourMap::Heat};
  Tiles tiles(12);
  TileWall wall;
  put_all(wall, spec, tiles);
  CHECK(pixels(wall) == expected(spec, tiles));
  std::mt19937 random(3);
  for (int change = 0; change < 30; ++change) {
    const Tiles fresh = random_tiles({.tile_width = 8, .tile_height = 8, .count = 1}, 0, 1,
                                     static_cast<std::uint64_t>(change));
    const auto at = random() % 12;
    tiles[at] = fresh[0];
    wall.put(static_cast<int>(at), fresh[0].data());
    if (change % 3 == 0) CHECK(pixels(wall) == expected(spec, tiles));
  }
  CHECK(pixels(wall) == expected(spec, tiles));
}

TEST_CASE("another range, map or theme recolours what is there, another shape empties it") {
  HiddenWindow window;
  TileSpec spec{
      .tile_width = 8, .tile_height = 6, .count = 6, .columns = 3, .gap = 1, .map = ColourMap::Grey};
  Tiles tiles = random_tiles(spec, 0, 1, 31);
  TileWall wall;
  put_all(wall, spec, tiles);
  CHECK(pixels(wall) == expected(spec, tiles));
  spec.high = 0.3f;
  wall.shape(spec);
  CHECK(pixels(wall) == expected(spec, tiles));
  spec.map = ColourMap::Ink;
  wall.shape(spec);
  CHECK(pixels(wall) == expected(spec, tiles));
  set_theme(Theme::Light);
  CHECK(pixels(wall) == expected(spec, tiles));
  spec.columns = 2;
  wall.shape(spec);
  CHECK(pixels(wall) == expected(spec, Tiles(6)));
}

TEST_CASE("a wall that is moved keeps its pictures") {
  HiddenWindow window;
  const TileSpec spec{.tile_width = 5, .tile_height = 5, .count = 4, .columns = 2, .gap = 1};
  const Tiles tiles = random_tiles(spec, 0, 1, 37);
  TileWall first;
  put_all(first, spec, tiles);
  CHECK(!pixels(first).empty());
  TileWall second = std::move(first);
  CHECK(pixels(second) == expected(spec, tiles));
}

/// The screen's pixel at (x, y) of a frame 320 wide.
std::array<int, 3> pixel(const Bytes& frame, int x, int y) {
  const auto at = static_cast<std::size_t>(3 * (y * 320 + x));
  return {frame[at], frame[at + 1], frame[at + 2]};
}

TEST_CASE("enlarged pixels come to the screen with sharp edges and the right way up") {
  HiddenWindow window;
  const TileSpec spec{
      .tile_width = 8, .tile_height = 6, .count = 4, .columns = 2, .gap = 1, .map = ColourMap::Heat};
  const Tiles tiles = random_tiles(spec, 0, 1, 41);
  const Bytes texture = expected(spec, tiles);
  TileWall wall;
  put_all(wall, spec, tiles);
  Bytes frame;
  // 17 × 13 pixels in 170 × 130: ten times.
  for (int i = 0; i < 2; ++i) frame = window.frame([&] { wall.draw("wall", {.size = {170, 130}}); });
  int wrong = 0;
  for (int y = 0; y < 130; ++y) {
    for (int x = 0; x < 170; ++x) {
      const auto at = static_cast<std::size_t>(4 * (y / 10 * 17 + x / 10));
      if (texture[at + 3] == 0) continue;
      wrong += pixel(frame, x, y) != std::array<int, 3>{texture[at], texture[at + 1], texture[at + 2]};
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("a wall that must shrink averages: single bright pixels do not vanish") {
  HiddenWindow window;
  const TileSpec spec{
      .tile_width = 256, .tile_height = 64, .count = 1, .columns = 1, .gap = 0, .map = ColourMap::Grey};
  // Every fourth column is white: at a quarter of the size all is the same grey, and never black.
  Tiles tiles{std::vector<float>(256 * 64, 0.0f)};
  for (std::size_t i = 0; i < tiles[0].size(); i += 4) tiles[0][i] = 1;
  TileWall wall;
  put_all(wall, spec, tiles);
  Bytes frame;
  for (int i = 0; i < 2; ++i) frame = window.frame([&] { wall.draw("wall", {.size = {64, 16}}); });
  for (int x = 2; x < 62; ++x) {
    CHECK(pixel(frame, x, 8)[0] >= 32);
    CHECK(pixel(frame, x, 8)[0] <= 128);
  }
}

TEST_CASE("colouring leaves the window's viewport and target as they were") {
  HiddenWindow window;
  glViewport(3, 5, 70, 90);
  const TileSpec spec{.tile_width = 4, .tile_height = 4, .count = 1, .columns = 1};
  TileWall wall;
  put_all(wall, spec, random_tiles(spec, 0, 1, 1));
  CHECK(!pixels(wall).empty());
  std::array<int, 4> viewport{};
  int target = -1;
  glGetIntegerv(GL_VIEWPORT, viewport.data());
  glGetIntegerv(GL_FRAMEBUFFER_BINDING, &target);
  CHECK(viewport == std::array<int, 4>{3, 5, 70, 90});
  CHECK(target == 0);
  CHECK(glGetError() == GL_NO_ERROR);
}

}  // namespace
