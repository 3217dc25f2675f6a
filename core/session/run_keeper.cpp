#include "core/session/run_keeper.hpp"

#include <chrono>
#include <new>
#include <utility>


namespace rbm {

RunKeeper::RunKeeper(Keeping keeping, std::function<void()> on_news)
    : keeping_(std::move(keeping)), background_(std::move(on_news)) {
  report_.is_on = is_on();
}

double RunKeeper::now_s() const {
  if (keeping_.clock_s) return keeping_.clock_s();
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void RunKeeper::begin(const Run& run) {
  if (!is_on()) return;
  report_.path = path_ = KeptRuns(keeping_.folder).new_path();
  copied_ = report_.updates = 0;
  next_s_ = now_s() + (run.trainer().updates() > 0 ? 0 : keeping_.every_s);
}

void RunKeeper::keep_if_due(const Run& run) {
  // While a state is being written, there is no hurry to copy the next one.
  if (!is_on() || background_.is_busy() || now_s() < next_s_) return;
  keep(run);
}

void RunKeeper::keep(const Run& run) {
  const std::uint64_t updates = run.trainer().updates();
  if (!is_on() || updates == 0 || updates == copied_) return;
  next_s_ = now_s() + keeping_.every_s;
  try {
    waiting_.push_back({path_, updates, run.checkpoint()});
    if (keeping_.also) keeping_.also(waiting_.back().checkpoint);
  } catch (const std::bad_alloc&) {
    // No reason to stop training: the state that was kept before is still there.
    report_.failed = "The run could not be kept: there is not enough memory for a copy of its state.";
    return;
  }
  copied_ = updates;
  start_next();
}

void RunKeeper::start_next() {
  if (waiting_.empty() || background_.is_busy()) return;
  take();
  if (waiting_.empty()) return;
  Job job = std::move(waiting_.front());
  waiting_.pop_front();
  writing_ = {job.path, job.updates};
  background_.start([job = std::move(job), folder = keeping_.folder](const Progress&) mutable {
    auto kept = KeptRuns(folder).keep(job.path, job.checkpoint);
    job.checkpoint = {};  // not until the next one
    return kept;
  });
}

bool RunKeeper::take() {
  const auto end = background_.take();
  if (!end) return false;
  if (end->outcome && *end->outcome) {
    if (writing_.path == path_) report_.updates = writing_.updates;
    report_.failed.clear();
  } else {
    copied_ = 0;  // not kept: the same update may be tried again
    report_.failed =
        "The run could not be kept: " +
        (end->outcome ? end->outcome->error().message : "there is no room (" + end->thrown + ").");
  }
  return true;
}

Result<void> RunKeeper::finish(const Run* run) {
  background_.wait();
  take();
  if (run != nullptr) keep(*run);
  for (start_next(); background_.is_busy() || !waiting_.empty(); start_next()) {
    background_.wait();
    take();
  }
  background_.wait();
  take();
  if (report_.failed.empty()) return {};
  return fail(ErrorCode::Io, report_.failed, keeping_.folder);
}

}  // namespace rbm
