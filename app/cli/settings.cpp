// rbm settings
#include <concepts>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "app/cli/commands.hpp"
#include "app/cli/terminal.hpp"
#include "core/learning/settings_text.hpp"
#include "core/model/file_words.hpp"
#include "core/model/model_file.hpp"
#include "core/run/described_model.hpp"

namespace lab::cli {
namespace {

/// A text as TOML writes it; its basic strings have the escapes of JSON.
std::string quoted(const std::string& text) {
  return as_text(nlohmann::json(text));
}

/// A setting's value as TOML; the shortest digits that are read back as the same number.
template <class Value>
std::string toml_of(const Value& value) {
  if constexpr (rbm::kIsText<Value>) {
    return quoted(std::string(rbm::name(value)));
  } else if constexpr (std::same_as<Value, std::string>) {
    return quoted(value);
  } else if constexpr (std::floating_point<Value>) {
    const std::string digits = fmt::format("{}", value);
    return digits.find_first_of(".en") == std::string::npos ? digits + ".0" : digits;
  } else if constexpr (std::same_as<Value, bool>) {
    return value ? "true" : "false";
  } else {
    // Whole numbers of TOML have a sign.
    const std::string digits = fmt::format("{}", value);
    return std::in_range<std::int64_t>(value) ? digits : quoted(digits);
  }
}

rbm::Result<void> print_settings(const std::string& path) {
  const auto model = load_model(path);
  if (!model) return rbm::Unexpected{model.error()};
  const auto settings = rbm::settings_of(*model, path);
  if (!settings) return rbm::Unexpected{settings.error()};
  const rbm::FileWords words(model->metadata, path);
  const auto updates = words.number("updates", 0);
  if (!updates) return rbm::Unexpected{updates.error()};
  if (*updates > rbm::kMostUpdates)
    return rbm::fail(
        rbm::ErrorCode::BadFormat,
        fmt::format("{} says that it had {} updates, which no run has: use another copy of the file.", path,
                    *updates),
        path);
  const auto beyond = model->metadata.find(rbm::kBeyondSettingsKey);
  std::string out;
  if (beyond != model->metadata.end()) {
    tell(
        fmt::format("Note: these settings alone do not repeat the run of {}: {}. rbm replay does, where its "
                    "folder or checkpoint is kept.",
                    path, beyond->second));
    out = "# Not all of the run: " + as_text(nlohmann::json(beyond->second)) + "\n";
  }
  out += fmt::format("title = {}\ndescription = {}\n", quoted(path),
                     quoted("The settings that " + path + " was trained with."));
  if (*updates > 0) out += fmt::format("updates = {}\n", *updates);
  out += "\n[settings]\n";
  rbm::visit_settings(*settings, [&](const rbm::Setting& setting, const auto& value) {
    if (std::string_view(setting.key) != "threads")  // which changes no result
      out += fmt::format("{} = {}\n", setting.key, toml_of(value));
  });
  print(out);
  return {};
}

}  // namespace

Run add_settings(CLI::App& app) {
  CLI::App* command = app.add_subcommand("settings",
                                         "Prints the settings that a model was trained with, as a preset: "
                                         "rbm train --preset FILE.toml repeats the run");
  const auto path = std::make_shared<std::string>();
  command->add_option("model", *path, "Model file")->required();
  return [path] { return print_settings(*path); };
}

}  // namespace lab::cli
