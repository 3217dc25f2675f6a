// log Z: exactly by enumeration of the smaller layer, or estimated by annealed importance sampling in both
// directions. Any thread with its own pool. Same input, same bits, for any number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/math/progress.hpp"
#include "core/model/enumeration.hpp"
#include "core/model/model.hpp"
#include "core/result.hpp"

namespace rbm {

/// The most units that exact_log_z enumerates.
inline constexpr Index kMaxEnumeratedUnits = 25;

/// log Z by summing over all states of the smaller layer, in double and in blocks. Each further unit
/// doubles the time. Fails when the smaller layer has more than kMaxEnumeratedUnits units, when a parameter
/// is not finite, or when cancelled.
Result<double> exact_log_z(const Model& model, ThreadPool& pool, const Progress& progress = {});

/// The most steps of an annealing: float, the precision of its transitions, tells them apart.
inline constexpr Index kMostAnnealingSteps = 5'000'000;

struct AnnealingSettings {
  Index chains = 100;  // M; of the forward direction, the reverse one has a chain for each sample
  Index steps = 1000;  // K: number of inverse temperatures after β = 0
  // Strictly ascending from 0 to 1, K + 1 values; empty: usual_schedule(steps).
  std::vector<double> schedule = {};
  std::uint64_t seed = 1;
};

/// A part of a schedule: even steps up to the inverse temperature `end`.
struct SchedulePart {
  double end = 1;
  Index steps = 0;
};
/// The inverse temperatures of parts that follow each other, from 0 on; their sum of steps + 1 values.
std::vector<double> schedule_of(std::span<const SchedulePart> parts);
/// 8 % of the steps up to β = 0.25, 31 % up to 0.75, 61 % up to 1. About the best shares for models of MNIST (196 hidden
/// units): in proportion to the square root of what a step's log weight varies, times how long its chains remember, which
/// is a step where they are hot and twenty near β = 1.
std::vector<SchedulePart> usual_schedule(Index steps);

/// log weights of M runs, and what follows from them.
struct AnnealedEstimate {
  double log_z = 0;         // log mean weight (forward), or its counterpart for the reverse direction
  double lower_3sigma = 0;  // log Z at the mean weight ∓ 3 standard errors; infinite where that is not
  double upper_3sigma = 0;  // positive, or where there is one run only
  double effective_sample_size = 0;  // (Σw)² / Σw²; a value near 1 says that the estimate cannot be trusted
  std::vector<double> log_weights;  // already includes log Z of the base model
  States states;  // [M × visible] where the chains ended: forward, under their weights, samples
                  // of the model; reverse, samples of the base
};

/// Forward AIS (Neal 2001; Salakhutdinov and Murray 2008): β from 0 (base) to 1 (model). Unbiased for Z;
/// underestimates log Z on average. base: the visible units by themselves, finite, as many as the model has.
/// Fails on settings out of range, on weights that are not finite, or when cancelled.
Result<AnnealedEstimate> annealed_importance_sampling(const Model& model, const VisibleBase& base,
                                                      const AnnealingSettings& settings, ThreadPool& pool,
                                                      const Progress& progress = {});

/// Reverse AIS from samples of the model [chains × visible] (as good as they are equilibrium samples): β from
/// 1 to 0. Unbiased for 1/Z, so overestimates log Z on average. log_weights have the sign of the forward
/// ones: log_z = −log mean exp(−log_weights).
Result<AnnealedEstimate> reverse_annealed_importance_sampling(const Model& model, const VisibleBase& base,
                                                              const States& samples,
                                                              const AnnealingSettings& settings,
                                                              ThreadPool& pool,
                                                              const Progress& progress = {});

/// Bennett's acceptance ratio between forward and reverse log weights (Bennett 1976, equation 12): the log Z
/// that both directions agree on best. Neither span may be empty.
double bennett_log_z(std::span<const double> forward_log_weights,
                     std::span<const double> reverse_log_weights);

/// Asymptotic standard error of bennett_log_z (Bennett 1976, equation 10), from the spread of the acceptances
/// within each direction. Meaningful once both directions overlap.
double bennett_standard_error(std::span<const double> forward_log_weights,
                              std::span<const double> reverse_log_weights, double log_z);

}  // namespace rbm
