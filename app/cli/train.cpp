// rbm train
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "app/cli/commands.hpp"
#include "app/cli/number_options.hpp"
#include "app/cli/setting_options.hpp"
#include "app/cli/terminal.hpp"
#include "app/cli/train_outputs.hpp"
#include "app/cli/train_report.hpp"
#include "core/learning/checkpoint_facts.hpp"
#include "core/learning/preset.hpp"
#include "core/learning/suggested_settings.hpp"
#include "core/learning/trajectory_recorder.hpp"
#include "core/parallel/communicator.hpp"
#include "core/run/described_model.hpp"
#include "core/run/interruption.hpp"
#include "core/run/loading.hpp"
#include "core/run/patience.hpp"
#include "core/run/run_folder.hpp"

namespace lab::cli {
namespace {

constexpr std::uint64_t kUsualEpochs = 10;
/// Of tables, whose epochs are short, at least so many: four clusters in a plane were learned between 4,000 and 20,000.
constexpr std::uint64_t kUpdatesOfTables = 20000;

struct TrainOptions {
  rbm::TrainingSettings settings;
  std::string preset, resume, init;
  TrainFiles files;
  std::uint64_t updates = 0;
  std::uint64_t stop_when = 0;  // points of the curves that are not better; 0: never
  double epochs = 0, seconds = 0;
  bool constant = false, other_data = false, no_likelihood = false, has_out = false;
  bool quiet = false, json = false;
  rbm::TensorFile checkpoint_file;  // of `resume`
  rbm::CheckpointFacts facts;       // the same
  SettingOptions given;

  bool has(std::string_view setting) const { return given.has(setting); }
  bool has_length() const { return updates > 0 || epochs > 0 || seconds > 0; }
  /// Whether it is told how the rate falls, or that it does not.
  bool plans_decay() const { return constant || has("decay_updates"); }
};

/// Where a preset is asked for, its settings with those of the command line over them.
rbm::Result<void> apply_preset(TrainOptions& o) {
  if (o.preset.empty()) return {};
  auto preset = rbm::find_preset(o.preset);
  if (!preset) return rbm::fail(preset.error().code, preset.error().message, preset.error().path);
  o.settings = o.given.over(preset->settings, o.settings);
  if (!o.has_length()) {
    o.updates = preset->updates;
  } else if (!o.has("decay_updates")) {
    o.settings.decay_updates = 0;  // the rate falls over the length that was asked for
  }
  return {};
}

/// A checkpoint whose rate has come to its end goes on only with another one: it would learn next to nothing.
rbm::Result<void> check_rate(const TrainOptions& o, const rbm::TrainingSettings& settings) {
  const rbm::CheckpointFacts& facts = o.facts;
  const bool is_longer = o.updates == 0 || o.updates > facts.updates;
  if (!facts.has_faded || !is_longer || o.plans_decay() || o.has("learning_rate")) return {};
  return rbm::fail(
      rbm::ErrorCode::BadArgument,
      fmt::format("{} is of a run that is finished, whose learning rate has come to its end after {} "
                  "updates: say how "
                  "to go on, with --lr {:g} or another rate that falls to zero over the whole length, with "
                  "--decay-updates, or with --constant.",
                  o.resume, facts.updates, settings.learning_rate),
      o.resume);
}

/// Where a run is resumed, its own settings: the command line may only say where the data are now, how many
/// are held back, how the learning rate goes on, and with how many threads.
rbm::Result<void> apply_checkpoint(TrainOptions& o) {
  if (o.resume.empty()) return {};
  if (rbm::is_run_folder(o.resume)) {
    if (o.files.run.empty()) o.files.run = o.resume;
    o.resume = rbm::checkpoint_of_run(o.resume);
  }
  if (!o.preset.empty())
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     "--preset cannot go with --resume: the checkpoint decides.");
  constexpr std::string_view kFree[] = {"data",    "data_options",  "validation",
                                        "threads", "learning_rate", "decay_updates"};
  std::string_view refused;
  rbm::visit_members([&](const rbm::Setting& setting, auto) {
    const bool may = std::ranges::find(kFree, setting.key) != std::end(kFree);
    if (refused.empty() && !may && o.has(setting.key)) refused = first_flag(setting);
  });
  if (!refused.empty())
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     fmt::format("{} cannot go with --resume: the checkpoint decides.", refused));
  auto file = rbm::read_tensors(o.resume);
  if (!file) return rbm::Unexpected{file.error()};
  o.checkpoint_file = std::move(*file);
  auto settings = rbm::checkpoint_settings(o.checkpoint_file, o.resume);
  if (!settings) return rbm::Unexpected{settings.error()};
  const auto facts = rbm::facts_of(o.checkpoint_file, *settings, o.resume);
  if (!facts) return rbm::Unexpected{facts.error()};
  o.facts = *facts;
  if (o.facts.has_faded && o.facts.first_rate > 0) settings->learning_rate = o.facts.first_rate;
  if (auto goes_on = check_rate(o, *settings); !goes_on) return goes_on;
  settings->threads = o.settings.threads;
  rbm::visit_members([&](const rbm::Setting& setting, auto member) {
    if (o.has(setting.key)) (*settings).*member = o.settings.*member;
  });
  o.settings = *settings;
  return {};
}

/// Before the training and not after it: can every file be written where it is wanted?
rbm::Result<TrainOutputs> make_outputs(TrainOptions& o) {
  if (auto used = use_run_folder(o.files, o.has_out, o.resume); !used) return rbm::Unexpected{used.error()};
  const rbm::FileUse inputs[] = {{"--data", o.settings.data},
                                 {"--on", o.settings.on},
                                 {"--preset", o.preset},
                                 {"--init", o.init},
                                 {"--resume", o.resume}};
  return TrainOutputs::make(o.files, inputs, o.resume);
}

/// Visible units, rates and a method that suit the data, where the command line does not say. Tells of units and of a
/// method that are not the usual ones.
void suit_units(TrainOptions& o, const rbm::Dataset& data, TrainReport& report) {
  rbm::TrainingSettings& s = o.settings;
  const rbm::TrainingSettings usual;
  const rbm::Decided decided = rbm::decided_where([&](std::string_view setting) { return o.has(setting); });
  s = rbm::with_suggested_units(data, s, decided);
  const std::string method = s.method != usual.method && !decided.method
                                 ? fmt::format("--method {}", rbm::name(s.method))
                                 : std::string();
  if (s.visible == usual.visible) {
    if (!method.empty()) report.note(fmt::format("{} is learned with {}.", data.name, method));
    return;
  }
  std::string words;
  if (learns_numbers(s)) words += fmt::format("--whitening {} ", rbm::name(s.whitening));
  words += fmt::format("--lr {:.2g}", s.learning_rate);
  if (has_variances(s)) words += fmt::format(" --variance-rate {:g}", s.variance_rate);
  if (learns_table(data, s)) {
    words += fmt::format(" --initial-sd {:.2g} --first-weights {}", s.initial_sd, rbm::name(s.first_weights));
    if (!o.has_length() && o.resume.empty()) {
      const auto images = static_cast<std::uint64_t>(data.count());
      o.updates = std::max(kUpdatesOfTables, kUsualEpochs * images / static_cast<std::uint64_t>(s.batch));
      words += fmt::format(" --updates {}", o.updates);
    }
  }
  if (!method.empty()) words += ' ' + method;
  report.note(fmt::format("{} is learned by {} visible units: {}.", data.name, rbm::name(s.visible), words));
}

/// The data. A small set gets a smaller batch and less validation than the usual where none was asked for.
rbm::Result<rbm::LoadedSource> load_source(TrainOptions& o, TrainReport& report) {
  rbm::TrainingSettings& settings = o.settings;
  auto data = load(settings.data, settings.source);
  if (!data) return rbm::fail(data.error().code, data.error().message, data.error().path);
  const rbm::TrainingSettings fitted = rbm::fitted_to(data->count(), settings);
  const bool free = o.resume.empty();
  if (free && !o.has("validation")) settings.validation = fitted.validation;
  if (free && !o.has("batch")) settings.batch = fitted.batch;
  if (free && o.preset.empty() && o.init.empty() && settings.on.empty()) suit_units(o, *data, report);
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

/// What keeps this run from leaving a trajectory, if it is to leave one.
rbm::Result<void> check_trajectory(const TrainOptions& o) {
  if (o.files.trajectory.empty()) return {};
  if (!o.resume.empty())
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     "--trajectory cannot go with --resume: a trajectory begins where the run does.");
  const std::string why_not = rbm::no_trajectory_of(o.settings);
  return why_not.empty() ? rbm::Result<void>{} : rbm::fail(rbm::ErrorCode::BadArgument, why_not);
}

/// The length of the run, and whether its rate falls to zero over it.
rbm::RunLength length_of(const TrainOptions& o, bool is_planned) {
  rbm::RunLength length{
      .updates = o.updates, .epochs = o.epochs, .seconds = o.seconds, .decays = !is_planned};
  const bool is_under_way = !o.resume.empty() && o.settings.decay_updates > o.facts.updates;
  if (!length.has_end() && is_under_way) length.updates = o.settings.decay_updates;  // what it was to reach
  if (!length.has_end()) length.epochs = kUsualEpochs;
  if (o.resume.empty() || o.seconds > 0) return length;
  // A run that is resumed keeps its plan; one that has come to the end of it got here with a new rate.
  length.decays = !is_planned && o.has("learning_rate") && o.facts.has_faded;
  return length;
}

/// What --init cannot go with: its model has units and a beginning of its own.
rbm::Result<void> check_init(const TrainOptions& o) {
  if (o.init.empty()) return {};
  const auto refused = [](std::string_view flag, const char* why) {
    return rbm::fail(rbm::ErrorCode::BadArgument, fmt::format("{} cannot go with --init: {}.", flag, why));
  };
  if (!o.resume.empty()) return refused("--resume", "a checkpoint has its own parameters");
  if (!o.files.trajectory.empty()) return refused("--trajectory", "a trajectory begins without weights");
  constexpr std::string_view kOfModel[] = {"hidden", "visible",    "whitening",    "on",
                                           "labels", "initial_sd", "first_weights"};
  std::string_view flag;
  rbm::visit_members([&](const rbm::Setting& setting, auto) {
    const bool is_taken = std::ranges::find(kOfModel, setting.key) != std::end(kOfModel);
    if (flag.empty() && is_taken && o.has(setting.key)) flag = first_flag(setting);
  });
  return flag.empty() ? rbm::Result<void>{} : refused(flag, "the model decides");
}

/// The run that the options ask for, before its first update.
rbm::Result<std::unique_ptr<rbm::Run>> make_run(TrainOptions& o, bool is_planned, TrainReport& report) {
  auto source = load_source(o, report);
  if (!source) return rbm::Unexpected{source.error()};
  // The data may have asked for other units.
  if (auto possible = check_trajectory(o); !possible) return rbm::Unexpected{possible.error()};
  rbm::RunRequest request{.settings = o.settings,
                          .length = length_of(o, is_planned),
                          .source = std::move(*source),
                          .at_hand = {},
                          .keeps_models = !o.files.trajectory.empty(),
                          .other_data = o.other_data};
  if (!o.init.empty()) return rbm::begin_run_from(o.init, std::move(request));
  if (o.resume.empty()) return rbm::begin_run(std::move(request));
  return rbm::resume_run(o.checkpoint_file, o.resume, std::move(request));
}

/// The best model so far, where a run is to stop once it gets no better.
struct Best {
  rbm::Patience patience;
  std::optional<rbm::Model> model;

  void look(const rbm::Run& run) {
    if (patience.look(run.monitoring().points().back())) model = rbm::described_model(run);
  }
};

/// Whether another update is wanted, which several processes decide together.
bool goes_on(const rbm::Run& run, const std::optional<Best>& best) {
  rbm::share_signal(rbm::world());
  const bool ends = rbm::caught_signal() != 0 || run.is_over() || (best && best->patience.is_over());
  return rbm::world().largest(ends ? 1 : 0) == 0;
}

/// To its end or to a signal. Where an update fails, what is left is the run's last good state.
rbm::Result<void> train_to_end(rbm::Run& run, TrainOutputs& outputs, TrainReport& report,
                               std::optional<Best>& best) {
  // Of several processes none leaves a measurement before the others have heard of the signal.
  const bool is_alone = rbm::world().is_alone();
  while (goes_on(run, best)) {
    if (auto done = run.step(); !done) return done;
    while (run.is_measuring() && (rbm::caught_signal() == 0 || !is_alone)) run.await_measurement();
    if (rbm::Monitoring::is_due(run.progress().updates)) {
      report.point(run);
      if (best) best->look(run);
    }
    outputs.after_update(run);
  }
  return {};
}

/// The settings of the run, from all that was given.
rbm::Result<void> decide(TrainOptions& o) {
  if (auto applied = apply_preset(o); !applied) return applied;
  if (auto applied = apply_checkpoint(o); !applied) return applied;
  if (o.has("on") && o.settings.on == "none") o.settings.on.clear();
  if (o.has("learning_rate") && !o.has("fast_rate")) o.settings.fast_rate = o.settings.learning_rate;
  if (o.constant) o.settings.decay_updates = 0;
  if (auto valid = rbm::validate(o.settings); !valid) return valid;
  return check_init(o);
}

rbm::Result<void> train(TrainOptions o) {
  const bool is_planned = o.plans_decay() || (!o.preset.empty() && !o.has_length());
  if (auto decided = decide(o); !decided) return decided;
  auto outputs = make_outputs(o);
  if (!outputs) return rbm::Unexpected{outputs.error()};
  if (auto possible = check_trajectory(o); !possible) return possible;
  TrainReport report(o.quiet || !rbm::world().is_first() ? TrainReport::Kind::Quiet
                     : o.json                            ? TrainReport::Kind::Json
                                                         : TrainReport::Kind::Text);
  const auto made = make_run(o, is_planned, report);
  if (!made) return rbm::Unexpected{made.error()};
  rbm::Run& run = **made;
  if (!o.resume.empty() && !o.has_length() && run.is_over())
    return rbm::fail(
        rbm::ErrorCode::BadArgument,
        fmt::format("{} has {} updates, as many as it was to have: say with --updates how many it is to "
                    "have in all.",
                    o.resume, o.facts.updates),
        o.resume);
  for (const std::string& note : run.notes()) tell("Note: " + note);
  if (o.stop_when > 0 && run.monitoring().likelihood_images()->rows() == 0)
    return rbm::fail(
        rbm::ErrorCode::BadArgument,
        "--stop-when looks at the validation images, and none are held back: give --validation.");
  run.measure_likelihood(!o.no_likelihood);
  if (auto begun = outputs->begin(run); !begun) return begun;
  rbm::catch_signals();
  auto best = o.stop_when > 0 ? std::optional(Best{rbm::Patience(o.stop_when), {}}) : std::nullopt;
  const auto ended = train_to_end(run, *outputs, report, best);
  const bool has_best = best && best->model;
  report.end(run, rbm::caught_signal() != 0, has_best ? &best->patience : nullptr);
  auto saved = outputs->finish(run, has_best ? &*best->model : nullptr);
  report.saved(outputs->saved());
  if (ended) return saved;
  if (!saved) tell("rbm: " + saved.error().message);
  return ended;
}

/// How long the run lasts.
void add_length(CLI::App& command, TrainOptions& o) {
  add_number(command, "--updates", o.updates, "Stop after so many updates, counted from the beginning", 1,
             rbm::kMostUpdates)
      ->default_str("");
  add_number(command, "--epochs", o.epochs,
             "Stop after so many epochs; 10 where no length is given (of tables at least 20,000 updates; a "
             "run that is resumed goes to the end of its plan)",
             1e-6, 1e6)
      ->default_str("");
  add_number(command, "--seconds", o.seconds,
             "Stop after so long; the rate then follows the clock, so that the seed alone does not "
             "reproduce the run",
             0.001, 1e8)
      ->default_str("");
  add_number(
      command, "--stop-when", o.stop_when,
      "Stop once the log-likelihood of the validation images (their reconstruction error, where it is not "
      "measured) has not been better for so many points of the curves; --out is then the best model",
      2, 1e6)
      ->default_str("");
  command.add_flag("--constant", o.constant, "The learning rate stays as it is")
      ->excludes(command.get_option("--decay-updates"));
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
  add_length(*command, *o);
  TrainFiles& files = o->files;
  command->add_option("--run", files.run,
                      "A folder for all of it: the model, a checkpoint each minute, the curves, the journal, "
                      "and what is asked for below; rbm-lab and --resume open it, rbm replay makes it again");
  const CLI::Option* out = command->add_option("--out", files.out, "The averaged model, .safetensors or .npz")
                               ->capture_default_str();
  command->add_option("--checkpoint", files.checkpoint, "Everything that is needed to go on, .safetensors");
  command->add_option("--checkpoint-every", files.checkpoint_every,
                      "Writes it on the way, too: every 30s, 1m or 2h, or every so many updates");
  command->add_option(
      "--keep-models", files.keep_models,
      "Models on the way, named after --out: log for updates 1, 2, 5, 10, 20 and so on, or every so many");
  command->add_option("--init", o->init,
                      "Begins with the parameters of a saved model, with fresh chains and counters");
  command->add_option("--resume", o->resume,
                      "Goes on from a checkpoint or the folder of a run, with its settings and its data");
  command->add_flag("--other-data", o->other_data, "Permits --resume other data than those of its run")
      ->needs(command->get_option("--resume"));
  command->add_option("--trajectory", files.trajectory,
                      "The models that the run goes through, .safetensors: for rbm eval and rbm sample");
  command->add_option("--metrics", files.metrics, "The curves, .csv or .jsonl, a line as soon as it is made");
  command->add_flag("--no-likelihood", o->no_likelihood,
                    "Leaves the log-likelihood of the curves out, which costs about a tenth of the time");
  command->add_flag("--quiet", o->quiet, "Prints nothing but warnings and errors");
  command->add_flag("--json", o->json, "Prints each point of the curves, and the end, as a line of JSON")
      ->excludes(command->get_option("--quiet"));
  return [o, out] {
    o->has_out = out->count() > 0;
    return train(*o);
  };
}

}  // namespace lab::cli
