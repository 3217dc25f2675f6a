// Session: the worker thread. Owns model, optimizer, random state and chains; commands go in, snapshots come
// out. The public functions may be called from any one other thread and never wait for training.
#pragma once

#include <functional>
#include <memory>

#include "core/session/commands.hpp"
#include "core/session/snapshot.hpp"

namespace rbm {

class Session {
 public:
  /// Starts the worker; it loads settings.data, builds the model and, if `play`, trains at once. `on_publish`
  /// is called from the worker after each new snapshot (to wake the window); it must not block.
  explicit Session(const TrainingSettings& settings, bool play, std::function<void()> on_publish = {});
  ~Session();  // stops the worker; at most one update later
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Returns the command's number; Snapshot::applied reaches it when the command is done. Configure and Watch
  /// coalesce.
  std::uint64_t post(command::Command command);

  /// The newest snapshot; null before the first. Calling it asks for the next one.
  std::shared_ptr<const Snapshot> snapshot();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rbm
