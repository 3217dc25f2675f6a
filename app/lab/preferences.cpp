#include "app/lab/preferences.hpp"

#include <toml++/toml.h>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "core/model/model_file.hpp"

namespace lab {

std::string preferences_path() {
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config != '\0') {
    return std::string(config) + "/rbm-lab/settings.toml";
  }
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr ? home : ".") + "/.config/rbm-lab/settings.toml";
}

rbm::Result<Preferences> load_preferences(const std::string& path) {
  Preferences p;
  std::error_code none;
  if (!std::filesystem::exists(path, none)) return p;
  try {
    const toml::table file = toml::parse_file(path);
    p.theme = file["theme"].value_or(p.theme);
    p.scale = std::clamp(file["scale"].value_or(p.scale), 0.0f, 3.0f);
    p.width = std::clamp(file["width"].value_or(p.width), 960, 16384);
    p.height = std::clamp(file["height"].value_or(p.height), 600, 16384);
    p.left_ratio = std::clamp(file["left_ratio"].value_or(p.left_ratio), 0.1f, 0.4f);
    p.right_ratio = std::clamp(file["right_ratio"].value_or(p.right_ratio), 0.1f, 0.45f);
    p.sides = file["sides"].value_or(p.sides);
    p.folder = file["folder"].value_or(p.folder);
  } catch (const toml::parse_error& error) {
    return rbm::fail(rbm::ErrorCode::BadFormat,
                     path + " is not valid TOML (" + std::string(error.description()) +
                         "): correct or delete it; defaults are used.",
                     path);
  }
  return p;
}

rbm::Result<void> save_preferences(const std::string& path, const Preferences& p) {
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failed);
  std::ostringstream text;
  text << toml::table{{"theme", p.theme},   {"scale", p.scale},           {"width", p.width},
                      {"height", p.height}, {"left_ratio", p.left_ratio}, {"right_ratio", p.right_ratio},
                      {"sides", p.sides},   {"folder", p.folder}}
       << '\n';
  return rbm::write_file_atomically(path, text.str());
}

}  // namespace lab
