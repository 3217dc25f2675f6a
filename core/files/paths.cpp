#include "core/files/paths.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <optional>
#include <tuple>

namespace rbm {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;

/// A file by what it is: itself where it exists, else its folder and the name that it would have there.
using Identity = std::tuple<dev_t, ino_t, std::string>;

std::optional<Identity> identity_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0) return Identity{found.st_dev, found.st_ino, ""};
  const fs::path target = target_of(path);
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  if (::stat(folder.c_str(), &found) != 0) return std::nullopt;
  return Identity{found.st_dev, found.st_ino, target.filename().string()};
}

}  // namespace

Unexpected not_a_file(const std::string& path, mode_t mode) {
  const char* kind = S_ISDIR(mode)    ? "folder"
                     : S_ISFIFO(mode) ? "pipe"
                     : S_ISSOCK(mode) ? "socket"
                                      : "device";
  return fail(ErrorCode::Io, path + " is a " + kind + ": give the path of a file.", path);
}

std::string target_of(const std::string& path) {
  fs::path target = path;
  std::error_code failed;
  for (int links = 0; links < kMostLinks; ++links) {
    if (fs::symlink_status(target, failed).type() != fs::file_type::symlink) break;
    const fs::path next = fs::read_symlink(target, failed);
    if (failed) break;
    target = next.is_absolute() ? next : target.parent_path() / next;
  }
  return target.string();
}

bool same_file(const std::string& a, const std::string& b) {
  const auto identity = identity_of(a);
  return a == b || (identity && identity == identity_of(b));
}

Result<void> check_apart(std::span<const FileUse> outputs, std::span<const FileUse> inputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto& [role, path] = outputs[i];
    if (path.empty()) continue;
    for (const FileUse& other : outputs.first(i)) {
      if (!other.path.empty() && same_file(path, other.path))
        return fail(ErrorCode::BadArgument,
                    std::string(other.role) + " and " + std::string(role) + " are one file, " + path +
                        ": give them different names, or one would overwrite the other.",
                    path);
    }
    for (const FileUse& input : inputs) {
      if (!input.path.empty() && same_file(path, input.path))
        return fail(ErrorCode::BadArgument,
                    std::string(role) + " would overwrite " + path + ", which is read as " +
                        std::string(input.role) + ": give it another name.",
                    path);
    }
  }
  return {};
}

}  // namespace rbm
