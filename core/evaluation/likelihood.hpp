// The log-likelihood of a model with its bracket: exact where the smaller layer can be enumerated, else from
// annealed importance sampling in both directions, joined by Bennett's acceptance ratio. Any thread with its
// own pool. Same input, same bits, for any number of threads.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/evaluation/partition_function.hpp"

namespace rbm {

/// Below this many effective runs the spread of the weights is unknown, and so is the estimate's error.
inline constexpr double kLeastEffectiveSampleSize = 5;

struct LogZEstimate {
  std::string method;  // "exact", "ais", or of tempered_log_z "ptt" and "tempering"
  double log_z = 0;    // exact, or Bennett's ratio
  double forward = 0;  // from independent pixels: too small on average; the exact value where there is one
  double reverse = 0;  // from the model: too large on average, as far as its starts are samples of the model
  double lower = 0;    // the smallest and the largest of the three
  double upper = 0;
  std::array<double, 2> forward_3sigma{},
      reverse_3sigma{};       // of AIS: log Z at the mean weight ∓ 3 standard errors of each
  double standard_error = 0;  // of log_z; 0 where it is exact
  // The smaller of both directions, of a joint model what the runs of all labels come to; infinite where it is exact.
  double effective_sample_size = 0;
  std::string refused;              // why the estimate must not be used, one sentence; empty where it may
  States samples;                   // where the forward runs ended: samples of the model,
  std::vector<double> log_weights;  // of which each stands for the others in proportion to e^log_weight
};

/// `starts` [at most settings.chains × visible] are the best samples of the model at hand, and where they are fewer, the
/// ends of the forward runs, drawn by their weights, are the others: all are carried on by `burn_in` Gibbs steps before
/// the reverse runs begin there. Fails where annealed importance sampling does.
Result<LogZEstimate> estimate_log_z(const Model& model, const VisibleBase& base, const States& starts,
                                    Index burn_in, const AnnealingSettings& settings, ThreadPool& pool,
                                    const Progress& progress = {});

/// exact_log_z in the same form.
Result<LogZEstimate> enumerated_log_z(const Model& model, ThreadPool& pool, const Progress& progress = {});

}  // namespace rbm
