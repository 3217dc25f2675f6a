// .safetensors as a model.
#include "core/model/tensor_formats.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = rbm::parse_safetensors({data, size}, "fuzz");
  if (!file) return 0;
  std::size_t total = 0;
  for (const auto& [name, tensor] : file->tensors) total += tensor.bytes.size();
  RBM_ASSERT(total <= size);
  (void)rbm::model_from_tensors(*file, "fuzz");
  return 0;
}
