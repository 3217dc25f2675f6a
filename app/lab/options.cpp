#include "app/lab/options.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <utility>

#include "core/learning/preset.hpp"
#include "core/model/version.hpp"

namespace lab {

Parsed parse_options(int argc, char** argv) {
  Options options;
  CLI::App app{
      "RBM Lab: watch a Restricted Boltzmann Machine learn, paint digits, step Gibbs sampling by hand.",
      "rbm-lab"};
  std::string size, preset;
  app.add_option("model", options.model, "Model or checkpoint to open (.safetensors, .npz)");
  app.add_option(
      "--preset", preset,
      "Settings by name (an unknown one lists them), or a .toml file; the options below go over them");
  auto* data =
      app.add_option(
             "--data", options.training.data,
             "mnist, photographs, or a file or folder of images, which is shown before it is trained on")
          ->capture_default_str();
  auto* hidden = app.add_option("--hidden", options.training.hidden, "Hidden units")->capture_default_str();
  auto* seed =
      app.add_option("--seed", options.training.seed, "Seed of everything random")->capture_default_str();
  auto* threads =
      app.add_option("--threads", options.training.threads, "Threads of training, 0 for one per core")
          ->capture_default_str();
  app.add_flag("--paused", options.paused, "Do not start to train");
  app.add_option("--size", size, "Size of the window, for example 1280x800");
  app.add_option("--script", options.script, "File with input to play back");
  app.add_option("--state", options.state, "File in which the program's state is kept up to date, for tests");
  app.add_option("--settings", options.preferences, "File of preferences to use in place of the user's own");
  app.set_version_flag("--version", "rbm-lab " + std::string(rbm::version()));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      app.exit(error);
      return {std::nullopt, 0};
    }
    std::fprintf(stderr, "rbm-lab: %s. Try rbm-lab --help.\n", error.what());
    return {std::nullopt, 2};
  }
  if (!size.empty() && (std::sscanf(size.c_str(), "%dx%d", &options.width, &options.height) != 2 ||
                        options.width < 320 || options.height < 240)) {
    std::fprintf(
        stderr,
        "rbm-lab: --size %s is not a size: give width x height, at least 320x240, for example 1280x800.\n",
        size.c_str());
    return {std::nullopt, 2};
  }
  if (!preset.empty()) {
    auto found = rbm::find_preset(preset);
    if (!found) {
      std::fprintf(stderr, "rbm-lab: %s\n", found.error().message.c_str());
      return {std::nullopt, 2};
    }
    const rbm::TrainingSettings told = std::exchange(options.training, found->settings);
    if (data->count() > 0) options.training.data = told.data;
    if (hidden->count() > 0) options.training.hidden = told.hidden;
    if (seed->count() > 0) options.training.seed = told.seed;
    if (threads->count() > 0) options.training.threads = told.threads;
  }
  // Other data are shown first, as when they are dropped on the window, unless a preset says how to learn
  // them.
  const std::string usual = rbm::TrainingSettings{}.data;
  if (preset.empty() && options.training.data != usual)
    options.look_at = std::exchange(options.training.data, usual);
  if (auto valid = rbm::validate(options.training); !valid) {
    std::fprintf(stderr, "rbm-lab: %s\n", valid.error().message.c_str());
    return {std::nullopt, 2};
  }
  return {options, 0};
}

}  // namespace lab
