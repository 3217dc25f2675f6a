#include "app/cli/setting_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <type_traits>

#include "app/cli/commands.hpp"

namespace lab::cli {
namespace {

/// Ends the parsing with a sentence; what prints it goes on after it.
void check(const rbm::Result<void>& taken) {
  if (taken) return;
  std::string sentence = taken.error().message;
  if (sentence.ends_with('.')) sentence.pop_back();
  throw CLI::ValidationError(sentence);
}

template <class Value>
CLI::Option* add_option(CLI::App& command, const rbm::Setting& setting, Value& value) {
  if constexpr (std::same_as<Value, bool>) {
    return command.add_flag(setting.flag, value, rbm::help_text(setting));
  } else if constexpr (std::same_as<Value, std::string>) {
    return command.add_option(setting.flag, value, rbm::help_text(setting))->capture_default_str();
  } else if constexpr (rbm::Choosable<Value>) {
    const auto take = [&value](const std::string& text) { check(rbm::set_from(text, value)); };
    return command
        .add_option_function<std::string>(setting.flag, take, rbm::help_text(setting, rbm::choices_of(value)))
        ->default_str(std::string(rbm::name(value)));
  } else {
    // Read by the core, so that a number that does not fit is refused with the range.
    const auto take = [&value, &setting](const std::string& text) {
      check(rbm::set_number(setting, text, value));
    };
    return command.add_option_function<std::string>(setting.flag, take, rbm::help_text(setting))
        ->type_name(std::floating_point<Value> ? "NUMBER" : "INTEGER")
        ->default_str(fmt::format("{}", value));
  }
}

}  // namespace

void SettingOptions::add(CLI::App& command, rbm::TrainingSettings& settings) {
  rbm::visit_settings(settings, [&](const rbm::Setting& setting, auto& value) {
    if constexpr (std::same_as<std::remove_cvref_t<decltype(value)>, rbm::SourceOptions>)
      given_[setting.key] = add_source_options(command, value);
    else
      given_[setting.key] = {add_option(command, setting, value)};
  });
}

bool SettingOptions::has(std::string_view key) const {
  const auto found = given_.find(key);
  RBM_ASSERT(found != given_.end());
  return std::ranges::any_of(found->second, [](const CLI::Option* o) { return o->count() > 0; });
}

rbm::TrainingSettings SettingOptions::over(rbm::TrainingSettings base,
                                           const rbm::TrainingSettings& told) const {
  rbm::visit_members([&](const rbm::Setting& setting, auto member) {
    if (has(setting.key)) base.*member = told.*member;
  });
  return base;
}

std::string_view first_flag(const rbm::Setting& setting) {
  const std::string_view flag = setting.flag;
  return flag.substr(0, flag.find(','));
}

}  // namespace lab::cli
