// What an update is on average, against enumeration of the golden model.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "core/evaluation/monitor.hpp"
#include "core/learning/trainer.hpp"
#include "core/math/scalar.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/learning/training_runs.hpp"

using namespace rbm;

namespace {

const std::vector<std::string> kGoldenData{"1010", "0111", "1100"};

/// One plain update at rate 1: what the parameters change by is the gradient estimate itself.
TrainingSettings one_plain_update(Method method, int k, int batch, int chains) {
  TrainingSettings s;
  s.method = method;
  s.k = k;
  s.batch = batch;
  s.chains = chains;
  s.centred = false;
  s.learning_rate = 1;
  s.decay_updates = 0;
  s.average = 0;
  s.binarization = Binarization::Threshold;
  return s;
}

/// The largest distance of the mean first update, over `seeds` runs, from what is expected, in standard
/// errors.
double worst_z_score(const Model& start, TrainingSettings settings, std::shared_ptr<const Dataset> data,
                     int seeds, const std::vector<double>& expected) {
  ThreadPool pool(2);
  const std::vector<double> before = oracle::flattened(start);
  std::vector<std::vector<double>> changes(before.size());
  for (int seed = 1; seed <= seeds; ++seed) {
    settings.seed = static_cast<std::uint64_t>(seed);
    Trainer trainer(settings, data, start);
    REQUIRE(trainer.step(pool).has_value());
    const std::vector<double> after = oracle::flattened(trainer.model());
    for (std::size_t n = 0; n < before.size(); ++n) changes[n].push_back(after[n] - before[n]);
  }
  double worst = 0;
  for (std::size_t n = 0; n < before.size(); ++n) {
    const Mean mean = mean_of(changes[n]);
    worst = std::max(worst, std::abs(mean.value - expected[n]) / (mean.standard_error + 1e-7));
  }
  return worst;
}

/// 19 parameters of G, each beyond 4 standard errors with probability 6e-5 (2e-4 where 60 runs estimate the
/// error).
constexpr double kStandardErrors = 4;

/// ∇W, Δa and Δb of the centred gradient from the statistics of the plain one (Melchior, Fischer and
/// Wiskott 2016).
oracle::Statistics centred(const oracle::Statistics& plain, const std::vector<double>& mu,
                           const std::vector<double>& lambda) {
  oracle::Statistics out = plain;
  for (std::size_t i = 0; i < mu.size(); ++i) {
    for (std::size_t j = 0; j < lambda.size(); ++j)
      out.vh[i][j] -= plain.v[i] * lambda[j] + mu[i] * plain.h[j];
  }
  for (std::size_t i = 0; i < mu.size(); ++i) {
    for (std::size_t j = 0; j < lambda.size(); ++j) {
      out.v[i] -= out.vh[i][j] * lambda[j];
      out.h[j] -= out.vh[i][j] * mu[i];
    }
  }
  return out;
}

}  // namespace

TEST_CASE("the mean CD-1 update of the golden model is the enumerated one and that of the table") {
  const Model model = oracle::golden_model();
  const oracle::Statistics expected =
      oracle::expected_cd(oracle::Enumeration(model), oracle::rows_of(kGoldenData), 1);
  const oracle::Table table{{.0684605924, .0801301154, .0426857951},
                            {.0334172364, .0065126834, -.0068050762},
                            {-.0356556873, -.024305776, .0043572606},
                            {-.06447983, -.0047599726, -.0990754874}};
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = 0; j < 3; ++j) CHECK(std::abs(expected.vh[i][j] - table[i][j]) < 1e-7);
  }
  const auto data = oracle::dataset_of({1, 4, 1}, kGoldenData, 3000);
  CHECK(worst_z_score(model, one_plain_update(Method::Cd, 1, 9000, 1), data, 60,
                      oracle::flattened(expected)) < kStandardErrors);
}

TEST_CASE("the mean CD-3 update is the enumerated one") {
  const Model model = oracle::golden_model();
  const oracle::Statistics expected =
      oracle::expected_cd(oracle::Enumeration(model), oracle::rows_of(kGoldenData), 3);
  const auto data = oracle::dataset_of({1, 4, 1}, kGoldenData, 3000);
  CHECK(worst_z_score(model, one_plain_update(Method::Cd, 3, 9000, 1), data, 60,
                      oracle::flattened(expected)) < kStandardErrors);
}

TEST_CASE("the size of a mini-batch does not change the mean update" * doctest::test_suite("long")) {
  // One picture an update, thousands of seeds: a gradient that is not divided by the batch, or twice, is off
  // by far.
  const Model model = oracle::golden_model();
  const std::vector<double> expected =
      oracle::flattened(oracle::expected_cd(oracle::Enumeration(model), oracle::rows_of(kGoldenData), 1));
  const auto data = oracle::dataset_of({1, 4, 1}, kGoldenData);
  CHECK(worst_z_score(model, one_plain_update(Method::Cd, 1, 1, 1), data, 20000, expected) < kStandardErrors);
  CHECK(worst_z_score(model, one_plain_update(Method::Cd, 1, 3, 1), data, 10000, expected) < kStandardErrors);
}

TEST_CASE("with many Gibbs steps the mean PCD update is the exact gradient of the log-likelihood" *
          doctest::test_suite("long")) {
  const Model model = oracle::golden_model();
  const std::vector<double> expected =
      oracle::flattened(oracle::exact_gradient(oracle::Enumeration(model), oracle::rows_of(kGoldenData)));
  const auto data = oracle::dataset_of({1, 4, 1}, kGoldenData);
  CHECK(worst_z_score(model, one_plain_update(Method::Pcd, 50, 3, 5000), data, 60, expected) <
        kStandardErrors);
}

TEST_CASE("the mean centred update is the centred combination of the plain statistics" *
          doctest::test_suite("long")) {
  const Model model = oracle::golden_model();
  const oracle::Enumeration exact(model);
  const BitMatrix rows = oracle::rows_of(kGoldenData);
  // The offsets of a first update: data means, and σ(b).
  const std::vector<double> mu = exact.statistics(oracle::frequencies(rows)).v;
  std::vector<double> lambda;
  for (float b : model.hidden_bias) lambda.push_back(sigmoid(double{b}));
  const auto data = oracle::dataset_of({1, 4, 1}, kGoldenData, 1000);

  TrainingSettings cd = one_plain_update(Method::Cd, 1, 3000, 1);
  cd.centred = true;
  const std::vector<double> expected =
      oracle::flattened(centred(oracle::expected_cd(exact, rows, 1), mu, lambda));
  CHECK(worst_z_score(model, cd, data, 60, expected) < kStandardErrors);
  cd.binarization = Binarization::None;
  CHECK(worst_z_score(model, cd, data, 60, expected) < kStandardErrors);

  TrainingSettings pcd = one_plain_update(Method::Pcd, 50, 3000, 3000);
  pcd.centred = true;
  CHECK(worst_z_score(model, pcd, data, 60,
                      oracle::flattened(centred(oracle::exact_gradient(exact, rows), mu, lambda))) <
        kStandardErrors);
}

TEST_CASE("the centred gradient does not care which of two states of a pixel is called one") {
  // Flipping all pixels turns (W, a, b) into (−W, −a, b + Wᵀ1). Columns of W that sum to 0 keep b, and with
  // it the first λ = σ(b), so that the update of the flipped model on flipped data must be the update of the
  // model, carried over. The plain gradient's is not.
  const Model model = oracle::make_model({{.5, -1, .25}, {1.5, .75, -.5}, {-.8, .6, 1.2}, {-1.2, -.35, -.95}},
                                         {.2, -.3, .1, -.6}, {-.5, .4, .05});
  Model flipped = model;
  flipped.weights.view() *= -1;
  flipped.visible_bias *= -1;
  const oracle::Enumeration exact(model);
  const BitMatrix rows = oracle::rows_of(kGoldenData);
  const auto flipped_data = oracle::dataset_of({1, 4, 1}, {"0101", "1000", "0011"}, 3000);
  const auto carried_over = [](oracle::Statistics s) {
    for (std::size_t i = 0; i < 4; ++i) {
      s.v[i] *= -1;
      for (std::size_t j = 0; j < 3; ++j) {
        s.h[j] += s.vh[i][j];
        s.vh[i][j] *= -1;
      }
    }
    return s;
  };
  const std::vector<double> mu = exact.statistics(oracle::frequencies(rows)).v;
  std::vector<double> lambda;
  for (float b : model.hidden_bias) lambda.push_back(sigmoid(double{b}));
  const oracle::Statistics plain = oracle::expected_cd(exact, rows, 1);

  TrainingSettings settings = one_plain_update(Method::Cd, 1, 9000, 1);
  CHECK(worst_z_score(flipped, settings, flipped_data, 60, oracle::flattened(carried_over(plain))) >
        10 * kStandardErrors);
  settings.centred = true;
  CHECK(worst_z_score(flipped, settings, flipped_data, 60,
                      oracle::flattened(carried_over(centred(plain, mu, lambda)))) < kStandardErrors);
}

TEST_CASE("a duplicated batch leaves the gradient unchanged") {
  const Model model = oracle::random_model(50, 20, 0.5, 1, 3);
  ThreadPool pool(2);
  std::mt19937 engine(9);
  BitMatrix once(12, 50), twice(24, 50), chains(7, 50);
  for (Index r = 0; r < 24; ++r) {
    for (Index i = 0; i < 50; ++i) {
      if (r < 12) once.set(r, i, engine() % 3 == 0);
      if (r < 7) chains.set(r, i, engine() % 2 == 0);
      twice.set(r, i, once.get(r % 12, i));
    }
  }
  const auto gradient_of = [&](const BitMatrix& batch) {
    BitMatrix batch_t(50, batch.rows()), chains_t(50, 7);
    transpose(batch, batch_t);
    transpose(chains, chains_t);
    Matrix batch_hidden, chains_hidden, out(50, 20);
    hidden_probabilities(model, batch, batch_hidden, pool);
    hidden_probabilities(model, chains, chains_hidden, pool);
    gradient({.bits_transposed = &batch_t, .values = nullptr, .hidden = &batch_hidden},
             {.bits_transposed = &chains_t, .values = nullptr, .hidden = &chains_hidden}, out, pool);
    return out;
  };
  CHECK((gradient_of(once).view() - gradient_of(twice).view()).cwiseAbs().maxCoeff() < 1e-6f);
}
