#include "app/panels/paint_centre.hpp"

#include <algorithm>
#include <cmath>

#include "core/result.hpp"

namespace lab {

Shift centring_shift(std::span<const float> ink, int width, int height) {
  RBM_ASSERT(static_cast<int>(ink.size()) == width * height);
  double total = 0, sum_x = 0, sum_y = 0;
  int left = width, right = -1, top = height, bottom = -1;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double value = ink[static_cast<std::size_t>(y * width + x)];
      if (value <= 0) continue;
      total += value;
      sum_x += value * (x + 0.5);
      sum_y += value * (y + 0.5);
      left = std::min(left, x);
      right = std::max(right, x);
      top = std::min(top, y);
      bottom = std::max(bottom, y);
    }
  }
  if (total <= 0) return {};
  const int dx = static_cast<int>(std::lround((width + 1) / 2.0 - sum_x / total));
  const int dy = static_cast<int>(std::lround((height + 1) / 2.0 - sum_y / total));
  return {std::clamp(dx, -left, width - 1 - right), std::clamp(dy, -top, height - 1 - bottom)};
}

void move_ink(std::span<const float> ink, int width, int height, Shift shift, std::span<float> out) {
  RBM_ASSERT(static_cast<int>(ink.size()) == width * height && out.size() == ink.size());
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int from_x = x - shift.x, from_y = y - shift.y;
      const bool inside = from_x >= 0 && from_x < width && from_y >= 0 && from_y < height;
      out[static_cast<std::size_t>(y * width + x)] =
          inside ? ink[static_cast<std::size_t>(from_y * width + from_x)] : 0.0f;
    }
  }
}

}  // namespace lab
