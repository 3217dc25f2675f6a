// RunReplay: one kept run at a time, made again from its journal on threads of its own, beside the training and the
// frames (core/run/replay.hpp). The UI thread only.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "app/panels/run_rows.hpp"
#include "core/math/progress.hpp"
#include "core/result.hpp"
#include "core/run/background.hpp"

namespace lab {

/// Replays what is kept at this path, and says in one sentence what came of it: the same bits, or the first array that
/// differs. Fails with a sentence where the run cannot be made again, which says what is missing. `on_length` gets the
/// number of updates before the first of them; any thread.
rbm::Result<std::string> replay_sentence(const std::string& path, const std::string& title, int threads,
                                         const rbm::Progress& progress,
                                         const std::function<void(std::uint64_t)>& on_length = {});

class RunReplay {
 public:
  /// `on_news` is called on the thread that replays.
  explicit RunReplay(void (*on_news)());

  bool is_busy() const { return work_->is_busy() || is_followed_; }
  /// Not while it is busy.
  void start(const std::string& path, const std::string& title, ReplayInView& view);
  /// It ends as soon as its present update, or the file that it reads, is done; nothing waits for that.
  void stop(ReplayInView& view);
  /// Once a frame: how far it is. True where it has ended in this one; the sentence is in the view then.
  bool follow(ReplayInView& view);
  /// True where follow() would tell something else than before.
  bool has_news() const { return *news_; }

 private:
  using Work = rbm::Background<rbm::Result<std::string>>;

  // At addresses that stay: the other thread has them.
  std::unique_ptr<std::atomic<bool>> news_ = std::make_unique<std::atomic<bool>>(false);
  std::shared_ptr<std::atomic<bool>> stopped_;
  std::shared_ptr<std::atomic<std::uint64_t>> updates_;
  std::unique_ptr<Work> work_;  // behind what its thread writes
  bool is_followed_ = false;    // its end was not yet told
};

}  // namespace lab
