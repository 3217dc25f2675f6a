// CSV; the first byte chooses what is said of the labels and of missing cells.
#include "tests/fuzz/checked.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const char* labels[] = {"", "none", "1", "3", "a"};
  rbm::SourceOptions options;
  options.label = labels[data[0] % 5];
  options.categories = (data[0] & 128) != 0;
  options.missing = (data[0] & 64) != 0 ? "1" : "";
  options.complete = (data[0] & 32) != 0;
  const rbm::ByteView text{data + 1, size - 1};
  (void)rbm::looks_like_text(text);
  check(rbm::csv_rows(text, options, "fuzz"));
  return 0;
}
