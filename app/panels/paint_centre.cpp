#include "app/panels/paint_centre.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/result.hpp"

namespace lab {
namespace {

constexpr int kSamples = 4;               // a side of a pixel is looked at in so many places
constexpr rbm::Index kSizedImages = 500;  // whose sizes are looked at

/// The pixels at or above a value: [left, right] × [top, bottom]; empty where right < left.
struct InkBox {
  int left, right = -1, top, bottom = -1;
  int larger_side() const { return std::max(right - left, bottom - top) + 1; }
};

InkBox ink_box(std::span<const float> ink, int width, int height, float least) {
  InkBox box{.left = width, .top = height};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (ink[static_cast<std::size_t>(y * width + x)] < least) continue;
      box.left = std::min(box.left, x);
      box.right = std::max(box.right, x);
      box.top = std::min(box.top, y);
      box.bottom = std::max(box.bottom, y);
    }
  }
  return box;
}

/// Between the middles of the four pixels around a point; 0 outside.
float ink_at(std::span<const float> ink, int width, int height, float x, float y) {
  const float fx = std::floor(x - 0.5f), fy = std::floor(y - 0.5f), tx = x - 0.5f - fx, ty = y - 0.5f - fy;
  const auto value = [&](int px, int py) {
    const bool inside = px >= 0 && px < width && py >= 0 && py < height;
    return inside ? ink[static_cast<std::size_t>(py * width + px)] : 0.0f;
  };
  const int px = static_cast<int>(fx), py = static_cast<int>(fy);
  return (1 - ty) * ((1 - tx) * value(px, py) + tx * value(px + 1, py)) +
         ty * ((1 - tx) * value(px, py + 1) + tx * value(px + 1, py + 1));
}

}  // namespace

int usual_box(const rbm::Dataset& images) {
  const rbm::Index count = std::min(kSizedImages, images.count());
  std::vector<float> row(static_cast<std::size_t>(images.shape.pixels()));
  std::vector<int> sides;
  for (rbm::Index n = 0; n < count; ++n) {
    images.row(n, row.data());
    const InkBox box = ink_box(row, images.shape.width, images.shape.height, 0.5f);
    if (box.right >= box.left) sides.push_back(box.larger_side());
  }
  if (sides.empty()) return std::max(1, std::max(images.shape.width, images.shape.height));
  std::ranges::nth_element(sides, sides.begin() + std::ssize(sides) / 2);
  return sides[sides.size() / 2];
}

void fit_ink(std::span<const float> ink, int width, int height, int box, std::span<float> out) {
  RBM_ASSERT(static_cast<int>(ink.size()) == width * height && out.size() == ink.size() && box > 0);
  std::ranges::fill(out, 0.0f);
  const InkBox own = ink_box(ink, width, height, 0.5f);
  if (own.right < own.left) return void(std::ranges::copy(ink, out.begin()));
  const float scale = static_cast<float>(own.larger_side()) / static_cast<float>(box);
  const float middle_x = static_cast<float>(own.left + own.right + 1) / 2,
              middle_y = static_cast<float>(own.top + own.bottom + 1) / 2;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      float sum = 0;
      for (int sample = 0; sample < kSamples * kSamples; ++sample) {
        const float at_x = static_cast<float>(x) + (static_cast<float>(sample % kSamples) + 0.5f) / kSamples,
                    at_y = static_cast<float>(y) + (static_cast<float>(sample / kSamples) + 0.5f) / kSamples;
        sum += ink_at(ink, width, height, middle_x + (at_x - static_cast<float>(width) / 2) * scale,
                      middle_y + (at_y - static_cast<float>(height) / 2) * scale);
      }
      out[static_cast<std::size_t>(y * width + x)] = sum / (kSamples * kSamples);
    }
  }
}

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
