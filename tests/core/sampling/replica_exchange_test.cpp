// Replica exchange against enumeration: every rung keeps its own distribution.
#include "core/sampling/replica_exchange.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "core/evaluation/partition_function.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"

using namespace rbm;

namespace {

/// log f_β(v) of the rung, from its definition.
double log_weight(const Model& m, double beta, const Eigen::VectorXf& base, std::size_t v) {
  double sum = 0;
  for (Index i = 0; i < m.visible(); ++i) {
    if (v >> i & 1) sum += (1 - beta) * base[i] + beta * m.visible_bias[i];
  }
  for (Index j = 0; j < m.hidden(); ++j) {
    double input = m.hidden_bias[j];
    for (Index i = 0; i < m.visible(); ++i) input += static_cast<double>(v >> i & 1) * m.weights(i, j);
    sum += std::log1p(std::exp(beta * input));
  }
  return sum;
}

std::vector<double> distribution(const Model& m, double beta, const Eigen::VectorXf& base) {
  std::vector<double> p;
  double total = 0;
  for (std::size_t v = 0; v < std::size_t{1} << m.visible(); ++v)
    total += p.emplace_back(std::exp(log_weight(m, beta, base, v)));
  for (double& x : p) x /= total;
  return p;
}

/// Two far peaks that plain Gibbs sampling hardly crosses between.
Model two_peaks() {
  return oracle::make_model({{9, -9}, {9, -9}, {9, -9}, {9, -9}}, {-4, -4, -4, -4}, {-14, 14});
}

struct Ladder {
  explicit Ladder(const std::vector<std::pair<Model, float>>& steps) {
    for (const auto& [model, beta] : steps) {
      models.push_back(model);
      transposed.push_back(oracle::transposed(model));
    }
    for (std::size_t r = 0; r < steps.size(); ++r)
      rungs.push_back({&models[r], &transposed[r], steps[r].second});
  }
  std::vector<Model> models;
  std::vector<Matrix> transposed;
  std::vector<Rung> rungs;
};

}  // namespace

TEST_CASE("every rung of a ladder of temperatures, and of a ladder of models, keeps its own distribution" *
          doctest::test_suite("long")) {
  ThreadPool pool(2);
  const Eigen::VectorXf base{{.3f, -.2f, .1f, .4f}};
  const Model peaks = two_peaks(), golden = oracle::golden_model();
  Model between = golden;
  between.weights.view() *= 0.4f;
  const std::vector<std::vector<std::pair<Model, float>>> ladders{
      {{peaks, 0.f}, {peaks, .25f}, {peaks, .5f}, {peaks, .75f}, {peaks, 1.f}},
      {{between, 1.f}, {golden, 1.f}}};
  for (const auto& models : ladders) {
    const Ladder ladder(models);
    constexpr Index kChains = 2000;
    constexpr int kSweeps = 300, kBurnIn = 60, kThin = 10;
    ReplicaExchange replicas(binary_units(), kChains, 4, 3, static_cast<Index>(models.size()), 11);
    replicas.start_from_base(base);
    std::vector<std::vector<double>> seen(models.size(), std::vector<double>(16, 0));
    double drawn = 0;
    for (int s = 0; s < kSweeps; ++s) {
      replicas.sweep(ladder.rungs, base, static_cast<std::uint64_t>(s), s % 2 != 0, pool);
      if (s < kBurnIn || s % kThin != 0) continue;
      drawn += kChains;
      for (std::size_t r = 0; r < models.size(); ++r) {
        for (Index c = 0; c < kChains; ++c)
          ++seen[r][oracle::state_number(replicas.states(static_cast<Index>(r)).bits, c)];
      }
    }
    for (std::size_t r = 0; r < models.size(); ++r) {
      const auto p = distribution(models[r].first, double{models[r].second}, base);
      double divergence = 0;
      for (std::size_t v = 0; v < 16; ++v) {
        if (seen[r][v] > 0) divergence += seen[r][v] / drawn * std::log(seen[r][v] / drawn / p[v]);
      }
      CAPTURE(r);
      CHECK(divergence < 0.004);  // a wrong sign of the exchange leaves more than 0.05
    }
    for (std::size_t pair = 0; pair + 1 < models.size(); ++pair) {
      CHECK(replicas.swaps(static_cast<Index>(pair)).share() > 0.02);
      CHECK(replicas.swaps(static_cast<Index>(pair)).share() < 1);
    }
    CHECK(replicas.round_trips() > 0);
  }
}

TEST_CASE("rungs that are alike always change places") {
  ThreadPool pool(1);
  const Model model = oracle::golden_model();
  const Ladder ladder({{model, 1.f}, {model, 1.f}});
  ReplicaExchange replicas(binary_units(), 10, 4, 3, 2, 3);
  for (std::uint64_t s = 0; s < 20; ++s)
    replicas.sweep(ladder.rungs, Eigen::VectorXf(Eigen::VectorXf::Zero(4)), s, false, pool);
  CHECK(replicas.swaps(0).share() == 1);
}

TEST_CASE("replicas are the same for any number of threads") {
  const Model model = oracle::random_model(70, 40, .3, .2, 5);
  const Matrix transposed = oracle::transposed(model);
  const std::vector<Rung> rungs{
      {&model, &transposed, 0}, {&model, &transposed, .5f}, {&model, &transposed, 1}};
  const auto run = [&](int threads) {
    ThreadPool pool(threads);
    ReplicaExchange replicas(binary_units(), 33, 70, 40, 3, 9);
    replicas.start_from_base(Eigen::VectorXf(Eigen::VectorXf::Zero(70)));
    for (std::uint64_t s = 0; s < 30; ++s)
      replicas.sweep(rungs, Eigen::VectorXf(Eigen::VectorXf::Zero(70)), s, s % 2 != 0, pool);
    return replicas.states(2).bits;
  };
  CHECK(run(1) == run(3));
}
