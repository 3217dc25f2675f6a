// What the trainer's methods estimate at a frozen model, against enumeration of the golden model.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "core/evaluation/exact_gradient.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/learning/method_gradient.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"

using namespace rbm;

namespace {

/// The three rows of the golden data, each so many times.
BitMatrix golden_rows(int copies = 1) {
  std::vector<std::string> rows;
  for (int c = 0; c < copies; ++c) rows.insert(rows.end(), {"1010", "0111", "1100"});
  return oracle::rows_of(rows);
}

Gradient exact_of(const Model& model, const States& v) {
  ThreadPool pool(1);
  auto found = exact_gradient(model, v, pool);
  REQUIRE(found.has_value());
  return found->gradient;
}

TrainingSettings method(Method which, int k = 1, int chains = 100) {
  TrainingSettings s;
  s.method = which;
  s.k = k;
  s.chains = chains;
  // Whatever else a run may have set must not show.
  s.learning_rate = 0.7f;
  s.l2 = 0.1f;
  s.clip = 0.01f;
  s.momentum = 0.9f;
  s.sparsity_cost = 1;
  return s;
}

MethodGradient found_by(const Model& model, const States& v, const TrainingSettings& settings,
                        const GradientSample& sample) {
  ThreadPool pool(2);
  auto found = method_gradient(model, v, settings, sample, exact_of(model, v), pool);
  REQUIRE(found.has_value());
  return *std::move(found);
}

std::vector<double> values_of(const Gradient& g) {
  std::vector<double> out;
  for (Index i = 0; i < g.weights.rows(); ++i) {
    for (Index j = 0; j < g.weights.cols(); ++j) out.push_back(g.weights(i, j));
  }
  out.insert(out.end(), g.visible_bias.begin(), g.visible_bias.end());
  out.insert(out.end(), g.hidden_bias.begin(), g.hidden_bias.end());
  return out;
}

/// The largest distance of the mean over 60 seeds from what is expected, in standard errors: of 19 parameters
/// each is beyond 4 of them with probability 2e-4.
double worst_z_score(TrainingSettings settings, const States& v, const GradientSample& sample,
                     const std::vector<double>& expected) {
  const Model model = oracle::golden_model();
  std::vector<std::vector<double>> found(expected.size());
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    settings.seed = seed;
    const std::vector<double> mean = values_of(found_by(model, v, settings, sample).mean);
    for (std::size_t n = 0; n < mean.size(); ++n) found[n].push_back(mean[n]);
  }
  double worst = 0;
  for (std::size_t n = 0; n < expected.size(); ++n) {
    const Mean mean = mean_of(found[n]);
    worst = std::max(worst, std::abs(mean.value - expected[n]) / (mean.standard_error + 1e-7));
  }
  return worst;
}

}  // namespace

TEST_CASE("the mean gradient of CD-1 at a frozen model is the enumerated one and that of the table" *
          doctest::test_suite("long")) {
  const Model model = oracle::golden_model();
  const oracle::Statistics expected = oracle::expected_cd(oracle::Enumeration(model), golden_rows(), 1);
  const oracle::Table table{{.0684605924, .0801301154, .0426857951},
                            {.0334172364, .0065126834, -.0068050762},
                            {-.0356556873, -.024305776, .0043572606},
                            {-.06447983, -.0047599726, -.0990754874}};
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 3; ++j) CHECK(std::abs(expected.vh[i][j] - table[i][j]) < 1e-7);
  }
  CHECK(worst_z_score(method(Method::Cd), golden_rows(300), {.repeats = 20}, oracle::flattened(expected)) <
        4);
  CHECK(worst_z_score(method(Method::Cd, 3), golden_rows(300), {.repeats = 20},
                      oracle::flattened(oracle::expected_cd(oracle::Enumeration(model), golden_rows(), 3))) <
        4);
}

TEST_CASE("persistent chains and tempering come to the exact gradient of a frozen model" *
          doctest::test_suite("long")) {
  const std::vector<double> expected =
      oracle::flattened(oracle::exact_gradient(oracle::Enumeration(oracle::golden_model()), golden_rows()));
  const GradientSample sample{.repeats = 20, .burn_in = 30};
  CHECK(worst_z_score(method(Method::Pcd, 2, 500), golden_rows(), sample, expected) < 4);
  TrainingSettings tempering = method(Method::Tempering, 1, 500);
  tempering.temperatures = 4;
  CHECK(worst_z_score(tempering, golden_rows(), sample, expected) < 4);
}

TEST_CASE("FPCD without a fast rate is PCD bit for bit, and with one its chains leave the model") {
  const Model model = oracle::golden_model();
  const GradientSample sample{.repeats = 50, .burn_in = 30};
  TrainingSettings fast = method(Method::Fpcd);
  fast.fast_rate = 0;
  const MethodGradient still = found_by(model, golden_rows(), fast, sample);
  TrainingSettings pcd = method(Method::Pcd);
  pcd.arithmetic = Arithmetic::Single;
  CHECK(still.mean.weights == found_by(model, golden_rows(), pcd, sample).mean.weights);
  fast.fast_rate = 1;
  CHECK(found_by(model, golden_rows(), fast, sample).of_mean.all.cosine < still.of_mean.all.cosine - 0.2);
}

TEST_CASE("chains that are given are where every update starts") {
  // All pixels off, and one Gibbs step: the second average is that of p(v after the step | v = 0).
  const Model model = oracle::golden_model();
  const oracle::Enumeration exact(model);
  std::vector<double> start(16, 0.0);
  start[0] = 1;
  const oracle::Statistics expected = oracle::difference(exact.statistics(oracle::frequencies(golden_rows())),
                                                         exact.statistics(exact.after_gibbs_step(start)));
  const States off(BitMatrix(400, 4));
  CHECK(worst_z_score(method(Method::Pcd), golden_rows(), {.repeats = 20, .chains = &off},
                      oracle::flattened(expected)) < 4);
}

TEST_CASE("the noise that is told is how far the mean is from what is expected") {
  const Model model = oracle::golden_model();
  const std::vector<double> expected =
      oracle::flattened(oracle::expected_cd(oracle::Enumeration(model), golden_rows(), 1));
  const double length = std::sqrt(exact_of(model, golden_rows()).squared_norm());
  double told = 0, found = 0;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    TrainingSettings settings = method(Method::Cd);
    settings.seed = seed;
    const MethodGradient g = found_by(model, golden_rows(), settings, {.repeats = 100});
    const std::vector<double> mean = values_of(g.mean);
    double distance = 0;
    for (std::size_t n = 0; n < mean.size(); ++n)
      distance += (mean[n] - expected[n]) * (mean[n] - expected[n]);
    found += distance / 30;
    told += std::pow(g.noise * length, 2) / 30;
    // A single update is noisier than the mean of a hundred.
    CHECK(g.of_one.all.cosine < g.of_mean.all.cosine);
    CHECK(g.of_one.all.norm_ratio > g.of_mean.all.norm_ratio);
  }
  CHECK(found / told > 0.6);
  CHECK(found / told < 1.6);
}

TEST_CASE("a gradient of Gaussian units comes to the exact one") {
  Model model = oracle::random_model(4, 3, 0.6, 0.5, 4);
  model.visible_type = VisibleType::Gaussian;
  model.log_variance = Eigen::VectorXf::Constant(4, 0.3f);
  Matrix rows(6, 4);
  rows.view().setRandom();
  const MethodGradient found =
      found_by(model, States(rows), method(Method::Pcd, 3, 500), {.repeats = 400, .burn_in = 30});
  CHECK(found.noise < 0.02);
  CHECK(found.of_mean.weights.cosine > 0.998);
  CHECK(found.of_mean.visible_bias.cosine > 0.998);
  CHECK(found.of_mean.hidden_bias.cosine > 0.99);
  CHECK(std::abs(found.of_mean.all.norm_ratio - 1) < 0.03);
}

TEST_CASE("a comparison has the same bits for any number of threads, refuses labels and can be cancelled") {
  const Model model = oracle::golden_model();
  const Gradient exact = exact_of(model, golden_rows());
  ThreadPool one(1), several(3);
  const States v = golden_rows(200);
  const auto alone = method_gradient(model, v, method(Method::Cd), {.repeats = 5}, exact, one);
  const auto shared = method_gradient(model, v, method(Method::Cd), {.repeats = 5}, exact, several);
  REQUIRE(alone.has_value());
  REQUIRE(shared.has_value());
  CHECK(alone->mean.weights == shared->mean.weights);
  CHECK(alone->of_one.all.cosine == shared->of_one.all.cosine);

  Model joint = model;
  joint.label_weights.resize(2, 3);
  joint.label_bias = Eigen::VectorXf::Zero(2);
  const auto refused = method_gradient(joint, v, method(Method::Cd), {.repeats = 5}, exact, one);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::Unsupported);

  int calls = 0;
  const auto stopped = method_gradient(model, v, method(Method::Cd), {.repeats = 5}, exact, one,
                                       [&](double) { return ++calls < 3; });
  REQUIRE_FALSE(stopped.has_value());
  CHECK(stopped.error().code == ErrorCode::Cancelled);
  CHECK(calls == 3);
}
