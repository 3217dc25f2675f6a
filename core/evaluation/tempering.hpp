// log Z by tempering: exact for the visible units by themselves, and from there by Bennett's acceptance ratio between
// every two neighbours of a ladder whose chains exchange states. Along the models of the own run it is
// parallel trajectory tempering; without a trajectory the ladder is the straight line from the independent
// pixels to the model, parallel tempering. Any thread with its own pool. Same input, same bits, for any
// number of threads.
#pragma once

#include <vector>

#include "core/evaluation/likelihood.hpp"
#include "core/sampling/trajectory.hpp"

namespace rbm {

struct TemperingSettings {
  Index chains = 100;          // on every rung
  Index sweeps_per_rung = 50;  // of the population that climbs the ladder first (TrajectorySampler::climb)
  Index sweeps = 1000;         // with exchanges, that are looked at
  Index burn_in = 100;         // sweeps before them
  std::uint64_t seed = 1;
};

struct TemperedEstimate {
  LogZEstimate log_z;              // of the last model
  std::vector<double> acceptance;  // of exchanges between neighbours, from the independent pixels upwards
  std::uint64_t round_trips = 0;   // how often a chain that came from the lowest rung reached the highest
};

/// A trajectory of the model alone.
Trajectory straight_line(const Model& model, const VisibleBase& base);

/// method is "ptt", or "tempering" where the trajectory has one model. forward and reverse are the sums
/// of log mean e^(F_low − F_high) over each lower rung and of −log mean e^(F_high − F_low) over each upper
/// one: too small and too large on average. The standard error is that between ten groups of chains, whose
/// ladders have only the climb in common. The effective sample size counts all states of all sweeps, which
/// are not independent: it is an upper bound. Refused where chains went fewer than five times the whole way
/// from the lowest rung to the highest: what the ladder's upper end holds then still depends on how it was
/// climbed, and no error bar says so. Fails on settings out of range, on a model that is not finite, with
/// label units, or when cancelled.
Result<TemperedEstimate> tempered_log_z(const Trajectory& trajectory, const TemperingSettings& settings,
                                        ThreadPool& pool, const Progress& progress = {});

}  // namespace rbm
