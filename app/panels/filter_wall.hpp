// FilterWall: the receptive field of every hidden unit on one symmetric colour scale. UI thread only.
#pragma once

#include <vector>

#include "app/panels/context.hpp"
#include "app/panels/filter_tile.hpp"
#include "app/panels/unit_order.hpp"
#include "app/ui/tiles.hpp"

namespace lab {

class FilterWall {
 public:
  void draw(Context& context) { draw_any(context, false); }
  /// Title row and wall only.
  void draw_compact(Context& context) { draw_any(context, true); }

 private:
  void draw_any(Context& context, bool compact);
  void update(const Context& context, ImVec2 room);
  void draw_controls(Context& context, bool compact);
  void draw_scale(bool colour) const;
  void hover(Context& context, const ui::TileHit& hit);

  ui::TileWall wall_;
  FilterTile form_;
  std::vector<float> norms_, tile_;
  std::vector<int> units_;  // unit at each place
  int order_ = 0;
  bool locked_ = false, each_ = false;
  const rbm::PictureSpace* seen_space_ = nullptr;  // each_ follows the kind of model until the user decides
  float range_ = 0;
  std::uint64_t model_version_ = 0, run_ = 0;
  int shown_order_ = -1, columns_ = 0, gap_ = 0;
  bool shown_each_ = false;
};

}  // namespace lab
