// Settings as JSON, which checkpoints, models and the state file hold; and the preferences of the window.
#include "app/lab/preferences.hpp"
#include "core/learning/settings_text.hpp"
#include "tests/fuzz/as_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto settings = rbm::settings_from_json_text(text)) {
    // What is written of them is read as the same.
    const std::string told = rbm::to_json_text(*settings);
    const auto again = rbm::settings_from_json_text(told);
    RBM_ASSERT(!rbm::validate(*settings) || (again && rbm::to_json_text(*again) == told));
  }
  const std::string path = as_file(data, size);
  const auto preferences = lab::load_preferences(path);
  if (!preferences) {
    check(preferences.error(), path);
    return 0;
  }
  RBM_ASSERT(preferences->width >= 960 && preferences->width <= 16384);
  RBM_ASSERT(preferences->height >= 600 && preferences->height <= 16384);
  RBM_ASSERT(preferences->scale >= 0 && preferences->scale <= 3);
  RBM_ASSERT(preferences->left_ratio >= 0.1f && preferences->left_ratio <= 0.4f);
  RBM_ASSERT(preferences->right_ratio >= 0.1f && preferences->right_ratio <= 0.45f);
  return 0;
}
