#include "core/files/input_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "core/files/paths.hpp"

namespace rbm {
namespace {

/// Its first bytes, at most so many. What is added meanwhile is left out.
bool read_up_to(const InputFile& file, std::uint64_t most, std::vector<std::uint8_t>* out) {
  out->resize(std::min(file.size, most));
  std::size_t used = 0;
  while (used < out->size()) {
    const ssize_t got = ::read(file.descriptor.number(), out->data() + used, out->size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;  // it has shrunk
    used += static_cast<std::size_t>(got);
  }
  out->resize(used);
  return true;
}

}  // namespace

Unexpected cannot_read(const std::string& path) {
  return fail(ErrorCode::Io, path + " cannot be read: check the path and its permissions.", path);
}

Result<InputFile> open_input(const std::string& path) {
  // Looked at before it is opened: the opening of a device may do something, that of a pipe waits for a writer.
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return cannot_read(path);
  if (!S_ISREG(found.st_mode)) return not_a_file(path, found.st_mode);
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!descriptor.is_open() || ::fstat(descriptor.number(), &found) != 0) return cannot_read(path);
  if (!S_ISREG(found.st_mode)) return not_a_file(path, found.st_mode);
  return InputFile{std::move(descriptor), static_cast<std::uint64_t>(found.st_size)};
}

Result<std::vector<std::uint8_t>> read_file_start(const std::string& path, std::uint64_t most) {
  auto file = open_input(path);
  if (!file) return Unexpected{file.error()};
  std::vector<std::uint8_t> bytes;
  if (!read_up_to(*file, most, &bytes)) return cannot_read(path);
  return bytes;
}

Result<std::vector<std::uint8_t>> read_file(const std::string& path, std::uint64_t most) {
  auto bytes = read_file_start(path, most + 1);
  if (bytes && bytes->size() > most)
    return fail(ErrorCode::BadFormat,
                path + " is larger than the " + std::to_string(most) + " bytes that such a file may have.",
                path);
  return bytes;
}

}  // namespace rbm
