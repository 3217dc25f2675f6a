// Journals of runs: what is read is written so that it is read as the same.
#include "core/run/journal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto journal = rbm::Journal::parse({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!journal) {
    RBM_ASSERT(journal.error().message.starts_with("fuzz") && journal.error().message.ends_with("."));
    return 0;
  }
  const std::string text = journal->text();
  const auto again = rbm::Journal::parse(text, "fuzz");
  RBM_ASSERT(again && again->text() == text && again->entries().size() == journal->entries().size());
  return 0;
}
