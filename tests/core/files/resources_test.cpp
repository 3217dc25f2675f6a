#include "core/files/resources.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

using namespace rbm;

TEST_CASE("files of the program are looked for above it first, then in the data directories") {
  const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  const char* before = std::getenv("XDG_DATA_DIRS");
  const std::string kept = before != nullptr ? before : "";
  ::setenv("XDG_DATA_DIRS", "/one:relative:/two", 1);
  const auto found = resource_candidates("assets");
  before != nullptr ? ::setenv("XDG_DATA_DIRS", kept.c_str(), 1) : ::unsetenv("XDG_DATA_DIRS");
  REQUIRE(found.size() >= 4);
  CHECK(found[0] == (program / "share/rbm-lab/assets").string());
  CHECK(found[1] == (program.parent_path() / "share/rbm-lab/assets").string());
  const std::vector<std::string> last(found.end() - 2, found.end());
  CHECK(last == std::vector<std::string>{"/one/rbm-lab/assets", "/two/rbm-lab/assets"});
}

TEST_CASE("a build tree's programs find the source tree's assets") {
  CHECK(std::filesystem::exists(resource_folder("assets") + "/presets/tiny.toml"));
  CHECK(std::filesystem::exists(resource_folder("shaders") + "/colour_map.frag"));
}
