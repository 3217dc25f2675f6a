#include "core/session/worker.hpp"

#include <algorithm>
#include <cmath>

#include "core/data/batches.hpp"
#include "core/evaluation/exact_gradient.hpp"
#include "core/model/pictures.hpp"

namespace rbm {
namespace {

constexpr double kRateWindow_s = 0.5;
/// So many times as long as the last measurement of the likelihood took, training goes on before the next.
constexpr double kCostShare = 5;
constexpr int kMostAnnealingSteps = 16000;
/// The first models are so bad that their likelihood would only stretch the axis.
constexpr std::uint64_t kFirstLikelihood = 500;  // updates

std::unique_ptr<ThreadPool> pool_for(const TrainingSettings& settings) {
  return std::make_unique<ThreadPool>(settings.threads);
}

}  // namespace

Worker::Worker(const TrainingSettings& settings, bool play, std::function<void()> on_background)
    : settings_(settings),
      play_when_ready_(play),
      pool_(pool_for(settings)),
      meter_(on_background),
      exact_(std::move(on_background)) {}

void Worker::start() {
  if (auto loaded = load(settings_); !loaded) {
    fault(loaded.error(), true);
    return;
  }
  begin_run(std::make_unique<Trainer>(settings_, data_.train));
  state_ = play_when_ready_ ? RunState::Running : RunState::Paused;
}

Result<void> Worker::load(TrainingSettings& settings) {
  if (auto valid = validate(settings); !valid) return valid;
  if (!loaded_ || !same_data(*loaded_, settings)) {
    const auto data = load_dataset(settings.data, settings.source);
    if (!data) return fail(data.error().code, data.error().message, data.error().path);
    // Data too small for the batch and the validation that suited the data before get less of both.
    const bool is_new = !loaded_ || loaded_->data != settings.data;
    if (is_new && settings.batch + settings.validation > data->count())
      settings = fitted_to(data->count(), settings);
    auto made = training_data(*data, settings, *pool_);
    if (!made) return fail(made.error().code, made.error().message, made.error().path);
    data_ = std::move(*made);
    loaded_ = settings;
  }
  return check_fits(settings, *data_.train);
}

void Worker::begin_run(std::unique_ptr<Trainer> trainer) {
  ++run_;
  meter_.cancel();
  next_likelihood_s_ = likelihood_cost_s_ = 0;
  annealing_steps_ = LikelihoodJob{}.steps;
  likelihood_refused_.clear();
  diagnostics_ = nullptr;
  trainer_ = std::move(trainer);
  settings_ = trainer_->settings();
  pool_ = pool_for(settings_);
  monitoring_ = std::make_unique<Monitoring>(data_.train, data_.validation, settings_.binarization,
                                             settings_.seed, *pool_);
  saved_updates_ = trainer_->updates();
  seconds_ = rate_ = rate_window_s_ = 0;
  rate_images_ = 0;
  stop_at_.reset();
  unit_report_ = {};
  shown_ = nullptr;
  begin_exact();
  trainer_->ask_norms();
  add_curve_point();
}

void Worker::apply(std::uint64_t number, const command::Command& command) {
  std::visit([this](const auto& c) { handle(c); }, command);
  applied_ = std::max(applied_, number);
}

void Worker::handle(const command::Play&) {
  stop_at_.reset();
  play_when_ready_ = true;
  if (trainer_) state_ = RunState::Running, fault_.clear();
}

void Worker::handle(const command::Pause&) {
  stop_at_.reset();
  play_when_ready_ = false;
  if (state_ == RunState::Running) state_ = RunState::Paused;
}

void Worker::handle(const command::Step& step) {
  if (trainer_) run_until(trainer_->updates() + step.updates);
}

void Worker::handle(const command::StepEpoch&) {
  if (!trainer_) return;
  const double images = std::floor(trainer_->epochs() + 1) * static_cast<double>(data_.train->count());
  run_until(static_cast<std::uint64_t>(std::ceil(images / settings_.batch)));
}

void Worker::run_until(std::uint64_t update) {
  fault_.clear();
  stop_at_ = update;
  state_ = RunState::Running;
}

void Worker::handle(const command::Configure& configure) {
  if (auto valid = validate(configure.settings); !valid) return fault(valid.error(), false);
  if (!trainer_) {
    settings_ = configure.settings;
    return;
  }
  // Only what applies now is taken over; the rest waits for a Reset.
  const TrainingSettings merged = applicable_now(configure.settings, settings_);
  // Tempering, say, is for the binary units that the settings have and the run does not: it waits with them.
  if (!validate(merged)) return;
  if (merged.threads != settings_.threads) pool_ = pool_for(merged);
  settings_ = merged;
  trainer_->configure(merged);
}

void Worker::handle(const command::Reset& reset) {
  TrainingSettings settings = reset.settings;
  if (auto loaded = load(settings); !loaded) return fault(loaded.error(), false);
  const bool was_running = state_ == RunState::Running || (trainer_ == nullptr && play_when_ready_);
  begin_run(std::make_unique<Trainer>(settings, data_.train));
  fault_.clear();
  notice_ = "Started over with " + std::to_string(settings_.hidden) + " hidden units and seed " +
            std::to_string(settings_.seed) + ".";
  state_ = was_running ? RunState::Running : RunState::Paused;
}

Result<std::unique_ptr<Trainer>> Worker::opened(const std::string& path) {
  if (!data_.train)
    return fail(ErrorCode::BadArgument, "No data set is loaded yet: open " + path + " once there is one.",
                path);
  auto file = read_tensors(path);
  if (!file) return fail(file.error().code, file.error().message, path);
  auto model = model_from_tensors(*file, path);
  if (!model) return fail(model.error().code, model.error().message, path);
  TrainingSettings settings = settings_;
  TrainingData pictures = data_;
  const bool resumes = is_checkpoint(*file);
  if (resumes) {
    const auto told = checkpoint_settings(*file, path);
    if (!told) return Unexpected{told.error()};
    // It goes on with the rows that it had, and with no others.
    if (told->data != settings_.data || told->source != settings_.source ||
        told->validation != settings_.validation) {
      auto own = pictures_of(*told);
      if (!own)
        return fail(own.error().code,
                    path + " cannot go on without the data of its run: " + own.error().message, path);
      pictures = std::move(*own);
    }
  } else if (const Index pixels = data_.train_pictures->shape.pixels();
             picture_shape(*model).pixels() != pixels) {
    auto own = pictures_learned_by(*model, settings);
    if (!own) {
      std::string why = own.error().message;
      if (why.ends_with('.')) why.pop_back();
      return fail(ErrorCode::BadArgument,
                  path + " learned pictures of " + std::to_string(picture_shape(*model).pixels()) +
                      " pixels, the images of " + data_.train->name + " have " + std::to_string(pixels) +
                      " pixels, and those that it learned cannot be used (" + why +
                      "): choose data of the model's shape first.",
                  path);
    }
    pictures = std::move(*own);
  }
  auto data = training_data_for(*model, pictures, *pool_);
  if (!data) return fail(data.error().code, data.error().message, path);
  const bool is_other = settings.data != settings_.data || settings.visible != model->visible_type;
  settings.hidden = static_cast<int>(model->hidden());
  settings.visible = model->visible_type;
  settings.whitening = whitening_of(*model);
  settings.on = model->below != nullptr ? model->metadata["on"] : "";
  settings.labels = model->labels() > 0;
  if (!settings.labels) settings.discriminative = 0;
  if (is_other)
    settings = with_suggested_units(*pictures.train_pictures, settings, {.visible = true, .whitening = true});
  Result<std::unique_ptr<Trainer>> trainer = std::unique_ptr<Trainer>();
  if (resumes) {
    trainer = Trainer::resume(*file, data->train, path);
  } else {
    if (auto valid = validate(settings); !valid) return fail(valid.error().code, valid.error().message, path);
    if (auto fits = check_fits(settings, *data->train); !fits)
      return fail(fits.error().code, fits.error().message, path);
    trainer = std::make_unique<Trainer>(settings, data->train, std::move(*model));
  }
  if (!trainer) return trainer;
  data_ = std::move(*data);
  loaded_.reset();  // the next reset makes its own rows
  return trainer;
}

void Worker::handle(const command::Open& open) {
  auto trainer = opened(open.path);
  if (!trainer) return fault(trainer.error(), false);
  begin_run(std::move(*trainer));
  state_ = RunState::Paused;
  fault_.clear();
  notice_ = "Opened " + open.path + " (paused; Space goes on from it).";
}

void Worker::handle(const command::Save& save) {
  if (!trainer_) return fault({ErrorCode::BadArgument, "There is no model to save yet.", save.path}, false);
  Result<void> saved;
  if (save.checkpoint) {
    saved = write_tensors(save.path, trainer_->checkpoint());
  } else {
    saved = save_model(save.path, trainer_->described_model());
  }
  if (!saved) return fault(saved.error(), false);
  saved_updates_ = trainer_->updates();
  fault_.clear();
  notice_ = "Saved " + save.path + ".";
}

void Worker::handle(const command::Watch& watch) {
  watch_ = watch;
}

void Worker::fault(const Error& error, bool stops_training) {
  fault_ = error.message;
  if (stops_training) state_ = RunState::Faulted;
}

void Worker::train_once() {
  const auto begin = Clock::now();
  const bool point_due = Monitoring::is_due(trainer_->updates() + 1);
  if (point_due) trainer_->ask_norms();
  const auto done = trainer_->step(*pool_);
  seconds_ += std::chrono::duration<double>(Clock::now() - begin).count();
  measure_rate();
  if (!done) {
    stop_at_.reset();
    fault(done.error(), true);
    return;
  }
  if (point_due) add_curve_point();
  if (stop_at_ && trainer_->updates() >= *stop_at_) {
    stop_at_.reset();
    state_ = RunState::Paused;
  }
}

void Worker::measure_rate() {
  if (seconds_ < rate_window_s_ + kRateWindow_s) return;
  const std::uint64_t images = trainer_->images_seen();
  if (images > rate_images_) rate_ = static_cast<double>(images - rate_images_) / (seconds_ - rate_window_s_);
  rate_images_ = images;
  rate_window_s_ = seconds_;
}

void Worker::add_curve_point() {
  refresh_model();
  monitoring_->add_point(*trainer_, *shown_, *shown_transposed_, seconds_, *pool_);
  measure_likelihood();
}

/// At points of the curves, when it is time: so that no more than a sixth of a core goes into it.
void Worker::measure_likelihood() {
  const auto images = monitoring_->likelihood_images();
  if (watch_.likelihood_every_s <= 0 || seconds_ < next_likelihood_s_ || meter_.is_busy() ||
      images->rows() == 0)
    return;
  if (trainer_->updates() < kFirstLikelihood) return;
  next_likelihood_s_ = seconds_ + std::max(watch_.likelihood_every_s, kCostShare * likelihood_cost_s_);
  LikelihoodJob job{.model = shown_,
                    .images = images,
                    .labels = monitoring_->likelihood_labels(),
                    .chains = trainer_->chain_states(),
                    .base = trainer_->base(),
                    .update = trainer_->updates(),
                    .seed = settings_.seed,
                    .steps = annealing_steps_};
  meter_.start(
      [job = std::move(job)](const Progress& progress) { return rbm::measure_likelihood(job, progress); });
}

void Worker::begin_exact() {
  std::shared_ptr<const States> rows;
  if (is_enumerable(trainer_->model())) {
    // The rows that the curves look at, too.
    rows = std::make_shared<const States>(
        first_states(*data_.train, ExactMeter::rows_of(trainer_->model().visible()), settings_.binarization,
                     {settings_.seed, Stream::Monitor, 0}, *pool_));
  }
  exact_.restart(std::move(rows));
}

void Worker::measure_exact() {
  if (!watch_.needs.exact || !trainer_ ||
      !exact_.is_due(trainer_->updates(), settings_, state_ != RunState::Running))
    return;
  refresh_model();
  exact_.start({.model = shown_,
                .trained = std::make_shared<const Model>(trainer_->model()),
                .rows = exact_.rows(),
                .chains = trainer_->chain_states(),
                .settings = settings_,
                .update = trainer_->updates()});
}

bool Worker::take_background() {
  const bool likelihood = take_likelihood(), exact = exact_.take();
  measure_exact();
  return likelihood || exact;
}

bool Worker::take_likelihood() {
  const auto result = meter_.take();
  if (!result || !monitoring_) return false;
  likelihood_cost_s_ = result->seconds;
  likelihood_refused_ = result->refused;
  // A model that has learned more is farther from where annealing starts.
  if (!likelihood_refused_.empty()) annealing_steps_ = std::min(2 * annealing_steps_, kMostAnnealingSteps);
  diagnostics_ = result->diagnostics;
  monitoring_->add_likelihood(*result);
  return true;
}

}  // namespace rbm
