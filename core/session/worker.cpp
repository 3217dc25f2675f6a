#include "core/session/worker.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "core/run/described_model.hpp"

namespace rbm {
namespace {

/// The window shows every update up to this rate.
constexpr double kFollowed = 30;

}  // namespace

double Worker::now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Worker::Worker(const TrainingSettings& settings, bool play, std::function<void()> on_background,
               Probes probes, Keeping keeping)
    : settings_(settings),
      probes_(std::move(probes)),
      diagnostics_(on_background, probes_.before_measurement),
      exact_(on_background, probes_.before_measurement),
      keeper_(std::move(keeping), on_background),
      loader_(std::move(on_background)) {
  const RunRequest request{.settings = settings};
  load({}, play, [request](const Progress& progress) { return begin_run(request, progress); });
}

void Worker::apply(Posted posted) {
  const command::Command& command = posted.command;
  const bool plays =
      std::holds_alternative<command::Play>(command) || std::holds_alternative<command::Pause>(command);
  const bool waits = loading_ && !std::holds_alternative<command::Watch>(command) &&
                     !std::holds_alternative<command::Keep>(command) &&
                     !std::holds_alternative<command::LookBack>(command) &&
                     !std::holds_alternative<command::Pace>(command) &&
                     !std::holds_alternative<command::Reset>(command) && !(plays && waiting_.empty());
  if (waits)
    waiting_.push_back(std::move(posted));
  else
    carry_out(posted);
}

void Worker::carry_out(const Posted& posted) {
  if (std::holds_alternative<command::Reset>(posted.command)) return reset(posted);
  if (std::holds_alternative<command::Open>(posted.command)) return open(posted);
  if (std::holds_alternative<command::Branch>(posted.command)) return branch(posted);
  Done done = std::string();
  const bool ended = guarded([&] {
    done = std::visit(
        [this](const auto& command) -> Done {
          if constexpr (requires { handle(command); }) return handle(command);
          return std::string();  // Reset, Open and Branch are answered when they have loaded
        },
        posted.command);
  });
  answer(posted, ended ? done : Done(fail(ErrorCode::BadArgument, std::string(said_.fault))));
}

void Worker::answer(const Posted& posted, const Done& done) {
  const std::string& sentence = done ? *done : done.error().message;
  if (!done)
    said_.fault = sentence;
  else if (!sentence.empty())
    said_.notice = sentence;
  if (posted.last > 0) answers_.add(posted.first, posted.last, done.has_value(), sentence);
}

/// Why there is no run, or why it cannot go on, has been said already.
Unexpected Worker::nothing_to_train() const {
  return fail(ErrorCode::BadArgument, said_.fault.empty() ? "There is no model to train yet." : said_.fault);
}

Worker::Done Worker::handle(const command::Play&) {
  if (loading_) {
    loading_->plays = true;
    if (loading_->otherwise == RunState::Paused) loading_->otherwise = RunState::Running;
    return std::string();
  }
  if (!run_ || is_broken_) return nothing_to_train();
  stop_at_.reset();
  state_ = RunState::Running;
  said_.fault.clear();
  return std::string();
}

Worker::Done Worker::handle(const command::Pause&) {
  stop_at_.reset();
  pacer_.end_opening();
  if (loading_) {
    loading_->plays = false;
    if (loading_->otherwise == RunState::Running) loading_->otherwise = RunState::Paused;
  } else if (state_ == RunState::Running) {
    state_ = RunState::Paused;
  }
  return std::string();
}

Worker::Done Worker::handle(const command::Step& step) {
  if (!run_ || is_broken_) return nothing_to_train();
  run_until(run_->trainer().updates() + step.updates);
  return std::string();
}

Worker::Done Worker::handle(const command::StepEpoch&) {
  if (!run_ || is_broken_) return nothing_to_train();
  const Trainer& trainer = run_->trainer();
  const double images = std::floor(trainer.epochs() + 1) * static_cast<double>(trainer.data().count());
  run_until(static_cast<std::uint64_t>(std::ceil(images / settings_.batch)));
  return std::string();
}

Worker::Done Worker::handle(const command::Pace& pace) {
  if (!(pace.updates_per_second >= 0))
    return fail(ErrorCode::BadArgument,
                "A pace is a number of updates a second, or 0 for as many as it can.");
  pacer_.set(pace.updates_per_second);
  if (pace.begins_slowly && run_number_ <= 1) pacer_.open_slowly();
  return std::string();
}

double Worker::seconds_to_training() {
  const double now = now_s();
  pacer_.rest(!wants_to_train(), now);
  if (!wants_to_train()) return std::numeric_limits<double>::infinity();
  return stop_at_ || run_->is_measuring() ? 0 : pacer_.wait_s(now);
}

bool Worker::trains_fast() const {
  const double rate = pacer_.updates_per_second(now_s());
  return wants_to_train() && (stop_at_ || rate <= 0 || rate > kFollowed);
}

void Worker::run_until(std::uint64_t update) {
  pacer_.end_opening();
  said_.fault.clear();
  stop_at_ = update;
  state_ = RunState::Running;
}

Worker::Done Worker::handle(const command::Configure& configure) {
  if (auto valid = validate(configure.settings); !valid) return Unexpected{valid.error()};
  if (is_broken_) return nothing_to_train();
  if (!run_) {
    settings_ = configure.settings;
    return std::string();
  }
  // Only what applies now is taken over; the rest waits for a Reset.
  const TrainingSettings merged = applicable_now(configure.settings, settings_);
  // Exact, say, is for the few hidden units that the settings have and the run does not: it waits with them. Where the
  // settings do not suit the data either, there is nothing to wait for.
  const Dataset& rows = run_->trainer().data();
  if (same_data(configure.settings, settings_)) {
    if (auto suits = check_method(configure.settings, rows); !suits) return Unexpected{suits.error()};
  }
  if (!validate(merged) || !check_method(merged, rows)) return std::string();
  settings_ = merged;
  run_->configure(merged);
  return std::string();
}

Worker::Done Worker::handle(const command::Bracket&) {
  if (!run_ || is_broken_) return nothing_to_train();
  if (auto asked = run_->ask_bracket(); !asked) return Unexpected{asked.error()};
  return std::string(run_->is_measuring() ? "" : "The next point of the curves gets a bracket.");
}

Worker::Done Worker::handle(const command::Save& command) {
  if (!run_) return fail(ErrorCode::BadArgument, "There is no model to save yet.", command.path);
  if (auto saved = save(command); !saved) return Unexpected{saved.error()};
  saved_updates_ = is_broken_ ? run_->last_view().update : run_->trainer().updates();
  if (!is_broken_) said_.fault.clear();
  return "Saved " + command.path + ".";
}

Result<void> Worker::save(const command::Save& command) const {
  if (!is_broken_)
    return command.checkpoint ? run_->write_checkpoint(command.path) : run_->write_model(command.path);
  if (command.checkpoint)
    return fail(ErrorCode::BadArgument,
                command.path +
                    " cannot be a checkpoint, because the run failed in the middle of an update: save "
                    "its last model in place of it.",
                command.path);
  // The trainer may be between two updates; the last copy of its model is whole.
  Model model = *run_->last_view().model;
  model.metadata = described_model(*run_).metadata;
  model.metadata["updates"] = std::to_string(run_->last_view().update);
  return save_model(command.path, model);
}

/// Of a run that broke in the middle of an update, the state that was kept last is the one to go on from.
Worker::Done Worker::handle(const command::Keep&) {
  if (auto kept = keeper_.finish(is_broken_ ? nullptr : run_.get()); !kept) return Unexpected{kept.error()};
  return std::string();
}

void Worker::finish() {
  const auto is_save = [](const Posted& posted) {
    return std::holds_alternative<command::Save>(posted.command);
  };
  while (loading_ && std::ranges::any_of(waiting_, is_save)) {
    loader_.wait();
    take_loaded();
  }
  guarded([this] { (void)keeper_.finish(is_broken_ ? nullptr : run_.get()); });
}

Worker::Done Worker::handle(const command::Watch& watch) {
  // Whoever begins to look at slow motion does not wait for the next update.
  if (watch.needs.update && !watch_.needs.update && pacer_.is_slow_motion()) pacer_.hurry();
  watch_ = watch;
  if (run_ && !is_broken_) run_->measure_likelihood(watch_.likelihood);
  return std::string();
}

Worker::Done Worker::handle(const command::LookBack& look) {
  if (!look.update) {
    rewind_.looked_at = nullptr;
    return std::string();
  }
  auto moment = rewind_.moments.at(*look.update);
  if (!moment)
    return fail(ErrorCode::BadArgument,
                "Update " + std::to_string(*look.update) + " is not kept any more: choose another moment.");
  const auto checkpoint = moment->checkpoint();
  if (!checkpoint) return Unexpected{checkpoint.error()};
  auto model = model_from_tensors(*checkpoint, "The moment");
  if (!model) return Unexpected{model.error()};
  auto transposed = std::make_shared<Matrix>(model->hidden(), model->visible());
  transpose(model->weights, *transposed, run_->pool());
  rewind_.model = std::make_shared<const Model>(std::move(*model));
  rewind_.transposed = std::move(transposed);
  rewind_.looked_at = std::move(moment);
  ++rewind_.version;
  return std::string();
}

void Worker::stop_training(const std::string& fault) {
  stop_at_.reset();
  said_.fault = fault;
  state_ = RunState::Faulted;
}

void Worker::train_once() {
  guarded([this] {
    if (run_->is_measuring()) {
      run_->await_measurement();
      const std::string& trouble = run_->likelihood_trouble();
      if (!trouble.empty()) note("The likelihood could not be measured (" + trouble + "); training goes on.");
      return;
    }
    if (probes_.before_step) probes_.before_step();
    const bool point_due = Monitoring::is_due(run_->trainer().updates() + 1);
    const bool is_last = stop_at_ && *stop_at_ == run_->trainer().updates() + 1;
    std::shared_ptr<UpdateTrace> trace;
    if (watch_.needs.update && (is_last || pacer_.is_slow_motion())) trace = std::make_shared<UpdateTrace>();
    pacer_.made(now_s());
    if (auto done = run_->step(trace.get()); !done) return stop_training(done.error().message);
    if (trace) shown_.traced = std::move(trace);
    if (point_due) note(run_->monitoring().trouble());
    if (point_due && watch_.needs.diagnostics) diagnostics_.measure_point(*run_);
    keeper_.keep_if_due(*run_);
    rewind_.moments.keep_if_due(*run_);
    if (stop_at_ && run_->trainer().updates() >= *stop_at_) {
      stop_at_.reset();
      state_ = RunState::Paused;
    }
  });
}

bool Worker::take_background() {
  bool found = false;
  guarded([&] {
    found = take_loaded();
    found = take_measured() || found;
    found = take_kept() || found;
  });
  return found;
}

}  // namespace rbm
