// LitWall: the filters of all hidden units, with those lit that speak for or against what is asked about, the
// others dimmed. UI thread only.
#pragma once

#include <span>
#include <vector>

#include "app/panels/context.hpp"
#include "app/panels/filter_tile.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

class LitWall {
 public:
  /// `parts` [hidden], positive and negative; empty: all are shown alike. Units below a hundredth of the
  /// largest part are dimmed. A hovered unit is linked, a clicked one chosen.
  void draw(Context& context, const char* id, std::span<const float> parts, ImVec2 room);

 private:
  void put(const Context& context, ImVec2 room);
  void light(std::span<const float> parts, ImVec2 corner, float scale, int hovered) const;
  ImVec2 tile_corner(int unit, ImVec2 corner, float scale) const;

  ui::TileWall wall_;
  FilterTile form_;
  std::vector<float> scaled_;
  int columns_ = 1, cursor_ = 0;  // the unit that the keyboard is at
  std::uint64_t put_weights_ = 0, put_run_ = 0;
  ImVec2 put_room_{0, 0};
};

}  // namespace lab
