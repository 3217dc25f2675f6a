#include "core/files/appended_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>

#include "core/files/input_file.hpp"
#include "core/files/output_file.hpp"
#include "core/files/paths.hpp"

namespace rbm {
namespace {

bool copy(const Descriptor& from, const Descriptor& to) {
  std::array<char, 1 << 16> bytes{};
  for (off_t at = 0;;) {
    const ssize_t read = ::pread(from.number(), bytes.data(), bytes.size(), at);
    if (read <= 0) return read == 0;
    if (!to.write({bytes.data(), static_cast<std::size_t>(read)})) return false;
    at += read;
  }
}

}  // namespace

Result<AppendedFile> AppendedFile::open(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode)) return not_a_file(path, found.st_mode);
  Descriptor file(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666));
  if (!file.is_open() || ::fstat(file.number(), &found) != 0) return cannot_write(path);
  if (!S_ISREG(found.st_mode)) return not_a_file(path, found.st_mode);
  // Some file systems have no locks; there it goes without.
  if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return fail(ErrorCode::Io,
                path + " is being written by another process: give another name, or end that one.", path);
  return AppendedFile(path, std::move(file));
}

Result<std::string> AppendedFile::text(std::uint64_t most) const {
  auto bytes = read_file(path_, most);
  if (!bytes) return Unexpected{bytes.error()};
  return std::string(bytes->begin(), bytes->end());
}

Result<void> AppendedFile::cut(std::uint64_t size) {
  if (::ftruncate(file_.number(), static_cast<off_t>(size)) != 0) return cannot_write(path_);
  return {};
}

Result<void> AppendedFile::append(std::string_view lines) {
  struct stat before {};
  if (::fstat(file_.number(), &before) != 0) return cannot_write(path_);
  if (before.st_nlink == 0) {
    if (auto back = put_back(); !back) return back;
  }
  if (file_.write(lines)) return {};
  (void)cut(static_cast<std::uint64_t>(before.st_size));
  return cannot_write(path_);
}

/// The open file has no name any more, but still what was in it.
Result<void> AppendedFile::put_back() {
  Descriptor again(::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOCTTY, 0666));
  if (!again.is_open()) return cannot_write(path_);
  (void)::flock(again.number(), LOCK_EX | LOCK_NB);
  if (!copy(file_, again)) {
    ::unlink(path_.c_str());
    return cannot_write(path_);
  }
  file_ = std::move(again);
  return {};
}

}  // namespace rbm
