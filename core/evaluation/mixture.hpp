// The mixture that a model with one Gaussian visible unit is, seen from its visible unit: each of the
// 2^hidden hidden states is one normal distribution, and all have the same variance. Pure functions; any
// thread.
#pragma once

#include <vector>

#include "core/model/model.hpp"

namespace rbm {

struct MixtureComponent {
  unsigned hidden = 0;  // bit j is h_j
  double share = 0;     // p(h)
  double mean = 0;      // of v given h: μ + W h
};

inline constexpr Index kMostMixtureUnits = 10;

/// All hidden states in the order of their bits; shares add up to 1. The model has one Gaussian visible unit
/// and at most kMostMixtureUnits hidden ones:
///   p(h) ∝ exp(bᵀh + (2 μ W h + (W h)²) / 2σ²).
std::vector<MixtureComponent> mixture_components(const Model& model);

/// N(v; mean, variance).
double normal_density(double v, double mean, double variance);
/// p(v): the sum over the components.
double mixture_density(const std::vector<MixtureComponent>& components, double variance, double v);

}  // namespace rbm
