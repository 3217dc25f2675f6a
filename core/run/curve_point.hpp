// CurvePoint and Diagnostics: what is kept of a run's quality at one update. Plain values; any thread.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace rbm {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// How a likelihood was found (core/run/likelihood_meter.hpp), from the best to the one that says least.
enum class LikelihoodSource {
  Exact,      // by enumeration
  Annealing,  // in both directions, which leave a bracket
  Riding,     // by chains that go along with the run: an estimate
  Refused,  // such an estimate, or that of the annealing itself where no chains ride yet, where an annealing with
            // too few effective runs leaves no bracket
};
inline constexpr const char* kLikelihoodSources[] = {"exact", "annealing", "riding", "refused"};

/// One row of the curves. NaN where a quantity was not computed at this point.
struct CurvePoint {
  std::uint64_t update = 0;
  double epoch = 0, seconds = 0;  // seconds of training, pauses left out
  double reconstruction_train = 0,
         reconstruction_validation = 0;  // mean squared error per pixel of v → p(h|v) → h → p(v|h)
  double pseudo_log_likelihood = 0;      // exact, nats per image, on validation images
  double free_energy_train = 0, free_energy_validation = 0;  // means, nats
  double free_energy_gap_error = 0;                          // standard error of their difference
  double relative_change = 0;                                // ‖ΔW‖ / ‖W‖
  double learning_rate = 0;
  double label_error = kMissing;  // share of validation images whose label is not the most probable one
  /// Mean log-likelihood of the same validation images, nats, and how far the chains of the meter or the runs of the
  /// annealing are apart about it (one standard error; 0 where it is exact).
  double log_likelihood = kMissing, log_likelihood_spread = kMissing;
  /// Its bracket, where it is exact (all the same) or was annealed.
  double log_likelihood_lower = kMissing, log_likelihood_upper = kMissing;
  double effective_sample_size = kMissing;  // of the annealing, also of one that was refused
  double log_likelihood_from = kMissing;    // a LikelihoodSource
};

/// What else says how a model fares.
struct Diagnostics {
  std::uint64_t update = 0;
  std::vector<double> singular_values;       // of W, largest first
  std::vector<double> free_energy_by_label;  // means over the validation images, nats; empty without labels
  double autocorrelation_time = 0;           // of F along the training's chains, in Gibbs steps
  double split_r_hat = 0;
  int mixing_steps = 0;  // over which the two were measured
  /// Mean F of the training's chains at the end of these steps, which chains that started at data have left them in;
  /// mean and standard deviation of F of the validation images; nats.
  double dream_free_energy = kMissing, data_free_energy = kMissing, data_free_energy_sd = 0;
};

}  // namespace rbm
