// The mixture that a model with one Gaussian visible unit is.
#include "core/evaluation/mixture.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace {

using namespace rbm;

Model one_unit(std::initializer_list<float> weights, std::initializer_list<float> biases, float mean,
               float variance) {
  Model model;
  model.shape = {1, 1, 1};
  model.visible_type = VisibleType::Gaussian;
  model.weights.resize(1, static_cast<Index>(weights.size()));
  std::copy(weights.begin(), weights.end(), model.weights.row(0));
  model.hidden_bias.resize(static_cast<Index>(biases.size()));
  std::copy(biases.begin(), biases.end(), model.hidden_bias.data());
  model.visible_bias = Eigen::VectorXf::Constant(1, mean);
  model.log_variance = Eigen::VectorXf::Constant(1, std::log(variance));
  return model;
}

TEST_CASE("the mixture's density is e^-F over its integral, at every height") {
  const Model model = one_unit({1.5f, -0.8f, 2.2f}, {-0.4f, 0.3f, -1.1f}, 0.7f, 0.5f);
  const auto components = mixture_components(model);
  REQUIRE(components.size() == 8);
  constexpr int kPoints = 4001;
  constexpr double kFrom = -10, kStep = 0.005;
  Matrix v(kPoints, 1), scratch;
  for (Index i = 0; i < kPoints; ++i) v(i, 0) = static_cast<float>(kFrom + kStep * static_cast<double>(i));
  std::vector<double> energies(kPoints);
  ThreadPool pool(1);
  free_energies(model, v, energies, scratch, pool);
  double integral = 0;
  for (double f : energies) integral += kStep * std::exp(-f);
  for (std::size_t i = 0; i < energies.size(); i += 50) {
    const double exact = std::exp(-energies[i]) / integral;
    CHECK(mixture_density(components, 0.5, double{v(static_cast<Index>(i), 0)}) ==
          doctest::Approx(exact).epsilon(1e-4));
  }
}

TEST_CASE("one hidden unit gives the two shares of the closed form") {
  const Model model = one_unit({1.2f}, {-0.3f}, 0.5f, 0.8f);
  const auto components = mixture_components(model);
  REQUIRE(components.size() == 2);
  const double odds = std::exp(-0.3 + (2 * 0.5 * 1.2 + 1.2 * 1.2) / (2 * 0.8));
  CHECK(components[1].share == doctest::Approx(odds / (1 + odds)).epsilon(1e-5));
  CHECK(components[0].share + components[1].share == doctest::Approx(1).epsilon(1e-12));
  CHECK(components[0].mean == doctest::Approx(0.5));
  CHECK(components[1].mean == doctest::Approx(1.7));
}

}  // namespace
