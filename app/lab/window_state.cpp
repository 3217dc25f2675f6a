#include "app/lab/window_state.hpp"

#include <algorithm>
#include <cmath>

#include "core/run/column_tensor.hpp"

namespace lab {
namespace {

// They go no further than the checkpoint: models that come of it do not have them.
constexpr const char *kView = "run_view", *kPainting = "run/painting";

}  // namespace

void add_window_state(const WindowState& state, rbm::TensorFile& checkpoint) {
  checkpoint.metadata[kView] = state.view;
  if (state.painting.empty()) return;
  checkpoint.tensors[kPainting] = rbm::column_tensor("F32", state.painting);
}

WindowState window_state_of(const rbm::TensorFile& checkpoint) {
  WindowState out;
  if (const auto view = checkpoint.metadata.find(kView); view != checkpoint.metadata.end())
    out.view = view->second;
  const auto painting = checkpoint.tensors.find(kPainting);
  if (painting == checkpoint.tensors.end() || !rbm::take_column(painting->second, "F32", out.painting))
    return out;
  if (!std::ranges::all_of(out.painting, [](float x) { return std::isfinite(x); })) out.painting.clear();
  return out;
}

}  // namespace lab
