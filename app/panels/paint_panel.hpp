// PaintPanel: a canvas, and beside it what the model makes of the drawing at every brush stroke: the hidden
// units that answer, the reconstruction, how familiar it is, and a dream that goes on from it. UI thread
// only.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "app/panels/answering_units.hpp"
#include "app/panels/context.hpp"
#include "app/panels/dream.hpp"
#include "app/panels/familiarity.hpp"
#include "app/panels/free_energy_plot.hpp"
#include "app/panels/paint_canvas.hpp"
#include "app/ui/tiles.hpp"
#include "core/evaluation/picture_answer.hpp"

namespace lab {

class PaintPanel {
 public:
  void draw(Context& context);
  /// What other panels start from, up to date with the ink.
  void publish(Context& context) { canvas_.publish(context); }

  void undo() { canvas_.undo(); }
  void redo() { canvas_.redo(); }
  void clear() { canvas_.clear(); }
  /// A painting of before, if it is of the model's pictures; undo brings back what it takes the place of.
  void restore(Context& context, std::span<const float> painting) { canvas_.restore(context, painting); }
  /// One brush stroke through x, y, x, y … in pixels of the canvas.
  void stroke(std::span<const float> points) { canvas_.stroke(points); }
  void random_digit(Context& context) {
    if (context.has_model()) canvas_.random_image(context);
  }
  void dream_play_pause() { dream_.play_pause(); }
  /// For another view that shows where the dream is: takes the steps that are due. Null where it has taken none.
  const Dream* dream_on(Context& context);
  /// As many steps as fill in what is not held; what the dream expects now.
  void fill_in() { dream_.fill_in(); }
  std::span<const float> dreamt() const { return dream_.picture(); }

  /// True while the dream has steps to do, so that frames must go on.
  bool is_dreaming() const { return dream_.is_busy(); }
  /// Or while a number is of an earlier drawing, and the run stands still.
  bool animating() const { return is_dreaming() || others_.is_behind; }
  /// What tests ask for: "ink", "free_energy", "familiar_share", "dream_steps" …
  std::map<std::string, double> state() const;

 private:
  struct Layout {
    float gap;
    ImVec2 canvas;
    ImVec2 draw, answer, units, dream;  // sizes of the four panels
  };

  bool is_empty() const { return canvas_.seen().empty(); }
  Layout layout(ImVec2 room) const;
  Layout stacked(float width, float height) const;
  void follow_model(Context& context);
  void compare(const Context& context);
  void restart_dream(const Context& context);
  void hold_dream(const Context& context);
  void advance_dream(Context& context);

  void draw_answer(Context& context, const Layout& layout);
  void put_pictures(const rbm::Model& model, int explained);
  void draw_pictures(Context& context, ImVec2 room);
  void draw_familiarity(Context& context);
  void draw_units(Context& context, const Layout& layout);
  void draw_dream(Context& context, const Layout& layout);
  void draw_dream_controls(Context& context);
  void draw_unit_hold(Context& context);
  void draw_label_hold(Context& context);

  PaintCanvas canvas_;
  std::uint64_t seed_ = 1;  // of dreams

  rbm::PictureAnswer answer_;
  std::uint64_t answered_version_ = 0, answered_model_ = 0;
  std::uint64_t answers_ = 0, put_answer_ = 0;  // counts the answers; the one that is in pictures_
  int put_explained_ = -1;                      // the unit whose evidence is in the third picture
  FamiliarityShares shares_{};                  // how much of the data and of the noise the drawing beats
  /// What the drawing is compared with, when that was, and for which answer (0: none yet).
  struct {
    UnseenPictures unseen;
    InkedNoise noise;
    double unseen_s = 0, noise_s = 0;
    std::uint64_t answer = 0;
    std::uint64_t ranked = 0;  // the drawing whose place among the unseen pictures is shown
    bool is_behind = false;
  } others_;
  float weight_range_ = 0.1f;       // of the filters …
  std::uint64_t ranged_model_ = 0;  // … of this model
  FreeEnergyPlot plot_;
  std::vector<float> evidence_;

  std::array<ui::TileWall, 3> pictures_;  // seen, reconstruction, difference or evidence
  AnsweringUnits units_;
  Dream dream_;
  std::uint64_t dreamt_version_ = 0;  // of what the model sees, that the dream started from
  std::uint64_t held_version_ = 0;    // of the holds that the dream keeps
  std::string hold_trouble_;          // why they cannot be kept
};

}  // namespace lab
