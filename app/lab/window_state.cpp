#include "app/lab/window_state.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "core/run/column_tensor.hpp"

namespace lab {
namespace {

// They go no further than the checkpoint: models that come of it do not have them.
constexpr const char *kView = "run_view", *kPainting = "run/painting";

/// Names of the picture that is n-th in the corner, and of its caption.
std::string corner_picture(std::size_t n) {
  return "run/corner/" + std::to_string(n);
}
std::string corner_name(std::size_t n) {
  return "run_corner_" + std::to_string(n);
}

void add_corner(const std::vector<KeptPicture>& corner, rbm::TensorFile& checkpoint) {
  for (std::size_t n = 0; n < corner.size(); ++n) {
    rbm::Tensor& tensor = checkpoint.tensors[corner_picture(n)] = rbm::column_tensor("F32", corner[n].pixels);
    tensor.shape = {corner[n].shape.height, corner[n].shape.width, corner[n].shape.channels};
    checkpoint.metadata[corner_name(n)] = corner[n].name;
  }
}

/// What is no picture is left out.
std::vector<KeptPicture> corner_of(const rbm::TensorFile& checkpoint) {
  constexpr std::int64_t kLargest = 1 << 15;
  std::vector<KeptPicture> out;
  for (std::size_t n = 0; n < Corner::kMost; ++n) {
    const auto found = checkpoint.tensors.find(corner_picture(n));
    const auto name = checkpoint.metadata.find(corner_name(n));
    if (found == checkpoint.tensors.end() || found->second.shape.size() != 3) continue;
    rbm::Tensor column = found->second;
    const auto& shape = found->second.shape;
    if (std::ranges::any_of(shape, [](std::int64_t side) { return side < 1 || side > kLargest; })) continue;
    column.shape = {shape[0] * shape[1] * shape[2]};
    KeptPicture picture;
    picture.shape = {static_cast<int>(shape[0]), static_cast<int>(shape[1]), static_cast<int>(shape[2])};
    if (name != checkpoint.metadata.end()) picture.name = name->second;
    if (rbm::take_column(column, "F32", picture.pixels)) out.push_back(std::move(picture));
  }
  return out;
}

}  // namespace

void add_window_state(const WindowState& state, rbm::TensorFile& checkpoint) {
  checkpoint.metadata[kView] = state.view;
  add_corner(state.corner, checkpoint);
  if (state.painting.empty()) return;
  checkpoint.tensors[kPainting] = rbm::column_tensor("F32", state.painting);
}

WindowState window_state_of(const rbm::TensorFile& checkpoint) {
  WindowState out;
  if (const auto view = checkpoint.metadata.find(kView); view != checkpoint.metadata.end())
    out.view = view->second;
  out.corner = corner_of(checkpoint);
  const auto painting = checkpoint.tensors.find(kPainting);
  if (painting == checkpoint.tensors.end() || !rbm::take_column(painting->second, "F32", out.painting))
    return out;
  if (!std::ranges::all_of(out.painting, [](float x) { return std::isfinite(x); })) out.painting.clear();
  return out;
}

}  // namespace lab
