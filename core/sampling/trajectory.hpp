// Trajectory: models that one run went through. From the independent pixels up to the trained model they are
// a ladder for replica exchange: parallel trajectory tempering (Béreux, Decelle, Furtlehner, Rosset and
// Seoane 2025). Visible units of any kind, no labels. A plain value; copies share the models.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/parallel/communicator.hpp"
#include "core/result.hpp"
#include "core/sampling/gibbs_chains.hpp"
#include "core/sampling/replica_exchange.hpp"

namespace rbm {

/// A model that the run went through.
struct TrajectoryPoint {
  std::uint64_t update = 0;
  std::shared_ptr<const Model> model;
};

struct Trajectory {
  VisibleBase base;                     // the visible units by themselves, below the first point
  std::vector<TrajectoryPoint> points;  // in the order of training, all of one kind and shape
};

/// One .safetensors or .npz file: base_bias [visible] (of Gaussian units base_log_variance, too), and under "n/"
/// the tensors of point n's model.
/// Fails where the file cannot be written.
/// Of models of which `ranks` hold their own columns: all of them call it, and the first one writes.
Result<void> save_trajectory(const std::string& path, const Trajectory& trajectory,
                             Communicator& ranks = one_process());
/// Fails where the file is no trajectory: a missing tensor, shapes that do not fit together, no point.
Result<Trajectory> load_trajectory(const std::string& path);

/// Replica exchange along a trajectory. Rung 0 are the visible units by themselves, the last rung is the last
/// point; the rungs between lie on straight lines from point to point, as far apart as their overlap allows.
class TrajectorySampler {
 public:
  /// `chains` ≥ 2 on each rung. The trajectory has a point at least.
  TrajectorySampler(const Trajectory& trajectory, Index chains, std::uint64_t seed);

  /// Builds the ladder from below with a population that climbs it (sequential Monte Carlo: Del Moral, Doucet
  /// and Jasra 2006): each next rung is the farthest model whose importance weights keep half of the
  /// population effective; there the population is resampled by them and takes `sweeps` Gibbs sweeps. It
  /// stays on every rung as the chains that the exchanges start from, or those of `kept` do alone, which go on as they
  /// would among the others. Ranks divide the climb between them. False where `go_on`, called at every rung with the
  /// climbed share of the path, says so; then nothing else may be called.
  bool climb(Index sweeps, ThreadPool& pool, const std::function<bool(double)>& go_on = {},
             std::optional<Places> kept = {});

  /// One Gibbs sweep on every rung, then exchanges between every second pair of neighbours, in turns.
  void sweep(ThreadPool& pool);
  /// Whether the last sweep tried to exchange rungs `pair` and `pair` + 1.
  bool has_tried(Index pair) const {
    return sweeps_ > 0 && static_cast<Index>((sweeps_ - 1) % 2) == pair % 2;
  }

  const ReplicaExchange& replicas() const { return *replicas_; }
  /// Samples of the last point [chains × visible].
  const States& states() const { return replicas_->states(replicas_->rungs() - 1); }

 private:
  struct Step {
    std::shared_ptr<const Model> model;
    Matrix transposed;
    States states;
  };
  Model model_at(double place) const;
  void add_step(Model model, const States& states, GibbsChains& population, Index sweeps, OwnRows& own);

  std::vector<std::shared_ptr<const Model>> path_;  // the base, then the points
  std::vector<Step> steps_;  // rung by rung; without states once the exchanges have them
  std::vector<Rung> rungs_;
  std::unique_ptr<ReplicaExchange> replicas_;
  Index chains_;
  std::uint64_t seed_, sweeps_ = 0;
};

}  // namespace rbm
