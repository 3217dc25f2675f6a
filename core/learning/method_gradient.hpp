// How good a method's gradient is: the Trainer itself runs on a frozen model, and what its updates estimate
// is averaged and held against the exact gradient. Any thread with its own pool. Same input, same bits, for
// any number of threads.
#pragma once

#include <functional>

#include "core/learning/settings.hpp"
#include "core/model/gradient.hpp"
#include "core/model/model.hpp"
#include "core/model/states.hpp"
#include "core/result.hpp"

namespace rbm {

/// What is averaged.
struct GradientSample {
  int repeats = 1000;  // updates
  int burn_in = 0;     // updates before them, in which the chains come to the model
  /// [chains × visible]; where given, the persistent chains start here at every update, as those of a run do
  /// at its next one, and do not go on from update to update, which would give them time that a run does not
  /// have.
  const States* chains = nullptr;
};

struct MethodGradient {
  Gradient mean;               // over the repeats
  GradientComparison of_mean;  // of that with the exact one: what a method's bias leaves
  GradientComparison of_one;   // means over the repeats of the same for a single update: bias and noise; an
                               // update that changes nothing counts with cosine 0
  double noise = 0;            // standard error of `mean`, all parameters together, over ‖exact gradient‖
};

/// The gradient that `settings` (method, k, chains, temperatures, fast weights, Langevin steps, seed)
/// estimate for the rows v [rows × visible] at the model as it is: every update has all rows for its
/// mini-batch, and learning rate 0. `exact` is that of the same rows. `progress` as elsewhere. Fails for
/// models with label units, for settings out of range, and when cancelled.
Result<MethodGradient> method_gradient(const Model& model, const States& v, const TrainingSettings& settings,
                                       const GradientSample& sample, const Gradient& exact, ThreadPool& pool,
                                       const std::function<bool(double)>& progress = {});

}  // namespace rbm
