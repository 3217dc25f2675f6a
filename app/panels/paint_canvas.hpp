// PaintCanvas: the panel in which the user paints, with its tools: brush and colours, eraser, undo, noise,
// test images to start from, and centring. Keeps Shared::painted up to date. UI thread only.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/panels/context.hpp"
#include "app/panels/paint_centre.hpp"
#include "app/ui/canvas.hpp"

namespace lab {

class PaintCanvas {
 public:
  /// `field`: the size of the canvas itself.
  void draw(Context& context, ImVec2 size, ImVec2 field);
  /// Height of the panel without the canvas, and width.
  static ImVec2 chrome();

  /// Brings the canvas to the model's pictures, and what the model sees, and what other panels start from, up
  /// to date with the ink.
  void follow(Context& context);

  void undo() { canvas_.undo(); }
  void redo() { canvas_.redo(); }
  void clear() { canvas_.clear(); }
  void restore(Context& context, std::span<const float> painting) {
    follow(context);
    canvas_.set(painting);
    follow(context);
  }
  /// One brush stroke through x, y, x, y … in pixels of the canvas.
  void stroke(std::span<const float> points);
  void random_image(Context& context);

  /// What the model sees, in [0, 1]; empty for an empty canvas.
  std::span<const float> seen() const { return seen_; }
  std::uint64_t version() const { return seen_version_; }  // changes with it
  ImVec2 cells() const { return {static_cast<float>(canvas_.width()), static_cast<float>(canvas_.height())}; }
  void add_state(std::map<std::string, double>& state) const;

 private:
  void load_image(const rbm::Dataset& images, int number);
  bool centres() const { return centre_ && canvas_.channels() == 1; }
  void draw_title(Context& context);
  void draw_tools(float width);
  void draw_sources(Context& context);
  void draw_overlay(const Context& context, ImVec2 min, ImVec2 field) const;

  ui::Canvas canvas_{28, 28};
  std::uint64_t canvas_version_ = 0;
  float radius_ = 1.3f;
  bool erase_ = false, centre_ = true, seen_with_centring_ = true;
  int image_ = 0, shown_label_ = -1;
  std::uint64_t image_version_ = ~std::uint64_t{0};  // of the canvas when it was last a test image, unchanged
  std::uint64_t seed_ = 1;

  std::vector<float> seen_;
  Shift shift_;
  std::uint64_t seen_version_ = 0;
};

}  // namespace lab
