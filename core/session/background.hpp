// Background: one computation at a time on a thread of its own, beside the training. Owned by the worker; its
// functions are the worker thread's.
#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

#include "core/evaluation/partition_function.hpp"

namespace rbm {

template <class Outcome>
class Background {
 public:
  /// Gives up as soon as it can once its argument returns false.
  using Work = std::function<Outcome(const Progress&)>;

  /// `on_done` is called from the other thread when an outcome waits; it must not block.
  explicit Background(std::function<void()> on_done) : on_done_(std::move(on_done)) {}
  ~Background() { cancel(); }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  bool is_busy() const { return busy_; }

  /// Not while it is busy.
  void start(Work work) {
    busy_ = true;
    thread_ = std::jthread([this, work = std::move(work)](std::stop_token stop) {
      std::optional<Outcome> outcome;
      std::exception_ptr thrown;
      try {
        outcome = work([&](double) { return !stop.stop_requested(); });
      } catch (...) {
        thrown = std::current_exception();
      }
      if (!stop.stop_requested()) {
        const std::lock_guard lock(mutex_);
        outcome_ = std::move(outcome);
        thrown_ = thrown;
      }
      busy_ = false;
      if (!stop.stop_requested() && on_done_) on_done_();
    });
  }

  /// Asks it to stop, waits until it has, and drops what it found.
  void cancel() {
    thread_ = {};
    const std::lock_guard lock(mutex_);
    outcome_.reset();
    thrown_ = nullptr;
  }

  /// The outcome, if there is one. What the work threw is thrown here.
  std::optional<Outcome> take() {
    const std::lock_guard lock(mutex_);
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
    auto out = std::move(outcome_);
    outcome_.reset();
    return out;
  }

 private:
  std::function<void()> on_done_;
  std::mutex mutex_;
  std::optional<Outcome> outcome_;
  std::exception_ptr thrown_;
  std::atomic<bool> busy_{false};
  std::jthread thread_;  // last, so that it has ended before anything of the above goes
};

}  // namespace rbm
