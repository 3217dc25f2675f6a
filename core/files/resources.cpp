#include "core/files/resources.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace rbm {
namespace {

namespace fs = std::filesystem;

constexpr int kMostParents = 5;  // PREFIX/lib/python3.11/dist-packages/rbmlab/_core.so
constexpr const char* kOwnFolder = "rbm-lab";
constexpr const char* kUsualDataDirs = "/usr/local/share:/usr/share";

/// The file that this code was loaded from: a library or module by its own path, the program by what the system says
/// (its argv[0] may be a mere word).
fs::path own_file() {
  static const char here = 0;
  std::error_code failed;
  Dl_info found{};
  if (dladdr(&here, &found) != 0 && found.dli_fname != nullptr && found.dli_fname[0] == '/') {
    fs::path file = fs::canonical(found.dli_fname, failed);
    if (!failed) return file;
  }
  return fs::read_symlink("/proc/self/exe", failed);
}

}  // namespace

std::vector<std::string> resource_candidates(const std::string& name) {
  std::vector<std::string> out;
  fs::path folder = own_file().parent_path();
  for (int level = 0; level < kMostParents && folder.has_relative_path(); ++level) {
    out.push_back((folder / "share" / kOwnFolder / name).string());
    folder = folder.parent_path();
  }
  const char* dirs = std::getenv("XDG_DATA_DIRS");
  std::stringstream parts(dirs != nullptr && *dirs != '\0' ? dirs : kUsualDataDirs);
  for (std::string part; std::getline(parts, part, ':');) {
    if (part.starts_with('/')) out.push_back((fs::path(part) / kOwnFolder / name).string());
  }
  return out;
}

std::string resource_folder(const std::string& name) {
  std::error_code none;
  std::vector<std::string> candidates = resource_candidates(name);
  for (std::string& candidate : candidates) {
    if (fs::is_directory(candidate, none)) return candidate;
  }
  return candidates.empty() ? name : candidates.front();
}

}  // namespace rbm
