#include "app/options/empty_values.hpp"

#include <algorithm>
#include <string_view>

namespace lab {
namespace {

bool takes_value(const CLI::Option& option) {
  return option.get_items_expected_max() > 0;
}

/// Of the option of that name that `words` end with as "--name=": the parser would take the next word for its value.
const CLI::Option* option_without_value(const CLI::App& command, std::span<char* const> words) {
  for (const std::string_view word : words) {
    if (word == "--") return nullptr;
    if (word.size() > 3 && word.starts_with("--") && word.find('=') == word.size() - 1) {
      const auto* option = command.get_option_no_throw(std::string(word.substr(0, word.size() - 1)));
      if (option != nullptr && takes_value(*option)) return option;
    }
  }
  return nullptr;
}

std::string sentence_of(const CLI::Option& option) {
  return option.get_name() + " is empty, as where a variable of the shell is not set: give it a value" +
         (option.get_required() ? "." : ", or leave it out.");
}

}  // namespace

std::string empty_value(const CLI::App& command, std::span<char* const> words) {
  if (const CLI::Option* option = option_without_value(command, words)) return sentence_of(*option);
  for (const CLI::Option* option : command.get_options()) {
    if (takes_value(*option) && std::ranges::find(option->results(), "") != option->results().end())
      return sentence_of(*option);
  }
  return {};
}

}  // namespace lab
