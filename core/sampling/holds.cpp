#include "core/sampling/holds.hpp"

#include <algorithm>

#include "core/model/pictures.hpp"

namespace rbm {

Result<Holds> hold_pixels(const Model& model, std::span<const float> picture, std::span<const float> mask,
                          ThreadPool& pool) {
  const Index pixels = picture_shape(model).pixels();
  RBM_ASSERT(static_cast<Index>(picture.size()) == pixels && static_cast<Index>(mask.size()) == pixels);
  if (model.below != nullptr)
    return fail(
        ErrorCode::Unsupported,
        "The visible units of a stack are no pixels that could be held: hold pixels of a single model.");
  if (model.space != nullptr && !model.space->is_diagonal())
    return fail(
        ErrorCode::Unsupported,
        "The visible units of whitened pictures are no pixels that could be held: train with --whitening "
        "standardize or none.");
  Matrix picture_row(1, pixels), mask_row(1, pixels);
  std::ranges::copy(picture, picture_row.row(0));
  std::ranges::copy(mask, mask_row.row(0));
  if (model.states != nullptr) {
    Matrix gathered;
    gather_states(*model.states, mask_row, gathered);
    mask_row = gathered;
    // Of a unit with several states none can be held without the others.
    model.states->for_each([&](Index, Index first, Index count) {
      float* const begin = mask_row.row(0) + first;
      if (std::any_of(begin, begin + count, [](float m) { return m >= 0.5f; }))
        std::fill_n(begin, count, 1.0f);
    });
  }
  Holds out;
  out.visible = states_from_pictures(model, picture_row, pool);
  for (Index i = 0; i < mask_row.cols(); ++i) out.visible_mask.push_back(mask_row(0, i) >= 0.5f ? 1 : 0);
  if (std::ranges::none_of(out.visible_mask, [](std::uint8_t held) { return held != 0; }))
    out.visible_mask.clear();
  return out;
}

}  // namespace rbm
