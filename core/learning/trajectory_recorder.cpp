#include "core/learning/trajectory_recorder.hpp"

namespace rbm {
namespace {

/// Before it a hot learning rate throws the model about faster than any chain follows: a ladder through those
/// models is longer than the straight line past them.
constexpr std::uint64_t kFirst = 500;
constexpr std::uint64_t kGrowth = 3;

Checkpoint checkpoint_of(const Trainer& trainer) {
  return {trainer.updates(), std::make_shared<const Model>(trainer.described_model())};
}

}  // namespace

std::string no_trajectory_of(const TrainingSettings& settings) {
  if (settings.visible != VisibleType::Binary) return "A trajectory needs binary visible units.";
  if (settings.labels) return "A trajectory needs a model without label units.";
  return {};
}

TrajectoryRecorder::TrajectoryRecorder(const Trainer& trainer) {
  RBM_ASSERT(no_trajectory_of(trainer.settings()).empty());
  trajectory_.base_bias = trainer.base().bias;
}

void TrajectoryRecorder::observe(const Trainer& trainer) {
  auto& kept = trajectory_.checkpoints;
  // A diverged run went back.
  while (!kept.empty() && kept.back().update > trainer.updates()) kept.pop_back();
  const std::uint64_t next = kept.empty() ? kFirst : kept.back().update + kept.back().update / kGrowth;
  if (trainer.updates() >= next) kept.push_back(checkpoint_of(trainer));
}

Trajectory TrajectoryRecorder::trajectory(const Trainer& trainer) const {
  Trajectory out = trajectory_;
  while (!out.checkpoints.empty() && out.checkpoints.back().update >= trainer.updates())
    out.checkpoints.pop_back();
  out.checkpoints.push_back(checkpoint_of(trainer));
  return out;
}

}  // namespace rbm
