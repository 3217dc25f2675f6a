// Bennett's acceptance ratio by itself, of weights whose distribution is known.
#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "core/evaluation/monitor.hpp"
#include "core/evaluation/partition_function.hpp"
#include "core/math/scalar.hpp"

using namespace rbm;

namespace {
constexpr double kBennettErrors = 4;  // standard errors: two-sided false-alarm rate 6e-5
}

TEST_CASE("Bennett's ratio and its stated error hold for Gaussian work and unequal numbers of runs") {
  // Normal log weights of variance s² around log Z ∓ s²/2 satisfy Crooks' relation exactly.
  const double log_z = 321, s = 1.5;
  std::mt19937 engine(77);
  std::normal_distribution<double> normal;
  std::vector<double> errors, stated;
  for (int repeat = 0; repeat < 400; ++repeat) {
    std::vector<double> up(300), down(100);
    for (double& w : up) w = log_z - s * s / 2 + s * normal(engine);
    for (double& w : down) w = log_z + s * s / 2 + s * normal(engine);
    const double estimate = bennett_log_z(up, down);
    errors.push_back(estimate - log_z);
    stated.push_back(bennett_standard_error(up, down, estimate));
  }
  const Mean mean = mean_of(errors);
  CHECK(std::abs(mean.value) < kBennettErrors * mean.standard_error);
  // The spread of 400 estimates is known to 3.5 %: four of these.
  const double spread = mean.standard_error * std::sqrt(400.0);
  CHECK(mean_of(stated).value == doctest::Approx(spread).epsilon(0.14));
}

TEST_CASE("Bennett's ratio of weights that all agree is that weight") {
  const std::vector<double> up(10, 42.5), down(3, 42.5);
  CHECK(bennett_log_z(up, down) == doctest::Approx(42.5).epsilon(1e-13));
  CHECK(bennett_standard_error(up, down, 42.5) == doctest::Approx(0));
}
