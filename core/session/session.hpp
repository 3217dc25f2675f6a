// Session: the worker thread. Owns the run that it trains; commands go in, snapshots come out. The public
// functions may be called from any one other thread and never wait for training, loading or measuring.
#pragma once

#include <functional>
#include <memory>

#include "core/session/commands.hpp"
#include "core/session/probes.hpp"
#include "core/session/run_keeper.hpp"
#include "core/session/snapshot.hpp"

namespace rbm {

class Session {
 public:
  /// Starts the worker; it loads settings.data, builds the model and, if `play`, trains at once. `on_publish`
  /// is called from the worker after each new snapshot (to wake the window); it must not block. `keeping` says where
  /// runs are kept while they train, when another takes their place, and at the end.
  explicit Session(const TrainingSettings& settings, bool play, std::function<void()> on_publish = {},
                   Probes probes = {}, Keeping keeping = {});
  /// Stops the worker, at most one update later; where data are being read, at most one file of them. What was to be
  /// saved is saved first, after what is being loaded for it, and the run is kept where `keeping` names a folder.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Returns the command's number: Snapshot::answers says whether it was done or why it was refused, and
  /// Snapshot::applied reaches it then. That is at most one update later, for Reset and Open once the data are
  /// loaded, and for what is posted after them once they are, Watch, Play and Pause aside. A Configure or
  /// Watch that is still waiting is answered by the next one of its kind. A Step is done when it has begun.
  std::uint64_t post(command::Command command);
  /// The number of the last command that was posted, 0 before the first.
  std::uint64_t posted() const;

  /// The newest snapshot; null before the first. Calling it asks for the next one.
  std::shared_ptr<const Snapshot> snapshot();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rbm
