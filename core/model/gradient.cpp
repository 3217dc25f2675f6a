#include "core/model/gradient.hpp"

#include <cmath>
#include <limits>

#include "core/result.hpp"

namespace rbm {
namespace {

/// What both figures need of a pair of vectors; pairs of parts add up to that of the whole.
struct Products {
  double mixed = 0, estimate = 0, exact = 0;

  template <class A, class B>
  static Products of(const A& a, const B& b) {
    RBM_ASSERT(a.rows() == b.rows() && a.cols() == b.cols());
    return {a.cwiseProduct(b).sum(), a.squaredNorm(), b.squaredNorm()};
  }
  Products operator+(const Products& other) const {
    return {mixed + other.mixed, estimate + other.estimate, exact + other.exact};
  }
  GradientMatch match() const {
    constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
    const double norms = std::sqrt(estimate) * std::sqrt(exact);
    return {.cosine = norms > 0 ? mixed / norms : kNaN,
            .norm_ratio = exact > 0 ? std::sqrt(estimate) / std::sqrt(exact) : kNaN};
  }
};

}  // namespace

Gradient& Gradient::operator+=(const Gradient& other) {
  weights += other.weights;
  visible_bias += other.visible_bias;
  hidden_bias += other.hidden_bias;
  return *this;
}

Gradient& Gradient::operator*=(double factor) {
  weights *= factor;
  visible_bias *= factor;
  hidden_bias *= factor;
  return *this;
}

double Gradient::squared_norm() const {
  return weights.squaredNorm() + visible_bias.squaredNorm() + hidden_bias.squaredNorm();
}

GradientComparison compare(const Gradient& estimate, const Gradient& exact) {
  const Products w = Products::of(estimate.weights, exact.weights);
  const Products a = Products::of(estimate.visible_bias, exact.visible_bias);
  const Products b = Products::of(estimate.hidden_bias, exact.hidden_bias);
  return {(w + a + b).match(), w.match(), a.match(), b.match()};
}

}  // namespace rbm
