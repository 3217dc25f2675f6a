#include "core/run/run.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/learning/checkpoint_facts.hpp"
#include "core/math/shares.hpp"
#include "core/parallel/communicator.hpp"
#include "core/run/curves_tensors.hpp"
#include "core/run/described_model.hpp"
#include "core/run/likelihood_tensors.hpp"

namespace rbm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kRateWindow_s = 0.5;
/// A window that waits with the run still answers at once.
constexpr std::chrono::milliseconds kShortWait{15};

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// fingerprint_of() all rows, on a thread of its own where there is one: a run's first checkpoint does not wait for
/// gigabytes to be read. Not valid where the rows are not known as they were loaded.
std::shared_future<std::string> fingerprint_beside(const TrainingData& rows, bool with_labels) {
  if (!rows.train_pictures || !rows.validation_pictures) return {};
  return std::async([train = rows.train_pictures, validation = rows.validation_pictures, with_labels] {
           return fingerprint_of(*train, *validation, with_labels);
         })
      .share();
}

}  // namespace

std::uint64_t RunLength::updates_of(Index images, int batch) const {
  const double all = std::ceil(epochs * static_cast<double>(images) / batch);
  const auto of_epochs = static_cast<std::uint64_t>(std::min<double>(all, kMostUpdates));
  if (updates == 0 || epochs <= 0) return std::min(std::max(updates, of_epochs), kMostUpdates);
  return std::min(updates, of_epochs);
}

Run::Run(std::unique_ptr<Trainer> trainer, RunData data, const RunLength& length)
    : data_(std::move(data)),
      trainer_(std::move(trainer)),
      pool_(std::make_unique<ThreadPool>(trainer_->settings().threads, &world())),
      monitoring_(data_.rows.train, data_.rows.validation, trainer_->settings().binarization,
                  trainer_->settings().seed, *pool_),
      likelihood_(trainer_->settings().seed),
      length_(length),
      first_rate_(trainer_->settings().learning_rate),
      first_images_(trainer_->images_seen()),
      journal_({.settings = trainer_->settings()}) {
  rate_.images = first_images_;
  data_fingerprint_ = fingerprint_beside(data_.rows, trainer_->settings().labels);
  if (pool_->ranks().is_alone()) view();
}

std::vector<std::string> Run::notes() const {
  std::vector<std::string> out;
  for (const Model* model = &trainer_->model(); model != nullptr; model = model->below.get())
    out.insert(out.end(), model->notes.begin(), model->notes.end());
  return out;
}

Result<void> Run::step(UpdateTrace* trace) {
  finish_measurement();
  const auto begin = Clock::now();
  if (length_.decays && length_.seconds > 0) follow_clock();
  const std::uint64_t wanted = trainer_->updates() + 1;
  const bool point_due = Monitoring::is_due(wanted);
  if (point_due) trainer_->ask_norms();
  auto done = trainer_->step(*pool_, trace);
  if (recorder_) gather(), recorder_->observe(*trainer_);
  if (!done) {  // the model has gone back
    likelihood_.stop();
    journal_.diverged(trainer_->updates(), wanted);
  }
  if (done && likelihood_wanted_ && LikelihoodMeter::is_visit(trainer_->updates()))
    likelihood_.visit(*trainer_, *view().model, *view().transposed, *pool_);
  if (done && point_due) add_curve_point();
  seconds_ += seconds_since(begin);
  measure_rate();
  let_go_of_view();
  return done;
}

void Run::finish_measurement() {
  while (!take_measurement(std::chrono::seconds(1))) {
  }
}

void Run::await_measurement() {
  take_measurement(kShortWait);
}

/// Whether nothing is being measured any more. The time counts as that of the training, which waits.
bool Run::take_measurement(std::chrono::milliseconds longest) {
  if (!is_measuring()) return true;
  const auto begin = Clock::now();
  const ModelInView& measured = view();
  auto found = likelihood_.finish(*trainer_, measured.model, *measured.transposed, *pool_);
  if (!found && is_measuring()) {
    likelihood_.wait(longest);
    found = likelihood_.finish(*trainer_, measured.model, *measured.transposed, *pool_);
  }
  if (found) monitoring_.add_likelihood(*found);
  let_go_of_view();
  seconds_ += seconds_since(begin);
  return !is_measuring();
}

void Run::measure_likelihood(bool wanted) {
  likelihood_wanted_ = wanted;
  if (!wanted) likelihood_.stop();
}

Result<void> Run::ask_bracket() {
  if (!likelihood_wanted_)
    return fail(ErrorCode::BadArgument,
                "The log-likelihood is not measured: turn it on at the curves first.");
  if (monitoring_.likelihood_images()->rows() == 0)
    return fail(ErrorCode::BadArgument,
                "There are no validation images whose log-likelihood could be measured.");
  if (is_measuring())
    return fail(ErrorCode::BadArgument, "The log-likelihood is being measured: ask again when it is there.");
  likelihood_.ask();
  measure_point();
  return {};
}

/// What is known at once of the likelihood of a point that was just added, or is to have a bracket.
void Run::measure_point() {
  const auto& points = monitoring_.points();
  if (!likelihood_wanted_ || is_measuring() || monitoring_.likelihood_images()->rows() == 0) return;
  if (points.empty() || points.back().update != trainer_->updates()) return;  // out of turn
  if (!monitoring_.trouble().empty()) return;
  if (!std::isnan(points.back().log_likelihood) && !likelihood_.is_asked()) return;  // a checkpoint had it
  const std::uint64_t end = length_.updates_of(trainer_->data().count(), trainer_->settings().batch);
  if (const auto known = likelihood_.at_point(*trainer_, view().model, end, *pool_))
    monitoring_.add_likelihood(*known);
}

/// Time decides the decay, so such a run depends on the machine; of several processes the first one has the clock. The
/// journal has the rates, which fall by steps.
void Run::follow_clock() {
  constexpr double kSteps = 1000;
  seconds_ = pool_->ranks().of_first(seconds_);
  const double left = std::max(0.0, 1 - seconds_ / length_.seconds);
  TrainingSettings now = trainer_->settings();
  now.decay_updates = 0;
  now.learning_rate = first_rate_ * static_cast<float>(std::ceil(left * kSteps) / kSteps);
  if (now == trainer_->settings()) return;
  trainer_->configure(now);
  journal_.set(trainer_->updates(), now, JournalEntry::Kind::Clock);
}

void Run::measure_rate() {
  if (seconds_ < rate_.since_s + kRateWindow_s) return;
  const std::uint64_t images = trainer_->images_seen();
  if (images > rate_.images)
    rate_.images_per_second = static_cast<double>(images - rate_.images) / (seconds_ - rate_.since_s);
  rate_.images = images;
  rate_.since_s = seconds_;
}

RunProgress Run::progress() const {
  const TrainingSettings& settings = trainer_->settings();
  RunProgress out;
  out.updates = trainer_->updates();
  out.epochs = trainer_->epochs();
  out.seconds = seconds_;
  out.at_s = std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
  out.learning_rate = learning_rate_at(settings, out.updates);
  out.images_per_second = rate_.images_per_second;
  const std::uint64_t seen = trainer_->images_seen();
  // Before the first window has passed: the mean so far.
  if (out.images_per_second <= 0 && seconds_ > 0 && seen > first_images_)
    out.images_per_second = static_cast<double>(seen - first_images_) / seconds_;

  const std::uint64_t end = length_.has_end() ? length_.updates_of(trainer_->data().count(), settings.batch)
                                              : settings.decay_updates;
  if (end > 0) {
    const auto left = static_cast<double>(end - std::min(end, out.updates));
    out.share_done = 1 - left / static_cast<double>(end);
    if (left <= 0)
      out.seconds_left = 0;
    else if (out.images_per_second > 0)
      out.seconds_left = left * settings.batch / out.images_per_second;
  }
  if (length_.seconds > 0) {
    const double left = std::max(0.0, length_.seconds - seconds_), share = 1 - left / length_.seconds;
    out.share_done = std::fmax(out.share_done, share);  // the one that is not NaN
    out.seconds_left = std::fmin(out.seconds_left, left);
  }
  out.is_over = out.share_done >= 1;
  return out;
}

void Run::configure(const TrainingSettings& settings) {
  use_threads(settings.threads);
  trainer_->configure(settings);
  journal_.set(trainer_->updates(), settings);
}

void Run::use_threads(int threads) {
  TrainingSettings settings = trainer_->settings();
  if (threads == settings.threads) return;
  pool_ = std::make_unique<ThreadPool>(threads, &world());
  settings.threads = threads;
  trainer_->configure(settings);
}

const ModelInView& Run::view() {
  if (view_.model && view_.update == trainer_->updates()) return view_;
  gather();
  const std::uint64_t version = view_.version + 1;
  view_ = {};
  // A copy of its own each time: whoever shows the last one may still hold it.
  // Several processes need none: they look at it before the next update, and let it go.
  const Model& averaged = trainer_->averaged();
  std::shared_ptr<const Model> model(std::shared_ptr<void>(), &averaged);
  if (pool_->ranks().is_alone()) {
    const auto copy = models_.take();
    *copy = averaged;
    model = copy;
  }
  auto transposed = transposes_.take();
  transpose_weights(model->weights, *transposed, *pool_);
  view_ = {std::move(model), std::move(transposed), trainer_->updates(), version};
  return view_;
}

/// Several processes show it to nobody, and may share a model for want of memory.
void Run::let_go_of_view() {
  if (pool_->ranks().is_alone() || is_measuring()) return;
  view_.model.reset();
  view_.transposed.reset();
}

Journal Run::journal_of(const std::string& data_fingerprint) const {
  Journal out = journal_;
  if (out.start().rows.empty()) out.set_rows(data_fingerprint);
  return out;
}

void Run::began_from(const std::string& model_path, const std::string& parameters) {
  journal_ = Journal({.settings = trainer_->settings(), .model = model_path, .parameters = parameters});
}

void Run::go_on_from(Journal journal, bool other_data) {
  journal_ = std::move(journal);
  const bool is_other = other_data && data_fingerprint() != journal_.start().rows;
  journal_.resumed(trainer_->updates(), is_other ? data_fingerprint() : std::string());
  journal_.set(trainer_->updates(), trainer_->settings());
}

void Run::go_on_from(std::vector<CurvePoint> curves) {
  if (!curves.empty()) earlier_seconds_ = curves.back().seconds;
  monitoring_.go_on_from(std::move(curves));
}

void Run::add_curve_point() {
  const ModelInView& shown = view();
  monitoring_.add_point(*trainer_, *shown.model, *shown.transposed, earlier_seconds_ + seconds_, *pool_);
  measure_point();
  collapse_.look(*trainer_, *shown.model, monitoring_.training_rows(), monitoring_.points(), *pool_);
}

Result<void> Run::write_model(const std::string& path) const {
  return save_model(path, described_model(*this), pool_->ranks());
}

std::string Run::data_fingerprint() const {
  return data_fingerprint_.valid() ? data_fingerprint_.get() : std::string();
}

TensorFile Run::checkpoint_at_hand() const {
  const bool is_made = data_fingerprint_.valid() &&
                       data_fingerprint_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  return checkpoint_of(is_made ? data_fingerprint_.get() : std::string());
}

TensorFile Run::checkpoint_of(const std::string& data_fingerprint) const {
  TensorFile file = trainer_->checkpoint();
  // The settings do not tell of a rate that followed the clock.
  const bool has_faded = length_.decays && length_.seconds > 0 && is_over();
  add_facts({.data = data_fingerprint, .has_faded = has_faded, .first_rate = first_rate_}, file);
  file.metadata[kDataNameKey] = data_.rows.train->name;
  add_curves(monitoring_.points(), file);
  add_likelihood_state(likelihood_.state(), file);
  add_journal(journal_of(data_fingerprint), file.metadata);
  return file;
}

Result<void> Run::write_checkpoint(const std::string& path) const {
  const TensorFile file = checkpoint();
  return pool_->ranks().is_first() ? write_tensors(path, file) : Result<void>();
}

Result<std::size_t> Run::write_trajectory(const std::string& path) const {
  RBM_ASSERT(recorder_.has_value());
  const Trajectory trajectory = recorder_->trajectory(*trainer_);
  if (auto saved = save_trajectory(path, trajectory, pool_->ranks()); !saved)
    return Unexpected{saved.error()};
  return trajectory.points.size();
}

}  // namespace rbm
