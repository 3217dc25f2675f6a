// The exact gradient of the log-likelihood and the exact distribution of small models, by enumeration: what
// estimates are measured against. Any thread with its own pool. Same input, same bits, for any number of
// threads.
#pragma once

#include <vector>

#include "core/evaluation/partition_function.hpp"
#include "core/model/gradient.hpp"
#include "core/model/states.hpp"

namespace rbm {

/// The most units that exact_gradient and exact_distribution enumerate: a second or two for a model of
/// digits.
inline constexpr Index kMostGradientUnits = 20;

/// Whether a model is small enough for its exact gradient: so many units in the layer that is enumerated, and
/// no labels.
bool is_enumerable(const Model& model);

struct ExactGradient {
  Gradient gradient;          // of the mean log-likelihood of the rows
  double log_likelihood = 0;  // that mean, nats per row
  double log_z = 0;
};

/// ∂W = ⟨v p(h|v)ᵀ⟩_data − ⟨v p(h|v)ᵀ⟩_model and its counterparts for the biases (Hinton 2010, section 2),
/// with the second average over all states of the smaller layer, or of the hidden one where visible units are
/// Gaussian, for which v and v − μ stand over σ². v [rows × visible], at least one row. Fails for models with
/// label units, with more than kMostGradientUnits units in that layer, with a parameter that is not finite,
/// or when cancelled.
Result<ExactGradient> exact_gradient(const Model& model, const States& v, ThreadPool& pool,
                                     const Progress& progress = {});

/// log p(v) of all 2^visible states, nats; the state of number n has unit i on where bit i of n is set. Fails
/// for models with label or Gaussian units, with more than kMostGradientUnits visible ones, with a parameter
/// that is not finite, or when cancelled.
Result<std::vector<double>> exact_distribution(const Model& model, ThreadPool& pool,
                                               const Progress& progress = {});

}  // namespace rbm
