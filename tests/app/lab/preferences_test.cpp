// What the window remembers: numbers that are none, and files that somebody else wrote.
#include "app/lab/preferences.hpp"

#include <doctest/doctest.h>

#include "core/files/input_file.hpp"
#include "tests/core/data/files.hpp"

using namespace lab;

namespace {

std::string content(const std::string& path) {
  const auto bytes = rbm::read_file(path, 1 << 20);
  return bytes ? std::string(bytes->begin(), bytes->end()) : "unreadable";
}

}  // namespace

TEST_CASE("preferences come back, and are the defaults where there are none") {
  const files::Folder folder;
  const std::string path = folder.path("none/yet/settings.toml");
  REQUIRE(load_preferences(path).has_value());
  CHECK(load_preferences(path)->left_ratio == Preferences{}.left_ratio);
  Preferences p;
  p.theme = "light";
  p.left_ratio = 0.3f;
  p.folder = "/data/a \"b\"";
  REQUIRE(save_preferences(path, p).has_value());
  const auto read = load_preferences(path);
  REQUIRE(read.has_value());
  CHECK(read->theme == "light");
  CHECK(read->left_ratio == doctest::Approx(0.3));
  CHECK(read->folder == p.folder);
}

TEST_CASE("numbers that are none, or beyond their bounds, never reach the window") {
  const files::Folder folder;
  const auto read = load_preferences(folder.write(
      "s.toml",
      "left_ratio = nan\nright_ratio = -inf\nscale = nan\nwidth = 99999999\nheight = -5\ntheme = 3\n"));
  REQUIRE(read.has_value());
  const Preferences usual;
  CHECK(read->left_ratio == usual.left_ratio);
  CHECK(read->right_ratio == usual.right_ratio);
  CHECK(read->scale == usual.scale);
  CHECK(read->width == 16384);
  CHECK(read->height == 600);
  CHECK(read->theme == usual.theme);
}

TEST_CASE("a file that cannot be read is kept as it is, and so are the keys of a newer version") {
  const files::Folder folder;
  for (const char* text : {"theme = \"da", "a = [[[[[", "\xff\xfe"}) {
    const std::string path = folder.write("broken.toml", text);
    const auto read = load_preferences(path);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().message.find(path) == 0);
    CHECK(read.error().message.back() == '.');
    CHECK_FALSE(save_preferences(path, Preferences{}).has_value());
    CHECK(content(path) == text);
  }
  const std::string path = folder.write("newer.toml", "theme = \"dark\"\n[windows]\nsecond = [1, 2]\n");
  Preferences p = *load_preferences(path);
  p.theme = "light";
  REQUIRE(save_preferences(path, p).has_value());
  CHECK(load_preferences(path)->theme == "light");
  CHECK(content(path).find("second = [ 1, 2 ]") != std::string::npos);
  // A value of another kind was not read either; a whole number in place of another one was.
  const std::string kinds =
      folder.write("kinds.toml", "scale = \"auto\"\nlessons_done = { first = 3 }\nleft_ratio = 0\n");
  REQUIRE(save_preferences(kinds, Preferences{}).has_value());
  CHECK(content(kinds).find("scale = 'auto'") != std::string::npos);
  CHECK(content(kinds).find("first = 3") != std::string::npos);
  CHECK(content(kinds).find("left_ratio = 0\n") == std::string::npos);
}
