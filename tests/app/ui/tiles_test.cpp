// Where tiles lie, and what the mouse does to them. Without a window nothing is coloured; see
// tests/app/golden.
#include "app/ui/tiles.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab::ui;
using lab::test::NullWindow;

TEST_CASE("every pixel of the atlas belongs to the tile that was put there, and gaps to none") {
  for (const TileSpec& spec :
       {TileSpec{.tile_width = 3, .tile_height = 2, .count = 7, .columns = 3, .gap = 1},
        TileSpec{.tile_width = 4, .tile_height = 5, .count = 4, .columns = 2, .gap = 0},
        TileSpec{.tile_width = 1, .tile_height = 1, .count = 9, .columns = 9, .gap = 3}}) {
    const int width = spec.columns * (spec.tile_width + spec.gap), height = 5 * (spec.tile_height + spec.gap);
    std::vector<int> owner(static_cast<std::size_t>(width * height), -1);
    for (int tile = 0; tile < spec.count; ++tile) {
      for (int y = 0; y < spec.tile_height; ++y) {
        for (int x = 0; x < spec.tile_width; ++x) {
          const int ax = tile % spec.columns * (spec.tile_width + spec.gap) + x,
                    ay = tile / spec.columns * (spec.tile_height + spec.gap) + y;
          const TilePlace place = tile_at(spec, static_cast<float>(ax) + 0.5f, static_cast<float>(ay) + 0.5f);
          CHECK(place.tile == tile);
          CHECK(place.x == x);
          CHECK(place.y == y);
          owner[static_cast<std::size_t>(ay * width + ax)] = tile;
        }
      }
    }
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x)
        CHECK(tile_at(spec, static_cast<float>(x), static_cast<float>(y)).tile ==
              owner[static_cast<std::size_t>(y * width + x)]);
    }
  }
}

TEST_CASE(
    "a last row that is not full stands in the middle where that is asked for, and its tiles are found "
    "there") {
  for (const auto& [count, columns] :
       std::vector<std::pair<int, int>>{{7, 3}, {196, 18}, {5, 4}, {6, 3}, {2, 4}}) {
    const TileSpec spec{.tile_width = 6,
                        .tile_height = 4,
                        .count = count,
                        .columns = columns,
                        .gap = 2,
                        .centres_rest = true};
    const int across = std::min(count, columns), width = across * 8 - 2;
    CAPTURE(count);
    for (int tile = 0; tile < count; ++tile) {
      const TileCorner corner = tile_corner(spec, tile);
      const TilePlace last =
          tile_at(spec, static_cast<float>(corner.x) + 5.5f, static_cast<float>(corner.y) + 3.5f);
      CHECK(tile_at(spec, static_cast<float>(corner.x), static_cast<float>(corner.y)).tile == tile);
      CHECK(last.tile == tile);
      CHECK(last.x == 5);
      CHECK(corner.x + 6 <= width);
    }
    const int first = (count - 1) / columns * columns;
    const int left = tile_corner(spec, first).x, right = width - tile_corner(spec, count - 1).x - 6;
    CHECK(std::abs(left - right) <= 1);
    CHECK(tile_at(spec, static_cast<float>(left) - 1, static_cast<float>(tile_corner(spec, first).y)).tile ==
          -1);
  }
}

TEST_CASE("points outside of the atlas are on no tile") {
  const TileSpec spec{.tile_width = 4, .tile_height = 4, .count = 6, .columns = 3, .gap = 1};
  for (const auto& [x, y] : std::vector<std::pair<float, float>>{{-0.1f, 1},
                                                                 {1, -0.1f},
                                                                 {14.5f, 1},
                                                                 {15, 1},
                                                                 {1, 9.5f},
                                                                 {1e30f, 1},
                                                                 {1, 1e30f},
                                                                 {std::nanf(""), 1},
                                                                 {-1e30f, -1e30f}})
    CHECK(tile_at(spec, x, y).tile == -1);
}

/// The scale at which `columns` columns show in a region, as a reader of the contract would work it out.
double shown_scale(int columns, int count, int w, int h, int gap, ImVec2 region) {
  const int rows = (count + columns - 1) / columns;
  const double x = static_cast<double>(region.x) / (columns * w + (columns - 1) * gap);
  const double y = static_cast<double>(region.y) / (rows * h + (rows - 1) * gap);
  const double scale = std::min(x, y);
  return scale >= 1 ? std::floor(scale) : scale;
}

TEST_CASE(
    "no other number of columns shows much larger tiles than the best one, and none of whole pixels larger "
    "ones") {
  for (const int count : {1, 2, 7, 64, 100, 196, 500}) {
    for (const ImVec2 region :
         {ImVec2{640, 480}, ImVec2{300, 900}, ImVec2{1500, 120}, ImVec2{57, 57}, ImVec2{10, 10}}) {
      const int best = TileWall::best_columns(count, 28, 28, 2, region);
      const double scale = shown_scale(best, count, 28, 28, 2, region);
      CAPTURE(count);
      CAPTURE(best);
      for (int columns = 1; columns <= count; ++columns)
        CHECK(shown_scale(columns, count, 28, 28, 2, region) <= scale * (scale >= 1 ? 1 + 1e-6 : 1.08));
    }
  }
}

TEST_CASE("the last row of the best layout is nearly full where the tiles would not be smaller for it") {
  // Of 196 tiles 19 columns are the widest at one pixel a pixel here, with 6 tiles in the last row; 18 leave 16 there.
  CHECK(TileWall::best_columns(196, 28, 28, 2, {632, 350}) == 18);
  // Of 100 tiles 14 columns would leave 2.
  CHECK(TileWall::best_columns(100, 28, 28, 2, {608, 310}) == 13);
  for (const ImVec2 region : {ImVec2{632, 350}, ImVec2{660, 400}, ImVec2{1300, 760}, ImVec2{520, 290}}) {
    const int best = TileWall::best_columns(196, 28, 28, 2, region), rest = 196 % best;
    CAPTURE(best);
    CHECK((rest == 0 || 4 * rest >= 3 * best));
  }
}

struct Wall {
  NullWindow window;
  TileWall wall;
  TileWall::View view{.size = {400, 300}};
  TileHit hit;
  int clicks = 0, double_clicks = 0;
  Wall() {
    wall.shape({.tile_width = 10, .tile_height = 8, .count = 11, .columns = 4, .gap = 2});
    const std::vector<float> tile(80, 0.5f);
    for (int i = 0; i < 11; ++i) wall.put(i, tile.data());
  }
  void frame() {
    window.frame([&] {
      hit = wall.draw("wall", view);
      clicks += hit.clicked;
      double_clicks += hit.double_clicked;
    });
  }
  void point_at(ImVec2 at) {
    window.mouse_to(at);
    frame();
    frame();
  }
};

TEST_CASE("the hovered tile and pixel are those under the mouse, in every corner of every tile") {
  for (const bool centred : {false, true}) {
    Wall w;
    w.view.centred = centred;
    w.frame();
    const Rect r = NullWindow::rect("wall");
    // The atlas is 46 × 28, so 8 screen pixels each: floor(min(400 / 46, 300 / 28)).
    const float left = r.x + (centred ? std::floor((400 - 46 * 8) / 2.0f) : 0),
                top = r.y + (centred ? std::floor((300 - 28 * 8) / 2.0f) : 0);
    for (int tile = 0; tile < 11; ++tile) {
      for (const auto& [x, y] : std::vector<std::pair<int, int>>{{0, 0}, {9, 0}, {0, 7}, {9, 7}}) {
        for (const float inside : {0.5f, 7.5f}) {
          w.point_at({left + static_cast<float>(tile % 4 * 12 + x) * 8 + inside,
                      top + static_cast<float>(tile / 4 * 10 + y) * 8 + inside});
          REQUIRE(w.hit.hovered);
          CHECK(w.hit.tile == tile);
          CHECK(w.hit.x == x);
          CHECK(w.hit.y == y);
          CHECK(w.hit.min.x == left + static_cast<float>(tile % 4 * 12) * 8);
          CHECK(w.hit.max.y == top + static_cast<float>(tile / 4 * 10 + 8) * 8);
        }
      }
    }
    w.point_at({left + 10.5f * 8, top + 4});
    CHECK(!w.hit.hovered);
    w.point_at({left + 40 * 8, top + 24 * 8});  // the place of a twelfth tile
    CHECK(!w.hit.hovered);
  }
}

TEST_CASE("a press and a release on a tile is one click, a drag is none") {
  Wall w;
  w.frame();
  const Rect r = NullWindow::rect("wall");
  const ImVec2 on_tile{r.x + 60, r.y + 80};
  w.point_at(on_tile);
  REQUIRE(w.hit.hovered);
  w.window.left(true);
  w.frame();
  CHECK(w.clicks == 0);
  w.window.left(false);
  w.frame();
  CHECK(w.clicks == 1);
  for (int i = 0; i < 60; ++i) w.frame();  // not a double click
  w.window.left(true);
  w.frame();
  w.point_at({on_tile.x + 40, on_tile.y});
  w.window.left(false);
  w.frame();
  CHECK(w.clicks == 1);
}

TEST_CASE("the wheel zooms and keeps the pixel under the mouse, a double click fits again") {
  Wall w;
  w.view.zoomable = true;
  w.frame();
  const Rect r = NullWindow::rect("wall");
  const ImVec2 at{r.x + 91, r.y + 87};
  w.point_at(at);
  REQUIRE(w.hit.hovered);
  const TileHit before = w.hit;
  for (int notch = 0; notch < 8; ++notch) {
    w.window.wheel(1);
    w.frame();
    w.frame();
    CHECK(w.hit.tile == before.tile);
    CHECK(w.hit.x == before.x);
    CHECK(w.hit.y == before.y);
  }
  CHECK(w.hit.max.x - w.hit.min.x > 3 * (before.max.x - before.min.x));
  w.window.left(true);
  w.frame();
  w.window.left(false);
  w.frame();
  w.window.left(true);
  w.frame();
  CHECK(w.double_clicks == 1);
  w.window.left(false);
  w.frame();
  w.frame();
  CHECK(w.hit.max.x - w.hit.min.x == before.max.x - before.min.x);
  CHECK(w.hit.tile == before.tile);
}

TEST_CASE("a zoomed wall follows the drag, and its middle stays on the region") {
  Wall w;
  w.view.zoomable = true;
  w.frame();
  const Rect r = NullWindow::rect("wall");
  w.point_at({r.x + 190, r.y + 150});
  for (int i = 0; i < 6; ++i) {
    w.window.wheel(1);
    w.frame();
  }
  w.frame();
  const TileHit start = w.hit;
  REQUIRE(start.hovered);
  w.window.left(true);
  w.frame();
  w.point_at({r.x + 220, r.y + 150});
  w.point_at({r.x + 220, r.y + 150});
  CHECK(w.hit.tile == start.tile);
  CHECK(w.hit.min.x == doctest::Approx(start.min.x + 30).epsilon(0.01));
  w.point_at({r.x + 20000, r.y + 150});
  w.window.left(false);
  w.point_at({r.x + 250, r.y + 150});
  CHECK(w.hit.tile % 4 == 0);  // the first column: the wall did not leave the region
}

TEST_CASE("without zooming the wheel does nothing to a wall") {
  Wall w;
  w.frame();
  const Rect r = NullWindow::rect("wall");
  w.point_at({r.x + 60, r.y + 80});
  const TileHit before = w.hit;
  w.window.wheel(5);
  w.frame();
  w.frame();
  CHECK(w.hit.min.x == before.min.x);
  CHECK(w.hit.max.x == before.max.x);
}

TEST_CASE("an empty wall and a put outside of it are harmless") {
  NullWindow window;
  TileWall wall;
  const std::vector<float> tile(28 * 28, 1.0f);
  wall.put(0, tile.data());
  wall.shape({.count = 0});
  wall.put(0, tile.data());
  window.frame([&] { CHECK(!wall.draw("empty", {.size = {100, 100}}).hovered); });
  wall.shape({.count = 2, .columns = 0});
  wall.put(2, tile.data());
  wall.put(-1, tile.data());
  wall.put(1, tile.data());
  window.frame([&] { wall.draw("empty", {.size = {100, 100}}); });
  CHECK(wall.spec().columns == 1);
  int width = 0, height = 0;
  CHECK(wall.pixels(&width, &height).empty());
  CHECK(width == 28);
  CHECK(height == 2 * 28 + 1);
}

}  // namespace
