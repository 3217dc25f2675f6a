#include "app/lab/options.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

lab::Parsed parsed(std::vector<std::string> words) {
  words.insert(words.begin(), "rbm-lab");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  return lab::parse_options(static_cast<int>(argv.size()), argv.data());
}

}  // namespace

TEST_CASE("options: a value without a character is refused by each, and never read as none") {
  for (const char* option : {"--keep", "--script", "--state", "--settings", "--lesson", "--lessons", "--data",
                             "--preset", "--size"}) {
    CAPTURE(option);
    const lab::Parsed empty = parsed({option, ""});
    CHECK_FALSE(empty.options.has_value());
    CHECK(empty.status == 2);
    // With an equals sign the parser would take the next word for the value.
    CHECK_FALSE(parsed({std::string(option) + "=", "--fast"}).options.has_value());
    CHECK_FALSE(parsed({std::string(option) + "=", "none"}).options.has_value());
  }
  CHECK_FALSE(parsed({""}).options.has_value());
  const lab::Parsed none = parsed({"--keep", "none", "--fast"});
  REQUIRE(none.options.has_value());
  CHECK(none.options->keep.empty());
  CHECK(none.options->fast);
}

TEST_CASE("options: a size is two numbers and nothing behind them") {
  REQUIRE(parsed({"--size", "800x600"}).options.has_value());
  for (const char* size : {"800x600x2", "800x600 ", "800x", "800", "800x600px", "1e3x600"}) {
    CAPTURE(size);
    CHECK_FALSE(parsed({"--size", size}).options.has_value());
  }
}
