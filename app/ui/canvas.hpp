// Canvas: grey values or colours painted with a soft round brush, with undo and redo. The painting itself
// (strokes without gaps) is plain computation and needs no window; draw() is UI thread only.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "app/ui/imgui.hpp"
#include "app/ui/tiles.hpp"
#include "app/ui/widgets.hpp"

namespace lab::ui {

class Canvas {
 public:
  /// channels: 1, empty is 0 and the brush paints 1; or 3, empty is mid-grey and the brush has a colour.
  Canvas(int width, int height, int channels = 1);

  int width() const { return width_; }
  int height() const { return height_; }
  int channels() const { return channels_; }
  std::span<const float> ink() const { return ink_; }  // row-major, channels interleaved, 0 … 1
  std::uint64_t version() const { return version_; }   // changes with the ink
  /// Sum of the distances from an empty canvas; 0 where nothing is painted.
  double total_ink() const;
  float paper() const { return channels_ == 1 ? 0.0f : 0.5f; }  // what the eraser leaves

  /// What the brush paints from the next stroke on; a canvas of one channel takes the first value.
  void set_colour(std::array<float, 3> colour) { colour_ = colour; }
  std::array<float, 3> colour() const { return colour_; }

  /// One undoable edit from begin to end. Points are in pixels of the canvas (0 … width), joined without
  /// gaps; radius in pixels. Full ink up to half a pixel inside the radius, none half a pixel outside; a
  /// stroke that crosses itself paints no more than once.
  void begin_stroke();
  void stroke_to(float x, float y, float radius, bool erase);
  void end_stroke();
  /// One undoable edit each; nothing to undo where nothing changed.
  void clear();
  /// Replaces all ink, clamped to 0 … 1; ignored if the size is another one.
  void set(std::span<const float> ink);
  /// Replaces each value, with the given probability, by 0 or 1 with equal chances.
  void add_noise(float probability, std::uint64_t seed);

  /// Counts finished edits, so that their owner can join them with other edits in order.
  std::uint64_t edits() const { return history_.edits; }
  bool can_undo() const { return !history_.undo.empty(); }
  bool can_redo() const { return !history_.redo.empty(); }
  void undo();
  void redo();

  /// Draws the canvas so many screen pixels large, which should be as many for a pixel in both directions, and paints
  /// with the mouse (left: brush or, if `erase`, eraser; right: eraser) through every place that it was at since the
  /// last frame, or with the keyboard's focus: the arrows move the brush by a pixel, Enter sets it down and lifts it.
  /// True when the ink changed.
  bool draw(const char* id, ImVec2 size, float radius, bool erase, const char* hint);

 private:
  using Ink = std::vector<float>;
  struct History {
    std::vector<Ink> undo, redo;
    std::uint64_t edits = 0;
  };
  /// The brush of the keyboard: the pixel that it is on, and whether it paints.
  struct KeyBrush {
    int x = -1, y = -1;  // −1: it was never there
    bool is_down = false;
  };
  void keep_for_undo(Ink before);
  void paint_segment(float from_x, float from_y, float to_x, float to_y, float radius, bool erase);
  bool paint_with_mouse(ImVec2 corner, ImVec2 size, float radius, bool erase);
  bool paint_with_keys(const Focus& focus, float radius, bool erase);
  void draw_brush(ImVec2 at, ImVec2 corner, ImVec2 size, float radius, bool erase) const;

  int width_, height_, channels_;
  std::array<float, 3> colour_{1, 1, 1};
  Ink ink_, before_stroke_;
  // The part of a stroke with one tool: what was there before it, and how much it covers each pixel.
  Ink below_, coverage_;
  bool covers_by_erasing_ = false;
  History history_;
  std::uint64_t version_ = 0, drawn_version_ = ~std::uint64_t{0};
  bool stroking_ = false, has_last_ = false;
  float last_x_ = 0, last_y_ = 0;
  int button_ = 0;           // the mouse button that paints …
  bool saw_button_ = false;  // … and whether ImGui knows yet that it is down
  KeyBrush key_brush_;
  TileWall wall_;
};

}  // namespace lab::ui
