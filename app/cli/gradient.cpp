// rbm gradient: how a method's gradient compares with the exact one
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <numbers>

#include "app/cli/commands.hpp"
#include "app/cli/number_options.hpp"
#include "app/cli/terminal.hpp"
#include "core/data/batches.hpp"
#include "core/evaluation/exact_gradient.hpp"
#include "core/learning/method_gradient.hpp"
#include "core/learning/training_data.hpp"
#include "core/model/model_file.hpp"

namespace lab::cli {
namespace {

struct GradientOptions {
  std::string model, data, method = "cd", binarize = "resample";
  rbm::SourceOptions source;
  rbm::TrainingSettings settings;
  rbm::GradientSample sample;
  rbm::Index images = 1000;
  int threads = 0;
  bool json = false;
};

/// What of the options goes into the run, or why it cannot.
rbm::Result<void> check(GradientOptions& o) {
  auto method = rbm::choice_from<rbm::Method>(o.method);
  if (!method) return rbm::Unexpected{method.error()};
  o.settings.method = *method;
  auto binarization = rbm::choice_from<rbm::Binarization>(o.binarize);
  if (!binarization) return rbm::Unexpected{binarization.error()};
  o.settings.binarization = *binarization;
  if (*binarization == rbm::Binarization::None)
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     "A likelihood needs binary states: use --binarize threshold or resample.");
  if (*method == rbm::Method::Fpcd && o.settings.fast_rate <= 0)
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     "Without fast weights fpcd is pcd: give their rate with --fast-rate.");
  return {};
}

/// The rows that both gradients are of.
rbm::Result<rbm::States> rows_for(const GradientOptions& o, const rbm::Model& model, std::string& name,
                                  rbm::ThreadPool& pool) {
  rbm::Result<rbm::Dataset> data = rbm::Dataset{};
  if (o.data.empty()) {
    data = load_data_of(model, pool);
  } else {
    data = load_for(model, o.data, o.source);
    if (data) data = rbm::data_for(model, *std::move(data), pool);
  }
  if (!data) return rbm::Unexpected{data.error()};
  if (data->shape.pixels() != model.visible())
    return rbm::fail(
        rbm::ErrorCode::BadArgument,
        fmt::format("{} has {} visible units, the images of {} have {} pixels: use --data with data of the "
                    "model's shape.",
                    o.model, model.visible(), data->name, data->shape.pixels()));
  name = data->name;
  const auto rows = rbm::complete_rows(*data, o.images);
  if (rows.empty())
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     "Gradients are compared on rows without missing cells, and " + data->name +
                         " has none: give other --data.");
  if (data->has_missing())
    tell(fmt::format("Note: gradients are compared on {} rows without missing cells.", rows.size()));
  return rbm::states_of(*data, rows, o.settings.binarization, {o.settings.seed, rbm::Stream::Monitor, 100},
                        pool);
}

nlohmann::json match(const rbm::GradientMatch& m) {
  return {{"cosine", m.cosine}, {"norm_ratio", m.norm_ratio}};
}

nlohmann::json comparison(const rbm::GradientComparison& c) {
  return {{"all", match(c.all)},
          {"weights", match(c.weights)},
          {"visible_bias", match(c.visible_bias)},
          {"hidden_bias", match(c.hidden_bias)}};
}

void print_table(const rbm::MethodGradient& found) {
  const std::pair<const char*, const rbm::GradientMatch*> rows[] = {
      {"mean, all parameters", &found.of_mean.all},
      {"  W", &found.of_mean.weights},
      {"  visible biases", &found.of_mean.visible_bias},
      {"  hidden biases", &found.of_mean.hidden_bias},
      {"one update", &found.of_one.all}};
  say("\n{:<22} {:>8} {:>8} {:>12}\n", "", "cosine", "angle", "norm ratio");
  for (const auto& [name, m] : rows) {
    const double degrees = std::acos(std::clamp(m->cosine, -1.0, 1.0)) * 180 / std::numbers::pi;
    say("{:<22} {:>8.4f} {:>7.1f}° {:>12.4f}\n", name, m->cosine, degrees, m->norm_ratio);
  }
  say("\nThe mean's own standard error is {:.2g} of the exact gradient's norm{}\n", found.noise,
      found.noise > 0.3 ? ": take more --repeats before reading a bias from it." : ".");
}

rbm::Result<void> compare_gradients(GradientOptions o) {
  if (auto ok = check(o); !ok) return ok;
  const auto model = load_model(o.model);
  if (!model) return rbm::Unexpected{model.error()};
  rbm::ThreadPool pool(o.threads);
  std::string data;
  const auto v = rows_for(o, *model, data, pool);
  if (!v) return rbm::Unexpected{v.error()};
  const auto exact = rbm::exact_gradient(*model, *v, pool);
  if (!exact) return rbm::Unexpected{exact.error()};
  const auto found = rbm::method_gradient(*model, *v, o.settings, o.sample, exact->gradient, pool);
  if (!found) return rbm::Unexpected{found.error()};
  const double norm = std::sqrt(exact->gradient.squared_norm());
  if (o.json) {
    const nlohmann::json out{{"data", data},
                             {"images", v->rows()},
                             {"visible", model->visible()},
                             {"hidden", model->hidden()},
                             {"mean_log_likelihood", exact->log_likelihood},
                             {"log_z", exact->log_z},
                             {"method", o.method},
                             {"k", o.settings.k},
                             {"repeats", o.sample.repeats},
                             {"burn_in", o.sample.burn_in},
                             {"exact_norm", norm},
                             {"mean", comparison(found->of_mean)},
                             {"one_update", comparison(found->of_one)},
                             {"noise", found->noise}};
    say("{}\n", as_text(out, 2));
    return {};
  }
  say("{}: {} visible and {} hidden units, log-likelihood {:.6f} nats on {} rows of {}, exactly.\n", o.model,
      model->visible(), model->hidden(), exact->log_likelihood, v->rows(), data);
  say("The exact gradient has the norm {:.6g}; beside it {}-{}, {} updates at the model as it is:\n", norm,
      o.method, o.settings.k, o.sample.repeats);
  print_table(*found);
  return {};
}

}  // namespace

Run add_gradient(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "gradient",
      "Compares a method's gradient with the exact one, on models of at most 20 units in one layer");
  const auto o = std::make_shared<GradientOptions>();
  command->add_option("model", o->model, "Model file")->required();
  command->add_option("--data", o->data, "Any source that train knows; default: the data of the model");
  add_source_options(*command, o->source);
  add_number(*command, "--images", o->images,
             "The first so many images, which every update has for its mini-batch", 1, 10000);
  command->add_option("--binarize", o->binarize, "threshold or resample (drawn once, by the seed)")
      ->capture_default_str();
  command->add_option("--method", o->method, listed(rbm::choices_of(rbm::Method{})))->capture_default_str();
  add_number(*command, "--k", o->settings.k, "Gibbs steps an update", 1, 1000);
  add_number(*command, "--chains", o->settings.chains, "Persistent chains (pcd, fpcd, tempering)", 1, 10000);
  add_number(*command, "--temperatures", o->settings.temperatures, "Replicas of each chain (tempering)", 2,
             64);
  add_number(*command, "--fast-rate", o->settings.fast_rate, "Learning rate of the fast weights (fpcd)", 0,
             1000);
  add_number(*command, "--fast-decay", o->settings.fast_decay,
             "What an update leaves of the fast weights (fpcd)", 0, 1);
  add_number(*command, "--repeats", o->sample.repeats, "Updates that are averaged", 1, 100'000'000);
  o->sample.burn_in = 100;
  add_number(*command, "--burn-in", o->sample.burn_in,
             "Updates before them, in which persistent chains come to the model", 0, 100'000'000);
  add_seed(*command, o->settings.seed);
  add_threads(*command, o->threads);
  command->add_flag("--json", o->json, "One JSON object");
  return [o] { return compare_gradients(*o); };
}

}  // namespace lab::cli
