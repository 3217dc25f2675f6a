// CornerStrip: the corner (corner.hpp) on the screen, a strip below the view for as long as something is kept. UI
// thread only.
#pragma once

#include <array>
#include <cstdint>

#include "app/panels/context.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

class CornerStrip {
 public:
  /// 0 while nothing is kept.
  static float height(const Shared& shared);
  /// Fills the present region.
  void draw(Context& context);

 private:
  void put(const Shared& shared);
  void draw_kept(Context& context, float room);
  void draw_comparison(const Corner& corner);
  static float picture_side();
  static float cell_width();

  std::array<ui::TileWall, Corner::kMost> kept_;
  ui::TileWall present_, difference_;
  PictureDifference apart_;
  std::uint64_t put_version_ = 0, put_compared_ = 0;
};

}  // namespace lab
