// Files from memory. Whatever the program leaves on disk as a whole file is written here, so that after a crash, a
// full disk or a second writer there is the old file or the new one, whole. Any thread.
//
// The bytes go into a new file beside the target, which nobody else can have made, are flushed, and take the target's
// place in one step; then the folder is flushed. The target's mode and, where that is permitted, its owner stay;
// symbolic links stay and lead to the new file. What is no regular file is never replaced. The file beside it is
// called .NAME.MACHINE-PROCESS-NUMBER.part; one of a process that has died is removed with the next file of that name.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace rbm {

/// A file that is written piece by piece: nobody sees it before finish(). Where it is not finished, nothing stays.
class OutputFile {
 public:
  static Result<OutputFile> open(const std::string& path);
  OutputFile(OutputFile&&) noexcept;
  OutputFile& operator=(OutputFile&&) noexcept;
  ~OutputFile();

  /// Each fails with the sentence of cannot_write(). After a failure nothing else may be called.
  Result<void> append(std::string_view bytes);
  Result<void> finish();

 private:
  struct Unfinished;
  explicit OutputFile(std::unique_ptr<Unfinished> file);

  std::unique_ptr<Unfinished> file_;
};

Result<void> write_file(const std::string& path, std::string_view bytes);
/// One part after the other.
Result<void> write_file(const std::string& path, std::span<const std::string_view> parts);

/// Whether write_file() could be done now, before the work that fills it: the folder is there and takes a file, and
/// what has the name is a file that may be written. Leaves nothing behind.
Result<void> check_can_write(const std::string& path);

/// Removes the files beside targets of any name that processes which have died left in a folder of the program's own.
void remove_leftovers_in(const std::string& folder);

/// "PATH cannot be written: …", as an error.
Unexpected cannot_write(const std::string& path);

}  // namespace rbm
