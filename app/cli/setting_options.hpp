// SettingOptions: the options of a command line that stand for training settings, made from the table of
// settings. They live as long as the settings that they write into.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string_view>
#include <vector>

#include "core/learning/settings.hpp"

namespace lab::cli {

class SettingOptions {
 public:
  /// An option for every setting, with its flag, its help and the value in `settings` as its default. Words
  /// that are unknown and numbers out of range end the parsing with the sentence of the core.
  void add(CLI::App& command, rbm::TrainingSettings& settings);

  /// Whether the command line gave the setting of this key.
  bool has(std::string_view key) const;
  /// The settings that the command line gave, from `told`, over those of `base`.
  rbm::TrainingSettings over(rbm::TrainingSettings base, const rbm::TrainingSettings& told) const;

 private:
  std::map<std::string_view, std::vector<CLI::Option*>> given_;  // by a setting's key
};

/// The flag to name to people: "--labels" of "--labels,!--no-labels".
std::string_view first_flag(const rbm::Setting& setting);

}  // namespace lab::cli
