// rbm: the engine behind the window, on the command line.
#include <cstdio>
#include <exception>

#include "app/cli/commands.hpp"
#include "core/model/version.hpp"

namespace {

int run(int argc, char** argv) {
  CLI::App app{"Restricted Boltzmann Machines: train, evaluate, sample.", "rbm"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "rbm " + std::string(rbm::version()));
  const std::pair<const char*, lab::cli::Run> commands[] = {
      {"train", lab::cli::add_train(app)},     {"eval", lab::cli::add_eval(app)},
      {"sample", lab::cli::add_sample(app)},   {"reconstruct", lab::cli::add_reconstruct(app)},
      {"convert", lab::cli::add_convert(app)}, {"info", lab::cli::add_info(app)},
      {"bench", lab::cli::add_bench(app)},     {"data", lab::cli::add_data(app)},
      {"filters", lab::cli::add_filters(app)}, {"gradient", lab::cli::add_gradient(app)}};
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::fprintf(stderr, "rbm: %s; try rbm --help.\n", error.what());
    return 2;
  }
  for (const auto& [name, work] : commands) {
    if (!app.got_subcommand(name)) continue;
    const auto done = work();
    if (done) return 0;
    std::fprintf(stderr, "rbm: %s\n", done.error().message.c_str());
    return done.error().code == rbm::ErrorCode::BadArgument ? 2 : 1;
  }
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "rbm: stopped by an unexpected error: %s.\n", error.what());
    return 1;
  }
}
