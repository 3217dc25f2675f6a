// UpdatePanel: one update of the weights as a film in six phases, with the numbers that it really had: the mini-batch,
// ⟨v h⟩ of the data, the chains, ⟨v h⟩ of the model, the change of one unit's filter, and the filter after it. UI thread
// only.
#pragma once

#include <array>
#include <map>
#include <string>

#include "app/panels/context.hpp"
#include "app/panels/filter_tile.hpp"
#include "app/panels/slow_motion.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

class UpdatePanel {
 public:
  void draw(Context& context);
  /// The next phase, or the first one of the next update; training rests then.
  void next(Context& context);
  void back(Context& context);

  /// True while the film runs, so that frames must go on.
  bool animating() const { return plays_ || motion_.is_moving(); }
  /// What tests ask for: "update", "phase", "share", "unit", "step", "chains".
  std::map<std::string, double> state() const;

 private:
  static constexpr std::size_t kPictures = 5;  // both terms, the change, the filter before and after it

  int unit_of(const Context& context, const rbm::UpdateTrace& trace);
  void draw_invitation(Context& context);
  void draw_controls(Context& context, const rbm::UpdateTrace& trace);
  void draw_caption(const rbm::UpdateTrace& trace) const;
  void draw_side(Context& context, const rbm::UpdateTrace& trace, bool of_model, ImVec2 at, ImVec2 size);
  std::string cases_title(const rbm::UpdateTrace& trace, bool of_model) const;
  void draw_cases(Context& context, const rbm::UpdateTrace& trace, bool of_model, ImVec2 room);
  void draw_hidden(const rbm::UpdateTrace& trace, bool of_model, ImVec2 room);
  void draw_stage(Context& context, const rbm::UpdateTrace& trace);
  void draw_pictures(Context& context, const rbm::UpdateTrace& trace, ImVec2 at, float side, float between);
  void draw_picture(std::size_t n, ImVec2 at, float side);
  void put_states(Context& context, const rbm::States& states, int count, ui::TileWall& wall, ImVec2 room);
  void put_hidden(const rbm::TracedPhase& phase, ui::TileWall& wall);
  void put_pictures(Context& context, const rbm::UpdateTrace& trace);
  std::size_t step_shown(const rbm::UpdateTrace& trace) const;

  SlowMotion motion_;
  bool plays_ = false;
  int unit_ = 0, step_ = 0;
  std::uint64_t chosen_for_ = 0;  // the run whose unit was chosen, for lack of a selected one

  /// What the walls hold.
  struct Put {
    std::uint64_t update = 0;
    std::size_t step = 0;
    int count = 0, unit = -1;
    float share = 0;
    bool operator==(const Put&) const = default;
  };
  struct Half {
    ui::TileWall cases, hidden;
    Put put_cases, put_hidden;
  };
  std::array<Half, 2> halves_;  // the data's, the model's
  std::array<ui::TileWall, kPictures> pictures_;
  std::array<float, kPictures> ranges_{};
  Put put_pictures_;
  FilterTile form_;
  rbm::Matrix values_, pixels_, terms_;
  std::vector<float> tile_;
};

}  // namespace lab
