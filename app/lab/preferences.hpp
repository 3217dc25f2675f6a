// Preferences: what the window remembers from one start to the next, as TOML in
// $XDG_CONFIG_HOME/rbm-lab/settings.toml. A plain value.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"

namespace lab {

struct Preferences {
  std::string theme = "dark";
  float scale = 0;  // 0: the screen's own
  int width = 1440, height = 900;
  float left_ratio = 0.225f, right_ratio = 0.25f;  // of the window's width
  bool sides = true;
  std::string folder;                     // of the last file opened or saved
  bool lesson_offer = true;               // the first lesson is still to be offered
  bool classroom = false;                 // lessons hide what they do not use
  std::vector<std::string> lessons_done;  // by their names

  bool operator==(const Preferences&) const = default;
};

/// Where the user's own preferences are.
std::string preferences_path();
/// Defaults for what the file lacks, or for the whole when there is none; fails on a file that is not TOML
/// (the caller says so and goes on). Numbers that are not finite are none.
rbm::Result<Preferences> load_preferences(const std::string& path);
/// Keeps the keys of others. Fails, and writes nothing, where the file that is there cannot be read.
rbm::Result<void> save_preferences(const std::string& path, const Preferences& preferences);

}  // namespace lab
