// rbm train
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <memory>

#include "app/cli/commands.hpp"
#include "app/cli/setting_options.hpp"
#include "core/learning/preset.hpp"
#include "core/learning/training_data.hpp"
#include "core/learning/trajectory_recorder.hpp"
#include "core/run/loading.hpp"

namespace lab::cli {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;

struct TrainOptions {
  rbm::TrainingSettings settings;
  std::string preset, out = "model.safetensors", checkpoint, metrics, resume, trajectory;
  std::uint64_t updates = 0;
  double epochs = 0, seconds = 0;
  rbm::TensorFile checkpoint_file;  // of `resume`
  SettingOptions given;

  bool has(std::string_view setting) const { return given.has(setting); }
};

/// Where a preset is asked for, its settings with those of the command line over them.
rbm::Result<void> apply_preset(TrainOptions& o) {
  if (o.preset.empty()) return {};
  auto preset = rbm::find_preset(o.preset);
  if (!preset) return rbm::fail(preset.error().code, preset.error().message, preset.error().path);
  o.settings = o.given.over(preset->settings, o.settings);
  const bool own_length = o.updates > 0 || o.epochs > 0 || o.seconds > 0;
  if (!own_length) {
    o.updates = preset->updates;
  } else if (!o.has("decay_updates")) {
    o.settings.decay_updates = 0;  // the rate falls over the length that was asked for
  }
  return {};
}

/// Where a run is resumed, its own settings: the command line may only say where the data are now, how many
/// are held back, and with how many threads.
rbm::Result<void> apply_checkpoint(TrainOptions& o) {
  if (o.resume.empty()) return {};
  if (!o.preset.empty())
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     "--preset cannot go with --resume: the checkpoint decides.");
  std::string_view refused;
  rbm::visit_members([&](const rbm::Setting& setting, auto) {
    const std::string_view key = setting.key;
    const bool may = key == "data" || key == "data_options" || key == "validation" || key == "threads";
    if (refused.empty() && !may && o.has(key)) refused = first_flag(setting);
  });
  if (!refused.empty())
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     fmt::format("{} cannot go with --resume: the checkpoint decides.", refused));
  auto file = rbm::read_tensors(o.resume);
  if (!file) return rbm::fail(file.error().code, file.error().message, file.error().path);
  auto settings = rbm::checkpoint_settings(*file, o.resume);
  if (!settings) return rbm::fail(settings.error().code, settings.error().message, settings.error().path);
  if (o.has("data")) settings->data = o.settings.data;
  if (o.has("data_options")) settings->source = o.settings.source;
  if (o.has("validation")) settings->validation = o.settings.validation;
  settings->threads = o.settings.threads;
  o.settings = *settings;
  o.checkpoint_file = std::move(*file);
  return {};
}

/// Before the training and not after it: can every file be written where it is wanted?
rbm::Result<void> check_destinations(const TrainOptions& o) {
  const std::array paths{o.out, o.checkpoint, o.trajectory, o.metrics};
  for (std::size_t i = 0; i < paths.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!paths[i].empty() && paths[i] == paths[j])
        return rbm::fail(rbm::ErrorCode::BadArgument,
                         "Two of --out, --checkpoint, --trajectory and --metrics name the file " + paths[i] +
                             ": one would overwrite the other.");
    }
  }
  for (const std::string& path : {o.out, o.checkpoint, o.trajectory}) {
    if (path.empty()) continue;
    if (auto possible = rbm::check_can_write_tensors(path); !possible) return possible;
  }
  return o.metrics.empty() ? rbm::Result<void>{} : rbm::check_can_write(o.metrics);
}

/// Visible units and rates that suit the data, where the command line does not say. Tells of units that are
/// not the usual ones.
void suit_units(TrainOptions& o, const rbm::Dataset& data) {
  rbm::TrainingSettings& s = o.settings;
  const rbm::VisibleType usual = rbm::TrainingSettings{}.visible;
  s = rbm::with_suggested_units(data, s,
                                {.visible = o.has("visible"),
                                 .whitening = o.has("whitening"),
                                 .learning_rate = o.has("learning_rate"),
                                 .fast_rate = o.has("fast_rate"),
                                 .variance_rate = o.has("variance_rate")});
  if (s.visible == usual) return;
  std::string words;
  if (learns_numbers(s)) words += fmt::format("--whitening {} ", rbm::name(s.whitening));
  words += fmt::format("--lr {:.2g}", s.learning_rate);
  if (has_variances(s)) words += fmt::format(" --variance-rate {:g}", s.variance_rate);
  fmt::print(stderr, "Note: {} is learned by {} visible units: {}.\n", data.name, rbm::name(s.visible), words);
}

/// The data. A small set gets a smaller batch and less validation than the usual where none was asked for.
rbm::Result<rbm::LoadedSource> load_source(TrainOptions& o) {
  rbm::TrainingSettings& settings = o.settings;
  auto data = load(settings.data, settings.source);
  if (!data) return rbm::fail(data.error().code, data.error().message, data.error().path);
  const rbm::TrainingSettings fitted = rbm::fitted_to(data->count(), settings);
  const bool free = o.resume.empty();
  if (free && !o.has("validation")) settings.validation = fitted.validation;
  if (free && !o.has("batch")) settings.batch = fitted.batch;
  if (free && o.preset.empty() && settings.on.empty()) suit_units(o, *data);
  if (settings.batch + settings.validation > data->count()) {
    return rbm::fail(
        rbm::ErrorCode::BadArgument,
        fmt::format(
            "{} has {} images: a batch of {} and {} validation images do not fit, choose smaller ones.",
            data->name, data->count(), settings.batch, settings.validation));
  }
  return rbm::LoadedSource{settings.data, settings.source,
                           std::make_shared<const rbm::Dataset>(std::move(*data))};
}

/// "42 s", "3 min 07 s", "2 h 05 min".
std::string duration(double seconds) {
  const auto s = static_cast<long>(std::ceil(seconds));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
  return fmt::format("{} h {:02} min", s / 3600, s / 60 % 60);
}

void print_progress(const rbm::Run& run, bool terminal) {
  const rbm::RunProgress progress = run.progress();
  const rbm::CurvePoint& point = run.monitoring().points().back();
  std::string quality = fmt::format("reconstruction {:.4f}", point.reconstruction_train);
  if (std::isfinite(point.reconstruction_validation))
    quality += fmt::format(" / {:.4f}", point.reconstruction_validation);
  if (std::isfinite(point.pseudo_log_likelihood))
    quality += fmt::format("  pseudo-likelihood {:>8.2f}", point.pseudo_log_likelihood);
  const std::string left = std::isfinite(progress.seconds_left)
                               ? fmt::format("{:>12} left  ", duration(progress.seconds_left))
                               : "";
  fmt::print("{}update {:>8}  epoch {:>7.2f}  {:>9.0f} images/s  {}{}{}", terminal ? "\r" : "",
             progress.updates, progress.epochs, progress.images_per_second, left, quality,
             terminal ? "" : "\n");
  std::fflush(stdout);
}

/// What keeps this run from leaving a trajectory, if it is to leave one.
rbm::Result<void> check_trajectory(const TrainOptions& o) {
  if (o.trajectory.empty()) return {};
  if (!o.resume.empty())
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     "--trajectory cannot go with --resume: a trajectory begins where the run does.");
  const std::string why_not = rbm::no_trajectory_of(o.settings);
  return why_not.empty() ? rbm::Result<void>{} : rbm::fail(rbm::ErrorCode::BadArgument, why_not);
}

rbm::Result<void> save(const TrainOptions& o, const rbm::Run& run) {
  if (auto saved = run.write_model(o.out); !saved) return saved;
  fmt::print("Saved {}.\n", o.out);
  if (!o.checkpoint.empty()) {
    if (auto saved = run.write_checkpoint(o.checkpoint); !saved) return saved;
    fmt::print("Saved {}.\n", o.checkpoint);
  }
  if (!o.trajectory.empty()) {
    const auto models = run.write_trajectory(o.trajectory);
    if (!models) return rbm::Unexpected{models.error()};
    fmt::print("Saved {}, {} checkpoints.\n", o.trajectory, *models);
  }
  return o.metrics.empty() ? rbm::Result<void>{} : run.write_curves(o.metrics);
}

/// The run that the options ask for, before its first update.
rbm::Result<std::unique_ptr<rbm::Run>> make_run(TrainOptions& o) {
  const bool own_length = o.updates > 0 || o.epochs > 0 || o.seconds > 0;
  if (auto applied = apply_preset(o); !applied) return rbm::Unexpected{applied.error()};
  if (auto applied = apply_checkpoint(o); !applied) return rbm::Unexpected{applied.error()};
  if (o.has("learning_rate") && !o.has("fast_rate")) o.settings.fast_rate = o.settings.learning_rate;
  const bool planned = o.has("decay_updates") || (!o.preset.empty() && !own_length);
  if (auto valid = rbm::validate(o.settings); !valid) return rbm::Unexpected{valid.error()};
  if (auto possible = check_destinations(o); !possible) return rbm::Unexpected{possible.error()};
  if (auto possible = check_trajectory(o); !possible) return rbm::Unexpected{possible.error()};
  auto source = load_source(o);
  if (!source) return rbm::Unexpected{source.error()};
  // The data may have asked for other units.
  if (auto possible = check_trajectory(o); !possible) return rbm::Unexpected{possible.error()};
  rbm::RunRequest request{
      .settings = o.settings,
      .length = {.updates = o.updates, .epochs = o.epochs, .seconds = o.seconds, .decays = !planned},
      .source = std::move(*source),
      .at_hand = {},
      .keeps_models = !o.trajectory.empty()};
  if (!request.length.has_end()) request.length.epochs = 10;
  if (o.resume.empty()) return rbm::begin_run(std::move(request));
  return rbm::resume_run(o.checkpoint_file, o.resume, std::move(request));
}

rbm::Result<void> train(TrainOptions o) {
  const auto made = make_run(o);
  if (!made) return rbm::Unexpected{made.error()};
  rbm::Run& run = **made;
  std::signal(SIGINT, [](int) { g_interrupted = 1; });
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  rbm::Result<void> ended;
  while (g_interrupted == 0 && !run.is_over() && ended) {
    ended = run.step();  // where it fails, what is left is its last good state
    if (ended && rbm::Monitoring::is_due(run.progress().updates)) print_progress(run, terminal);
  }
  if (terminal) fmt::print("\n");
  if (g_interrupted != 0) fmt::print("Interrupted after update {}.\n", run.progress().updates);
  auto saved = save(o, run);
  return ended ? saved : ended;
}

}  // namespace

Run add_train(CLI::App& app) {
  CLI::App* command = app.add_subcommand("train", "Trains a model");
  const auto o = std::make_shared<TrainOptions>();
  rbm::TrainingSettings& s = o->settings;
  s.hidden = 500;
  command->add_option(
      "--preset", o->preset,
      "Settings and length by name (an unknown one lists them), or a .toml file; what else is "
      "given here goes over them");
  o->given.add(*command, s);
  command->add_option("--updates", o->updates, "Stop after so many updates");
  command->add_option("--epochs", o->epochs, "Stop after so many epochs (default 10)");
  command->add_option("--seconds", o->seconds,
                      "Stop after so long; the rate then follows the clock, so that the seed alone does not "
                      "reproduce the run");
  command->add_option("--out", o->out, "The averaged model, .safetensors or .npz")->capture_default_str();
  command->add_option("--checkpoint", o->checkpoint, "Everything that is needed to go on, .safetensors");
  command->add_option("--resume", o->resume, "Goes on from a checkpoint, with its settings");
  command->add_option("--trajectory", o->trajectory,
                      "The models that the run goes through, .safetensors: for rbm eval and rbm sample");
  command->add_option("--metrics", o->metrics, "The curves, .csv or .jsonl");
  return [o] { return train(*o); };
}

}  // namespace lab::cli
