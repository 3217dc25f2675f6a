#include "core/files/trash.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>

#include "core/files/descriptor.hpp"

namespace rbm {
namespace {

namespace fs = std::filesystem;

constexpr int kMostNames = 1000;  // of things of one name in one trash

/// A trash, and what stands before the paths that it tells.
struct TrashFolder {
  fs::path folder;
  fs::path top;  // paths are told relative to it; empty: whole ones
};

fs::path home_trash() {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/')
    return fs::path(data) / "Trash";
  const char* home = std::getenv("HOME");
  return fs::path(home != nullptr && *home == '/' ? home : "/") / ".local/share/Trash";
}

/// The file system of a path, or of the nearest folder above it that is there.
std::optional<dev_t> device_of(fs::path path) {
  struct stat found {};
  while (::stat(path.c_str(), &found) != 0) {
    if (!path.has_relative_path()) return std::nullopt;
    path = path.parent_path();
  }
  return found.st_dev;
}

/// The highest folder above the path on its file system.
fs::path top_of(fs::path folder, dev_t device) {
  while (folder.has_relative_path() && device_of(folder.parent_path()) == device)
    folder = folder.parent_path();
  return folder;
}

/// Both folders of a trash, for the user alone; false where they cannot be.
bool make(const fs::path& trash) {
  std::error_code failed;
  for (const char* part : {"files", "info"}) {
    fs::create_directories(trash / part, failed);
    if (failed) return false;
  }
  fs::permissions(trash, fs::perms::owner_all, failed);
  return !failed;
}

/// .Trash of the administrator, which must be sticky and no link, else one of the user's own.
std::optional<TrashFolder> trash_at(const fs::path& top) {
  const std::string user = std::to_string(::getuid());
  struct stat found {};
  const fs::path shared = top / ".Trash";
  const bool is_shared =
      ::lstat(shared.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && (found.st_mode & S_ISVTX) != 0;
  if (is_shared && make(shared / user)) return TrashFolder{shared / user, top};
  const fs::path own = top / (".Trash-" + user);
  if (::lstat(own.c_str(), &found) == 0 && !S_ISDIR(found.st_mode)) return std::nullopt;
  if (!make(own)) return std::nullopt;
  return TrashFolder{own, top};
}

std::optional<TrashFolder> trash_for(const fs::path& path) {
  const auto device = device_of(path.parent_path());
  if (!device) return std::nullopt;
  const fs::path home = home_trash();
  if (device_of(home) == device && make(home)) return TrashFolder{home, {}};
  return trash_at(top_of(path.parent_path(), *device));
}

/// As an URL has it (RFC 2396), which the specification wants.
std::string escaped(const std::string& path) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()/";
  std::string out;
  for (const char c : path) {
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    std::array<char, 4> code{};
    std::snprintf(code.data(), code.size(), "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += code.data();
  }
  return out;
}

std::string info_of(const std::string& told_path) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  std::array<char, 32> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  return "[Trash Info]\nPath=" + escaped(told_path) + "\nDeletionDate=" + date.data() + "\n";
}

/// True once a new file of this name holds the text: that reserves the name, as the specification wants.
bool reserve(const fs::path& info, const std::string& text) {
  Descriptor file(::open(info.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open()) return false;
  const bool written = file.write(text);
  if (file.close() && written) return true;
  ::unlink(info.c_str());
  return false;
}

Unexpected no_trash(const std::string& path) {
  return fail(ErrorCode::Io,
              path +
                  " cannot be moved to the trash: its file system has none that can be written; remove it by "
                  "hand.",
              path);
}

}  // namespace

Result<Trashed> move_to_trash(const std::string& given) {
  std::error_code failed;
  const fs::path path = fs::absolute(given, failed).lexically_normal();
  struct stat found {};
  if (failed || ::lstat(path.c_str(), &found) != 0)
    return fail(ErrorCode::Io, given + " is not there any more: nothing was removed.", given);
  const auto trash = trash_for(path);
  if (!trash) return no_trash(given);
  const std::string told = trash->top.empty() ? path.string() : path.lexically_relative(trash->top).string();
  const std::string text = info_of(told);
  for (int n = 1; n <= kMostNames; ++n) {
    fs::path name = path.filename();
    if (n > 1) name = path.stem().string() + "." + std::to_string(n) + path.extension().string();
    const fs::path info = trash->folder / "info" / (name.string() + ".trashinfo");
    const fs::path file = trash->folder / "files" / name;
    if (fs::exists(fs::symlink_status(file, failed))) continue;
    if (!reserve(info, text)) {
      if (errno == EEXIST) continue;
      break;
    }
    if (::rename(path.c_str(), file.c_str()) == 0)
      return Trashed{path.string(), file.string(), info.string()};
    ::unlink(info.c_str());
    break;
  }
  return no_trash(given);
}

Result<void> put_back(const Trashed& trashed) {
  std::error_code failed;
  if (fs::exists(fs::symlink_status(trashed.path, failed)))
    return fail(ErrorCode::Io, trashed.path + " is taken by another file: move that one away first.",
                trashed.path);
  fs::create_directories(fs::path(trashed.path).parent_path(), failed);
  if (::rename(trashed.file.c_str(), trashed.path.c_str()) != 0)
    return fail(ErrorCode::Io,
                trashed.path + " cannot be put back: " + trashed.file +
                    " is no longer in the trash, or its folder cannot be written.",
                trashed.path);
  ::unlink(trashed.info.c_str());
  return {};
}

}  // namespace rbm
