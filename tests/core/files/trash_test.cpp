// The trash: what goes in comes back bit for bit, is told as the specification wants, and never replaces anything.
#include "core/files/trash.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

using namespace rbm;
namespace fs = std::filesystem;

/// A folder with a trash of its own.
struct Place {
  fs::path path = fs::temp_directory_path() / ("rbm_trash_test_" + std::to_string(::getpid()));
  Place() {
    fs::remove_all(path);
    fs::create_directories(path / "work");
    ::setenv("XDG_DATA_HOME", (path / "data").c_str(), 1);
  }
  ~Place() {
    ::unsetenv("XDG_DATA_HOME");
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(path / "work" / name) << text;
    return (path / "work" / name).string();
  }
};

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("what goes into the trash is told there as the specification wants, and comes back") {
  const Place place;
  const std::string path = place.file("a run, 5 %.bin", "all of it");
  const auto gone = move_to_trash(path);
  REQUIRE(gone.has_value());
  CHECK_FALSE(fs::exists(path));
  const fs::path trash = place.path / "data/Trash";
  CHECK(gone->file == (trash / "files/a run, 5 %.bin").string());
  CHECK(text_of(gone->file) == "all of it");
  const std::string told = text_of(trash / "info/a run, 5 %.bin.trashinfo");
  CHECK(told.starts_with("[Trash Info]\nPath=" + (place.path / "work").string() +
                         "/a%20run%2C%205%20%25.bin\n"));
  CHECK(told.find("\nDeletionDate=20") != std::string::npos);
  REQUIRE(put_back(*gone).has_value());
  CHECK(text_of(path) == "all of it");
  CHECK(fs::is_empty(trash / "files"));
  CHECK(fs::is_empty(trash / "info"));
}

TEST_CASE(
    "two things of one name lie in the trash beside each other, and nothing is put back over another file") {
  const Place place;
  const auto first = move_to_trash(place.file("run.bin", "first"));
  const auto second = move_to_trash(place.file("run.bin", "second"));
  REQUIRE(first.has_value());
  REQUIRE(second.has_value());
  CHECK(text_of(first->file) == "first");
  CHECK(text_of(second->file) == "second");
  REQUIRE(put_back(*second).has_value());
  const auto refused = put_back(*first);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("is taken") != std::string::npos);
  CHECK(text_of(first->path) == "second");
  CHECK(text_of(first->file) == "first");
}

TEST_CASE("folders go as a whole, what is not there is said, and what has left the trash cannot come back") {
  const Place place;
  fs::create_directories(place.path / "work/run");
  std::ofstream(place.path / "work/run/inner") << "x";
  const auto gone = move_to_trash((place.path / "work/run").string());
  REQUIRE(gone.has_value());
  CHECK(text_of(fs::path(gone->file) / "inner") == "x");
  CHECK_FALSE(move_to_trash((place.path / "work/run").string()).has_value());
  fs::remove_all(gone->file);
  const auto refused = put_back(*gone);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("no longer in the trash") != std::string::npos);
}
