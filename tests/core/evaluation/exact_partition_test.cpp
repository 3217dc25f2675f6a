#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/evaluation/partition_function.hpp"
#include "core/math/scalar.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"

using namespace rbm;

namespace {

double log_z_of(const Model& model, int threads = 1) {
  ThreadPool pool(threads);
  const Result<double> log_z = exact_log_z(model, pool);
  REQUIRE(log_z.has_value());
  return *log_z;
}

/// log Σ_h exp(bᵀh) Π_i (1 + exp(a_i + Σ_j W_ij h_j)) in long double, state by state: no Gray code, no
/// products.
double log_z_by_plain_sum(const Model& model) {
  std::vector<double> logs;
  for (std::size_t h = 0; h < std::size_t{1} << model.hidden(); ++h) {
    long double log_term = 0;
    for (Index j = 0; j < model.hidden(); ++j)
      log_term += oracle::Enumeration::on(h, j) ? double{model.hidden_bias[j]} : 0.0;
    for (Index i = 0; i < model.visible(); ++i) {
      long double x = model.visible_bias[i];
      for (Index j = 0; j < model.hidden(); ++j)
        x += oracle::Enumeration::on(h, j) ? double{model.weights(i, j)} : 0.0;
      log_term += std::max(x, 0.0L) + std::log1p(std::exp(-std::abs(x)));
    }
    logs.push_back(static_cast<double>(log_term));
  }
  return log_sum_exp(logs);
}

}  // namespace

TEST_CASE("exact log Z of the golden model is that of the table and of the enumeration") {
  const Model model = oracle::golden_model();
  CHECK(std::abs(log_z_of(model) - oracle::Enumeration(model).log_z()) < 1e-12);
  CHECK(std::abs(log_z_of(model) - 5.785872248896053) < 1e-6);  // the file's weights are floats
}

TEST_CASE("exact log Z of one visible and one hidden unit") {
  const Model model = oracle::make_model({{.7}}, {.3}, {-.2});
  const double a = double{.3f}, b = double{-.2f}, w = double{.7f};
  CHECK(std::abs(log_z_of(model) - std::log(1 + std::exp(a) + std::exp(b) + std::exp(a + b + w))) < 1e-14);
  CHECK(std::abs(log_z_of(model) - 1.6853114159611629) < 1e-7);
}

TEST_CASE("without weights exact log Z is the sum of softplus over both layers") {
  Model model = oracle::random_model(784, 11, 0, 3, 1);
  double expected = 0;
  for (Index i = 0; i < 784; ++i) expected += softplus(double{model.visible_bias[i]});
  for (Index j = 0; j < 11; ++j) expected += softplus(double{model.hidden_bias[j]});
  CHECK(std::abs(log_z_of(model) - expected) < 1e-10);
  model.visible_bias.setZero();
  model.hidden_bias.setZero();
  CHECK(std::abs(log_z_of(model) - 795 * std::log(2.0)) < 1e-10);
}

TEST_CASE("exact log Z agrees with a plain sum over several blocks of the Gray code") {
  // 12 hidden units are four blocks; 29 and 500 visible units leave lanes unused.
  for (const Index visible : {13, 29, 500}) {
    for (const double sd : {0.1, 1.0, 6.0}) {
      CAPTURE(visible);
      CAPTURE(sd);
      const Model model = oracle::random_model(visible, 12, sd, 1, static_cast<unsigned>(visible));
      const double expected = log_z_by_plain_sum(model);
      CHECK(std::abs(log_z_of(model) - expected) < 1e-12 * std::max(100.0, expected));
    }
  }
}

TEST_CASE("exact log Z does not care which layer is the smaller one") {
  const Model wide = oracle::random_model(40, 11, 0.7, 1, 3);
  CHECK(std::abs(log_z_of(wide) - log_z_of(oracle::exchanged(wide))) < 1e-11);
  const Model square = oracle::random_model(9, 9, 1, 1, 4);
  CHECK(std::abs(log_z_of(square) - log_z_of(oracle::exchanged(square))) < 1e-12);
}

TEST_CASE("exact log Z stays exact where e^x overflows") {
  // Inputs of about ±500 still fit the fast sum, those of ±5000 need the slow one.
  for (const double sd : {100.0, 1000.0, 1e30}) {
    CAPTURE(sd);
    const Model model = oracle::random_model(21, 11, sd, 1, 9);
    const double expected = log_z_by_plain_sum(model);
    CHECK(std::isfinite(expected));
    CHECK(std::abs(log_z_of(model) / expected - 1) < 1e-12);
  }
  // Probability one on a single state: log Z is minus its energy.
  const Model certain = oracle::make_model({{400}, {-400}}, {300, 300}, {200});
  CHECK(std::abs(log_z_of(certain) - 900) < 1e-9);
}

TEST_CASE("exact log Z has the same bits for any number of threads") {
  const Model model = oracle::random_model(50, 14, 1, 1, 6);
  const double alone = log_z_of(model, 1);
  CHECK(log_z_of(model, 2) == alone);
  CHECK(log_z_of(model, 4) == alone);
}

TEST_CASE("exact log Z refuses 26 units with a sentence and can be cancelled at 25") {
  ThreadPool pool(1);
  const Result<double> refused = exact_log_z(oracle::random_model(30, 26, 1, 1, 1), pool);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::Unsupported);
  CHECK(refused.error().message.find("26 units") != std::string::npos);
  CHECK(refused.error().message.find("annealed importance sampling") != std::string::npos);

  int calls = 0;
  const Result<double> stopped = exact_log_z(oracle::random_model(30, 25, 1, 1, 1), pool, [&](double done) {
    CHECK(done >= 0);
    CHECK(done < 0.1);
    return ++calls < 3;
  });
  REQUIRE_FALSE(stopped.has_value());
  CHECK(stopped.error().code == ErrorCode::Cancelled);
  CHECK(calls == 3);
}

TEST_CASE("exact log Z refuses a model that is not finite") {
  ThreadPool pool(1);
  Model model = oracle::golden_model();
  model.weights(2, 1) = std::numeric_limits<float>::quiet_NaN();
  const Result<double> result = exact_log_z(model, pool);
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().code == ErrorCode::NotFinite);
}

TEST_CASE("the enumerated gradient is the slope of the exact log-likelihood") {
  // Central differences of exact_log_z against statistics that are sums over the energy.
  ThreadPool pool(1);
  Model model = oracle::golden_model();
  const BitMatrix data = oracle::rows_of({"1010", "0111", "1100"});
  const oracle::Statistics gradient = oracle::exact_gradient(oracle::Enumeration(model), data);
  const auto log_likelihood = [&] {
    const oracle::Enumeration exact(model);
    double mean = 0;
    for (Index r = 0; r < data.rows(); ++r) mean -= exact.free_energy(oracle::state_number(data, r)) / 3;
    return mean - *exact_log_z(model, pool);
  };
  const auto slope = [&](float& parameter) {
    const float kept = parameter;
    parameter = kept + 1e-3f;
    const double above = log_likelihood(), top = parameter;
    parameter = kept - 1e-3f;
    const double below = log_likelihood(), bottom = parameter;
    parameter = kept;
    return (above - below) / (top - bottom);
  };
  CHECK(std::abs(log_likelihood() - -2.620302724598825) < 1e-6);
  for (Index i = 0; i < 4; ++i) {
    for (Index j = 0; j < 3; ++j) {
      CHECK(std::abs(slope(model.weights(i, j)) -
                     gradient.vh[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)]) < 1e-6);
    }
    CHECK(std::abs(slope(model.visible_bias[i]) - gradient.v[static_cast<std::size_t>(i)]) < 1e-6);
  }
  for (Index j = 0; j < 3; ++j)
    CHECK(std::abs(slope(model.hidden_bias[j]) - gradient.h[static_cast<std::size_t>(j)]) < 1e-6);

  // The table of this gradient, computed outside this program.
  const oracle::Table table{{.0748256903, .083263121, .0448938347},
                            {.0402286369, .0095095027, -.0048338225},
                            {-.0410958712, -.0339556931, -.0073146949},
                            {-.0643179915, -.007428768, -.1028695714}};
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 3; ++j) CHECK(std::abs(gradient.vh[i][j] - table[i][j]) < 1e-7);
  }
}
