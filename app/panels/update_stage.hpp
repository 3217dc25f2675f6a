// UpdateStage: what UpdatePanel shows of an update: both sides of the gradient, their cases and hidden units, and below
// them what one unit learns of their difference. UI thread only.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "app/panels/context.hpp"
#include "app/panels/filter_tile.hpp"
#include "app/panels/slow_motion.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

class UpdateStage {
 public:
  /// What has been reached by `motion`, in what the panel leaves of its room: the chains after `step` steps, and the
  /// terms of `unit`.
  void draw(Context& context, const rbm::UpdateTrace& trace, const SlowMotion& motion, std::size_t step,
            int unit);

 private:
  static constexpr std::size_t kPictures = 5;  // both terms, the change, the filter before and after it

  void draw_side(Context& context, const rbm::UpdateTrace& trace, bool of_model, ImVec2 at, ImVec2 size);
  int shown_cases(const Context& context, const rbm::UpdateTrace& trace, bool of_model, ImVec2 room) const;
  std::string cases_title(const rbm::UpdateTrace& trace, bool of_model, int shown) const;
  void draw_cases(Context& context, const rbm::UpdateTrace& trace, bool of_model, ImVec2 room);
  void draw_hidden(const rbm::UpdateTrace& trace, bool of_model, ImVec2 room);
  void draw_pictures(Context& context, const rbm::UpdateTrace& trace, ImVec2 at, float side, float between);
  void draw_picture(std::size_t n, ImVec2 at, float side);
  void put_states(Context& context, const rbm::States& states, int count, ui::TileWall& wall, ImVec2 room);
  void put_hidden(const rbm::TracedPhase& phase, ui::TileWall& wall);
  void put_pictures(Context& context, const rbm::UpdateTrace& trace);

  // What is drawn in this frame.
  SlowMotion motion_;
  std::size_t step_ = 0;
  int unit_ = 0;

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
  /// The picture under the mouse, where one is asked for.
  struct Offered {
    std::vector<float> picture;
    std::string name;
  } offered_;
  rbm::Matrix values_, pixels_, terms_;
  std::vector<float> tile_;
};

}  // namespace lab
