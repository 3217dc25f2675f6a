#include "core/learning/trajectory_recorder.hpp"

namespace rbm {
namespace {

/// Before it a hot learning rate throws the model about faster than any chain follows: a ladder through those
/// models is longer than the straight line past them.
constexpr std::uint64_t kFirst = 500;
constexpr std::uint64_t kGrowth = 3;

TrajectoryPoint point_of(const Trainer& trainer) {
  return {trainer.updates(), std::make_shared<const Model>(trainer.described_model())};
}

}  // namespace

std::string no_trajectory_of(const TrainingSettings& settings) {
  if (settings.labels) return "A trajectory needs a model without label units.";
  return {};
}

TrajectoryRecorder::TrajectoryRecorder(const Trainer& trainer) {
  RBM_ASSERT(no_trajectory_of(trainer.settings()).empty());
  trajectory_.base = trainer.base();
}

void TrajectoryRecorder::observe(const Trainer& trainer) {
  auto& kept = trajectory_.points;
  // A diverged run went back.
  while (!kept.empty() && kept.back().update > trainer.updates()) kept.pop_back();
  const std::uint64_t next = kept.empty() ? kFirst : kept.back().update + kept.back().update / kGrowth;
  if (trainer.updates() >= next) kept.push_back(point_of(trainer));
}

Trajectory TrajectoryRecorder::trajectory(const Trainer& trainer) const {
  Trajectory out = trajectory_;
  while (!out.points.empty() && out.points.back().update >= trainer.updates())
    out.points.pop_back();
  out.points.push_back(point_of(trainer));
  return out;
}

}  // namespace rbm
