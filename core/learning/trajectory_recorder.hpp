// TrajectoryRecorder: keeps models of a run as a Trajectory while it trains. Watches a Trainer from beside
// and never disturbs it. Owned by whoever trains; one thread.
#pragma once

#include <string>

#include "core/learning/trainer.hpp"
#include "core/sampling/trajectory.hpp"

namespace rbm {

/// Why a run with these settings leaves no trajectory, as one sentence; empty where it does.
std::string no_trajectory_of(const TrainingSettings& settings);

class TrajectoryRecorder {
 public:
  /// For a run at its start; no_trajectory_of(trainer.settings()) must have found nothing.
  explicit TrajectoryRecorder(const Trainer& trainer);

  /// To be called after every update. Keeps the averaged model of update 500 and of every one that is later
  /// by a third than the last one kept: some 25 of a run of a million updates.
  void observe(const Trainer& trainer);
  /// What was kept, with the present averaged model as its last checkpoint.
  Trajectory trajectory(const Trainer& trainer) const;

 private:
  Trajectory trajectory_;
};

}  // namespace rbm
