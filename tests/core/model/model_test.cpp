#include "core/model/model.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "core/evaluation/partition_function.hpp"
#include "core/math/scalar.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"

using namespace rbm;

namespace {

std::vector<double> free_energies_of(const Model& model, const BitMatrix& v) {
  ThreadPool pool(1);
  Matrix scratch;
  std::vector<double> out(static_cast<std::size_t>(v.rows()));
  free_energies(model, v, out, scratch, pool);
  return out;
}

}  // namespace

TEST_CASE("the free energies of the golden model are those of the table and of the enumeration") {
  const Model model = oracle::golden_model();
  const oracle::Enumeration exact(model);
  const std::vector<double> f = free_energies_of(model, oracle::all_states(4));
  for (std::size_t v = 0; v < f.size(); ++v) CHECK(std::abs(f[v] - exact.free_energy(v)) < 2e-6);
  CHECK(std::abs(free_energies_of(model, oracle::rows_of({"0000"}))[0] - -2.105551884593) < 2e-6);
  CHECK(std::abs(free_energies_of(model, oracle::rows_of({"1011"}))[0] - -3.103037453439) < 2e-6);
  CHECK(std::abs(exact.p_v()[0b0110] - 0.117579776956) < 1e-7);
}

TEST_CASE("both conditionals are those of the enumerated joint distribution") {
  const Model model = oracle::golden_model();
  const oracle::Enumeration exact(model);
  ThreadPool pool(1);
  Matrix hidden, visible;
  hidden_probabilities(model, oracle::all_states(4), hidden, pool);
  visible_probabilities(model, oracle::transposed(model), oracle::all_states(3), visible, pool);
  for (Index v = 0; v < 16; ++v) {
    for (Index j = 0; j < 3; ++j)
      CHECK(std::abs(hidden(v, j) - exact.p_hidden_on(j, static_cast<std::size_t>(v))) < 1e-6);
  }
  for (Index h = 0; h < 8; ++h) {
    for (Index i = 0; i < 4; ++i)
      CHECK(std::abs(visible(h, i) - exact.p_visible_on(i, static_cast<std::size_t>(h))) < 1e-6);
  }
}

TEST_CASE("real-valued rows of zeros and ones give what the same bits give") {
  const Model model = oracle::random_model(150, 70, 0.3, 1, 5);
  ThreadPool pool(2);
  BitMatrix bits(9, 150);
  std::mt19937 engine(3);
  for (Index r = 0; r < 9; ++r) {
    for (Index i = 0; i < 150; ++i) bits.set(r, i, engine() % 3 == 0);
  }
  Matrix values(9, 150), scratch, from_bits, from_values;
  unpack(bits, values);
  std::vector<double> f(9);
  free_energies(model, values, f, scratch, pool);
  const std::vector<double> expected = free_energies_of(model, bits);
  for (std::size_t r = 0; r < 9; ++r) CHECK(std::abs(f[r] - expected[r]) < 1e-4);
  hidden_probabilities(model, bits, from_bits, pool);
  hidden_probabilities(model, values, from_values, pool);
  CHECK((from_bits.view() - from_values.view()).cwiseAbs().maxCoeff() < 1e-5f);

  BitMatrix hidden(4, 70);
  for (Index r = 0; r < 4; ++r) {
    for (Index j = 0; j < 70; ++j) hidden.set(r, j, engine() % 2 == 0);
  }
  Matrix hidden_values(4, 70);
  unpack(hidden, hidden_values);
  visible_probabilities(model, oracle::transposed(model), hidden, from_bits, pool);
  visible_probabilities(model, oracle::transposed(model), hidden_values, from_values, pool);
  CHECK((from_bits.view() - from_values.view()).cwiseAbs().maxCoeff() < 1e-5f);
}

TEST_CASE("the probabilities of all visible states sum to one") {
  ThreadPool pool(1);
  for (unsigned seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    const Model model = oracle::random_model(10, 6, 1, 1, seed);
    const double log_z = *exact_log_z(model, pool);
    double sum = 0;
    for (double f : free_energies_of(model, oracle::all_states(10))) sum += std::exp(-f - log_z);
    CHECK(std::abs(sum - 1) < 1e-5);
  }
}

TEST_CASE("free energies are exact for hidden inputs of any size") {
  // One hidden unit per input x, no visible unit on: −F is the sum of log(1 + e^x).
  for (const float x : {1000.0f, -1000.0f, 88.0f, -88.0f, 104.0f, -104.0f, 17.0f, -17.0f, 1e-8f, -1e-8f, 0.0f,
                        3e38f, -3e38f}) {
    CAPTURE(x);
    const Model model = oracle::make_model({{0.0}}, {0.0}, {double{x}});
    const auto wide = static_cast<long double>(x);
    const long double expected = std::max(wide, 0.0L) + std::log1p(std::exp(-std::abs(wide)));
    const double f = free_energies_of(model, oracle::rows_of({"0"}))[0];
    CHECK(std::isfinite(f));
    CHECK(std::abs(static_cast<long double>(-f) - expected) <= 3e-7L * expected + 1e-37L);
  }
}

TEST_CASE("a positive weight makes its two units agree") {
  const Model model = oracle::make_model({{2.0}}, {0.0}, {0.0});
  const std::vector<double> f = free_energies_of(model, oracle::all_states(1));
  CHECK(f[1] < f[0]);
  ThreadPool pool(1);
  Matrix p;
  hidden_probabilities(model, oracle::all_states(1), p, pool);
  CHECK(p(1, 0) > p(0, 0));
}

TEST_CASE("a first model has small weights, data biases that are finite, and depends on its seed alone") {
  Eigen::VectorXf mean = Eigen::VectorXf::Constant(400, 0.25f);
  mean[0] = 0;
  mean[1] = 1;
  const Model model = initial_model({20, 20, 1}, 50, mean, 0.01f, 7);
  CHECK(model.visible() == 400);
  CHECK(model.hidden() == 50);
  CHECK(model.hidden_bias.isZero(0));
  CHECK(model.visible_bias[5] == doctest::Approx(std::log(1.0 / 3.0)));
  CHECK(model.visible_bias[0] == doctest::Approx(std::log(1e-4 / (1 - 1e-4))).epsilon(1e-4));
  CHECK(model.visible_bias[1] == doctest::Approx(-std::log(1e-4 / (1 - 1e-4))).epsilon(1e-3));
  // 20,000 draws: mean and standard deviation within 5 standard errors (false-alarm rate 1e-6).
  const double n = 400 * 50;
  const double average = model.weights.view().cast<double>().mean();
  const double square = model.weights.view().cast<double>().squaredNorm() / n;
  CHECK(std::abs(average) < 5 * 0.01 / std::sqrt(n));
  CHECK(std::abs(square / 1e-4 - 1) < 5 * std::sqrt(2 / n));
  CHECK(initial_model({20, 20, 1}, 50, mean, 0.01f, 7).weights.view() == model.weights.view());
  CHECK(initial_model({20, 20, 1}, 50, mean, 0.01f, 8).weights.view() != model.weights.view());
}

TEST_CASE("a parameter that is not finite is found wherever it hides") {
  ThreadPool pool(2);
  const float bad[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                       -std::numeric_limits<float>::infinity()};
  const Model good = oracle::random_model(37, 21, 1, 1, 2);
  CHECK(all_finite(good, pool));
  for (float value : bad) {
    CAPTURE(value);
    Model model = good;
    model.weights(36, 20) = value;
    CHECK_FALSE(all_finite(model, pool));
    model = good;
    model.visible_bias[0] = value;
    CHECK_FALSE(all_finite(model, pool));
    model = good;
    model.hidden_bias[20] = value;
    CHECK_FALSE(all_finite(model, pool));
  }
}

TEST_CASE("softplus and sigmoid neither overflow nor lose their small values") {
  for (const double x : {0.0, 1e-300, 1e-8, 0.5, 1.0, 20.0, 36.0, 88.0, 709.0, 710.0, 745.0, 1e3, 1e300}) {
    CAPTURE(x);
    const auto wide = static_cast<long double>(x);
    const double exact_low = static_cast<double>(std::log1p(std::exp(-wide)));
    CHECK(softplus(-x) == doctest::Approx(exact_low).epsilon(1e-14));
    CHECK(softplus(x) ==
          doctest::Approx(static_cast<double>(wide + std::log1p(std::exp(-wide)))).epsilon(1e-14));
    CHECK(softplus(x) - softplus(-x) == doctest::Approx(x).epsilon(1e-14));
    CHECK(sigmoid(-x) ==
          doctest::Approx(static_cast<double>(std::exp(-wide) / (1 + std::exp(-wide)))).epsilon(1e-14));
    CHECK(sigmoid(x) + sigmoid(-x) == doctest::Approx(1).epsilon(1e-15));
    CHECK(softplus(x) >= softplus(-x));
  }
  // Float: relative to the value, even where it is tiny, because 500 units add up.
  for (float x = -100; x < 100; x += 0.37f) {
    const double expected = softplus(double{x});
    CHECK(std::abs(softplus(x) - expected) <= 3e-7 * expected + 1e-45);  // one subnormal
  }
}

TEST_CASE("log_sum_exp holds for huge, tiny, empty and infinite input") {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::array<double, 2> huge{1e6, 1e6}, tiny{-1e6, -1e6}, mixed{0, -1e9};
  const std::array<double, 2> nothing{-infinity, -infinity}, one_nothing{-infinity, 2};
  CHECK(log_sum_exp(huge) == doctest::Approx(1e6 + std::log(2.0)).epsilon(1e-15));
  CHECK(log_sum_exp(tiny) == doctest::Approx(-1e6 + std::log(2.0)).epsilon(1e-15));
  CHECK(log_sum_exp(mixed) == 0);
  CHECK(log_sum_exp(nothing) == -infinity);
  CHECK(log_sum_exp(one_nothing) == 2);
  CHECK(log_sum_exp({}) == -infinity);
  CHECK(log_mean_exp(huge) == doctest::Approx(1e6).epsilon(1e-15));
}

TEST_CASE("the kernels' sums of softplus agree with the scalar function in double") {
  ThreadPool pool(2);
  std::mt19937 engine(11);
  std::normal_distribution<float> normal(0, 12);
  Matrix x(7, 83);
  std::vector<double> expected(7, 0.0), sums(7);
  for (Index r = 0; r < 7; ++r) {
    for (Index c = 0; c < 83; ++c) {
      x(r, c) = normal(engine);
      expected[static_cast<std::size_t>(r)] += softplus(double{x(r, c)});
    }
  }
  softplus_sums(x, sums, pool);
  for (std::size_t r = 0; r < 7; ++r) CHECK(std::abs(sums[r] - expected[r]) < 1e-6 * expected[r]);
}
