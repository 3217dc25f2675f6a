#include "app/cli/program.hpp"

#include <algorithm>
#include <exception>
#include <sstream>
#include <utility>
#include <vector>

#include "app/cli/terminal.hpp"
#include "core/model/version.hpp"
#include "core/run/interruption.hpp"

namespace lab::cli {
namespace {

/// What is said of a value without a character, which is nothing of what the options take: a shell makes one of a
/// variable that is not set.
std::string empty_value(const CLI::Option& option) {
  const std::string name = option.get_name();
  return name + " is empty, as where a variable of the shell is not set: give it a value" +
         (option.get_required() ? "." : ", or leave it out.");
}

bool takes_value(const CLI::Option& option) {
  return option.get_items_expected_max() > 0;
}

/// Of the option of that name that `words` end with as "--name=": the parser would take the next word for its value.
const CLI::Option* option_without_value(const CLI::App& command, std::span<char*> words) {
  for (const std::string_view word : words) {
    if (word == "--") return nullptr;
    if (word.size() > 3 && word.starts_with("--") && word.find('=') == word.size() - 1) {
      const auto* option = command.get_option_no_throw(std::string(word.substr(0, word.size() - 1)));
      if (option != nullptr && takes_value(*option)) return option;
    }
  }
  return nullptr;
}

/// A sentence where an option or a file of the chosen subcommand was given an empty value; nothing otherwise. Options
/// that failed to be parsed are looked at, too.
std::string told_nothing(const CLI::App& app, std::span<char*> words) {
  for (const CLI::App* command : app.get_subcommands()) {
    if (const CLI::Option* option = option_without_value(*command, words)) return empty_value(*option);
    for (const CLI::Option* option : command->get_options()) {
      if (takes_value(*option) && std::ranges::find(option->results(), "") != option->results().end())
        return empty_value(*option);
    }
  }
  return {};
}

Ending parsed_and_run(CLI::App& app, std::span<const Subcommand> subcommands, int argc, char** argv) {
  app.require_subcommand(1);
  app.set_version_flag("--version", app.get_name() + " " + std::string(rbm::version()));
  std::vector<std::pair<const char*, Run>> works;
  for (const Subcommand& subcommand : subcommands) works.emplace_back(subcommand.name, subcommand.add(app));
  const std::span words(argv, static_cast<std::size_t>(argc));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      std::ostringstream help;
      app.exit(error, help, help);
      print(help.str());
      finish_printing();
      return {};
    }
    if (const std::string nothing = told_nothing(app, words); !nothing.empty()) return {2, nothing};
    return {2, std::string(error.what()) + "; try " + app.get_name() + " --help."};
  }
  if (const std::string nothing = told_nothing(app, words); !nothing.empty()) return {2, nothing};
  for (const auto& [name, work] : works) {
    if (!app.got_subcommand(name)) continue;
    auto done = work();
    if (!finish_printing() && done)
      done = rbm::fail(rbm::ErrorCode::Io, "Not all could be printed: standard output takes no more.");
    if (done) return {rbm::caught_signal() != 0 ? rbm::status_of_signal() : left_status(), {}};
    return {done.error().code == rbm::ErrorCode::BadArgument ? 2 : 1, done.error().message};
  }
  return {2, {}};
}

}  // namespace

Ending run_program(const char* name, const char* description, std::span<const Subcommand> subcommands,
                   int argc, char** argv) {
  try {
    CLI::App app{description, name};
    return parsed_and_run(app, subcommands, argc, argv);
  } catch (const std::exception& error) {
    return {1, "stopped by an unexpected error: " + std::string(error.what()) + "."};
  }
}

}  // namespace lab::cli
