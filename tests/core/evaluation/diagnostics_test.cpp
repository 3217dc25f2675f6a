// Mixing and weights, against processes and matrices whose answers are known.
#include "core/evaluation/diagnostics.hpp"

#include <doctest/doctest.h>

#include <Eigen/QR>
#include <cmath>
#include <random>

#include "tests/core/evaluation/enumerated_model.hpp"

using namespace rbm;

namespace {

/// Chains of x_t = ρ x_{t−1} + noise, stationary, each around its own level.
std::vector<std::vector<double>> autoregressive(int chains, int steps, double rho, double level_spread) {
  std::mt19937_64 engine(8);
  std::normal_distribution<double> normal;
  std::vector<std::vector<double>> out;
  for (int c = 0; c < chains; ++c) {
    double x = normal(engine) / std::sqrt(1 - rho * rho);
    const double level = level_spread * normal(engine);
    auto& chain = out.emplace_back();
    for (int t = 0; t < steps; ++t) {
      chain.push_back(level + x);
      x = rho * x + normal(engine);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("the autocorrelation time of an autoregressive process is its own") {
  for (const double rho : {0.0, 0.5, 0.9}) {
    const double expected = (1 + rho) / (1 - rho);
    CHECK(autocorrelation_time(autoregressive(50, 4000, rho, 0)) == doctest::Approx(expected).epsilon(0.08));
  }
  CHECK(autocorrelation_time({{2, 2, 2, 2, 2}}) == 1);
}

TEST_CASE("split R-hat is one for chains that agree and rises with the spread of their levels") {
  CHECK(split_r_hat(autoregressive(50, 4000, 0.5, 0)) == doctest::Approx(1).epsilon(0.003));
  // Variance within: 1; between: 1. R̂ → √2.
  CHECK(split_r_hat(autoregressive(2000, 400, 0, 1)) == doctest::Approx(std::sqrt(2.0)).epsilon(0.04));
  // One chain that drifts is caught by its halves.
  std::vector<double> drift;
  for (int t = 0; t < 1000; ++t) drift.push_back(t + (t % 2));
  CHECK(split_r_hat({drift}) > 1.5);
  CHECK(std::isnan(split_r_hat({{1, 1, 1, 1}})));
}

TEST_CASE("singular values come back from a matrix that was made from them") {
  for (const auto& [rows, cols] : {std::pair{12, 7}, std::pair{7, 12}}) {
    const Eigen::MatrixXd left =
        Eigen::HouseholderQR<Eigen::MatrixXd>(Eigen::MatrixXd::Random(rows, rows)).householderQ();
    const Eigen::MatrixXd right =
        Eigen::HouseholderQR<Eigen::MatrixXd>(Eigen::MatrixXd::Random(cols, cols)).householderQ();
    Eigen::MatrixXd middle = Eigen::MatrixXd::Zero(rows, cols);
    for (int i = 0; i < 7; ++i) middle(i, i) = 7 - i;
    const Eigen::MatrixXd w = left * middle * right;
    Model model;
    model.weights.resize(rows, cols);
    model.weights.view() = w.cast<float>();
    const auto values = singular_values(model);
    REQUIRE(values.size() == 7);
    for (int i = 0; i < 7; ++i)
      CHECK(values[static_cast<std::size_t>(i)] == doctest::Approx(7 - i).epsilon(1e-4));
  }
}

TEST_CASE("chains of independent pixels mix in one step, chains between two peaks do not") {
  ThreadPool pool(2);
  Model flat = oracle::random_model(12, 5, 0, 1, 3);
  const Mixing easy = measure_mixing(flat, BitMatrix(50, 12), 400, 1, pool);
  CHECK(easy.autocorrelation_time == doctest::Approx(1).epsilon(0.1));
  CHECK(easy.split_r_hat == doctest::Approx(1).epsilon(0.01));
  const Model peaks = oracle::make_model({{4, -4}, {4, -4}, {4, -4}, {4, -4}}, {-1, -1, -1, -1}, {-8, 6});
  CHECK(measure_mixing(peaks, BitMatrix(50, 4), 400, 1, pool).autocorrelation_time > 3);
}

TEST_CASE("free energies by label are the means of their rows") {
  ThreadPool pool(1);
  const Model model = oracle::golden_model();
  const BitMatrix v = oracle::rows_of({"0000", "1011", "0000"});
  std::vector<double> energies(3);
  Matrix scratch;
  free_energies(model, v, energies, scratch, pool);
  const auto means = means_by_label(energies, std::vector<std::uint8_t>{0, 2, 2});
  REQUIRE(means.size() == 3);
  CHECK(means[0] == doctest::Approx(-2.105551884593).epsilon(1e-6));
  CHECK(std::isnan(means[1]));
  CHECK(means[2] == doctest::Approx((-3.103037453439 - 2.105551884593) / 2).epsilon(1e-6));
}
