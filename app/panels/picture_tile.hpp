// One picture in a wall of its own, and where its pixels are on the screen. UI thread only.
#pragma once

#include "app/ui/tiles.hpp"
#include "core/model/model.hpp"

namespace lab {

/// Grey pictures in the given colours, RGB ones as they are.
inline void put_picture(ui::TileWall& wall, const rbm::ImageShape& shape, const float* pixels,
                        ui::ColourMap map, float low, float high) {
  wall.shape({.tile_width = shape.width,
              .tile_height = shape.height,
              .channels = shape.channels,
              .count = 1,
              .columns = 1,
              .gap = 0,
              .map = map,
              .low = low,
              .high = high});
  wall.put(0, pixels);
}

/// The rectangle of a pixel of a picture that a wall draws, not to an integer scale, with its corner at
/// `corner`.
inline void outline_pixel(ImVec2 corner, float scale, int x, int y, ImU32 colour, float thickness) {
  const ImVec2 min{corner.x + static_cast<float>(x) * scale, corner.y + static_cast<float>(y) * scale};
  ui::draw_rect(ImGui::GetWindowDrawList(), {min.x - 1, min.y - 1}, {min.x + scale + 1, min.y + scale + 1},
                colour, 0, thickness);
}

}  // namespace lab
