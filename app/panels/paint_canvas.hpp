// PaintCanvas: the panel in which the user paints, with its tools: brush and colours, eraser, hold brush,
// undo, noise, test images to start from, centring and fitting. Keeps Shared::painted up to date. UI thread
// only.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/panels/context.hpp"
#include "app/panels/edit_order.hpp"
#include "app/panels/hold_brush.hpp"
#include "app/panels/paint_centre.hpp"
#include "app/ui/canvas.hpp"

namespace lab {

class PaintCanvas {
 public:
  /// `field`: the size of the canvas itself.
  void draw(Context& context, ImVec2 size, ImVec2 field);
  /// Height of the panel without the canvas, and width.
  ImVec2 chrome() const;

  /// Brings the canvas to the model's pictures, and what the model sees, and what other panels start from, up
  /// to date with the ink.
  void follow(Context& context);
  /// The second half of that, also where the canvas is not shown: nothing where its pictures are not the model's.
  void publish(Context& context);

  /// Of strokes and of holds, in the order in which they were made.
  void undo();
  void redo();
  void clear() { canvas_.clear(); }
  void restore(Context& context, std::span<const float> painting) {
    follow(context);
    canvas_.set(painting);
    follow(context);
  }
  /// The same of a picture that the model filled in.
  void set(std::span<const float> picture) { canvas_.set(picture); }
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
  /// What is held keeps its place: then the drawing is neither moved nor scaled.
  bool is_grey_and_free() const {
    return canvas_.channels() == 1 && (holding_.board == nullptr || !holding_.board->holds_pixels());
  }
  bool centres() const { return centre_ && is_grey_and_free(); }
  bool fits() const { return fit_ && is_grey_and_free(); }
  rbm::ImageShape shape() const { return {canvas_.height(), canvas_.width(), canvas_.channels()}; }
  std::vector<float> ink_of_pixels() const;
  void note_edits();
  void see(const rbm::Dataset* images);
  void draw_title(Context& context);
  void draw_tools(float width);
  void draw_holds(float width);
  void draw_sources(Context& context);
  void draw_overlay(const Context& context, ImVec2 min, ImVec2 field) const;

  /// What has to do with holds.
  struct Holding {
    HoldBrush brush;
    bool is_tool = false;        // the hold brush is the tool
    HoldBoard* board = nullptr;  // Shared::held, once there was a frame
    EditOrder order;             // of strokes (0) and holds (1)
    std::uint64_t age = 0;       // of the board, when its edits were last in that order
  };
  /// How large pictures of the data are.
  struct DataSize {
    const rbm::Dataset* data = nullptr;
    int box = 0;
  };

  ui::Canvas canvas_{28, 28};
  std::uint64_t canvas_version_ = 0;
  float radius_ = 1.3f;
  bool erase_ = false, centre_ = true, fit_ = false;
  std::array<bool, 2> seen_with_{true, false};  // centred, fitted
  Holding holding_;
  std::uint64_t sent_version_ = 0;
  int image_ = 0, shown_label_ = -1;
  std::uint64_t image_version_ = ~std::uint64_t{0};  // of the canvas when it was last a test image, unchanged
  std::uint64_t seed_ = 1;

  std::vector<float> seen_;
  Shift shift_;
  DataSize size_;
  std::uint64_t seen_version_ = 0;
};

}  // namespace lab
