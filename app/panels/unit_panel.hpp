// UnitPanel: the selected hidden unit: its filter large, its numbers, its weights' histogram, and the
// training images that drive it most. UI thread only.
#pragma once

#include <array>
#include <vector>

#include "app/panels/context.hpp"
#include "app/panels/filter_tile.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

class UnitPanel {
 public:
  void draw(Context& context);

 private:
  void update(const Context& context, int unit);
  void draw_title(Context& context, int unit);
  void draw_numbers(const Context& context, int unit) const;
  void draw_images(Context& context, int unit, ImVec2 room);

  ui::TileWall filter_, images_;
  FilterTile form_;
  std::array<float, 40> bins_{};
  float range_ = 0, norm_ = 0;
  std::vector<float> tile_;
  std::uint64_t model_version_ = 0;
  int shown_ = -1;
};

}  // namespace lab
