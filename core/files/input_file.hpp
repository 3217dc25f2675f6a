// Regular files into memory. Everything that the program reads by a name which somebody gave it comes through here:
// folders, devices and pipes are refused with a sentence, and none is ever waited for. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/files/descriptor.hpp"
#include "core/result.hpp"

namespace rbm {

/// An open regular file, at its beginning.
struct InputFile {
  Descriptor descriptor;
  std::uint64_t size = 0;
};
Result<InputFile> open_input(const std::string& path);

/// The whole file; fails where it holds more than `most` bytes.
Result<std::vector<std::uint8_t>> read_file(const std::string& path, std::uint64_t most);
/// Its first bytes, at most so many.
Result<std::vector<std::uint8_t>> read_file_start(const std::string& path, std::uint64_t most);

/// "PATH cannot be read: …", as an error.
Unexpected cannot_read(const std::string& path);

}  // namespace rbm
