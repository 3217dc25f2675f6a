// CIFAR-10. The input is spread over records, so that short inputs reach the reader too.
#include "tests/fuzz/checked.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check(rbm::cifar_images({data, size}, "fuzz"));
  if (size == 0) return 0;
  rbm::Bytes records(3073 * (1 + data[0] % 3));
  for (std::size_t i = 0; i < records.size(); ++i) records[i] = data[i % size] % (i % 3073 == 0 ? 11 : 256);
  check(rbm::cifar_images(records, "fuzz"));
  return 0;
}
