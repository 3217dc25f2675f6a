// TileWall: many small pictures in one texture: filters, digits, chains. Values are uploaded as floats and
// coloured by a shader, drawn as one rectangle with nearest sampling. UI thread only. Without an OpenGL
// context, as in tests, all works but nothing is coloured.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/ui/imgui.hpp"

namespace lab::ui {

enum class ColourMap {
  Grey,       // 0 black … 1 white
  Ink,        // 0 panel background … 1 text colour: digits that fit both themes
  Diverging,  // −range negative colour, 0 neutral, +range positive colour
  Heat,       // 0 dark … 1 bright, perceptually uniform, for probabilities
};

/// The largest size of these values, at least `least`: of a range about 0 that holds them all.
float symmetric_range(std::span<const float> values, float least);

struct TileSpec {
  int tile_width = 28, tile_height = 28,
      channels = 1;  // channels 3: interleaved RGB in [low, high], the map is not used
  int count = 0;
  int columns = 1;
  int gap = 1;  // pixels of the texture between tiles
  ColourMap map = ColourMap::Ink;
  float low = 0, high = 1;
  bool marks_ends = false;    // what lies beyond the range stands out
  bool centres_rest = false;  // a last row that is not full stands in the middle
  bool operator==(const TileSpec&) const = default;
};

/// Where a point of the atlas lies, in its pixels from the top left corner; tile −1 in gaps and outside.
struct TilePlace {
  int tile = -1, x = -1, y = -1;
};
TilePlace tile_at(const TileSpec& spec, float atlas_x, float atlas_y);
/// The upper left pixel of a tile in the atlas.
struct TileCorner {
  int x = 0, y = 0;
};
TileCorner tile_corner(const TileSpec& spec, int tile);

struct TileHit {
  bool hovered = false;
  int tile = -1, x = -1, y = -1;  // tile under the mouse and the pixel within it
  bool clicked = false, double_clicked = false;
  ImVec2 min, max;  // screen rectangle of that tile
};

class TileWall {
 public:
  TileWall();
  ~TileWall();
  TileWall(TileWall&&) noexcept;
  TileWall& operator=(TileWall&&) noexcept;

  /// Sets shape and colours; keeps the content if only the colours changed, else all tiles are empty.
  void shape(const TileSpec& spec);
  const TileSpec& spec() const;
  /// Replaces tile `position`: tile_width × tile_height × channels floats, row-major. Values that are not
  /// numbers show in magenta; no value may lie below −1e30. Positions outside are left alone.
  void put(int position, const float* pixels);
  /// Number of columns that gives tiles of the largest size in a region (whole-number pixel scale if it can); of those
  /// that come to nearly the same, one whose last row is nearly full.
  static int best_columns(int count, int tile_width, int tile_height, int gap, ImVec2 region);
  /// The gap, at least `gap` and at most `most`, with which a wall of so many columns fills the region at the largest
  /// whole-number scale; `gap` where there is none, or where one that is not whole gives much larger tiles.
  static int widest_gap(int count, int columns, int tile_width, int tile_height, int gap, int most,
                        ImVec2 region);

  struct View {
    ImVec2 size = {0, 0};       // region; 0: what is available
    int selected = -1;          // outlined in the accent colour
    int highlighted = -1;       // outlined softly (linked highlighting)
    bool zoomable = false;      // wheel zooms at the pointer, drag pans, double click fits
    bool integer_scale = true;  // whole-number pixel scale, unless it would leave much of the region empty
    bool centred = true;
    bool has_menu = false;  // takes the keyboard's focus, although it be one picture
    const char* hint = "";
  };
  /// Uploads what changed and draws. Registers itself under `id`.
  TileHit draw(const char* id, const View& view);

  /// Where a point of the atlas, in its pixels, was drawn last, in pixels of the screen.
  ImVec2 on_screen(float x, float y) const;

  /// Only draws, into a given rectangle: for tooltips and for widgets that handle the mouse themselves.
  void paint(ImDrawList* list, ImVec2 min, ImVec2 max);

  /// The coloured texture as RGBA bytes, row by row from the top, for golden pictures and PNG export.
  std::vector<unsigned char> pixels(int* width, int* height);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lab::ui
