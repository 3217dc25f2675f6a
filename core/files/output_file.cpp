#include "core/files/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <random>

#include "core/files/descriptor.hpp"
#include "core/files/paths.hpp"
#include "core/files/processes.hpp"

namespace rbm {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".part";
constexpr std::size_t kLongestName = 100;  // of the target's in that of the file beside it
constexpr int kTries = 16;

/// A file to be, and the one that has its name now.
struct Target {
  fs::path folder, name;
  bool exists = false;
  struct stat old {};

  std::string path() const { return (folder / name).string(); }
};

/// How the names of all files beside this target begin that processes of this machine make.
std::string prefix_of(const Target& target) {
  return "." + target.name.string().substr(0, kLongestName) + "." + this_machine() + "-";
}

Result<Target> find_target(const std::string& path) {
  const fs::path at = target_of(path);
  Target target{at.has_parent_path() ? at.parent_path() : fs::path("."), at.filename(), false, {}};
  if (target.name.empty()) return cannot_write(path);
  target.exists = ::lstat(at.c_str(), &target.old) == 0;
  if (target.exists && !S_ISREG(target.old.st_mode)) return not_a_file(path, target.old.st_mode);
  if (target.exists && ::access(at.c_str(), W_OK) != 0)
    return fail(ErrorCode::Io, path + " is write-protected: give another name, or permit writing.", path);
  return target;
}

/// The process that made a file of this name beside its target, on this machine; 0 for other names.
pid_t maker_of(std::string_view name) {
  if (!name.starts_with('.') || !name.ends_with(kEnding)) return 0;
  name.remove_suffix(kEnding.size());
  const std::size_t at = name.rfind('.');
  const std::string machine = this_machine() + "-";
  if (at == 0 || !name.substr(at + 1).starts_with(machine)) return 0;
  name.remove_prefix(at + 1 + machine.size());
  pid_t process = 0;
  const char* end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data(), end, process);
  return error != std::errc() || stopped == end || *stopped != '-' ? 0 : process;
}

/// Removes what processes left behind in a folder that ended while they wrote, under names that begin so. Never what
/// it cannot be sure of.
void remove_leftovers(const fs::path& folder, std::string_view prefix) {
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), none; !failed && at != none; at.increment(failed)) {
    const fs::path& path = at->path();
    const std::string name = path.filename().string();
    if (!name.starts_with(prefix)) continue;
    const pid_t process = maker_of(name);
    if (process <= 0 || !has_died(process)) continue;
    struct stat found {};
    if (::lstat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) && found.st_uid == ::geteuid())
      ::unlink(path.c_str());
  }
}

/// A new file beside the target, and its path.
Descriptor make_beside(const Target& target, std::string* path) {
  std::random_device random;
  for (int i = 0; i < kTries; ++i) {
    char number[17];
    std::snprintf(number, sizeof number, "%08x%08x", random(), random());
    *path = (target.folder / (prefix_of(target) + std::to_string(::getpid()) + "-" + number)).string();
    *path += kEnding;
    // A file that is private stays so while it is written; a new one has the mode that the user's mask leaves.
    Descriptor made(::open(path->c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                           target.exists ? 0600 : 0666));
    if (made.is_open() || errno != EEXIST) return made;
  }
  return Descriptor();
}

/// Gives a new file the owner of the old one, as far as that is permitted, and its mode.
bool keep_owner_and_mode(int file, const struct stat& old) {
  mode_t mode = old.st_mode & 0777;
  struct stat made {};
  if (::fstat(file, &made) != 0) return false;
  const bool is_same = made.st_uid == old.st_uid && made.st_gid == old.st_gid;
  if (!is_same && ::fchown(file, old.st_uid, old.st_gid) != 0 &&
      ::fchown(file, static_cast<uid_t>(-1), old.st_gid) != 0) {
    // Another group than the one that was meant gets no more than everybody.
    mode = (mode & 0707) | (mode & 0007) << 3;
  }
  return ::fchmod(file, mode) == 0;
}

/// So that the new name is there after a loss of power. Some file systems cannot, which is no failure.
void flush_folder(const fs::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.is_open()) ::fsync(opened.number());
}

}  // namespace

Unexpected cannot_write(const std::string& path) {
  return fail(ErrorCode::Io,
              path + " cannot be written: check that the folder exists, may be written to and has room.",
              path);
}

/// Removed with this, unless it has taken the place of its target.
struct OutputFile::Unfinished {
  std::string path;  // as it was asked for
  Target target;
  std::string beside;
  Descriptor file;

  ~Unfinished() {
    if (!beside.empty()) ::unlink(beside.c_str());
  }
};

OutputFile::OutputFile(std::unique_ptr<Unfinished> file) : file_(std::move(file)) {}
OutputFile::OutputFile(OutputFile&&) noexcept = default;
OutputFile& OutputFile::operator=(OutputFile&&) noexcept = default;
OutputFile::~OutputFile() = default;

Result<OutputFile> OutputFile::open(const std::string& path) {
  auto target = find_target(path);
  if (!target) return Unexpected{target.error()};
  remove_leftovers(target->folder, prefix_of(*target));
  std::string beside;
  Descriptor file = make_beside(*target, &beside);
  if (!file.is_open()) return cannot_write(path);
  return OutputFile(std::unique_ptr<Unfinished>(
      new Unfinished{path, std::move(*target), std::move(beside), std::move(file)}));
}

Result<void> OutputFile::append(std::string_view bytes) {
  if (!file_->file.write(bytes)) return cannot_write(file_->path);
  return {};
}

Result<void> OutputFile::finish() {
  const Target& target = file_->target;
  bool good = !target.exists || keep_owner_and_mode(file_->file.number(), target.old);
  good = good && ::fsync(file_->file.number()) == 0;
  good = file_->file.close() && good;
  if (!good || std::rename(file_->beside.c_str(), target.path().c_str()) != 0)
    return cannot_write(file_->path);
  file_->beside.clear();
  flush_folder(target.folder);
  return {};
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  return write_file(path, {&bytes, 1});
}

Result<void> write_file(const std::string& path, std::span<const std::string_view> parts) {
  auto file = OutputFile::open(path);
  if (!file) return Unexpected{file.error()};
  for (const std::string_view part : parts) {
    if (auto written = file->append(part); !written) return written;
  }
  return file->finish();
}

void remove_leftovers_in(const std::string& folder) {
  remove_leftovers(folder, ".");
}

Result<void> check_can_write(const std::string& path) {
  const auto target = find_target(path);
  if (!target) return Unexpected{target.error()};
  // Where a file is only appended to, nobody else would.
  remove_leftovers(target->folder, prefix_of(*target));
  std::string beside;
  if (!make_beside(*target, &beside).is_open()) return cannot_write(path);
  ::unlink(beside.c_str());
  return {};
}

}  // namespace rbm
