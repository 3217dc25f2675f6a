// Gradient: one number for every parameter of a model, in double, and how one gradient compares with another.
// A plain value; thread-compatible.
#pragma once

#include <Eigen/Core>

namespace rbm {

/// Of the mean log-likelihood, upwards: what the parameters grow by at learning rate 1.
struct Gradient {
  Eigen::MatrixXd weights;       // ∂W [visible × hidden]
  Eigen::VectorXd visible_bias;  // ∂a [visible]; ∂μ of Gaussian units
  Eigen::VectorXd hidden_bias;   // ∂b [hidden]

  Gradient& operator+=(const Gradient& other);
  Gradient& operator*=(double factor);
  /// Σ g² over all parameters.
  double squared_norm() const;
};

/// How an estimate points, and how long it is, beside the exact gradient.
struct GradientMatch {
  double cosine = 0;      // of the angle between the two; NaN where one of them is zero
  double norm_ratio = 0;  // ‖estimate‖ / ‖exact‖; NaN where the exact one is zero
};

/// Of all parameters together, and of each kind alone.
struct GradientComparison {
  GradientMatch all, weights, visible_bias, hidden_bias;
};

/// Both gradients have the same shapes.
GradientComparison compare(const Gradient& estimate, const Gradient& exact);

}  // namespace rbm
