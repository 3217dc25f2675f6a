// rbm eval
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "app/cli/commands.hpp"
#include "app/cli/eval_log_z.hpp"
#include "app/cli/number_options.hpp"
#include "app/cli/outputs.hpp"
#include "app/cli/per_case.hpp"
#include "app/cli/terminal.hpp"
#include "core/data/batches.hpp"
#include "core/evaluation/diagnostics.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/evaluation/observed_likelihood.hpp"
#include "core/learning/settings.hpp"
#include "core/learning/training_data.hpp"
#include "core/model/labels.hpp"
#include "core/model/model_file.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/parallel/communicator.hpp"
#include "core/sampling/gibbs_chains.hpp"

namespace lab::cli {
namespace {

constexpr std::int64_t kMostMixing = 1'000'000;  // steps, each 100 numbers in memory

struct EvalOptions {
  std::string model, data, format = "idx", binarize = "resample";
  std::string source_option;  // the first that was given of how data are read; empty: none
  rbm::Index images = 0, mixing = 0;
  std::uint64_t seed = 1;
  int threads = 0;
  rbm::SourceOptions source;
  LogZOptions log_z;
  struct {
    bool json = false;
    std::string per_case;
  } told;  // how the numbers are told
};

struct EvalData {
  std::shared_ptr<const rbm::Dataset> images;   // to be evaluated
  std::shared_ptr<const rbm::Dataset> learned;  // by the model, for base rates and starts
  bool are_the_same = false;                    // without stand-ins
};

/// What is evaluated, and with what.
struct Subject {
  const EvalOptions& options;
  const rbm::Model& model;
  const EvalData& data;
  rbm::Binarization binarization;
  rbm::Index count;  // the first so many of data.images
  rbm::ThreadPool& pool;
};

/// Share of the images whose most probable label, by exact p(label | image), is not their own.
void add_label_error(const Subject& s, nlohmann::json& out) {
  const rbm::Dataset& data = *s.data.images;
  // Grey pictures go in as they are, the best that is known of each pixel.
  rbm::Matrix values(s.count, data.shape.pixels()), posteriors;
  for (rbm::Index r = 0; r < s.count; ++r) data.row(r, values.row(r));
  const auto labels = rbm::classify(s.model, values, &posteriors, s.pool);
  double log_posterior = 0;
  std::size_t known = 0;
  for (std::size_t r = 0; r < labels.size(); ++r) {
    if (data.labels[r] >= s.model.labels()) continue;
    log_posterior += static_cast<double>(posteriors(static_cast<rbm::Index>(r), data.labels[r]));
    ++known;
  }
  out["label_error"] = rbm::share_of_wrong(labels, std::span(data.labels).first(labels.size()));
  // A class that the model did not learn has no probability: the mean is over the others.
  if (known < labels.size()) out["images_of_unknown_classes"] = labels.size() - known;
  if (known > 0) out["mean_log_label_posterior"] = log_posterior / static_cast<double>(known);
}

/// Of the hidden states through which pictures are reconstructed.
rbm::RandomKey reconstruction_key(std::uint64_t seed) {
  return {seed, rbm::Stream::Monitor, 102};
}

/// Says of how many rows a figure is, where these are not all that are evaluated.
void name_rows(const Subject& s, const std::string& figure, rbm::Index rows, nlohmann::json& out) {
  if (rows != s.count) out[figure + "_images"] = rows;
}

/// The colours of samples beside those of the training data.
void add_channels(const Subject& s, nlohmann::json& out) {
  constexpr rbm::Index kChains = 2000;
  const rbm::Model& model = s.model;
  const rbm::States starts = rbm::first_states(*s.data.learned, kChains, rbm::Binarization::None, {}, s.pool);
  rbm::GibbsChains chains(starts.rows(), model.visible(), model.hidden(), s.options.seed);
  rbm::Matrix transposed(model.hidden(), model.visible()), pictures;
  transpose(model.weights, transposed, s.pool);
  chains.start(starts);
  chains.full_steps(model, transposed, s.options.mixing, s.pool);
  const int channels = rbm::picture_shape(model).channels;
  for (const auto& [name, states] : {std::pair("data", &starts), std::pair("samples", &chains.states())}) {
    rbm::to_pictures(model, states->values, pictures, s.pool);
    const rbm::ChannelStatistics found = rbm::channel_statistics(pictures, channels);
    out[std::string("channel_means_of_") + name] = found.means;
    out[std::string("channel_variances_of_") + name] = found.variances;
  }
  name_rows(s, "channel", starts.rows(), out);
}

/// The data that were asked for, as the model takes them. Without a word on them: those that it learned, of
/// which MNIST has test images.
rbm::Result<EvalData> data_to_evaluate(const EvalOptions& o, const rbm::Model& model, rbm::ThreadPool& pool) {
  if (o.data.empty() && !o.source_option.empty())
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     o.source_option + " says how --data is read: give it, too.");
  const auto named = model.metadata.find("data");
  const bool knows = named != model.metadata.end();
  auto own = load_data_of(model, pool);
  EvalData out;
  if (own && own->shape.pixels() == model.visible())
    out.learned = std::make_shared<const rbm::Dataset>(std::move(*own));
  if (o.data.empty() && knows && named->second != "mnist") {
    if (!own) return rbm::Unexpected{own.error()};
    if (out.learned) return EvalData{out.learned, out.learned, true};
  }
  auto loaded = load_for(model, o.data.empty() ? "mnist:test" : o.data, o.source, o.format);
  const std::size_t told = loaded ? loaded->notes.size() : 0;
  if (loaded) loaded = rbm::data_for(model, std::move(*loaded), pool);
  for (std::size_t n = told; loaded && n < loaded->notes.size(); ++n) tell("Note: " + loaded->notes[n]);
  if (!loaded) return rbm::Unexpected{loaded.error()};
  if (loaded->shape.pixels() != model.visible()) {
    return rbm::fail(
        rbm::ErrorCode::BadArgument,
        fmt::format(
            "{} has {} visible units, the images of {} have {} pixels: use data of the model's shape.",
            o.model, model.visible(), loaded->name, loaded->shape.pixels()));
  }
  out.images = std::make_shared<const rbm::Dataset>(std::move(*loaded));
  if (!out.learned) {
    // A model from elsewhere: the data themselves are the base.
    if (knows)
      tell(fmt::format("Note: what the model learned ({}) cannot be used now; {} stands in for it.",
                       named->second, out.images->name));
    out.learned = out.images;
  }
  return out;
}

/// What the density of a model of numbers is a density of.
std::string scaled_rows(const rbm::Model& model) {
  const std::string rows = rbm::is_picture(model.shape) ? "pictures" : "rows";
  if (model.space == nullptr) return rows;
  return (model.space->is_diagonal() ? "standardized " : "whitened ") + rows;
}

/// What is evaluated, in words.
void add_description(const Subject& s, nlohmann::json& out) {
  const rbm::VisibleUnits& units = rbm::units_of(s.model);
  out["visible"] = s.model.visible();
  out["hidden"] = s.model.hidden();
  out["data"] = s.data.images->name;
  out["images"] = s.count;
  out["visible_units"] = units.name();
  if (s.model.below != nullptr) out["density_of"] = "hidden units of the model below";
  if (units.learns() == rbm::DataForm::Bits)
    out["binarization"] = s.options.format == "bits784" ? "fixed" : std::string(rbm::name(s.binarization));
  else if (units.learns() == rbm::DataForm::Scaled)
    out["density_of"] = scaled_rows(s.model);
}

/// Which cells the errors and likelihoods are of, where that is not all of them.
void add_missing(const rbm::BitMatrix& observed, nlohmann::json& out) {
  if (observed.empty()) return;
  rbm::Index cells = 0;
  for (rbm::Index r = 0; r < observed.rows(); ++r) cells += observed.count(r);
  out["measured_of"] = "the cells that are not missing";
  out["missing_cells"] = observed.size() - cells;
}

/// Errors, pseudo-likelihood and free energies. Returns the mean free energy of the images, of their cells that are not
/// missing; nothing where it cannot be summed.
std::optional<double> add_errors(const Subject& s, nlohmann::json& out) {
  const rbm::Dataset& data = *s.data.images;
  const std::uint64_t seed = s.options.seed;
  const rbm::RandomKey key{seed, rbm::Stream::Monitor, 100};
  const rbm::States v = rbm::first_states(data, s.count, s.binarization, key, s.pool);
  const rbm::States seen =
      rbm::first_states(*s.data.learned, s.count, s.binarization, {seed, rbm::Stream::Monitor, 101}, s.pool);
  rbm::Matrix transposed(s.model.hidden(), s.model.visible());
  transpose(s.model.weights, transposed, s.pool);
  const rbm::BitMatrix observed = rbm::first_observed(data, s.count);
  add_missing(observed, out);
  const auto energies = rbm::observed_free_energies(s.model, v, observed, s.pool);
  if (s.model.labels() > 0 && !data.labels.empty()) add_label_error(s, out);
  if (energies && !data.labels.empty()) {
    const auto labels = std::span(data.labels).first(energies->size());
    out["free_energy_by_label"] = rbm::means_by_label(*energies, labels);
  }
  out["reconstruction_error"] =
      rbm::reconstruction_error(s.model, transposed, v, reconstruction_key(seed), s.pool, observed);
  if (rbm::units_of(s.model).are_bits() && observed.empty()) {
    // Where labels are learned, too, it takes as many times longer as a picture has pixels.
    const rbm::Index most = s.model.labels() > 0 ? std::min<rbm::Index>(s.count, 1000) : s.count;
    out["pseudo_log_likelihood"] = rbm::pseudo_log_likelihood(s.model, rows_of(v, 0, most).bits, s.pool);
    name_rows(s, "pseudo_log_likelihood", most, out);
  }
  const auto of_seen =
      rbm::observed_free_energies(s.model, seen, rbm::first_observed(*s.data.learned, s.count), s.pool);
  if (of_seen) {
    out["free_energy_train"] = rbm::mean_of(*of_seen).value;
    name_rows(s, "free_energy_train", seen.rows(), out);
  }
  if (!energies) return std::nullopt;
  const double free_energy = rbm::mean_of(*energies).value;
  if (!s.data.are_the_same) out["free_energy_validation"] = free_energy;
  return free_energy;
}

void add_mixing(const Subject& s, nlohmann::json& out) {
  const EvalOptions& o = s.options;
  const auto starts =
      rbm::first_states(*s.data.learned, 100, s.binarization, {o.seed, rbm::Stream::Annealing, 1}, s.pool);
  const rbm::Mixing mixing = rbm::measure_mixing(s.model, starts, o.mixing, o.seed, s.pool);
  out["autocorrelation_time"] = mixing.autocorrelation_time;
  out["split_r_hat"] = mixing.split_r_hat;
  if (rbm::units_of(s.model).learns() == rbm::DataForm::Scaled) add_channels(s, out);
}

void print_figures(const nlohmann::json& out, bool as_json) {
  if (as_json) {
    say("{}\n", as_text(out, 2));
    return;
  }
  for (const auto& [name, value] : out.items())
    say("{:<28} {}\n", name, value.is_string() ? value.get<std::string>() : as_text(value));
}

/// Before anything is computed: --per-case is a table that can be written.
rbm::Result<void> check_table(const EvalOptions& o) {
  if (o.told.per_case.empty() || !rbm::world().is_first()) return {};
  const auto is_picture = is_picture_output(o.told.per_case);
  if (!is_picture || *is_picture)
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     "--per-case " + o.told.per_case + " holds numbers: let it end with .csv or .npy.");
  const rbm::FileUse outputs[] = {{"--per-case", o.told.per_case}},
                     inputs[] = {{"the model", o.model}, {"--data", o.data}};
  return check_outputs(outputs, inputs);
}

rbm::Result<void> write_cases(const Subject& s, const std::optional<rbm::LogZEstimate>& log_z) {
  if (s.options.told.per_case.empty()) return {};
  const rbm::States v = rbm::first_states(*s.data.images, s.count, s.binarization,
                                          {s.options.seed, rbm::Stream::Monitor, 100}, s.pool);
  const bool is_known = log_z && log_z->refused.empty();
  return write_per_case(s.options.told.per_case, s.model, *s.data.images, v,
                        is_known ? std::optional(log_z->log_z) : std::nullopt,
                        reconstruction_key(s.options.seed), s.pool);
}

rbm::Result<void> evaluate(const EvalOptions& o) {
  auto model = load_model(o.model);
  if (!model) return rbm::fail(model.error().code, model.error().message, model.error().path);
  if (auto possible = check_table(o); !possible) return possible;
  auto schedule = schedule_from(o.log_z.schedule);
  if (!schedule) return rbm::Unexpected{schedule.error()};
  auto binarization = rbm::choice_from<rbm::Binarization>(o.binarize);
  if (!binarization) return rbm::fail(binarization.error().code, binarization.error().message);
  if (*binarization == rbm::Binarization::None)
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     "A likelihood needs binary states: use --binarize threshold or resample.");
  rbm::ThreadPool pool(o.threads, &rbm::world());
  const auto data = data_to_evaluate(o, *model, pool);
  if (!data) return rbm::Unexpected{data.error()};
  const rbm::Index all = data->images->count();
  const Subject s{o, *model, *data, *binarization, o.images > 0 ? std::min(o.images, all) : all, pool};

  nlohmann::json out;
  add_description(s, out);
  const auto free_energy = add_errors(s, out);
  if (o.mixing > 0) add_mixing(s, out);
  const auto log_z = log_z_of({*model, o.model, *data->learned, *binarization, o.seed, pool}, o.log_z,
                              std::move(*schedule), out);
  if (!log_z) return rbm::Unexpected{log_z.error()};
  if (log_z->has_value()) add_likelihood(**log_z, free_energy, out);
  if (!free_energy) tell(std::string("Note: ") + rbm::kTooMuchMissing);
  if (auto written = write_cases(s, *log_z); !written) return written;
  print_figures(out, o.told.json);
  if (out.contains("refused")) {
    tell("Note: no likelihood is given: " + (*log_z)->refused);
    leave_status(kNoAnswer);
  }
  return {};
}

}  // namespace

Run add_eval(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "eval", "Evaluates a model: errors, pseudo-likelihood, free energies, and on request the likelihood");
  const auto o = std::make_shared<EvalOptions>();
  command->add_option("model", o->model, "Model file")->required();
  command->add_option(
      "--data", o->data,
      "mnist:test, mnist, or any source that train knows; default: the data that the model learned, and "
      "mnist:test for mnist");
  std::vector<CLI::Option*> source_options = add_source_options(*command, o->source);
  source_options.push_back(
      command
          ->add_option("--format", o->format,
                       "Format of that file, where it does not say it: bits784 (98 bytes a row)")
          ->check(CLI::IsMember({"idx", "bits784"}))
          ->capture_default_str());
  command->add_option("--binarize", o->binarize, "threshold or resample (drawn once, by the seed)")
      ->capture_default_str();
  add_number(*command, "--images", o->images, "Only the first so many images, 0 for all", 0, kMostSteps);
  add_log_z_options(*command, o->log_z);
  add_number(
      *command, "--mixing", o->mixing,
      "Gibbs steps of 100 chains whose free energy gives autocorrelation time and split R-hat; 0: none", 0,
      kMostMixing);
  add_seed(*command, o->seed);
  add_threads(*command, o->threads);
  command->add_option(
      "--per-case", o->told.per_case,
      "Table of every row's numbers, .csv or .npy: free energy, log-likelihood where log Z is known, "
      "reconstruction error, p(label | image)");
  command->add_flag("--json", o->told.json, "One JSON object");
  return [o, source_options] {
    const auto given =
        std::ranges::find_if(source_options, [](const CLI::Option* option) { return option->count() > 0; });
    if (given != source_options.end()) o->source_option = (*given)->get_name();
    return evaluate(*o);
  };
}

}  // namespace lab::cli
