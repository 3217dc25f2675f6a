// ExactReport: what enumeration says of a model that is small enough for it. Plain values; thread-compatible.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/model/gradient.hpp"

namespace rbm {

/// A state of the visible units, unit i on where bit i is set, and how probable it is.
struct StateProbability {
  std::uint32_t state = 0;
  double model = 0, data = 0;
};

/// How the gradient of one method compares with the exact one.
struct MethodReport {
  std::string name;  // "CD-1"
  std::string note;  // "from the chains of this run"; may be empty
  int updates = 0;   // that were averaged
  GradientComparison of_mean, of_one;
  double noise = 0;  // standard error of the mean over ‖exact gradient‖
};

/// The methods that are compared, in the order of ExactReport::methods.
enum class ComparedMethod { Cd1, CdK, Persistent, Tempering };
inline constexpr std::size_t kComparedMethods = 4;

struct ExactReport {
  std::uint64_t update = 0;
  std::string refused;        // why there are no numbers, one sentence; empty where there are
  std::int64_t rows = 0;      // of the data: the distribution p_data is theirs
  double log_likelihood = 0;  // of the averaged model, mean over the rows, nats
  double log_z = 0;
  double reconstruction_error = 0;  // of the same rows
  /// Of few enough visible units only.
  bool has_distribution = false;
  double data_entropy = 0;               // nats: no model has a higher log-likelihood than minus this
  std::int64_t data_states = 0;          // distinct ones
  double mass_on_data = 0;               // probability of the data's states under the model
  std::vector<StateProbability> states;  // the most probable ones under either, by the model's probability
  /// Of the weights of the last update, which the chains of the run follow.
  double gradient_norm = 0;
  std::vector<MethodReport> methods;  // kComparedMethods of them; an empty name where one does not apply
  double seconds = 0;                 // that it took

  /// KL(data ‖ model), nats; only with a distribution.
  double divergence() const { return -data_entropy - log_likelihood; }
};

/// One row of the curves of the reports.
struct ExactPoint {
  std::uint64_t update = 0;
  double log_likelihood = 0, reconstruction_error = 0;
  std::array<double, kComparedMethods> cosine{};  // of the means; NaN where a method does not apply
};

}  // namespace rbm
