#include "core/run/journal_file.hpp"

namespace rbm {

Result<JournalFile> JournalFile::open(const std::string& path, const Journal& journal) {
  auto file = AppendedFile::open(path);
  if (!file) return Unexpected{file.error()};
  if (auto cut = file->cut(0); !cut) return Unexpected{cut.error()};
  if (auto written = file->append(journal.text()); !written) return Unexpected{written.error()};
  JournalFile out(std::move(*file));
  out.written_ = journal.entries().size();
  return out;
}

Result<void> JournalFile::follow(const Journal& journal) {
  if (journal.entries().size() <= written_) return {};
  auto written = file_.append(journal.text_from(written_));
  if (written) written_ = journal.entries().size();
  return written;
}

}  // namespace rbm
