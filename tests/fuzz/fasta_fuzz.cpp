// FASTA and libsvm.
#include "tests/fuzz/checked.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check(rbm::fasta_rows({data, size}, "fuzz"));
  if (rbm::looks_like_libsvm({data, size})) check(rbm::libsvm_rows({data, size}, {}, "fuzz"));
  return 0;
}
