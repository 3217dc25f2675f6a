// FilterTile: how the weights of one hidden unit become a tile: a picture of them, or, where visible units have more
// than two states, a column of small bars for each visible unit, a bar a state. UI thread only.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/ui/tiles.hpp"
#include "core/model/model.hpp"

namespace lab {

class FilterTile {
 public:
  FilterTile() = default;
  /// For tiles of which so many are on the screen; bars become points where they would take too much memory.
  FilterTile(const rbm::Model& model, int tiles);

  bool has_bars() const { return bars_; }
  int width() const { return bars_ ? shape_.width * kBarCell : shape_.width; }
  int height() const { return bars_ ? shape_.height * kBarPitch : shape_.height; }
  /// Between the tiles of a wall, in their pixels: little beside small ones, whose pixels show large.
  int gap() const { return width() < 14 ? 1 : 2; }
  /// Size, channels and colours of a wall of such tiles; the rest is its owner's.
  ui::TileSpec spec(float range) const;
  /// What TileWall::put wants: picture_filters' row, or its bars, of which a full one stands for `range`. Valid until
  /// the next call.
  const float* tile(const float* filter, float range);
  /// What is at a place of the tile: "pixel (3, 4)  W +0.123", or "colour = red  W +0.123".
  std::string at(const rbm::Model& model, const float* filter, int x, int y) const;

 private:
  static constexpr int kBarHalf = 4, kBarCell = 2 * kBarHalf + 2, kBarPitch = 3;
  rbm::ImageShape shape_;
  bool bars_ = false;
  std::vector<float> pixels_;
};

}  // namespace lab
