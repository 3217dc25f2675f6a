// Background: one computation at a time on a thread of its own, beside the training. Owned by whoever waits for it; its
// functions are one thread's.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

#include "core/math/progress.hpp"

namespace rbm {

template <class Outcome>
class Background {
 public:
  /// Gives up as soon as it can once its argument returns false.
  using Work = std::function<Outcome(const Progress&)>;

  /// What the work came to: an outcome, or what it threw in words.
  struct End {
    std::optional<Outcome> outcome;
    std::string thrown;
  };

  /// `on_news` is called from the other thread when an end waits, or when the share that is done has grown by
  /// a hundredth; it must not block.
  explicit Background(std::function<void()> on_news) : on_news_(std::move(on_news)) {}
  ~Background() { cancel(); }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  bool is_busy() const { return busy_; }
  /// Of the work, 0 to 1, as far as it tells.
  double share_done() const { return share_; }

  /// Not while it is busy.
  void start(Work work) {
    busy_ = true;
    share_ = 0;
    thread_ = std::jthread([this, work = std::move(work)](std::stop_token stop) {
      End end;
      try {
        end.outcome = work([&](double share) { return tell(share), !stop.stop_requested(); });
      } catch (const std::exception& error) {
        end.thrown = error.what();
      }
      {
        const std::lock_guard lock(mutex_);
        if (!stop.stop_requested()) end_ = std::move(end);
        busy_ = false;
      }
      ended_.notify_all();
      if (!stop.stop_requested() && on_news_) on_news_();
    });
  }

  /// The same at once, on the calling thread, and without asking it to stop.
  void run_here(const Work& work) {
    End end;
    try {
      end.outcome = work({});
    } catch (const std::exception& error) {
      end.thrown = error.what();
    }
    const std::lock_guard lock(mutex_);
    end_ = std::move(end);
  }

  /// Waits until the work has ended; take() has its end then.
  void wait() {
    if (thread_.joinable()) thread_.join();
  }

  /// The same, for so long at most.
  void wait_for(std::chrono::milliseconds longest) {
    std::unique_lock lock(mutex_);
    ended_.wait_for(lock, longest, [this] { return !busy_; });
  }

  /// Asks it to stop, waits until it has, and drops what it found.
  void cancel() {
    thread_ = {};
    const std::lock_guard lock(mutex_);
    end_.reset();
  }

  /// What it came to, once; nothing before.
  std::optional<End> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(end_, std::nullopt);
  }

 private:
  void tell(double share) {
    constexpr double kNews = 0.01;
    if (share < share_ + kNews) return;
    share_ = share;
    if (on_news_) on_news_();
  }

  std::function<void()> on_news_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::optional<End> end_;
  std::atomic<bool> busy_{false};
  std::atomic<double> share_{0};
  std::jthread thread_;  // last, so that it has ended before anything of the above goes
};

}  // namespace rbm
