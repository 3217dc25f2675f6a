// JournalFile: the journal of a run in a file that grows with it, so that what happened is on disk before the first
// checkpoint is. Owned by one thread.
#pragma once

#include <string>

#include "core/files/appended_file.hpp"
#include "core/run/journal.hpp"

namespace rbm {

class JournalFile {
 public:
  /// Writes all of it, in place of what the file held.
  static Result<JournalFile> open(const std::string& path, const Journal& journal);

  /// Writes what the journal has had since. What fails is tried again the next time.
  Result<void> follow(const Journal& journal);

 private:
  explicit JournalFile(AppendedFile file) : file_(std::move(file)) {}

  AppendedFile file_;
  std::size_t written_ = 0;  // entries
};

}  // namespace rbm
