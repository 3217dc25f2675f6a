#include "core/evaluation/pixel_evidence.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "core/model/pictures.hpp"

namespace rbm {
namespace {

/// The visible bit of a pixel; −1 where a unit in blocks has no such state.
Index visible_bit(const Model& model, Index pixel) {
  if (model.states == nullptr) return pixel;
  const Index unit = pixel % model.states->units(), state = pixel / model.states->units();
  Index bit = -1;
  model.states->for_each([&](Index at, Index first, Index count) {
    if (at == unit && state < count) bit = first + state;
  });
  return bit;
}

/// What one visible unit is worth in the grey of a pixel.
float share_of(const PictureSpace& space, Index unit, Index pixel) {
  if (!space.is_diagonal()) return space.backward(unit, pixel);
  return unit == pixel ? space.scale[pixel] : 0.0f;
}

/// The parts of which `sign` times the value is positive, the largest first.
std::vector<int> strongest(std::span<const float> parts, int most, float sign) {
  std::vector<int> units(parts.size());
  std::iota(units.begin(), units.end(), 0);
  const auto size = [&](int unit) { return sign * parts[static_cast<std::size_t>(unit)]; };
  std::erase_if(units, [&](int unit) { return !(size(unit) > 0); });
  std::ranges::sort(units, [&](int a, int b) { return size(a) != size(b) ? size(a) > size(b) : a < b; });
  units.resize(std::min(units.size(), static_cast<std::size_t>(std::max(0, most))));
  return units;
}

}  // namespace

Result<PixelEvidence> pixel_evidence(const Model& model, std::span<const float> hidden, Index pixel) {
  RBM_ASSERT(static_cast<Index>(hidden.size()) == model.hidden());
  if (model.below != nullptr)
    return fail(
        ErrorCode::Unsupported,
        "The visible units of a stack are the hidden units of the model below it, not pixels: ask a single "
        "model about a pixel.");
  if (pixel < 0 || pixel >= picture_shape(model).pixels())
    return fail(ErrorCode::BadArgument,
                "There is no pixel " + std::to_string(pixel) + " in the model's pictures.");
  const Index bit = visible_bit(model, pixel);
  if (bit < 0)
    return fail(ErrorCode::BadArgument, "This column has no such state: choose a row that the column has.");
  PixelEvidence out;
  out.parts.resize(hidden.size());
  const PictureSpace* space = model.space.get();
  double input = 0;
  // Without a space, and in a diagonal one, a pixel is one visible unit.
  const bool mixes = space != nullptr && !space->is_diagonal();
  const Index first = mixes ? 0 : bit, last = mixes ? model.visible() : bit + 1;
  std::vector<double> weights(hidden.size(), 0);
  double bias = space != nullptr ? double{space->mean[pixel]} : 0;
  for (Index i = first; i < last; ++i) {
    const double worth = space != nullptr ? double{share_of(*space, i, pixel)} : 1;
    bias += worth * double{model.visible_bias[i]};
    const float* row = model.weights.row(i);
    for (std::size_t j = 0; j < weights.size(); ++j) weights[j] += worth * double{row[j]};
  }
  for (std::size_t j = 0; j < weights.size(); ++j) {
    const double part = weights[j] * double{hidden[j]};
    out.parts[j] = static_cast<float>(part);
    input += part;
  }
  out.bias = static_cast<float>(bias);
  out.input = static_cast<float>(bias + input);
  return out;
}

std::vector<int> strongest_for(std::span<const float> parts, int most) {
  return strongest(parts, most, 1);
}

std::vector<int> strongest_against(std::span<const float> parts, int most) {
  return strongest(parts, most, -1);
}

}  // namespace rbm
