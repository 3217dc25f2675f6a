#include "app/lab/preferences.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "core/files/output_file.hpp"
#include "core/files/toml_text.hpp"

namespace lab {
namespace {

/// A number of the file within its bounds; the default where there is none, or one that is not finite.
float number(const toml::table& file, const char* key, float missing, float low, float high) {
  const float value = file[key].value_or(missing);
  return std::isfinite(value) ? std::clamp(value, low, high) : missing;
}

bool is_there(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

rbm::Result<toml::table> read_table(const std::string& path) {
  const auto text = rbm::read_toml_text(path);
  if (!text) return rbm::Unexpected{text.error()};
  try {
    return toml::parse(*text, path);
  } catch (const toml::parse_error& error) {
    return rbm::fail(rbm::ErrorCode::BadFormat,
                     path + " is not valid TOML (" + std::string(error.description()) +
                         "): correct or delete it; it is left as it is, and defaults are used.",
                     path);
  }
}

}  // namespace

std::string preferences_path() {
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config != '\0') {
    return std::string(config) + "/rbm-lab/settings.toml";
  }
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr ? home : ".") + "/.config/rbm-lab/settings.toml";
}

rbm::Result<Preferences> load_preferences(const std::string& path) {
  Preferences p;
  if (!is_there(path)) return p;
  const auto read = read_table(path);
  if (!read) return rbm::Unexpected{read.error()};
  const toml::table& file = *read;
  p.theme = file["theme"].value_or(p.theme);
  p.scale = number(file, "scale", p.scale, 0, 3);
  p.width = std::clamp(file["width"].value_or(p.width), 960, 16384);
  p.height = std::clamp(file["height"].value_or(p.height), 600, 16384);
  p.left_ratio = number(file, "left_ratio", p.left_ratio, 0.1f, 0.4f);
  p.right_ratio = number(file, "right_ratio", p.right_ratio, 0.1f, 0.45f);
  p.sides = file["sides"].value_or(p.sides);
  p.folder = file["folder"].value_or(p.folder);
  p.lesson_offer = file["lesson_offer"].value_or(p.lesson_offer);
  p.classroom = file["classroom"].value_or(p.classroom);
  if (const toml::array* done = file["lessons_done"].as_array()) {
    for (const toml::node& node : *done)
      if (const auto name = node.value<std::string>()) p.lessons_done.push_back(*name);
  }
  return p;
}

rbm::Result<void> save_preferences(const std::string& path, const Preferences& p) {
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failed);
  // What somebody wrote there is kept: keys and kinds of values of a newer version, and a file that cannot be read
  // as a whole.
  toml::table file;
  if (is_there(path)) {
    auto had = read_table(path);
    if (!had) return rbm::Unexpected{had.error()};
    file = *std::move(had);
  }
  toml::array done;
  for (const std::string& name : p.lessons_done) done.push_back(name);
  const toml::table now{{"lesson_offer", p.lesson_offer},
                        {"classroom", p.classroom},
                        {"lessons_done", std::move(done)},
                        {"theme", p.theme},
                        {"scale", p.scale},
                        {"width", p.width},
                        {"height", p.height},
                        {"left_ratio", p.left_ratio},
                        {"right_ratio", p.right_ratio},
                        {"sides", p.sides},
                        {"folder", p.folder}};
  for (const auto& [key, value] : now) {
    const toml::node* had = file.get(key);
    const bool could_be_read =
        had == nullptr || had->type() == value.type() || (had->is_number() && value.is_number());
    if (could_be_read) file.insert_or_assign(key, value);
  }
  std::ostringstream text;
  text << file << '\n';
  return rbm::write_file(path, text.str());
}

}  // namespace lab
