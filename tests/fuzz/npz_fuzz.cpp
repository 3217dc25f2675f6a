// .npz as data and as a model.
#include "core/model/tensor_formats.hpp"
#include "tests/fuzz/checked.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check(rbm::npz_images({data, size}, {}, "fuzz"));
  if (const auto file = rbm::parse_npz({data, size}, "fuzz")) (void)rbm::model_from_tensors(*file, "fuzz");
  return 0;
}
