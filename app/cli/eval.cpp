// rbm eval
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>

#include "app/cli/commands.hpp"
#include "core/data/batches.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/evaluation/diagnostics.hpp"
#include "core/evaluation/likelihood.hpp"
#include "core/learning/settings.hpp"
#include "core/model/labels.hpp"
#include "core/model/model_file.hpp"

namespace lab::cli {
namespace {

struct EvalOptions {
  std::string model, data = "mnist:test", format = "idx", binarize = "resample";
  bool json = false, exact = false;
  rbm::Index chains = 0, steps = 0, burn_in = 1000, images = 0, mixing = 0;
  std::uint64_t seed = 1;
  int threads = 0;
  rbm::SourceOptions source;
};

rbm::BitMatrix states_from(const rbm::Dataset& data, rbm::Index count, rbm::Binarization binarization,
                           const rbm::RandomKey& key, rbm::ThreadPool& pool) {
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(std::min(count, data.count())));
  std::iota(rows.begin(), rows.end(), 0u);
  rbm::BitMatrix out(static_cast<rbm::Index>(rows.size()), data.shape.pixels());
  rbm::states_of(data, rows, binarization, key, out, pool);
  return out;
}

double mean_free_energy(const rbm::Model& model, const rbm::BitMatrix& v, rbm::ThreadPool& pool) {
  // In pieces, so that the scratch matrix stays small.
  constexpr rbm::Index kPiece = 1000;
  rbm::Matrix scratch;
  double sum = 0;
  for (rbm::Index first = 0; first < v.rows(); first += kPiece) {
    const rbm::Index count = std::min(kPiece, v.rows() - first);
    rbm::BitMatrix piece(count, v.cols());
    for (rbm::Index r = 0; r < count; ++r) std::copy_n(v.row(first + r), v.words_per_row(), piece.row(r));
    std::vector<double> energies(static_cast<std::size_t>(count));
    free_energies(model, piece, energies, scratch, pool);
    sum = std::accumulate(energies.begin(), energies.end(), sum);
  }
  return sum / static_cast<double>(std::max<rbm::Index>(1, v.rows()));
}

/// log Z with its bracket, and the likelihood that follows from the mean free energy.
void add_likelihood(const rbm::LogZEstimate& log_z, double free_energy, nlohmann::json& out) {
  out["method"] = log_z.method;
  if (log_z.method != "exact") {
    out["ess"] = log_z.effective_sample_size;
    out["log_z_forward"] = log_z.forward;
    out["log_z_reverse"] = log_z.reverse;
    out["log_z_standard_error"] = log_z.standard_error;
  }
  out["log_z_lower"] = log_z.lower;
  out["log_z_upper"] = log_z.upper;
  if (!log_z.refused.empty()) {
    out["refused"] = log_z.refused;
    return;
  }
  out["log_z"] = log_z.log_z;
  out["mean_log_likelihood"] = -free_energy - log_z.log_z;
  out["mean_log_likelihood_lower"] = -free_energy - log_z.upper;
  out["mean_log_likelihood_upper"] = -free_energy - log_z.lower;
}

/// Forward and reverse AIS with the base rates of the training data; the reverse runs start from them too, after
/// the burn-in.
rbm::Result<rbm::LogZEstimate> annealed(const EvalOptions& o, const rbm::Model& model, const rbm::Dataset& train,
                                        rbm::Binarization binarization, rbm::ThreadPool& pool) {
  const rbm::AnnealingSettings settings{
      .chains = o.chains > 0 ? o.chains : 100, .steps = o.steps > 0 ? o.steps : 1000, .seed = o.seed};
  const auto starts = states_from(train, settings.chains, binarization, {o.seed, rbm::Stream::Annealing, 1}, pool);
  return rbm::estimate_log_z(model, rbm::base_rate_bias(rbm::state_means(train, binarization)), starts, o.burn_in,
                             settings, pool);
}

/// Share of the images whose most probable label, by exact p(label | image), is not their own.
void add_label_error(const rbm::Model& model, const rbm::Dataset& data, const rbm::BitMatrix& v,
                     nlohmann::json& out, rbm::ThreadPool& pool) {
  rbm::Matrix values, posteriors;
  values.resize(v.rows(), v.cols());
  // Grey pictures go in as they are, the best that is known of each pixel.
  for (rbm::Index r = 0; r < v.rows(); ++r) {
    for (rbm::Index i = 0; i < v.cols(); ++i) values(r, i) = static_cast<float>(data.image(r)[i]) / 255;
  }
  const auto labels = rbm::classify(model, values, &posteriors, pool);
  rbm::Index wrong = 0;
  double log_posterior = 0;
  for (std::size_t r = 0; r < labels.size(); ++r) {
    wrong += labels[r] != data.labels[r] ? 1 : 0;
    if (data.labels[r] < model.labels())
      log_posterior += static_cast<double>(posteriors(static_cast<rbm::Index>(r), data.labels[r]));
  }
  const auto count = static_cast<double>(labels.size());
  out["label_error"] = static_cast<double>(wrong) / count;
  out["mean_log_label_posterior"] = log_posterior / count;
}

rbm::Result<void> evaluate(const EvalOptions& o) {
  auto model = rbm::load_model(o.model);
  if (!model) return rbm::fail(model.error().code, model.error().message, model.error().path);
  auto data = load(o.data, o.source, o.format);
  if (!data) return rbm::fail(data.error().code, data.error().message, data.error().path);
  auto binarization = rbm::binarization_from(o.binarize);
  if (!binarization) return rbm::fail(binarization.error().code, binarization.error().message);
  if (*binarization == rbm::Binarization::None)
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     "A likelihood needs binary states: use --binarize threshold or resample.");
  if (data->shape.pixels() != model->visible()) {
    return rbm::fail(
        rbm::ErrorCode::BadArgument,
        fmt::format(
            "{} has {} visible units, the images of {} have {} pixels: use data of the model's shape.",
            o.model, model->visible(), data->name, data->shape.pixels()));
  }
  auto train = load_data_of(*model);
  if (!train || train->shape.pixels() != model->visible())
    train = *data;  // a model from elsewhere: the data themselves are the base

  rbm::ThreadPool pool(o.threads);
  const rbm::Index count = o.images > 0 ? std::min(o.images, data->count()) : data->count();
  const rbm::BitMatrix v =
      states_from(*data, count, *binarization, {o.seed, rbm::Stream::Monitor, 100}, pool);
  const rbm::BitMatrix few = states_from(*data, std::min<rbm::Index>(count, 1000), *binarization,
                                         {o.seed, rbm::Stream::Monitor, 100}, pool);
  const rbm::BitMatrix seen = states_from(*train, std::min<rbm::Index>(train->count(), count), *binarization,
                                          {o.seed, rbm::Stream::Monitor, 101}, pool);
  rbm::Matrix transposed(model->hidden(), model->visible());
  transpose(model->weights, transposed, pool);
  nlohmann::json out;
  out["visible"] = model->visible();
  out["hidden"] = model->hidden();
  out["data"] = data->name;
  out["images"] = count;
  out["binarization"] = o.format == "bits784" ? "fixed" : std::string(rbm::name(*binarization));
  if (model->labels() > 0 && !data->labels.empty()) add_label_error(*model, *data, v, out, pool);
  if (!data->labels.empty()) {
    const auto labels = std::span(data->labels).first(static_cast<std::size_t>(v.rows()));
    out["free_energy_by_label"] = rbm::free_energy_by_label(*model, v, labels, pool);
  }
  out["reconstruction_error"] =
      rbm::reconstruction_error(*model, transposed, few, {o.seed, rbm::Stream::Monitor, 102}, pool);
  out["pseudo_log_likelihood"] = rbm::pseudo_log_likelihood(*model, few, pool);
  const double free_energy = mean_free_energy(*model, v, pool);
  out["free_energy_validation"] = free_energy;
  out["free_energy_train"] = mean_free_energy(*model, seen, pool);
  if (o.mixing > 0) {
    const auto starts = states_from(*train, 100, *binarization, {o.seed, rbm::Stream::Annealing, 1}, pool);
    const rbm::Mixing mixing = rbm::measure_mixing(*model, starts, o.mixing, o.seed, pool);
    out["autocorrelation_time"] = mixing.autocorrelation_time;
    out["split_r_hat"] = mixing.split_r_hat;
  }
  if (o.exact || o.chains > 0 || o.steps > 0) {
    const auto log_z =
        o.exact ? rbm::enumerated_log_z(*model, pool) : annealed(o, *model, *train, *binarization, pool);
    if (!log_z) return rbm::fail(log_z.error().code, log_z.error().message);
    add_likelihood(*log_z, free_energy, out);
  }
  if (o.json) {
    fmt::print("{}\n", out.dump(2));
    return {};
  }
  for (const auto& [key, value] : out.items())
    fmt::print("{:<28} {}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
  return {};
}

}  // namespace

Run add_eval(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "eval", "Evaluates a model: errors, pseudo-likelihood, free energies, and on request the likelihood");
  const auto o = std::make_shared<EvalOptions>();
  command->add_option("model", o->model, "Model file")->required();
  command->add_option("--data", o->data, "mnist:test, mnist, or any source that train knows")
      ->capture_default_str();
  add_source_options(*command, o->source);
  command
      ->add_option("--format", o->format,
                   "Format of that file, where it does not say it: bits784 (98 bytes a row)")
      ->check(CLI::IsMember({"idx", "bits784"}))
      ->capture_default_str();
  command->add_option("--binarize", o->binarize, "threshold or resample (drawn once, by the seed)")
      ->capture_default_str();
  command->add_option("--images", o->images, "Only the first so many images");
  command->add_flag("--exact", o->exact, "log Z by enumeration of the smaller layer (at most 25 units)");
  command->add_option("--ais-chains", o->chains,
                      "Runs of annealed importance sampling, forward and reverse (100)");
  command->add_option("--ais-steps", o->steps, "Inverse temperatures of each run (1000)");
  command->add_option("--burn-in", o->burn_in, "Gibbs steps before the reverse runs start")
      ->capture_default_str();
  command->add_option("--mixing", o->mixing,
                      "Gibbs steps of 100 chains whose free energy gives autocorrelation time and split R-hat; 0: none")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--seed", o->seed, "Seed")->capture_default_str();
  command->add_option("--threads", o->threads, "Threads, 0 for one per core")->capture_default_str();
  command->add_flag("--json", o->json, "One JSON object");
  return [o] { return evaluate(*o); };
}

}  // namespace lab::cli
