#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "core/evaluation/monitor.hpp"
#include "core/evaluation/partition_function.hpp"
#include "core/math/scalar.hpp"
#include "core/sampling/resampling.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"

using namespace rbm;

namespace {

// Base models on purpose far from the model: the weights then vary, and a transition at the wrong temperature
// shows.
Eigen::VectorXf base_of(std::initializer_list<float> values) {
  Eigen::VectorXf base(static_cast<Index>(values.size()));
  std::copy(values.begin(), values.end(), base.data());
  return base;
}

/// G with all parameters doubled: further from independence, so that errors of order are large.
Model strong_golden_model() {
  Model model = oracle::golden_model();
  model.weights.view() *= 2;
  model.visible_bias *= 2;
  model.hidden_bias *= 2;
  return model;
}

/// How many standard errors the mean of e^(sign · log weight) is away from Z^sign.
double z_score(const std::vector<double>& log_weights, double log_z, double sign) {
  std::vector<double> ratios;
  for (double w : log_weights) ratios.push_back(std::exp(sign * (w - log_z)));
  const Mean mean = mean_of(ratios);
  return (mean.value - 1) / mean.standard_error;
}

AnnealedEstimate forward(const Model& model, const Eigen::VectorXf& base, Index chains, Index steps,
                         std::uint64_t seed, int threads = 2) {
  ThreadPool pool(threads);
  auto result =
      annealed_importance_sampling(model, base, {.chains = chains, .steps = steps, .seed = seed}, pool);
  REQUIRE(result.has_value());
  return *std::move(result);
}

AnnealedEstimate reverse(const Model& model, const Eigen::VectorXf& base, const BitMatrix& samples,
                         Index steps, std::uint64_t seed, int threads = 2) {
  ThreadPool pool(threads);
  auto result = reverse_annealed_importance_sampling(model, base, samples,
                                                     {.chains = 1, .steps = steps, .seed = seed}, pool);
  REQUIRE(result.has_value());
  return *std::move(result);
}

constexpr Index kManyChains = 200000;
constexpr double kStandardErrors = 4;  // two-sided false-alarm rate 6e-5 for each check

}  // namespace

TEST_CASE("with one step forward annealing is importance sampling from the base model") {
  const Model model = oracle::golden_model();
  const Eigen::VectorXf base = base_of({1, -1, 0.5, 0});
  const AnnealedEstimate estimate = forward(model, base, kManyChains, 1, 3);
  // Every weight is f_1(v) / p_0(v) of one of the 16 states, and the states come as often as p_0 says.
  const oracle::Enumeration exact(model);
  std::vector<double> log_ratio(16), p0(16), counts(16, 0.0);
  for (std::size_t v = 0; v < 16; ++v) {
    double log_p0 = 0;
    for (Index i = 0; i < 4; ++i)
      log_p0 -= softplus(oracle::Enumeration::on(v, i) ? -double{base[i]} : double{base[i]});
    p0[v] = std::exp(log_p0);
    log_ratio[v] = -exact.free_energy(v) - log_p0;
  }
  double worst = 0;
  for (double w : estimate.log_weights) {
    std::size_t nearest = 0;
    for (std::size_t v = 1; v < 16; ++v) {
      if (std::abs(log_ratio[v] - w) < std::abs(log_ratio[nearest] - w)) nearest = v;
    }
    worst = std::max(worst, std::abs(log_ratio[nearest] - w));
    ++counts[nearest];
  }
  CHECK(worst < 1e-5);
  CHECK(oracle::chi_square(counts, p0) < 37.7);  // 15 degrees of freedom, false-alarm rate 0.001
  CHECK(std::abs(z_score(estimate.log_weights, exact.log_z(), 1)) < kStandardErrors);
}

TEST_CASE("forward annealing is unbiased for Z with three steps, whatever the base model" *
          doctest::test_suite("long")) {
  const Model model = strong_golden_model();
  const double log_z = oracle::Enumeration(model).log_z();
  for (const auto& base :
       {base_of({0, 0, 0, 0}), base_of({1, -1, 0.5, 0}), base_of({-1.5, 1.5, 1.5, -1.5})}) {
    CAPTURE(base.transpose());
    const AnnealedEstimate estimate = forward(model, base, kManyChains, 3, 17);
    CHECK(std::abs(z_score(estimate.log_weights, log_z, 1)) < kStandardErrors);
    CHECK(estimate.lower_3sigma < estimate.log_z);
    CHECK(estimate.log_z < estimate.upper_3sigma);
    CHECK(estimate.effective_sample_size > 1000);
    CHECK(estimate.effective_sample_size < static_cast<double>(kManyChains));
  }
}

TEST_CASE("reverse annealing from exact samples is unbiased for 1/Z with one and three steps" *
          doctest::test_suite("long")) {
  const Model model = strong_golden_model();
  const oracle::Enumeration exact(model);
  const BitMatrix samples = oracle::exact_samples(exact, kManyChains, 5);
  for (const Index steps : {1, 3}) {
    for (const auto& base : {base_of({0, 0, 0, 0}), base_of({1, -1, 0.5, 0})}) {
      CAPTURE(steps);
      CAPTURE(base.transpose());
      const AnnealedEstimate estimate = reverse(model, base, samples, steps, 23);
      CHECK(std::abs(z_score(estimate.log_weights, exact.log_z(), -1)) < kStandardErrors);
      CHECK(estimate.lower_3sigma < estimate.log_z);
      CHECK(estimate.log_z < estimate.upper_3sigma);
    }
  }
}

TEST_CASE("an uneven schedule is unbiased in both directions" * doctest::test_suite("long")) {
  const Model model = strong_golden_model();
  const oracle::Enumeration exact(model);
  const Eigen::VectorXf base = base_of({0.5, 0, 0, -0.5});
  const AnnealingSettings settings{
      .chains = kManyChains, .steps = 1, .schedule = {0, 0.1, 0.15, 0.8, 1}, .seed = 29};
  ThreadPool pool(2);
  const auto up = annealed_importance_sampling(model, base, settings, pool);
  const auto down = reverse_annealed_importance_sampling(
      model, base, oracle::exact_samples(exact, kManyChains, 6), settings, pool);
  REQUIRE(up.has_value());
  REQUIRE(down.has_value());
  CHECK(std::abs(z_score(up->log_weights, exact.log_z(), 1)) < kStandardErrors);
  CHECK(std::abs(z_score(down->log_weights, exact.log_z(), -1)) < kStandardErrors);
}

TEST_CASE("without weights the increments telescope to log Z for every chain and any number of steps") {
  Model model = oracle::random_model(20, 33, 0, 2, 8);
  const double log_z = oracle::Enumeration(oracle::make_model({{0.0}}, {0.0}, {0.0})).log_z();  // 2 log 2
  double expected = log_z - 2 * std::log(2.0);
  for (Index i = 0; i < 20; ++i) expected += softplus(double{model.visible_bias[i]});
  for (Index j = 0; j < 33; ++j) expected += softplus(double{model.hidden_bias[j]});
  const Eigen::VectorXf base = model.visible_bias;
  for (const Index steps : {1, 2, 7, 100}) {
    CAPTURE(steps);
    for (double w : forward(model, base, 5, steps, 1).log_weights) CHECK(std::abs(w - expected) < 1e-3);
    for (double w : reverse(model, base, BitMatrix(5, 20), steps, 1).log_weights)
      CHECK(std::abs(w - expected) < 1e-3);
  }
}

TEST_CASE("weights that rounding takes away from the chains count in both directions all the same") {
  Model model = oracle::random_model(8, 6, 0, 0.5, 8);
  model.weights.view().setConstant(kShortUnit * 0.49f);  // up to 0.09 nats of an energy
  const oracle::Enumeration exact(model);
  const Eigen::VectorXf base = model.visible_bias;
  const BitMatrix samples = oracle::exact_samples(exact, 20000, 5);
  for (const Index steps : {1, 4}) {
    CAPTURE(steps);
    const AnnealedEstimate up = forward(model, base, 20000, steps, 17);
    CHECK(std::abs(z_score(up.log_weights, exact.log_z(), 1)) < kStandardErrors);
    CHECK(std::abs(up.log_z - exact.log_z()) < 1e-3);
    const AnnealedEstimate down = reverse(model, base, samples, steps, 19);
    CHECK(std::abs(z_score(down.log_weights, exact.log_z(), -1)) < kStandardErrors);
    CHECK(std::abs(down.log_z - exact.log_z()) < 1e-3);
  }
}

TEST_CASE("weights beyond the range of 16 bits are annealed as they are") {
  Model model = oracle::random_model(6, 4, 0, 0.5, 8);
  model.weights(2, 1) = 150;
  model.hidden_bias[1] = -150;
  model.visible_bias[2] = -1;
  const double log_z = oracle::Enumeration(model).log_z();
  const AnnealedEstimate up = forward(model, Eigen::VectorXf::Zero(6), 2000, 200, 17);
  CHECK(std::abs(z_score(up.log_weights, log_z, 1)) < kStandardErrors);
}

TEST_CASE("many steps bring both directions and Bennett's ratio to the exact value" *
          doctest::test_suite("long")) {
  const Model model = oracle::random_model(40, 12, 0.6, 0.5, 21);
  ThreadPool pool(2);
  const double log_z = *exact_log_z(model, pool);
  // Exact samples: h from its enumerated distribution, then v given h.
  std::vector<double> log_p(4096);
  for (std::size_t h = 0; h < log_p.size(); ++h) {
    for (Index j = 0; j < 12; ++j)
      log_p[h] += oracle::Enumeration::on(h, j) ? double{model.hidden_bias[j]} : 0.0;
    for (Index i = 0; i < 40; ++i) {
      double x = model.visible_bias[i];
      for (Index j = 0; j < 12; ++j) x += oracle::Enumeration::on(h, j) ? double{model.weights(i, j)} : 0.0;
      log_p[h] += softplus(x);
    }
  }
  std::vector<double> p;
  for (double l : log_p) p.push_back(std::exp(l - log_z));
  std::mt19937 engine(31);
  std::discrete_distribution<std::size_t> draw(p.begin(), p.end());
  std::uniform_real_distribution<double> uniform_draw;
  BitMatrix samples(200, 40);
  for (Index r = 0; r < samples.rows(); ++r) {
    const std::size_t h = draw(engine);
    for (Index i = 0; i < 40; ++i) {
      double x = model.visible_bias[i];
      for (Index j = 0; j < 12; ++j) x += oracle::Enumeration::on(h, j) ? double{model.weights(i, j)} : 0.0;
      samples.set(r, i, uniform_draw(engine) < sigmoid(x));
    }
  }
  const Eigen::VectorXf base = Eigen::VectorXf::Zero(40);
  const AnnealedEstimate up = forward(model, base, 200, 1000, 41);
  const AnnealedEstimate down = reverse(model, base, samples, 1000, 43);
  CHECK(std::abs(z_score(up.log_weights, log_z, 1)) < kStandardErrors);
  CHECK(std::abs(z_score(down.log_weights, log_z, -1)) < kStandardErrors);
  CHECK(up.effective_sample_size > 50);
  const double bennett = bennett_log_z(up.log_weights, down.log_weights);
  const double error = bennett_standard_error(up.log_weights, down.log_weights, bennett);
  CHECK(error > 0);
  CHECK(error < 0.1);
  CHECK(std::abs(bennett - log_z) < kStandardErrors * error);
}

TEST_CASE("Bennett's ratio on the golden model is right and its error is no larger than either direction's") {
  const Model model = strong_golden_model();
  const oracle::Enumeration exact(model);
  const Eigen::VectorXf base = base_of({0, 0, 0, 0});
  const AnnealedEstimate up = forward(model, base, 20000, 3, 7);
  const AnnealedEstimate down = reverse(model, base, oracle::exact_samples(exact, 20000, 8), 3, 9);
  const double bennett = bennett_log_z(up.log_weights, down.log_weights);
  const double error = bennett_standard_error(up.log_weights, down.log_weights, bennett);
  CHECK(std::abs(bennett - exact.log_z()) < kStandardErrors * error);
  CHECK(error < (up.upper_3sigma - up.lower_3sigma) / 6);
  CHECK(error < (down.upper_3sigma - down.lower_3sigma) / 6);
}

TEST_CASE("one seed gives the same weights for any number of threads, another seed gives others") {
  const Model model = oracle::random_model(100, 70, 0.2, 1, 12);
  const Eigen::VectorXf base = Eigen::VectorXf::Zero(100);
  const AnnealedEstimate alone = forward(model, base, 37, 50, 1, 1);
  CHECK(forward(model, base, 37, 50, 1, 2).log_weights == alone.log_weights);
  CHECK(forward(model, base, 37, 50, 1, 4).log_weights == alone.log_weights);
  CHECK(forward(model, base, 37, 50, 2, 1).log_weights != alone.log_weights);
  const AnnealedEstimate down = reverse(model, base, alone.states.bits, 50, 1, 1);
  CHECK(reverse(model, base, alone.states.bits, 50, 1, 3).log_weights == down.log_weights);
}

TEST_CASE("forward chains, taken by their weights, are samples of the model" * doctest::test_suite("long")) {
  const Model model = strong_golden_model();
  const oracle::Enumeration exact(model);
  const AnnealedEstimate estimate = forward(model, base_of({0, 0, 0, 0}), 100000, 100, 3);
  const BitMatrix samples =
      resampled(estimate.states, estimate.log_weights, 20000, {5, Stream::Annealing, 0}).bits;
  std::vector<double> counts = oracle::frequencies(samples);
  for (double& c : counts) c *= 20000;
  CHECK(oracle::chi_square(counts, exact.p_v()) < 37.7);  // 15 degrees of freedom, false-alarm rate 0.001

  AnnealedEstimate one_sided = estimate;
  for (std::size_t c = 0; c < one_sided.log_weights.size(); ++c)
    one_sided.log_weights[c] = c == 77 ? 0 : -1e4;
  const BitMatrix copies =
      resampled(one_sided.states, one_sided.log_weights, 10, {5, Stream::Annealing, 0}).bits;
  for (Index r = 0; r < 10; ++r)
    CHECK(oracle::state_number(copies, r) == oracle::state_number(estimate.states.bits, 77));
}

TEST_CASE("the effective sample size and the bounds follow from the weights") {
  const Model model = oracle::golden_model();
  const Eigen::VectorXf base = base_of({0, 0, 0, 0});
  const AnnealedEstimate one = forward(model, base, 1, 10, 1);
  CHECK(one.effective_sample_size == doctest::Approx(1));
  CHECK(one.log_z == doctest::Approx(one.log_weights[0]));
  CHECK(one.lower_3sigma == -std::numeric_limits<double>::infinity());
  CHECK(one.upper_3sigma == std::numeric_limits<double>::infinity());

  const AnnealedEstimate many = forward(model, base, 500, 5, 1);
  double sum = 0, squares = 0;
  for (double w : many.log_weights) {
    sum += std::exp(w);
    squares += std::exp(2 * w);
  }
  const double mean = sum / 500, sd = std::sqrt((squares - sum * sum / 500) / 499);
  CHECK(many.effective_sample_size == doctest::Approx(sum * sum / squares));
  CHECK(many.log_z == doctest::Approx(std::log(mean)));
  CHECK(many.upper_3sigma == doctest::Approx(std::log(mean + 3 * sd / std::sqrt(500.0))));
  CHECK(many.lower_3sigma == doctest::Approx(std::log(mean - 3 * sd / std::sqrt(500.0))));
}

TEST_CASE(
    "a schedule has even steps in each part, and the usual one rises in float for any number of steps") {
  CHECK(schedule_of(std::vector<SchedulePart>{{0.5, 2}, {0.75, 0}, {1, 4}}) ==
        std::vector<double>{0, 0.25, 0.5, 0.625, 0.75, 0.875, 1});
  for (const Index steps : {Index{1}, Index{2}, Index{3}, Index{10}, Index{1000}, kMostAnnealingSteps}) {
    CAPTURE(steps);
    const std::vector<double> usual = schedule_of(usual_schedule(steps));
    REQUIRE(std::ssize(usual) == steps + 1);
    CHECK(usual.front() == 0);
    CHECK(usual.back() == 1);
    bool rises = true;
    for (std::size_t k = 1; k < usual.size(); ++k)
      rises = rises && static_cast<float>(usual[k - 1]) < static_cast<float>(usual[k]);
    CHECK(rises);
  }
  // The parts meet where they say.
  const std::vector<double> usual = schedule_of(usual_schedule(1000));
  CHECK(usual[80] == 0.25);
  CHECK(usual[390] == 0.75);
}

TEST_CASE("annealing refuses bad settings with a sentence") {
  const Model model = oracle::golden_model();
  const Eigen::VectorXf base = base_of({0, 0, 0, 0});
  ThreadPool pool(1);
  const auto code = [&](const Model& m, const Eigen::VectorXf& b, const AnnealingSettings& settings) {
    const auto result = annealed_importance_sampling(m, b, settings, pool);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().message.back() == '.');
    return result.error().code;
  };
  CHECK(code(model, base, {.chains = 0}) == ErrorCode::BadArgument);
  CHECK(code(model, base, {.chains = 5, .steps = 0}) == ErrorCode::BadArgument);
  CHECK(code(model, base, {.chains = 5, .steps = kMostAnnealingSteps + 1}) == ErrorCode::BadArgument);
  for (const std::vector<double>& schedule : {std::vector<double>{0.0},
                                              {1.0},
                                              {0.0, 0.5},
                                              {0.1, 1.0},
                                              {0.0, 0.5, 0.5, 1.0},
                                              {0.0, 0.6, 0.5, 1.0},
                                              {0.0, std::numeric_limits<double>::quiet_NaN(), 1.0}}) {
    CHECK(code(model, base, {.chains = 5, .steps = 3, .schedule = schedule}) == ErrorCode::BadArgument);
  }
  CHECK(code(model, base_of({0, 0, 0}), {}) == ErrorCode::BadArgument);
  CHECK(code(model, base_of({0, 0, 0, std::numeric_limits<float>::infinity()}), {}) ==
        ErrorCode::BadArgument);
  Model broken = model;
  broken.hidden_bias[1] = std::numeric_limits<float>::quiet_NaN();
  CHECK(code(broken, base, {}) == ErrorCode::NotFinite);

  CHECK(reverse_annealed_importance_sampling(model, base, BitMatrix(0, 4), {}, pool).error().code ==
        ErrorCode::BadArgument);
  CHECK(reverse_annealed_importance_sampling(model, base, BitMatrix(3, 5), {}, pool).error().code ==
        ErrorCode::BadArgument);
}

TEST_CASE("annealing reports its progress and stops when asked to") {
  const Model model = oracle::golden_model();
  const Eigen::VectorXf base = base_of({0, 0, 0, 0});
  ThreadPool pool(1);
  std::vector<double> seen;
  const Progress watch = [&](double done) {
    seen.push_back(done);
    return true;
  };
  CHECK(annealed_importance_sampling(model, base, {.chains = 2, .steps = 95}, pool, watch).has_value());
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(seen.front() == 0);
  CHECK(seen.back() == 1);
  CHECK(seen.size() >= 5);
  const Progress stop = [](double done) { return done < 0.5; };
  CHECK(annealed_importance_sampling(model, base, {.chains = 2, .steps = 95}, pool, stop).error().code ==
        ErrorCode::Cancelled);
  CHECK(reverse_annealed_importance_sampling(model, base, BitMatrix(2, 4), {.chains = 2, .steps = 95}, pool,
                                             stop)
            .error()
            .code == ErrorCode::Cancelled);
}

TEST_CASE("the base-rate model is finite for certain pixels and close to the data for others") {
  const Eigen::VectorXf bias = base_rate_bias(base_of({0, 1, 0.5, 0.2, 0.8}));
  CHECK(bias.allFinite());
  CHECK(bias[0] < bias[3]);
  CHECK(bias[3] < bias[2]);
  CHECK(bias[4] < bias[1]);
  CHECK(bias[2] == doctest::Approx(0).epsilon(1e-6));
  CHECK(bias[3] == doctest::Approx(-bias[4]).epsilon(1e-5));
  for (Index i = 2; i < 5; ++i) {
    const float mean = std::array{0.5f, 0.2f, 0.8f}[static_cast<std::size_t>(i - 2)];
    CHECK(std::abs(sigmoid(bias[i]) - mean) < 0.02f);
  }
}
