// rbm: the engine behind the window, on the command line.
#include <exception>

#include "app/cli/commands.hpp"
#include "app/cli/terminal.hpp"
#include "core/model/version.hpp"
#include "core/run/interruption.hpp"

namespace {

int run(int argc, char** argv) {
  CLI::App app{"Restricted Boltzmann Machines: train, evaluate, sample.", "rbm"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "rbm " + std::string(rbm::version()));
  const std::pair<const char*, lab::cli::Run> commands[] = {
      {"train", lab::cli::add_train(app)},         {"eval", lab::cli::add_eval(app)},
      {"sample", lab::cli::add_sample(app)},       {"reconstruct", lab::cli::add_reconstruct(app)},
      {"convert", lab::cli::add_convert(app)},     {"info", lab::cli::add_info(app)},
      {"bench", lab::cli::add_bench(app)},         {"data", lab::cli::add_data(app)},
      {"filters", lab::cli::add_filters(app)},     {"gradient", lab::cli::add_gradient(app)},
      {"transform", lab::cli::add_transform(app)}, {"settings", lab::cli::add_settings(app)},
      {"replay", lab::cli::add_replay(app)}};
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    lab::cli::tell("rbm: " + std::string(error.what()) + "; try rbm --help.");
    return 2;
  }
  for (const auto& [name, work] : commands) {
    if (!app.got_subcommand(name)) continue;
    auto done = work();
    if (!lab::cli::finish_printing() && done)
      done = rbm::fail(rbm::ErrorCode::Io, "Not all could be printed: standard output takes no more.");
    if (done) return rbm::caught_signal() != 0 ? rbm::status_of_signal() : lab::cli::left_status();
    lab::cli::tell("rbm: " + done.error().message);
    return done.error().code == rbm::ErrorCode::BadArgument ? 2 : 1;
  }
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    lab::cli::tell("rbm: stopped by an unexpected error: " + std::string(error.what()) + ".");
    return 1;
  }
}
