// AppendedFile: a text that grows line by line while others may read it. One process at a time writes it; the lines of
// one that was cut off are whole up to its last one. Owned by one thread.
#pragma once

#include <string>
#include <string_view>

#include "core/files/descriptor.hpp"
#include "core/result.hpp"

namespace rbm {

class AppendedFile {
 public:
  /// Opens the file, or makes it. Fails where it is no regular file, cannot be written, or another process has it.
  static Result<AppendedFile> open(const std::string& path);

  /// What is in it.
  Result<std::string> text(std::uint64_t most) const;
  /// Cuts it to its first `size` bytes; what is appended follows these.
  Result<void> cut(std::uint64_t size);
  /// Adds whole lines at once. Where it fails, for want of room, the file is as it was. One that was removed meanwhile is
  /// made again, with all that was in it; that fails where its folder is gone, too.
  Result<void> append(std::string_view lines);

  const std::string& path() const { return path_; }

 private:
  AppendedFile(std::string path, Descriptor file) : path_(std::move(path)), file_(std::move(file)) {}
  Result<void> put_back();

  std::string path_;
  Descriptor file_;
};

}  // namespace rbm
