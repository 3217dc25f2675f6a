#include "core/learning/preset.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <type_traits>

#include "core/files/toml_text.hpp"

namespace rbm {
namespace {

namespace fs = std::filesystem;

fs::path preset_folder() {
  return fs::path(asset_root()) / "presets";
}

/// Takes a node into a setting; false if its type or size does not fit.
template <class T>
bool take(const toml::node& node, T& out) {
  if constexpr (std::is_same_v<T, bool>) {
    const auto value = node.value_exact<bool>();
    if (value) out = *value;
    return value.has_value();
  } else if constexpr (std::is_floating_point_v<T>) {
    const auto value = node.value<double>();
    if (value) out = static_cast<T>(*value);
    return value.has_value() && !node.is_boolean();
  } else if constexpr (kIsText<T>) {
    const auto value = node.value_exact<std::string>();
    return value && set_from(*value, out).has_value();
  } else {
    const auto value = node.value_exact<std::string>();
    if (value) out = *value;
    return value.has_value();
  }
}

struct Reader {
  std::string path;
  std::string trouble;

  void complain(const toml::node& node, const std::string& what) {
    if (trouble.empty()) trouble = path + ", line " + std::to_string(node.source().begin.line) + ": " + what;
  }

  /// The length of the run: 0 would be the open end of a preset that does not say it.
  void take_updates(const toml::table& table, std::uint64_t& out) {
    const toml::node* node = table.get("updates");
    if (node == nullptr) return;
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < 1 || static_cast<std::uint64_t>(*value) > kMostUpdates)
      return complain(*node, "updates " + (value ? "is " + std::to_string(*value) + ": it" : std::string()) +
                                 " must be a whole number from 1 to " + std::to_string(kMostUpdates) +
                                 "; leave it out where the run is to have no planned end.");
    out = static_cast<std::uint64_t>(*value);
  }

  /// A whole number, or as a text one that is beyond those of TOML, which have a sign.
  template <class T>
  void take_whole(const toml::table& table, const Setting& setting, T& out) {
    const toml::node* node = table.get(setting.key);
    if (node == nullptr) return;
    const auto value = node->value_exact<std::int64_t>();
    std::optional<std::string> text;
    if (value)
      text = std::to_string(*value);
    else if (std::is_same_v<T, std::uint64_t>)
      text = node->value_exact<std::string>();
    if (!text) return complain_of_kind(*node, setting.key);
    if (const auto taken = set_number(setting, *text, out); !taken) complain(*node, taken.error().message);
  }

  void complain_of_kind(const toml::node& node, const char* key) {
    complain(node, std::string("the value of \"") + key + "\" is not of its kind.");
  }

  template <class T>
  void take_key(const toml::table& table, const char* key, T& out) {
    const toml::node* node = table.get(key);
    if (node != nullptr && !take(*node, out)) complain_of_kind(*node, key);
  }
};

}  // namespace

Result<Preset> load_preset(const std::string& path) {
  Preset preset;
  preset.id = fs::path(path).stem().string();
  const auto text = read_toml_text(path);
  if (!text) return Unexpected{text.error()};
  toml::table file;
  try {
    file = toml::parse(*text, path);
  } catch (const toml::parse_error& error) {
    std::string what(error.description());
    if (what.find("64 bits") != std::string::npos) what += ", write so large a number in quotes";
    return fail(ErrorCode::BadFormat,
                path + ", line " + std::to_string(error.source().begin.line) + ": " + what + ".", path);
  }
  Reader reader{path, {}};
  reader.take_key(file, "title", preset.title);
  reader.take_key(file, "description", preset.description);
  reader.take_updates(file, preset.updates);
  reader.take_key(file, "broken", preset.broken);
  reader.take_key(file, "shows", preset.shows);
  for (const auto& [key, node] : file) {
    const std::string_view name = key.str();
    constexpr std::array kKeys{"title", "description", "updates", "broken", "shows", "settings"};
    if (std::ranges::find(kKeys, name) == kKeys.end())
      reader.complain(node, "there is no key \"" + std::string(name) + "\" here.");
  }
  if (file.contains("settings") && !file["settings"].is_table())
    reader.complain(*file.get("settings"), "\"settings\" is no table: begin it with a line [settings].");
  if (const toml::table* settings = file["settings"].as_table()) {
    std::vector<std::string> keys;
    visit_settings(preset.settings, [&](const Setting& setting, auto& value) {
      keys.push_back(setting.key);
      using Value = std::remove_cvref_t<decltype(value)>;
      if constexpr (std::is_integral_v<Value> && !std::is_same_v<Value, bool>)
        reader.take_whole(*settings, setting, value);
      else
        reader.take_key(*settings, setting.key, value);
    });
    for (const auto& [key, node] : *settings) {
      if (std::find(keys.begin(), keys.end(), key.str()) == keys.end())
        reader.complain(node, "there is no setting \"" + std::string(key.str()) + "\".");
    }
  }
  if (reader.trouble.empty()) {
    if (const auto valid = validate(preset.settings); !valid)
      reader.trouble = path + ": " + valid.error().message;
  }
  if (!reader.trouble.empty()) return fail(ErrorCode::BadFormat, reader.trouble, path);
  return preset;
}

Result<Preset> find_preset(const std::string& name) {
  if (name.ends_with(".toml")) return load_preset(name);
  const fs::path path = preset_folder() / (name + ".toml");
  std::error_code ignored;
  if (!name.empty() && name.find('/') == std::string::npos && fs::exists(path, ignored))
    return load_preset(path.string());
  std::string known;
  for (const Preset& preset : all_presets()) known += (known.empty() ? "" : ", ") + preset.id;
  return fail(ErrorCode::BadArgument, "There is no preset \"" + name + "\": use a .toml file or one of " +
                                          (known.empty() ? "none, because assets/presets is empty" : known) +
                                          ".");
}

std::vector<Preset> all_presets() {
  std::vector<Preset> out;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(preset_folder(), ignored)) {
    if (entry.path().extension() != ".toml") continue;
    if (auto preset = load_preset(entry.path().string())) out.push_back(std::move(*preset));
  }
  std::sort(out.begin(), out.end(), [](const Preset& a, const Preset& b) { return a.id < b.id; });
  return out;
}

}  // namespace rbm
