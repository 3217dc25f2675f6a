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
#include "core/evaluation/partition_function.hpp"
#include "core/learning/settings.hpp"
#include "core/model/model_file.hpp"
#include "core/sampling/gibbs_chains.hpp"

namespace lab::cli {
namespace {

/// Below this many effective runs the spread of the weights is unknown, and so is the estimate's error.
constexpr double kLeastEffectiveSampleSize = 5;

struct EvalOptions {
  std::string model, data = "mnist:test", format = "idx", binarize = "resample";
  bool json = false, exact = false;
  rbm::Index chains = 0, steps = 0, burn_in = 1000, images = 0;
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

rbm::Result<void> add_exact(const rbm::Model& model, double free_energy, nlohmann::json& out,
                            rbm::ThreadPool& pool) {
  const auto log_z = rbm::exact_log_z(model, pool);
  if (!log_z) return rbm::fail(log_z.error().code, log_z.error().message);
  out["method"] = "exact";
  for (const char* key : {"log_z", "log_z_lower", "log_z_upper"}) out[key] = *log_z;
  for (const char* key : {"mean_log_likelihood", "mean_log_likelihood_lower", "mean_log_likelihood_upper"})
    out[key] = -free_energy - *log_z;
  return {};
}

/// Forward and reverse AIS; their logs bracket log Z on average, the Bennett ratio joins them.
rbm::Result<void> add_annealed(const EvalOptions& o, const rbm::Model& model, const rbm::Dataset& train,
                               rbm::Binarization binarization, double free_energy, nlohmann::json& out,
                               rbm::ThreadPool& pool) {
  const Eigen::VectorXf base = rbm::base_rate_bias(rbm::state_means(train, binarization));
  rbm::AnnealingSettings settings;
  settings.chains = o.chains > 0 ? o.chains : 100;
  settings.steps = o.steps > 0 ? o.steps : 1000;
  settings.seed = o.seed;
  const auto forward = rbm::annealed_importance_sampling(model, base, settings, pool);
  if (!forward) return rbm::fail(forward.error().code, forward.error().message);
  rbm::GibbsChains chains(settings.chains, model.visible(), model.hidden(), o.seed);
  chains.start(states_from(train, settings.chains, binarization, {o.seed, rbm::Stream::Annealing, 1}, pool));
  rbm::Matrix transposed(model.hidden(), model.visible());
  transpose(model.weights, transposed, pool);
  chains.full_steps(model, transposed, o.burn_in, pool);
  settings.seed = o.seed + 1;
  const auto reverse =
      rbm::reverse_annealed_importance_sampling(model, base, chains.visible(), settings, pool);
  if (!reverse) return rbm::fail(reverse.error().code, reverse.error().message);
  const double low = std::min(forward->log_z, reverse->log_z),
               high = std::max(forward->log_z, reverse->log_z);
  const double ess = std::min(forward->effective_sample_size, reverse->effective_sample_size);
  out["method"] = "ais";
  out["ess"] = ess;
  out["log_z_forward"] = forward->log_z;
  out["log_z_reverse"] = reverse->log_z;
  out["log_z_lower"] = low;
  out["log_z_upper"] = high;
  if (ess < kLeastEffectiveSampleSize) {
    out["refused"] = fmt::format(
        "The effective sample size is {:.1f} of {} runs: take more --ais-steps, the estimate would mislead.",
        ess, settings.chains);
    return {};
  }
  const double log_z = rbm::bennett_log_z(forward->log_weights, reverse->log_weights);
  out["log_z"] = log_z;
  out["mean_log_likelihood"] = -free_energy - log_z;
  out["mean_log_likelihood_lower"] = -free_energy - high;
  out["mean_log_likelihood_upper"] = -free_energy - low;
  return {};
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
  out["reconstruction_error"] =
      rbm::reconstruction_error(*model, transposed, few, {o.seed, rbm::Stream::Monitor, 102}, pool);
  out["pseudo_log_likelihood"] = rbm::pseudo_log_likelihood(*model, few, pool);
  const double free_energy = mean_free_energy(*model, v, pool);
  out["free_energy_validation"] = free_energy;
  out["free_energy_train"] = mean_free_energy(*model, seen, pool);
  if (o.exact) {
    if (auto done = add_exact(*model, free_energy, out, pool); !done) return done;
  } else if (o.chains > 0 || o.steps > 0) {
    if (auto done = add_annealed(o, *model, *train, *binarization, free_energy, out, pool); !done)
      return done;
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
  command->add_option("--seed", o->seed, "Seed")->capture_default_str();
  command->add_option("--threads", o->threads, "Threads, 0 for one per core")->capture_default_str();
  command->add_flag("--json", o->json, "One JSON object");
  return [o] { return evaluate(*o); };
}

}  // namespace lab::cli
