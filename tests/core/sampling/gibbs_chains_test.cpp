#include "core/sampling/gibbs_chains.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "core/math/scalar.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"

using namespace rbm;

namespace {

/// G with its weights doubled: states further apart, so that a wrong conditional shows.
Model strong_golden_model() {
  Model model = oracle::golden_model();
  model.weights.view() *= 2;
  return model;
}

/// How often each visible state was seen: after `burn_in` steps from noise, every `thin` steps, `looks`
/// times, in 500 chains.
std::vector<double> visible_counts(const Model& model, float temperature, std::uint64_t seed,
                                   int looks = 100) {
  constexpr Index kChains = 500;
  constexpr Index kBurnIn = 100, kThin = 20;
  ThreadPool pool(2);
  const Matrix transposed = oracle::transposed(model);
  GibbsChains chains(kChains, model.visible(), model.hidden(), seed);
  chains.set_temperature(temperature);
  chains.start_from_noise(model, pool);
  chains.full_steps(model, transposed, kBurnIn, pool);
  std::vector<double> counts(std::size_t{1} << model.visible(), 0.0);
  for (int look = 0; look < looks; ++look) {
    chains.full_steps(model, transposed, kThin, pool);
    for (Index c = 0; c < kChains; ++c) ++counts[oracle::state_number(chains.visible(), c)];
  }
  return counts;
}

constexpr double kChiSquare15 = 37.7;  // 15 degrees of freedom, false-alarm rate 0.001
constexpr double kChiSquare3 = 16.3;   // 3 degrees of freedom, the same

}  // namespace

TEST_CASE("Gibbs chains reach the enumerated distribution of the golden model") {
  const std::uint64_t seed = 11;
  CAPTURE(seed);
  for (const Model& model : {oracle::golden_model(), strong_golden_model()}) {
    CHECK(oracle::chi_square(visible_counts(model, 1, seed), oracle::Enumeration(model).p_v()) <
          kChiSquare15);
  }
}

TEST_CASE("at temperature T Gibbs chains reach the distribution of the energy over T") {
  const Model model = strong_golden_model();
  const std::uint64_t seed = 12;
  CAPTURE(seed);
  for (const float t : {0.7f, 2.0f, 10.0f}) {
    CAPTURE(t);
    const std::vector<double> counts = visible_counts(model, t, seed);
    CHECK(oracle::chi_square(counts, oracle::Enumeration(model, double{t}).p_v()) < kChiSquare15);
    CHECK(oracle::chi_square(counts, oracle::Enumeration(model).p_v()) >
          10 * kChiSquare15);  // the test has power
  }
}

TEST_CASE("the joint states of both layers, and p(v) of single steps, are in detailed balance") {
  // In equilibrium v → v' is as frequent as v' → v. 120 pairs, each beyond 4.5 standard errors with
  // probability 7e-6.
  const Model model = strong_golden_model();
  const oracle::Enumeration exact(model);
  ThreadPool pool(2);
  const Matrix transposed = oracle::transposed(model);
  constexpr Index kChains = 2000;
  GibbsChains chains(kChains, 4, 3, 13);
  chains.start(oracle::exact_samples(exact, kChains, 14));
  std::vector<std::vector<double>> moves(16, std::vector<double>(16, 0.0));
  std::vector<double> joint(128, 0.0), expected(128);
  for (int step = 0; step < 100; ++step) {
    const BitMatrix before = chains.visible();
    chains.half_step(model, transposed, pool);
    for (Index c = 0; c < kChains && step % 20 == 0; ++c) {
      ++joint[oracle::state_number(chains.visible(), c) * 8 + oracle::state_number(chains.hidden(), c)];
    }
    chains.half_step(model, transposed, pool);
    for (Index c = 0; c < kChains; ++c)
      ++moves[oracle::state_number(before, c)][oracle::state_number(chains.visible(), c)];
  }
  for (std::size_t v = 0; v < 16; ++v) {
    for (std::size_t h = 0; h < 8; ++h) expected[v * 8 + h] = exact.p_v()[v] * exact.p_h_given_v(h, v);
    for (std::size_t w = 0; w < v; ++w) {
      CHECK(std::abs(moves[v][w] - moves[w][v]) <= 4.5 * std::sqrt(moves[v][w] + moves[w][v]) + 1);
    }
  }
  CHECK(oracle::chi_square(joint, expected) < 181.99);  // 127 degrees of freedom, false-alarm rate 0.001
}

TEST_CASE(
    "clamped pixels keep every bit for 1000 half-steps and free ones follow the enumerated conditional") {
  const Model model = strong_golden_model();
  const oracle::Enumeration exact(model);
  const Matrix transposed = oracle::transposed(model);
  ThreadPool pool(2);
  constexpr Index kChains = 1000;
  GibbsChains chains(kChains, 4, 3, 15);
  BitMatrix start(kChains, 4);
  for (Index c = 0; c < kChains; ++c) start.set(c, 0, true);  // pixel 0 on, pixel 2 off
  chains.start(start);
  const std::vector<std::uint8_t> mask{1, 0, 1, 0};
  chains.clamp(mask);

  std::vector<double> counts(4, 0.0), expected(4);
  bool is_constant = true;
  for (int half = 1; half <= 1000; ++half) {
    chains.half_step(model, transposed, pool);
    for (Index c = 0; c < kChains; ++c)
      is_constant = is_constant && chains.visible().get(c, 0) && !chains.visible().get(c, 2);
    if (half % 20 != 0) continue;
    for (Index c = 0; c < kChains; ++c) {
      ++counts[static_cast<std::size_t>(chains.visible().get(c, 1) + 2 * chains.visible().get(c, 3))];
      CHECK_UNARY(chains.visible_probabilities()(c, 0) == 1.0f);
      CHECK_UNARY(chains.visible_probabilities()(c, 2) == 0.0f);
    }
  }
  CHECK(is_constant);
  double total = 0;
  for (std::size_t s = 0; s < 4; ++s) {
    expected[s] = exact.p_v()[1 + 2 * (s & 1) + 8 * (s >> 1)];
    total += expected[s];
  }
  for (double& p : expected) p /= total;
  CHECK(oracle::chi_square(counts, expected) < kChiSquare3);

  // Freed, they move again.
  chains.clamp({});
  chains.full_steps(model, transposed, 100, pool);
  Index on = 0;
  for (Index c = 0; c < kChains; ++c) on += chains.visible().get(c, 2);
  CHECK(on > 0);
}

TEST_CASE("the pixels clamped are those of each chain at the moment of clamping") {
  const Model model = oracle::random_model(200, 30, 0.5, 1, 3);
  const Matrix transposed = oracle::transposed(model);
  ThreadPool pool(2);
  GibbsChains chains(20, 200, 30, 16);
  chains.start_from_noise(model, pool);
  chains.full_steps(model, transposed, 3, pool);
  std::vector<std::uint8_t> mask(200);
  for (std::size_t i = 0; i < 200; ++i) mask[i] = i % 3 == 0 ? 255 : 0;
  const BitMatrix kept = chains.visible();
  chains.clamp(mask);
  chains.full_steps(model, transposed, 20, pool);
  Index moved = 0, drifted = 0;
  for (Index c = 0; c < 20; ++c) {
    for (Index i = 0; i < 200; ++i) {
      (i % 3 == 0 ? drifted : moved) += chains.visible().get(c, i) != kept.get(c, i);
    }
  }
  CHECK(drifted == 0);
  CHECK(moved > 0);
}

TEST_CASE("a half-step draws one layer from the other and leaves the other alone") {
  const Model model = oracle::random_model(70, 33, 0.3, 1, 4);
  const Matrix transposed = oracle::transposed(model);
  ThreadPool pool(2);
  GibbsChains chains(5, 70, 33, 17);
  CHECK(chains.phase() == Phase::Visible);
  CHECK(chains.half_steps() == 0);
  CHECK(chains.chains() == 5);
  CHECK(chains.temperature() == 1);
  CHECK(chains.visible() == BitMatrix(5, 70));
  chains.start_from_noise(model, pool);
  const BitMatrix noise = chains.visible();

  chains.half_step(model, transposed, pool);
  CHECK(chains.phase() == Phase::Hidden);
  CHECK(chains.half_steps() == 1);
  CHECK(chains.visible() == noise);
  Matrix p;
  hidden_probabilities(model, noise, p, pool);
  CHECK(chains.hidden_probabilities().view() == p.view());
  const BitMatrix hidden = chains.hidden();
  CHECK(hidden != BitMatrix(5, 33));

  chains.half_step(model, transposed, pool);
  CHECK(chains.phase() == Phase::Visible);
  CHECK(chains.half_steps() == 2);
  CHECK(chains.hidden() == hidden);
  visible_probabilities(model, transposed, hidden, p, pool);
  CHECK(chains.visible_probabilities().view() == p.view());
  CHECK(chains.visible() != noise);
}

TEST_CASE("full steps end with a drawn image and finish a half-done step first") {
  const Model model = oracle::random_model(40, 20, 0.3, 1, 4);
  const Matrix transposed = oracle::transposed(model);
  ThreadPool pool(1);
  GibbsChains chains(3, 40, 20, 18), halves(3, 40, 20, 18);
  chains.start_from_noise(model, pool);
  halves.start_from_noise(model, pool);
  chains.full_steps(model, transposed, 2, pool);
  CHECK(chains.half_steps() == 4);
  for (int half = 0; half < 4; ++half) halves.half_step(model, transposed, pool);
  CHECK(chains.visible() == halves.visible());
  CHECK(chains.hidden() == halves.hidden());

  chains.half_step(model, transposed, pool);
  chains.full_steps(model, transposed, 1, pool);
  CHECK(chains.phase() == Phase::Visible);
  CHECK(chains.half_steps() == 6);
  chains.full_steps(model, transposed, 0, pool);
  CHECK(chains.half_steps() == 6);
}

TEST_CASE("redrawing gives other states from the same probabilities and counts as no step") {
  const Model model = oracle::random_model(100, 60, 0.2, 0.5, 4);
  const Matrix transposed = oracle::transposed(model);
  ThreadPool pool(1);
  GibbsChains chains(2, 100, 60, 19);
  chains.start_from_noise(model, pool);
  const BitMatrix noise = chains.visible();
  for (int half = 1; half <= 2; ++half) {
    chains.half_step(model, transposed, pool);
    const BitMatrix visible = chains.visible(), hidden = chains.hidden();
    const Matrix p_visible = chains.visible_probabilities(), p_hidden = chains.hidden_probabilities();
    chains.redraw(model, transposed, pool);
    CHECK(chains.half_steps() == static_cast<std::uint64_t>(half));
    CHECK(chains.visible_probabilities().view() == p_visible.view());
    CHECK(chains.hidden_probabilities().view() == p_hidden.view());
    CHECK((chains.visible() != visible) == (half == 2));
    CHECK((chains.hidden() != hidden) == (half == 1));
  }
}

TEST_CASE("units with a bias of 40 never leave their state") {
  // 10 million draws: a uniform number that could be 1, or a probability that could reach it wrongly, would
  // show.
  Model model = oracle::random_model(1000, 1, 0, 0, 1);
  for (Index i = 0; i < 1000; ++i) model.visible_bias[i] = i % 2 == 0 ? 40.0f : -40.0f;
  const Matrix transposed = oracle::transposed(model);
  ThreadPool pool(2);
  GibbsChains chains(100, 1000, 1, 20);
  chains.full_steps(model, transposed, 1, pool);
  const BitMatrix first = chains.visible();
  for (Index i = 0; i < 1000; ++i) CHECK_UNARY(first.get(7, i) == (i % 2 == 0));
  bool is_constant = true;
  for (int step = 0; step < 100; ++step) {
    chains.full_steps(model, transposed, 1, pool);
    is_constant = is_constant && chains.visible() == first;
  }
  CHECK(is_constant);
}

TEST_CASE("one seed gives the same states for any number of threads, another seed gives others") {
  const Model model = oracle::random_model(300, 130, 0.2, 1, 5);
  const Matrix transposed = oracle::transposed(model);
  const auto run = [&](std::uint64_t seed, int threads) {
    ThreadPool pool(threads);
    GibbsChains chains(23, 300, 130, seed);
    chains.start_from_noise(model, pool);
    chains.full_steps(model, transposed, 10, pool);
    return chains.visible();
  };
  const BitMatrix alone = run(1, 1);
  CHECK(run(1, 2) == alone);
  CHECK(run(1, 4) == alone);
  CHECK(run(2, 1) != alone);
}

TEST_CASE("chains and units of a model without weights are independent") {
  // Neighbouring chains and neighbouring pixels, 100,000 pairs each: correlation below 4 / √N (false-alarm
  // rate 6e-5 each).
  const Model model = oracle::random_model(1000, 64, 0, 0, 1);
  const Matrix transposed = oracle::transposed(model);
  ThreadPool pool(2);
  GibbsChains chains(101, 1000, 64, 21);
  chains.full_steps(model, transposed, 1, pool);
  const BitMatrix first = chains.visible();
  chains.full_steps(model, transposed, 1, pool);
  const auto sign = [](bool on) { return on ? 1.0 : -1.0; };
  double chains_sum = 0, pixels_sum = 0, steps_sum = 0, mean = 0;
  for (Index c = 0; c < 100; ++c) {
    for (Index i = 0; i < 1000; ++i) {
      const double x = sign(first.get(c, i));
      mean += x;
      chains_sum += x * sign(first.get(c + 1, i));
      pixels_sum += x * sign(first.get(c, (i + 1) % 1000));
      steps_sum += x * sign(chains.visible().get(c, i));
    }
  }
  const double bound = 4 * std::sqrt(100000.0);
  CHECK(std::abs(mean) < bound);
  CHECK(std::abs(chains_sum) < bound);
  CHECK(std::abs(pixels_sum) < bound);
  CHECK(std::abs(steps_sum) < bound);
}

TEST_CASE("starting over forgets steps and clamps") {
  const Model model = oracle::random_model(60, 40, 0.3, 1, 6);
  const Matrix transposed = oracle::transposed(model);
  ThreadPool pool(1);
  GibbsChains chains(4, 60, 40, 22);
  chains.clamp(std::vector<std::uint8_t>(60, 1));
  chains.full_steps(model, transposed, 2, pool);
  CHECK(chains.visible() == BitMatrix(4, 60));
  BitMatrix start(4, 60);
  start.set(2, 30, true);
  chains.half_step(model, transposed, pool);
  chains.start(start);
  CHECK(chains.phase() == Phase::Visible);
  CHECK(chains.half_steps() == 0);
  CHECK(chains.visible() == start);
  CHECK(chains.visible_probabilities()(2, 30) == 1);
  chains.full_steps(model, transposed, 2, pool);
  CHECK(chains.visible() != start);
}
