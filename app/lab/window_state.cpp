#include "app/lab/window_state.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace lab {
namespace {

// They go no further than the checkpoint: models that come of it do not have them.
constexpr const char *kView = "run_view", *kPainting = "run/painting";

}  // namespace

void add_window_state(const WindowState& state, rbm::TensorFile& checkpoint) {
  checkpoint.metadata[kView] = state.view;
  if (state.painting.empty()) return;
  rbm::Tensor& tensor = checkpoint.tensors[kPainting];
  tensor = {"F32", {static_cast<std::int64_t>(state.painting.size())}, {}};
  tensor.bytes.resize(state.painting.size() * sizeof(float));
  std::memcpy(tensor.bytes.data(), state.painting.data(), tensor.bytes.size());
}

WindowState window_state_of(const rbm::TensorFile& checkpoint) {
  WindowState out;
  if (const auto view = checkpoint.metadata.find(kView); view != checkpoint.metadata.end())
    out.view = view->second;
  const auto painting = checkpoint.tensors.find(kPainting);
  if (painting == checkpoint.tensors.end() || painting->second.dtype != "F32") return out;
  out.painting.resize(painting->second.bytes.size() / sizeof(float));
  if (out.painting.empty()) return out;
  std::memcpy(out.painting.data(), painting->second.bytes.data(), out.painting.size() * sizeof(float));
  if (!std::ranges::all_of(out.painting, [](float x) { return std::isfinite(x); })) out.painting.clear();
  return out;
}

}  // namespace lab
