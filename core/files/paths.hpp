// What a path leads to, and whether two of them lead to the same file. Any thread.
#pragma once

#include <sys/types.h>

#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace rbm {

/// "PATH is a folder: give the path of a file.", as an error, by its kind.
Unexpected not_a_file(const std::string& path, mode_t mode);

/// Where a file of this name comes to lie: the path with the symbolic links at its end followed, also those that lead
/// to nothing yet.
std::string target_of(const std::string& path);

/// True where both lead to the same file, however they are spelled: through links, hard ones too, and also where there
/// is no such file yet.
bool same_file(const std::string& a, const std::string& b);

/// A file that a command reads or writes, and what the command calls it: "--out", "the model".
struct FileUse {
  std::string_view role;
  std::string path;
};

/// Fails with a sentence where one of the outputs is another one, or one of the inputs, however they are spelled.
/// Empty paths are none.
Result<void> check_apart(std::span<const FileUse> outputs, std::span<const FileUse> inputs);

}  // namespace rbm
