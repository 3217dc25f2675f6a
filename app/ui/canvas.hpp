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

  /// One undoable edit each. Stroke points are in pixels of the canvas (0 … width), joined without gaps;
  /// radius in pixels.
  void begin_stroke();
  void stroke_to(float x, float y, float radius, bool erase);
  void end_stroke();
  void clear();
  void set(std::span<const float> ink);
  /// Flips every pixel's ink towards noise: each pixel is replaced by 0 or 1 with the given probability.
  void add_noise(float probability, std::uint64_t seed);

  bool can_undo() const { return !undo_.empty(); }
  bool can_redo() const { return !redo_.empty(); }
  void undo();
  void redo();

  /// Draws the canvas as a square of `side` screen pixels and paints with the mouse (left: brush, right:
  /// eraser). True when the ink changed.
  bool draw(const char* id, float side, float radius, bool erase, const char* hint);

 private:
  void remember();
  int width_, height_;
  std::vector<float> ink_;
  std::vector<std::vector<float>> undo_, redo_;  // at most 64 steps
  std::uint64_t version_ = 0;
  bool stroking_ = false;
  float last_x_ = 0, last_y_ = 0;
  TileWall wall_;
};

}  // namespace lab::ui
