// rbm train
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <memory>

#include "app/cli/commands.hpp"
#include "core/learning/trainer.hpp"
#include "core/session/curves_text.hpp"
#include "core/session/monitoring.hpp"

namespace lab::cli {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;

struct TrainOptions {
  rbm::TrainingSettings settings;
  std::string method = "pcd", binarize = "resample", out = "model.safetensors", checkpoint, metrics, resume;
  std::uint64_t updates = 0;
  double epochs = 0, seconds = 0;
  CLI::Option *decay = nullptr, *batch = nullptr, *validation = nullptr;  // whether they were given
};

/// What ends the run, whichever comes first.
struct Budget {
  std::uint64_t updates = 0;
  double seconds = 0;
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
  double elapsed() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  bool is_over(std::uint64_t done) const {
    return g_interrupted != 0 || (updates > 0 && done >= updates) || (seconds > 0 && elapsed() >= seconds);
  }
};

/// The data, cut in two. A small set gets a smaller batch and less validation than the usual where none was
/// asked for.
rbm::Result<rbm::DataSplit> load_split(TrainOptions& o) {
  rbm::TrainingSettings& settings = o.settings;
  auto data = load(settings.data, settings.source);
  if (!data) return rbm::fail(data.error().code, data.error().message, data.error().path);
  const auto count = static_cast<int>(std::min<rbm::Index>(data->count(), 1 << 30));
  if (o.validation->count() == 0) settings.validation = std::min(settings.validation, count / 10);
  if (o.batch->count() == 0) settings.batch = std::clamp(count - settings.validation, 1, settings.batch);
  if (settings.batch + settings.validation > data->count()) {
    return rbm::fail(
        rbm::ErrorCode::BadArgument,
        fmt::format(
            "{} has {} images: a batch of {} and {} validation images do not fit, choose smaller ones.",
            data->name, data->count(), settings.batch, settings.validation));
  }
  return rbm::split(*data, settings.validation);
}

rbm::Result<std::unique_ptr<rbm::Trainer>> make_trainer(const TrainOptions& o,
                                                        const std::shared_ptr<const rbm::Dataset>& train) {
  if (o.resume.empty()) return std::make_unique<rbm::Trainer>(o.settings, train);
  auto file = rbm::read_tensors(o.resume);
  if (!file) return rbm::fail(file.error().code, file.error().message, file.error().path);
  return rbm::Trainer::resume(*file, train, o.resume);
}

void print_progress(const rbm::Trainer& trainer, const rbm::CurvePoint& point, const Budget& budget,
                    bool terminal) {
  const double rate = static_cast<double>(trainer.images_seen()) / std::max(1e-9, budget.elapsed());
  fmt::print(
      "{}update {:>8}  epoch {:>7.2f}  {:>9.0f} images/s  reconstruction {:.4f} / {:.4f}  pseudo-likelihood "
      "{:>8.2f}{}",
      terminal ? "\r" : "", trainer.updates(), trainer.epochs(), rate, point.reconstruction_train,
      point.reconstruction_validation, point.pseudo_log_likelihood, terminal ? "" : "\n");
  std::fflush(stdout);
}

rbm::Result<void> save(const TrainOptions& o, const rbm::Trainer& trainer,
                       const std::vector<rbm::CurvePoint>& points) {
  if (auto saved = rbm::save_model(o.out, trainer.described_model()); !saved) return saved;
  fmt::print("Saved {}.\n", o.out);
  if (!o.checkpoint.empty()) {
    if (auto saved = rbm::write_tensors(o.checkpoint, trainer.checkpoint()); !saved) return saved;
    fmt::print("Saved {}.\n", o.checkpoint);
  }
  if (o.metrics.empty()) return {};
  return rbm::write_file_atomically(
      o.metrics, o.metrics.ends_with(".jsonl") ? rbm::curves_jsonl(points) : rbm::curves_csv(points));
}

rbm::Result<void> train(TrainOptions o) {
  auto method = rbm::method_from(o.method);
  if (!method) return rbm::fail(method.error().code, method.error().message);
  auto binarization = rbm::binarization_from(o.binarize);
  if (!binarization) return rbm::fail(binarization.error().code, binarization.error().message);
  o.settings.method = *method;
  o.settings.binarization = *binarization;
  if (auto valid = rbm::validate(o.settings); !valid) return valid;
  auto data = load_split(o);
  if (!data) return rbm::fail(data.error().code, data.error().message, data.error().path);

  Budget budget{.updates = o.updates, .seconds = o.seconds};
  if (o.epochs > 0)
    budget.updates = static_cast<std::uint64_t>(
        std::ceil(o.epochs * static_cast<double>(data->train->count()) / o.settings.batch));
  if (budget.updates == 0 && budget.seconds <= 0)
    budget.updates = static_cast<std::uint64_t>(
        std::ceil(10.0 * static_cast<double>(data->train->count()) / o.settings.batch));
  if (budget.updates > 0 && o.decay->count() == 0) {
    o.settings.decay_updates = budget.updates;
    o.settings.final_rate = 0;
  }
  auto made = make_trainer(o, data->train);
  if (!made) return rbm::fail(made.error().code, made.error().message, made.error().path);
  rbm::Trainer& trainer = **made;
  rbm::ThreadPool pool(o.settings.threads);
  rbm::Monitoring monitoring(data->train, data->validation, trainer.settings().binarization,
                             trainer.settings().seed, pool);
  std::signal(SIGINT, [](int) { g_interrupted = 1; });
  const bool terminal = isatty(STDOUT_FILENO) != 0;
  const float start_rate = trainer.settings().learning_rate;
  budget.begin = std::chrono::steady_clock::now();
  rbm::Matrix transposed(trainer.model().hidden(), trainer.model().visible());
  while (!budget.is_over(trainer.updates())) {
    if (budget.seconds > 0 && o.decay->count() == 0) {
      // Time decides the decay, so such a run depends on the machine.
      rbm::TrainingSettings now = trainer.settings();
      now.decay_updates = 0;
      now.learning_rate =
          start_rate * static_cast<float>(std::max(0.0, 1 - budget.elapsed() / budget.seconds));
      trainer.configure(now);
    }
    const bool due = rbm::Monitoring::is_due(trainer.updates() + 1);
    if (due) trainer.ask_norms();
    if (auto done = trainer.step(pool); !done) return done;
    if (due) {
      transpose(trainer.averaged().weights, transposed, pool);
      monitoring.add_point(trainer, trainer.averaged(), transposed, budget.elapsed(), pool);
      print_progress(trainer, monitoring.points().back(), budget, terminal);
    }
  }
  if (terminal) fmt::print("\n");
  if (g_interrupted != 0) fmt::print("Interrupted after update {}.\n", trainer.updates());
  return save(o, trainer, monitoring.points());
}

}  // namespace

Run add_train(CLI::App& app) {
  CLI::App* command = app.add_subcommand("train", "Trains a model");
  const auto o = std::make_shared<TrainOptions>();
  rbm::TrainingSettings& s = o->settings;
  s.hidden = 500;
  command
      ->add_option(
          "--data", s.data,
          "mnist, photographs, bars-and-stripes:4, shifter:8, or the path of a folder of pictures, a large "
          "picture, an IDX, CIFAR-10, .npy, .npz or CSV file")
      ->capture_default_str();
  add_source_options(*command, s.source);
  command->add_option("--hidden", s.hidden, "Hidden units")->capture_default_str();
  command->add_option("--method", o->method, "cd or pcd")->capture_default_str();
  command->add_option("--k", s.k, "Gibbs steps an update")->capture_default_str();
  o->batch = command->add_option("--batch", s.batch, "Images a mini-batch")->capture_default_str();
  command->add_option("--chains", s.chains, "Persistent chains (pcd)")->capture_default_str();
  command->add_option("--lr", s.learning_rate, "Learning rate at the start")->capture_default_str();
  o->decay = command->add_option(
      "--decay-updates", s.decay_updates,
      "Linear decay over so many updates, 0 for none; default: over the whole run, to zero");
  command
      ->add_option("--final-rate", s.final_rate,
                   "Share of the rate kept after the decay (with --decay-updates)")
      ->capture_default_str();
  command->add_option("--momentum", s.momentum, "Momentum")->capture_default_str();
  command->add_option("--l1", s.l1, "L1 decay of the weights")->capture_default_str();
  command->add_option("--l2", s.l2, "L2 decay of the weights")->capture_default_str();
  command->add_option("--average", s.average, "Decay of the weight average, 0 for none")
      ->capture_default_str();
  command->add_flag("--centred,!--no-centred", s.centred, "The centred gradient (default)");
  command->add_option("--initial-sd", s.initial_sd, "Standard deviation of the first weights")
      ->capture_default_str();
  o->validation = command->add_option("--validation", s.validation, "Images held back from the end")
                      ->capture_default_str();
  command->add_option("--binarize", o->binarize, "threshold, resample or none")->capture_default_str();
  command->add_option("--seed", s.seed, "Seed of everything random")->capture_default_str();
  command->add_option("--threads", s.threads, "Threads, 0 for one per core; never changes the result")
      ->capture_default_str();
  command->add_option("--updates", o->updates, "Stop after so many updates");
  command->add_option("--epochs", o->epochs, "Stop after so many epochs (default 10)");
  command->add_option("--seconds", o->seconds,
                      "Stop after so long; the rate then follows the clock, so that the seed alone does not "
                      "reproduce the run");
  command->add_option("--out", o->out, "The averaged model, .safetensors or .npz")->capture_default_str();
  command->add_option("--checkpoint", o->checkpoint, "Everything that is needed to go on, .safetensors");
  command->add_option("--resume", o->resume, "Goes on from a checkpoint, with its settings");
  command->add_option("--metrics", o->metrics, "The curves, .csv or .jsonl");
  return [o] { return train(*o); };
}

}  // namespace lab::cli
