// How the worker comes to another run: it is loaded on a thread of its own, and commands are answered
// meanwhile.
#include <utility>

#include "core/session/worker.hpp"

namespace rbm {
namespace {

Unexpected superseded() {
  return fail(ErrorCode::Cancelled, "A later command took its place.");
}

}  // namespace

void Worker::load(const Posted& posted, bool plays, Background<Loaded>::Work work) {
  const RunState before = loading_ ? loading_->otherwise : run_ ? state_ : RunState::Faulted;
  drop_loading();
  loading_ = Loading{.posted = posted, .plays = plays, .otherwise = before};
  state_ = RunState::Loading;
  loader_.start([work = std::move(work), before_loading = probes_.before_loading](const Progress& progress) {
    if (before_loading) before_loading();
    return work(progress);
  });
}

/// What is being loaded, and what waits for it, is not wanted any more.
void Worker::drop_loading() {
  if (!loading_) return;
  loader_.cancel();
  const std::string fault = said_.fault;  // it went wrong for nobody
  answer(loading_->posted, superseded());
  for (const Posted& posted : waiting_) answer(posted, superseded());
  said_.fault = fault;
  waiting_.clear();
  loading_.reset();
}

void Worker::reset(const Posted& posted) {
  const auto& command = std::get<command::Reset>(posted.command);
  // What cannot begin takes the place of nothing.
  if (auto valid = validate(command.settings); !valid) return answer(posted, Unexpected{valid.error()});
  RunRequest request{.settings = command.settings, .source = command.source};
  if (run_) request.at_hand = run_->data();
  const bool plays = loading_ ? loading_->plays : state_ == RunState::Running;
  load(posted, plays,
       [request = std::move(request)](const Progress& progress) { return begin_run(request, progress); });
}

void Worker::open(const Posted& posted) {
  RunRequest request{.settings = settings_};
  if (run_) request.at_hand = run_->data();
  const auto& [path, plays] = std::get<command::Open>(posted.command);
  load(posted, plays, [file = path, request = std::move(request)](const Progress& progress) {
    return open_run(file, request, progress);
  });
}

void Worker::branch(const Posted& posted) {
  const auto& [update, plays] = std::get<command::Branch>(posted.command);
  const auto moment = rewind_.moments.at(update);
  if (!moment)
    return answer(posted, fail(ErrorCode::BadArgument, "Update " + std::to_string(update) +
                                                           " is not kept any more: choose another moment."));
  RunRequest request{.settings = settings_, .at_hand = run_->data()};
  load(posted, plays,
       [moment, request = std::move(request)](const Progress&) -> Result<std::unique_ptr<Run>> {
         const auto checkpoint = moment->checkpoint();
         if (!checkpoint) return Unexpected{checkpoint.error()};
         return go_on_run(*checkpoint, "update " + std::to_string(moment->update) + " of the run", request);
       });
}

/// What is said once it is there.
std::string Worker::words_for(const Posted& loaded, bool plays) const {
  if (loaded.last == 0) return {};
  if (const auto* opened = std::get_if<command::Open>(&loaded.command)) {
    std::string words = "Opened " + opened->path + (plays ? "." : " (paused; Space goes on from it).");
    for (const std::string& note : run_->notes()) words += " " + note;
    return words;
  }
  if (std::holds_alternative<command::Branch>(loaded.command))
    return "Went back to update " + std::to_string(run_->trainer().updates()) + ", as a run of its own" +
           (plays ? "." : " (paused; Space goes on from it).");
  return "Started over with " + std::to_string(settings_.hidden) + " hidden units and seed " +
         std::to_string(settings_.seed) + ".";
}

bool Worker::take_loaded() {
  if (!loading_) return false;
  auto end = loader_.take();
  if (!end) return std::exchange(loading_->share, loader_.share_done()) != loading_->share;
  const Loading loading = *std::exchange(loading_, std::nullopt);
  if (!end->outcome) {
    end->outcome = Loaded(fail(ErrorCode::BadArgument, "The run could not begin (" + end->thrown +
                                                           "): choose a smaller model or fewer data."));
  }
  Loaded& loaded = *end->outcome;
  state_ = loading.otherwise;
  if (!loaded) {
    answer(loading.posted, Unexpected{loaded.error()});
  } else if (guarded([&] {
               adopt(std::move(*loaded), loading.plays,
                     std::holds_alternative<command::Branch>(loading.posted.command));
             })) {
    answer(loading.posted, words_for(loading.posted, loading.plays));
  } else {
    answer(loading.posted, fail(ErrorCode::BadArgument, said_.fault));
  }
  while (!loading_ && !waiting_.empty()) {
    const Posted next = std::move(waiting_.front());
    waiting_.pop_front();
    carry_out(next);
  }
  return true;
}

void Worker::adopt(std::unique_ptr<Run> run, bool plays, bool is_branch) {
  diagnostics_.restart();
  exact_.restart(nullptr);
  if (run_ && !is_broken_) keeper_.keep(*run_);
  if (run_) shown_.version_base += run_->last_view().version;
  run_ = std::move(run);
  ++run_number_;
  is_broken_ = false;
  settings_ = run_->trainer().settings();
  saved_updates_ = run_->trainer().updates();
  stop_at_.reset();
  shown_.filters = nullptr;
  shown_.unit = {};
  shown_.traced = nullptr;
  shown_.journal = nullptr;
  if (run_number_ > 1) pacer_.end_opening();
  said_.fault.clear();
  said_.notes.clear();
  run_->measure_likelihood(watch_.likelihood);
  run_->add_curve_point();
  keeper_.begin(*run_);
  rewind_.looked_at = nullptr;
  if (is_branch)
    rewind_.moments.begin_after(run_->trainer().updates(), *run_);
  else
    rewind_.moments.begin(*run_);
  state_ = plays ? RunState::Running : RunState::Paused;
}

}  // namespace rbm
