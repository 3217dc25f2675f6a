#include "core/learning/preset.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "tests/core/data/files.hpp"

using namespace rbm;

namespace {

/// What is said of a preset of this text; empty where it is read.
std::string preset_refusal(const std::string& text) {
  const files::Folder folder;
  const std::string path = folder.write("a.toml", text);
  const auto preset = load_preset(path);
  if (preset) return {};
  CHECK(files::says(preset.error(), path, ""));
  return preset.error().message.substr(path.size());
}

}  // namespace

TEST_CASE("the length of a preset is a number of updates, or is not said") {
  const files::Folder folder;
  CHECK(load_preset(folder.write("a.toml", "updates = 7\n"))->updates == 7);
  CHECK(load_preset(folder.write("a.toml", ""))->updates == 0);
  CHECK(load_preset(folder.write("a.toml", "updates = 1000000000000\n"))->updates == kMostUpdates);
  CHECK(preset_refusal("title = \"a\"\nupdates = 0\n") ==
        ", line 2: updates is 0: it must be a whole number from 1 to 1000000000000; leave it out where the "
        "run is to "
        "have no planned end.");
  for (const char* value : {"-3", "1000000000001", "2.5", "\"7\"", "true"}) {
    CAPTURE(value);
    CHECK(preset_refusal("updates = " + std::string(value) + "\n").find("from 1 to 1000000000000;") !=
          std::string::npos);
  }
}

TEST_CASE("whole numbers of presets are taken up to their largest, those beyond TOML's in quotes") {
  const files::Folder folder;
  const auto seed = [&](const std::string& text) {
    const auto preset = load_preset(folder.write("a.toml", "[settings]\nseed = " + text + "\n"));
    return preset ? preset->settings.seed : 0;
  };
  CHECK(seed("9223372036854775807") == std::uint64_t{std::numeric_limits<std::int64_t>::max()});
  CHECK(seed("\"9223372036854775808\"") == std::uint64_t{1} << 63);
  CHECK(seed("\"18446744073709551615\"") == std::numeric_limits<std::uint64_t>::max());
  CHECK(seed("\"5\"") == 5);
  const std::pair<const char*, const char*> cases[] = {
      {"seed = 9223372036854775808", "write so large a number in quotes"},
      {"seed = \"18446744073709551616\"",
       "line 2: The seed is 18446744073709551616: it must lie between 0 and"},
      {"seed = \"five\"", "line 2: The seed is \"five\": it must be a whole number."},
      {"seed = -1", "line 2: The seed is -1: it must lie between 0 and"},
      {"seed = 1.5", "line 2: the value of \"seed\" is not of its kind."},
      {"hidden = \"4\"", "line 2: the value of \"hidden\" is not of its kind."},
      {"hidden = 0", "line 2: The number of hidden units is 0: it must lie between 1 and 16384."},
      {"decay_updates = 1000000000001",
       "line 2: The length of the decay is 1000000000001: it must lie between 0 and 1000000000000."}};
  for (const auto& [line, words] : cases) {
    const std::string said = preset_refusal("[settings]\n" + std::string(line) + "\n");
    CAPTURE(said);
    CHECK(said.find(words) != std::string::npos);
  }
}
