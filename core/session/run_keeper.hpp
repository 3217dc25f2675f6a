// RunKeeper: keeps the run of the window in a folder while it trains, when another one takes its place and at the end.
// The state is copied on the worker's thread and written on one of its own. Owned by the worker; its functions are the
// worker thread's.
#pragma once

#include <deque>
#include <functional>
#include <string>

#include "core/run/background.hpp"
#include "core/run/kept_runs.hpp"
#include "core/run/run.hpp"
#include "core/session/snapshot.hpp"

namespace rbm {

/// Where the runs of a session are kept, and how often.
struct Keeping {
  std::string folder;  // of KeptRuns; empty: nowhere
  double every_s = 30;
  std::function<double()> clock_s = {};        // for tests; empty: the system's steady clock
  std::function<void(TensorFile&)> also = {};  // leaves more in the state of a run; called by the worker
};

class RunKeeper {
 public:
  RunKeeper(Keeping keeping, std::function<void()> on_news);

  /// A new run, after the one before was kept. One that was opened in the middle is kept soon.
  void begin(const Run& run);
  /// Starts to keep the run if it is time. Each run at each update once.
  void keep_if_due(const Run& run);
  /// Starts to keep the run as it is, after what is being written.
  void keep(const Run& run);
  /// Keeps the run as it is, and waits until everything is written. Fails with a sentence where that failed.
  Result<void> finish(const Run* run);
  /// Takes over what was written; false if there was nothing.
  bool take();

  const KeepReport& report() const { return report_; }

 private:
  /// A state to be written.
  struct Job {
    std::string path;
    std::uint64_t updates = 0;
    TensorFile checkpoint;
  };
  double now_s() const;
  void start_next();
  bool is_on() const { return !keeping_.folder.empty(); }

  Keeping keeping_;
  std::string path_;          // of the present run
  std::uint64_t copied_ = 0;  // its update whose state was copied last
  double next_s_ = 0;
  std::deque<Job> waiting_;
  struct {
    std::string path;
    std::uint64_t updates = 0;
  } writing_;  // whose state is being written
  KeepReport report_;
  Background<Result<void>> background_;
};

}  // namespace rbm
