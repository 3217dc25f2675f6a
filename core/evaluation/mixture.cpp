#include "core/evaluation/mixture.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/model/units/visible_units.hpp"

namespace rbm {

std::vector<MixtureComponent> mixture_components(const Model& model) {
  RBM_ASSERT(model.visible() == 1 && model.visible_type == VisibleType::Gaussian &&
             model.hidden() <= kMostMixtureUnits);
  const Index hidden = model.hidden();
  const HiddenQuadratic summed = *units_of(model).summed_out(model);
  std::vector<MixtureComponent> out(std::size_t{1} << hidden);
  double most = -INFINITY;
  for (unsigned state = 0; state < out.size(); ++state) {
    Eigen::VectorXd h(hidden);
    double mean = double{model.visible_bias[0]};
    for (Index j = 0; j < hidden; ++j) {
      h[j] = (state >> j) & 1U;
      mean += h[j] * double{model.weights(0, j)};
    }
    const double log_share = summed.linear.dot(h) + 0.5 * h.dot(summed.quadratic * h);
    out[state] = {state, log_share, mean};
    most = std::max(most, log_share);
  }
  double sum = 0;
  for (MixtureComponent& component : out) sum += component.share = std::exp(component.share - most);
  for (MixtureComponent& component : out) component.share /= sum;
  return out;
}

double normal_density(double v, double mean, double variance) {
  return std::exp(-(v - mean) * (v - mean) / (2 * variance)) / std::sqrt(2 * std::numbers::pi * variance);
}

double mixture_density(const std::vector<MixtureComponent>& components, double variance, double v) {
  double sum = 0;
  for (const MixtureComponent& component : components)
    sum += component.share * normal_density(v, component.mean, variance);
  return sum;
}

}  // namespace rbm
