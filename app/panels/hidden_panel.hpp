// HiddenPanel: the hidden probabilities of the present mini-batch, one row a case and one column a unit, in an order that
// shows what they have in common, and the units that are dead or saturated. UI thread only.
#pragma once

#include <array>
#include <vector>

#include "app/panels/activity_order.hpp"
#include "app/panels/context.hpp"
#include "app/panels/unit_order.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

class HiddenPanel {
 public:
  void draw(Context& context);
  /// For the right column: the texture and the counts.
  void draw_strip(Context& context);

 private:
  void update(const Context& context, ImVec2 room);
  void draw_classes(const Context& context, ImVec2 corner) const;
  void draw_texture(Context& context, const char* id, ImVec2 room, bool zoomable);
  void draw_counts(Context& context, bool compact);

  ui::TileWall wall_;
  UnitCounts counts_;
  std::array<float, 50> bins_{};
  ActivityOrder order_;
  std::vector<float> packed_;
  int across_ = 1, down_ = 1;  // pixels of the texture that a unit and a case take
  std::uint64_t version_ = 0;
  int next_dead_ = 0, next_saturated_ = 0;
};

}  // namespace lab
