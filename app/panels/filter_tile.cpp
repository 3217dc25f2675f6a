#include "app/panels/filter_tile.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "core/model/pictures.hpp"

namespace lab {
namespace {

constexpr rbm::Index kMostPixels = 16 << 20;
/// Of the range: how strongly a bar's first pixel is coloured, so that small weights have a place and a sign.
constexpr float kFaintShare = 0.35f;

}  // namespace

FilterTile::FilterTile(const rbm::Model& model, int tiles) : shape_(rbm::picture_shape(model)) {
  const rbm::Index pixels = shape_.pixels() * kBarCell * kBarPitch;
  bars_ = model.states != nullptr && model.states->most() > 2 && tiles * pixels <= kMostPixels;
}

ui::TileSpec FilterTile::spec(float range) const {
  return {.tile_width = width(),
          .tile_height = height(),
          .channels = shape_.channels,
          .map = ui::ColourMap::Diverging,
          .low = -range,
          .high = range};
}

const float* FilterTile::tile(const float* filter, float range) {
  if (!bars_) return filter;
  pixels_.assign(static_cast<std::size_t>(width() * height()), 0);
  for (int state = 0; state < shape_.height; ++state) {
    for (int unit = 0; unit < shape_.width; ++unit) {
      const float weight = filter[rbm::Index{state} * shape_.width + unit];
      if (weight == 0) continue;
      const int middle = unit * kBarCell + kBarHalf, sign = weight > 0 ? 1 : -1;
      const float share = std::min(1.0f, std::abs(weight) / range);
      const int length = static_cast<int>(std::lround(share * kBarHalf));
      for (int line = 0; line + 1 < kBarPitch; ++line) {
        float* const row = pixels_.data() + (state * kBarPitch + line) * width();
        row[middle] = static_cast<float>(sign) * range * (length > 0 ? 1 : kFaintShare);
        for (int i = 1; i <= length; ++i) row[middle + sign * i] = static_cast<float>(sign) * range;
      }
    }
  }
  return pixels_.data();
}

std::string FilterTile::at(const rbm::Model& model, const float* filter, int x, int y) const {
  const int column = bars_ ? x / kBarCell : x, row = bars_ ? y / kBarPitch : y;
  const ShortText weight = weight_at(filter, shape_, column, row);
  if (model.states == nullptr) {
    char text[80];
    std::snprintf(text, sizeof text, "pixel (%d, %d)  %s", column, row, weight.text);
    return text;
  }
  const auto unit = static_cast<std::size_t>(column);
  const auto& names = model.states->names[unit];
  const auto& columns = model.states->columns;
  const std::string name = unit < columns.size() ? columns[unit] : "unit " + std::to_string(column + 1);
  if (static_cast<std::size_t>(row) >= names.size()) return name;
  return name + " = " + names[static_cast<std::size_t>(row)] + "  " + weight.text;
}

}  // namespace lab
