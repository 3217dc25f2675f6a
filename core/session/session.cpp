#include "core/session/session.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stop_token>
#include <thread>

#include "core/session/worker.hpp"

namespace rbm {
namespace {

/// A snapshot is made at most this often.
constexpr auto kSnapshotInterval = std::chrono::milliseconds(16);
/// Between two updates that are made slowly: after so long it is asked again whether a snapshot is wanted.
constexpr double kSnapshotWait_s = 0.016;

/// What trains leaves the processor to what draws and answers where there are not enough cores for both; the threads that it
/// starts inherit that. Only Linux has a priority for each thread.
void give_way() {
#ifdef __linux__
  constexpr int kNicer = 10;
  [[maybe_unused]] const int niceness = ::nice(kNicer);
#endif
}

/// Commands whose earlier, still waiting kin is worth nothing.
bool coalesces(const command::Command& last, const command::Command& next) {
  return last.index() == next.index() &&
         (std::holds_alternative<command::Configure>(next) || std::holds_alternative<command::Watch>(next) ||
          std::holds_alternative<command::Pace>(next) || std::holds_alternative<command::LookBack>(next));
}

}  // namespace

struct Session::Impl {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::deque<Posted> queue;
  std::uint64_t last_number = 0;
  bool wanted = true;   // somebody asked for a snapshot
  bool nudged = false;  // something was finished beside the training
  std::shared_ptr<const Snapshot> newest;

  std::function<void()> on_publish;
  std::jthread thread;

  void publish(std::shared_ptr<const Snapshot> snapshot) {
    {
      const std::lock_guard lock(mutex);
      newest = std::move(snapshot);
      wanted = false;
    }
    if (on_publish) on_publish();
  }

  /// Takes what is queued; waits for it so long, or for ever, when there is nothing else to do.
  std::deque<Posted> take(std::stop_token stop, double longest_s) {
    std::unique_lock lock(mutex);
    const auto is_news = [&] { return !queue.empty() || nudged; };
    if (std::isinf(longest_s))
      wake.wait(lock, stop, is_news);
    else if (longest_s > 0)
      wake.wait_for(lock, stop, std::chrono::duration<double>(longest_s), is_news);
    nudged = false;
    std::deque<Posted> taken;
    taken.swap(queue);
    return taken;
  }

  void work(std::stop_token stop, const TrainingSettings& settings, bool play, Probes probes,
            Keeping keeping) {
    give_way();
    const auto nudge = [this] {
      const std::lock_guard lock(mutex);
      nudged = true;
      wake.notify_all();
    };
    Worker worker(settings, play, nudge, std::move(probes), std::move(keeping));
    publish(worker.make_snapshot());
    auto last_snapshot = std::chrono::steady_clock::now();
    bool changed = false;
    while (!stop.stop_requested()) {
      // While it trains a snapshot waits for being asked for and for its turn.
      const double pause = worker.seconds_to_training();
      for (Posted& posted : take(stop, changed ? std::min(pause, kSnapshotWait_s) : pause)) {
        worker.apply(std::move(posted));
        changed = true;
      }
      if (stop.stop_requested()) break;
      changed = worker.take_background() || changed;
      if (worker.seconds_to_training() <= 0) {
        worker.train_once();
        changed = true;
        // The last update before it rests: what is measured at rest begins now, not at the next command.
        if (!worker.wants_to_train()) worker.take_background();
      }
      const auto now = std::chrono::steady_clock::now();
      // A worker that rests, or goes slowly, always publishes its last state.
      const bool due = worker.trains_fast() ? is_wanted() && now - last_snapshot >= kSnapshotInterval : true;
      if (changed && due) {
        publish(worker.make_snapshot());
        last_snapshot = now;
        changed = false;
      }
    }
    finish(worker);
  }

  /// What was to be saved is saved, after the commands that were given before it.
  void finish(Worker& worker) {
    std::deque<Posted> rest = take({}, 0);
    while (!rest.empty() && !std::holds_alternative<command::Save>(rest.back().command)) rest.pop_back();
    for (Posted& posted : rest) worker.apply(std::move(posted));
    worker.finish();
  }

  bool is_wanted() {
    const std::lock_guard lock(mutex);
    return wanted;
  }
};

Session::Session(const TrainingSettings& settings, bool play, std::function<void()> on_publish, Probes probes,
                 Keeping keeping)
    : impl_(std::make_unique<Impl>()) {
  impl_->on_publish = std::move(on_publish);
  impl_->thread = std::jthread([impl = impl_.get(), settings, play, probes = std::move(probes),
                                keeping = std::move(keeping)](std::stop_token stop) {
    impl->work(stop, settings, play, probes, keeping);
  });
}

Session::~Session() {
  impl_->thread.request_stop();
  impl_->wake.notify_all();
  impl_->thread.join();
}

std::uint64_t Session::post(command::Command command) {
  const std::lock_guard lock(impl_->mutex);
  const std::uint64_t number = ++impl_->last_number;
  std::uint64_t first = number;
  if (!impl_->queue.empty() && coalesces(impl_->queue.back().command, command)) {
    first = impl_->queue.back().first;
    impl_->queue.pop_back();
  }
  impl_->queue.push_back({first, number, std::move(command)});
  impl_->wake.notify_all();
  return number;
}

std::uint64_t Session::posted() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->last_number;
}

std::shared_ptr<const Snapshot> Session::snapshot() {
  const std::lock_guard lock(impl_->mutex);
  impl_->wanted = true;
  return impl_->newest;
}

}  // namespace rbm
