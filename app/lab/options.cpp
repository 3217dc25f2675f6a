#include "app/lab/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>
#include <span>
#include <string_view>
#include <utility>

#include "app/lab/lessons.hpp"
#include "app/lab/window.hpp"
#include "app/options/empty_values.hpp"
#include "core/learning/preset.hpp"
#include "core/model/version.hpp"
#include "core/run/kept_runs.hpp"

namespace lab {
namespace {

/// The option of a setting that is a number, as the table of settings has it.
void add_number(CLI::App& app, std::string_view key, rbm::TrainingSettings& settings,
                std::map<std::string_view, CLI::Option*>& options) {
  rbm::visit_settings(settings, [&](const rbm::Setting& setting, auto& value) {
    if constexpr (requires { rbm::set_number(setting, "", value); }) {
      if (setting.key != key) return;
      const auto take = [&value, &setting](const std::string& text) {
        if (auto taken = rbm::set_number(setting, text, value); !taken) {
          std::string sentence = taken.error().message;
          sentence.pop_back();  // the full stop, which is set behind
          throw CLI::ValidationError(sentence);
        }
      };
      options[setting.key] = app.add_option_function<std::string>(setting.flag, take, rbm::help_text(setting))
                                 ->default_str(std::to_string(value));
    }
  });
}

/// What was typed, with which options were given.
struct CommandLine {
  CLI::App app{
      "RBM Lab: watch a Restricted Boltzmann Machine learn, paint digits, step Gibbs sampling by hand.",
      "rbm-lab"};
  std::string size, preset;
  CLI::Option* data = nullptr;
  std::map<std::string_view, CLI::Option*> numbers;  // settings by their keys

  explicit CommandLine(Options& options);
};

CommandLine::CommandLine(Options& options) {
  app.add_option("model", options.model, "Model or checkpoint to open (.safetensors, .npz)");
  app.add_option(
      "--preset", preset,
      "Settings by name (an unknown one lists them), or a .toml file; the options below go over them");
  data = app.add_option(
                "--data", options.training.data,
                "mnist, photographs, or a file or folder of images, which is shown before it is trained on")
             ->capture_default_str();
  add_number(app, "hidden", options.training, numbers);
  add_number(app, "seed", options.training, numbers);
  add_number(app, "threads", options.training, numbers);
  app.add_option("--lesson", options.lesson,
                 "Begins with this lesson: its name (an unknown one lists them), or a .lesson file");
  app.add_option("--lessons", options.lessons, "Folder with more lessons, as a teacher writes them");
  app.add_flag("--classroom", options.classroom, "While a lesson runs, hides what it does not use");
  app.add_flag("--paused", options.paused, "Do not start to train");
  app.add_flag("--fast", options.fast, "Train at full speed from the first second on");
  app.add_flag(
      "--frame-times", options.times_frames,
      "Prints how long a frame of each view takes to build while the run trains, and ends; needs no display");
  app.add_option("--size", size, "Size of the window, for example 1280x800");
  app.add_option("--script", options.script,
                 "File with input to play back; -: commands on standard input, a line each");
  app.add_option("--state", options.state, "File in which the program's state is kept up to date, for tests");
  app.add_option("--settings", options.preferences, "File of preferences to use in place of the user's own");
  app.add_option("--keep", options.keep,
                 "Folder in which the last runs are kept, so that nothing is lost; or none")
      ->default_str(options.keep);
  app.add_option("--keep-every", options.keep_every_s,
                 "Seconds between two writes of the run into that folder")
      ->check(CLI::Range(1.0, 3600.0))
      ->capture_default_str();
  app.set_version_flag("--version", "rbm-lab " + std::string(rbm::version()));
}

Parsed usage_error(const std::string& sentence) {
  std::fprintf(stderr, "rbm-lab: %s\n", sentence.c_str());
  return {std::nullopt, 2};
}

rbm::Result<void> read_size(const std::string& text, Options& options) {
  if (text.empty()) return {};
  int end = 0;
  if (std::sscanf(text.c_str(), "%dx%d%n", &options.width, &options.height, &end) == 2 &&
      static_cast<std::size_t>(end) == text.size() && Window::is_size(options.width, options.height))
    return {};
  return rbm::fail(
      rbm::ErrorCode::BadArgument,
      "--size " + text +
          " is not a size: give width x height, from 320x240 to 8192x8192, for example 1280x800.");
}

/// The settings of the preset, and over them what was typed beside it.
rbm::Result<void> take_preset(const CommandLine& typed, Options& options) {
  if (typed.preset.empty()) return {};
  auto found = rbm::find_preset(typed.preset);
  if (!found) return rbm::Unexpected{found.error()};
  const rbm::TrainingSettings told = std::exchange(options.training, found->settings);
  if (typed.data->count() > 0) options.training.data = told.data;
  rbm::visit_members([&](const rbm::Setting& setting, auto member) {
    const auto given = typed.numbers.find(setting.key);
    if (given != typed.numbers.end() && given->second->count() > 0) options.training.*member = told.*member;
  });
  return {};
}

}  // namespace

Parsed parse_options(int argc, char** argv) {
  Options options;
  options.keep = rbm::KeptRuns::usual_folder();
  CommandLine typed(options);
  const std::span<char* const> words(argv, static_cast<std::size_t>(argc));
  std::string wrong;
  try {
    typed.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      typed.app.exit(error);
      return {std::nullopt, 0};
    }
    wrong = std::string(error.what()) + ". Try rbm-lab --help.";
  }
  if (const std::string nothing = empty_value(typed.app, words); !nothing.empty()) wrong = nothing;
  if (!wrong.empty()) return usage_error(wrong);
  if (auto done = read_size(typed.size, options); !done) return usage_error(done.error().message);
  if (auto done = take_preset(typed, options); !done) return usage_error(done.error().message);
  if (!options.lesson.empty()) {
    if (auto found = Lessons(lesson_folders(options.lessons)).start(options.lesson); !found)
      return usage_error(found.error().message);
  }
  if (options.keep == "none") options.keep.clear();
  // Other data are shown first, as when they are dropped on the window, unless a preset says how to learn
  // them.
  const std::string usual = rbm::TrainingSettings{}.data;
  if (typed.preset.empty() && options.training.data != usual)
    options.look_at = std::exchange(options.training.data, usual);
  if (auto valid = rbm::validate(options.training); !valid) return usage_error(valid.error().message);
  return {options, 0};
}

}  // namespace lab
