// .npy as data.
#include "tests/fuzz/checked.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check(rbm::npy_images({data, data + size}, {}, "fuzz"));
  return 0;
}
