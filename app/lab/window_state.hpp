// WindowState: what a window shows beside its run, and goes with it into its file: the view, the painting, the corner. The box
// is written by the window and read by the worker that keeps the run; the rest is plain.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "app/panels/corner.hpp"
#include "core/model/model_file.hpp"

namespace lab {

struct WindowState {
  std::string view;  // its id
  std::vector<float>
      painting;  // Shared::painted: of the model's pictures, in [0, 1]; empty where nothing is painted
  std::vector<KeptPicture> corner;
};

/// Leaves the state in a checkpoint.
void add_window_state(const WindowState& state, rbm::TensorFile& checkpoint);
/// The state in a checkpoint; empty where it has none.
WindowState window_state_of(const rbm::TensorFile& checkpoint);

class WindowStateBox {
 public:
  void put(WindowState state) {
    const std::lock_guard lock(mutex_);
    state_ = std::move(state);
  }
  WindowState get() const {
    const std::lock_guard lock(mutex_);
    return state_;
  }

 private:
  mutable std::mutex mutex_;
  WindowState state_;
};

}  // namespace lab
