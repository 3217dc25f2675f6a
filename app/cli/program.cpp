#include "app/cli/program.hpp"

#include <algorithm>
#include <exception>
#include <sstream>
#include <utility>
#include <vector>

#include "app/cli/terminal.hpp"
#include "app/options/empty_values.hpp"
#include "core/model/version.hpp"
#include "core/run/interruption.hpp"

namespace lab::cli {
namespace {

/// A sentence where the chosen subcommand was given an empty value; nothing otherwise.
std::string told_nothing(const CLI::App& app, std::span<char* const> words) {
  for (const CLI::App* command : app.get_subcommands())
    if (std::string sentence = empty_value(*command, words); !sentence.empty()) return sentence;
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
