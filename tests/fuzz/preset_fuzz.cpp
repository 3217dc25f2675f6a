// Presets: TOML that people write.
#include "core/learning/preset.hpp"
#include "tests/fuzz/as_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string path = as_file(data, size);
  const auto preset = rbm::load_preset(path);
  if (!preset)
    check(preset.error(), path);
  else
    RBM_ASSERT(rbm::validate(preset->settings).has_value());
  return 0;
}
