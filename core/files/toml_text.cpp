#include "core/files/toml_text.hpp"

#include <algorithm>

#include "core/files/input_file.hpp"

namespace rbm {
namespace {

constexpr std::uint64_t kLargest = 1 << 20;
constexpr std::ptrdiff_t kMostLevels = 2000;

}  // namespace

Result<std::string> read_toml_text(const std::string& path) {
  const auto bytes = read_file(path, kLargest);
  if (!bytes) return Unexpected{bytes.error()};
  // Each of these begins at most one level, in whatever way they are put together.
  const auto levels =
      std::ranges::count_if(*bytes, [](std::uint8_t c) { return c == '.' || c == '[' || c == '{'; });
  if (levels > kMostLevels)
    return fail(ErrorCode::BadFormat, path + " has more levels than any file of settings: use another file.",
                path);
  return std::string(bytes->begin(), bytes->end());
}

}  // namespace rbm
