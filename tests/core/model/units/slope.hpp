// The slope of the exact log-likelihood along one parameter, by central differences.
#pragma once

#include "core/evaluation/exact_gradient.hpp"

namespace rbm::oracle {

/// `parameter` is one of the model's, and has its value again afterwards.
inline double slope_of_likelihood(const Model& model, float& parameter, const States& v, ThreadPool& pool) {
  const float before = parameter, step = 1.0f / 256;
  parameter = before + step;
  const double above = exact_gradient(model, v, pool)->log_likelihood;
  parameter = before - step;
  const double below = exact_gradient(model, v, pool)->log_likelihood;
  parameter = before;
  return (above - below) / (2 * double{step});
}

}  // namespace rbm::oracle
