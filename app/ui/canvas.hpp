// Canvas: grey values painted with a soft round brush, with undo and redo. The painting itself (strokes
// without gaps) is plain computation and needs no window; draw() is UI thread only.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "app/ui/imgui.hpp"
#include "app/ui/tiles.hpp"

namespace lab::ui {

class Canvas {
 public:
  Canvas(int width, int height);

  int width() const { return width_; }
  int height() const { return height_; }
  std::span<const float> ink() const { return ink_; }  // row-major, 0 … 1
  std::uint64_t version() const { return version_; }   // changes with the ink
  double total_ink() const;

  /// One undoable edit from begin to end. Points are in pixels of the canvas (0 … width), joined without
  /// gaps; radius in pixels. Full ink up to half a pixel inside the radius, none half a pixel outside.
  void begin_stroke();
  void stroke_to(float x, float y, float radius, bool erase);
  void end_stroke();
  /// One undoable edit each; nothing to undo where nothing changed.
  void clear();
  /// Replaces all ink, clamped to 0 … 1; ignored if the size is another one.
  void set(std::span<const float> ink);
  /// Replaces each pixel, with the given probability, by 0 or 1 with equal chances.
  void add_noise(float probability, std::uint64_t seed);

  bool can_undo() const { return !undo_.empty(); }
  bool can_redo() const { return !redo_.empty(); }
  void undo();
  void redo();

  /// Draws the canvas as a square of `side` screen pixels and paints with the mouse (left: brush or, if
  /// `erase`, eraser; right: eraser). True when the ink changed.
  bool draw(const char* id, float side, float radius, bool erase, const char* hint);

 private:
  using Ink = std::vector<float>;
  void keep_for_undo(Ink before);
  void paint_segment(float from_x, float from_y, float to_x, float to_y, float radius, bool erase);
  bool paint_with_mouse(ImVec2 corner, float side, float radius, bool erase);
  void draw_brush(ImVec2 corner, float side, float radius, bool erase) const;

  int width_, height_;
  Ink ink_, before_stroke_;
  std::vector<Ink> undo_, redo_;
  std::uint64_t version_ = 0, drawn_version_ = ~std::uint64_t{0};
  bool stroking_ = false, has_last_ = false;
  float last_x_ = 0, last_y_ = 0;
  int button_ = 0;  // the mouse button that paints
  TileWall wall_;
};

}  // namespace lab::ui
