// Gaussian visible units against closed forms: a mixture of normal distributions, one for every hidden
// vector.
#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "core/evaluation/likelihood.hpp"
#include "core/math/scalar.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/sampling/gibbs_chains.hpp"

using namespace rbm;

namespace {

Model gaussian_model(Index visible, Index hidden, std::uint64_t seed, float weight_sd) {
  Model model;
  model.shape = {1, static_cast<int>(visible), 1};
  model.visible_type = VisibleType::Gaussian;
  model.weights.resize(visible, hidden);
  model.visible_bias.resize(visible);
  model.log_variance.resize(visible);
  model.hidden_bias.resize(hidden);
  const RandomKey key{seed, Stream::Synthetic, 0};
  for (Index i = 0; i < visible; ++i) {
    const auto row = static_cast<std::uint32_t>(i);
    for (Index j = 0; j < hidden; ++j)
      model.weights(i, j) = weight_sd * normal(key, row, static_cast<std::uint32_t>(j));
    model.visible_bias[i] = 0.5f * normal(key, row, 1000);
    model.log_variance[i] = 0.4f * normal(key, row, 1001);
  }
  for (Index j = 0; j < hidden; ++j)
    model.hidden_bias[j] = 0.5f * normal(key, 1000, static_cast<std::uint32_t>(j));
  return model;
}

/// One component of the mixture: log Σ-free weight ∫ e^−E(v,h) dv and the mean of v given h.
struct Component {
  double log_weight;
  Eigen::VectorXd mean;
};

std::vector<Component> components(const Model& model) {
  std::vector<Component> out;
  const Index n = model.visible();
  for (std::uint64_t bits = 0; bits < (std::uint64_t{1} << model.hidden()); ++bits) {
    Component c{0, Eigen::VectorXd(n)};
    for (Index j = 0; j < model.hidden(); ++j)
      c.log_weight += (bits >> j & 1) != 0 ? double{model.hidden_bias[j]} : 0.0;
    for (Index i = 0; i < n; ++i) {
      double shift = 0;
      for (Index j = 0; j < model.hidden(); ++j)
        shift += (bits >> j & 1) != 0 ? double{model.weights(i, j)} : 0.0;
      const double mu = model.visible_bias[i], variance = std::exp(double{model.log_variance[i]});
      c.mean[i] = mu + shift;
      c.log_weight += 0.5 * std::log(2 * std::numbers::pi * variance) +
                      (c.mean[i] * c.mean[i] - mu * mu) / (2 * variance);
    }
    out.push_back(c);
  }
  return out;
}

double log_z_of(const std::vector<Component>& parts) {
  std::vector<double> logs;
  for (const Component& c : parts) logs.push_back(c.log_weight);
  return log_sum_exp(logs);
}

/// log p(v) of the mixture.
double log_density(const Model& model, const std::vector<Component>& parts, const Eigen::VectorXd& v) {
  std::vector<double> logs;
  for (const Component& c : parts) {
    double log = c.log_weight;
    for (Index i = 0; i < v.size(); ++i) {
      const double variance = std::exp(double{model.log_variance[i]}), d = v[i] - c.mean[i];
      log += -0.5 * std::log(2 * std::numbers::pi * variance) - d * d / (2 * variance);
    }
    logs.push_back(log);
  }
  return log_sum_exp(logs) - log_z_of(parts);
}

}  // namespace

TEST_CASE("log Z of Gaussian units by enumeration is that of the mixture") {
  for (const Index hidden : {1, 3, 7, 12}) {
    const Model model = gaussian_model(5, hidden, 3, 0.7f);
    ThreadPool one(1), two(2);
    const auto log_z = exact_log_z(model, one);
    REQUIRE(log_z.has_value());
    CHECK(*log_z == doctest::Approx(log_z_of(components(model))).epsilon(1e-12));
    CHECK(*exact_log_z(model, two) == *log_z);
  }
}

TEST_CASE("the free energy of Gaussian units gives the mixture's density") {
  const Model model = gaussian_model(4, 6, 5, 0.8f);
  const auto parts = components(model);
  ThreadPool pool(2);
  Matrix v(50, 4), scratch;
  for (Index r = 0; r < 50; ++r) {
    for (Index i = 0; i < 4; ++i)
      v(r, i) =
          2 * normal({9, Stream::Synthetic, 0}, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(i));
  }
  std::vector<double> energies(50);
  free_energies(model, v, energies, scratch, pool);
  const double log_z = log_z_of(parts);
  for (Index r = 0; r < 50; ++r) {
    const Eigen::VectorXd row = Eigen::Map<const Eigen::VectorXf>(v.row(r), 4).cast<double>();
    CHECK(-energies[static_cast<std::size_t>(r)] - log_z ==
          doctest::Approx(log_density(model, parts, row)).epsilon(2e-6));
  }
}

TEST_CASE("chains of two pixels and one hidden unit have the mixture's mean and covariance" *
          doctest::test_suite("long")) {
  Model model = gaussian_model(2, 1, 1, 0);
  model.visible_bias << 0.3f, -0.8f;
  model.log_variance << std::log(0.5f), std::log(1.6f);
  model.weights(0, 0) = 1.5f;
  model.weights(1, 0) = -1.0f;
  model.hidden_bias[0] = -3.4f;
  const auto parts = components(model);
  const double p = sigmoid(parts[1].log_weight - parts[0].log_weight);
  REQUIRE(p > 0.2);
  REQUIRE(p < 0.8);
  const Eigen::VectorXd shift = parts[1].mean - parts[0].mean;
  const Eigen::VectorXd mean = parts[0].mean + p * shift;
  Eigen::MatrixXd covariance = p * (1 - p) * shift * shift.transpose();
  covariance.diagonal() += model.log_variance.cast<double>().array().exp().matrix();

  constexpr Index kChains = 50000, kSteps = 20;  // a million samples
  ThreadPool pool(2);
  Matrix transposed(1, 2);
  transposed.view() = model.weights.view().transpose();
  GibbsChains chains(kChains, 2, 1, 7);
  chains.start_from_noise(model, pool);
  chains.full_steps(model, transposed, 100, pool);
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(2);
  Eigen::MatrixXd squares = Eigen::MatrixXd::Zero(2, 2);
  for (Index step = 0; step < kSteps; ++step) {
    chains.full_steps(model, transposed, 20, pool);  // far beyond the autocorrelation time
    const Eigen::MatrixXd v = chains.states().values.view().cast<double>();
    sum += v.colwise().sum().transpose();
    squares += v.transpose() * v;
  }
  const double n = double{kChains} * kSteps;
  const Eigen::VectorXd found = sum / n;
  const Eigen::MatrixXd spread = squares / n - found * found.transpose();
  // 5 standard errors of a mean, and about as much for a (co)variance of such a mixture: one false alarm in
  // 10^5.
  for (Index i = 0; i < 2; ++i) {
    CHECK(std::abs(found[i] - mean[i]) < 5 * std::sqrt(covariance(i, i) / n));
    for (Index k = 0; k < 2; ++k)
      CHECK(std::abs(spread(i, k) - covariance(i, k)) <
            5 * std::sqrt(2 * covariance(i, i) * covariance(k, k) / n));
  }
}

TEST_CASE("forward and reverse annealing agree with the exact log Z of Gaussian units") {
  const Model model = gaussian_model(6, 8, 11, 0.6f);
  ThreadPool pool(2);
  const auto exact = exact_log_z(model, pool);
  REQUIRE(exact.has_value());
  const VisibleBase base(Eigen::VectorXf::Constant(6, 0.2f), Eigen::VectorXf::Constant(6, 0.8f));
  States starts(Matrix(2000, 6));
  const auto found =
      estimate_log_z(model, base, starts, 200, {.chains = 2000, .steps = 200, .seed = 3}, pool);
  REQUIRE(found.has_value());
  CHECK(found->refused.empty());
  CHECK(std::abs(found->log_z - *exact) < 5 * found->standard_error);
  CHECK(found->standard_error < 0.02);
  CHECK(std::abs(found->forward - *exact) < 0.1);
  CHECK(std::abs(found->reverse - *exact) < 0.1);
}

TEST_CASE("three temperatures are enough for an unbiased forward estimate") {
  // E[w] = Z / Z_0 holds for any number of steps: an error of order or of a transition would show here.
  const Model model = gaussian_model(3, 4, 2, 0.5f);
  ThreadPool pool(2);
  const VisibleBase base(Eigen::VectorXf::Zero(3), Eigen::VectorXf::Constant(3, 1.0f));
  const auto found =
      annealed_importance_sampling(model, base, {.chains = 200000, .steps = 3, .seed = 4}, pool);
  REQUIRE(found.has_value());
  const double exact = *exact_log_z(model, pool);
  CHECK(found->lower_3sigma < exact);
  CHECK(found->upper_3sigma > exact);
  CHECK(found->upper_3sigma - found->lower_3sigma < 0.1);
}

TEST_CASE("drawn normal numbers are standard normal, independent, and the same for any number of threads") {
  constexpr Index kRows = 4000, kCols = 150;
  Matrix means(kRows, kCols), values(kRows, kCols), again(kRows, kCols);
  std::vector<float, CacheAlignedAllocator<float>> deviations(160, 1.0f);
  ThreadPool one(1), two(2);
  draw_normal(means, {deviations.data()}, {5, Stream::Synthetic, 1}, values, one);
  draw_normal(means, {deviations.data()}, {5, Stream::Synthetic, 1}, again, two);
  CHECK((values.view().array() == again.view().array()).all());
  const Eigen::ArrayXXd x = values.view().cast<double>().array();
  const double n = static_cast<double>(x.size());
  CHECK(std::abs(x.mean()) < 5 / std::sqrt(n));
  CHECK(std::abs(x.square().mean() - 1) < 5 * std::sqrt(2 / n));
  CHECK(std::abs(x.cube().mean()) < 5 * std::sqrt(15 / n));
  CHECK(std::abs(x.square().square().mean() - 3) < 5 * std::sqrt(96 / n));
  // Both halves of a pair, and neighbours.
  for (const Index apart : {1, 32, 64}) {
    const double product = (x.leftCols(kCols - apart) * x.rightCols(kCols - apart)).mean();
    CHECK(std::abs(product) < 5 / std::sqrt(n * static_cast<double>(kCols - apart) / kCols));
  }
  // Against the definition, in double.
  const RandomKey key{5, Stream::Synthetic, 1};
  double worst = 0;
  for (std::uint32_t r = 0; r < 50; ++r) {
    for (std::uint32_t c = 0; c < 150; ++c) {
      const std::uint32_t block = c / 64 * 64, k = c % 32;
      const double u = 1 - double{uniform(key, r, block + k)}, turn = double{uniform(key, r, block + 32 + k)};
      const double radius = std::sqrt(-2 * std::log(u)), angle = 2 * std::numbers::pi * turn;
      const double wanted = radius * (c % 64 < 32 ? std::cos(angle) : std::sin(angle));
      worst = std::max(worst, std::abs(wanted - double{values(r, c)}));
    }
  }
  CHECK(worst < 2e-6);
}

TEST_CASE("Langevin steps keep the mean and widen the variance by what their size says") {
  const Model model = gaussian_model(3, 2, 8, 0.9f);
  Matrix transposed(2, 3);
  transposed.view() = model.weights.view().transpose();
  constexpr Index kRows = 200000;
  BitMatrix h(kRows, 2);
  for (Index r = 0; r < kRows; ++r) h.set(r, 0, true);
  ThreadPool pool(2);
  for (const float step : {0.05f, 0.5f}) {
    States v(Matrix(kRows, 3));
    Matrix means(kRows, 3);
    // Long enough to forget the start, in several calls, which must follow on from each other.
    for (std::uint64_t call = 0; call < 4; ++call)
      units_of(model).draw(model, transposed, h, {.langevin_steps = 200, .langevin_step = step},
                           {3, Stream::ChainVisible, call}, v, &means, pool);
    for (Index i = 0; i < 3; ++i) {
      const Eigen::ArrayXd x = v.values.view().col(i).cast<double>().array();
      const double mean = double{model.visible_bias[i]} + model.weights(i, 0);
      const double variance = std::exp(double{model.log_variance[i]}) / (1 - step / 2);
      CHECK(std::abs(x.mean() - mean) < 5 * std::sqrt(variance / kRows));
      CHECK(std::abs((x - mean).square().mean() / variance - 1) < 5 * std::sqrt(2.0 / kRows));
      CHECK(means(0, i) == doctest::Approx(mean));
    }
  }
  // One step is the step of the definition: v − α (v − m) + √(2α) σ n.
  States v(Matrix(kRows, 3));
  units_of(model).draw(model, transposed, h, {.langevin_steps = 1, .langevin_step = 0.1f},
                       {4, Stream::ChainVisible, 0}, v, nullptr, pool);
  const Eigen::ArrayXd x = v.values.view().col(1).cast<double>().array();
  const double mean = 0.1 * (double{model.visible_bias[1]} + model.weights(1, 0));
  const double variance = 0.2 * std::exp(double{model.log_variance[1]});
  CHECK(std::abs(x.mean() - mean) < 5 * std::sqrt(variance / kRows));
  CHECK(std::abs((x - mean).square().mean() / variance - 1) < 5 * std::sqrt(2.0 / kRows));
}
