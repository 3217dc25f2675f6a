#include "core/evaluation/monitor.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "core/math/scalar.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"

using namespace rbm;

namespace {

BitMatrix random_rows(Index rows, Index units, unsigned one_in, unsigned seed) {
  std::mt19937 engine(seed);
  BitMatrix out(rows, units);
  for (Index r = 0; r < rows; ++r) {
    for (Index i = 0; i < units; ++i) out.set(r, i, engine() % one_in == 0);
  }
  return out;
}

/// Every flip by two free energies from scratch, in long double.
double pseudo_log_likelihood_by_hand(const Model& model, const BitMatrix& v) {
  const auto minus_free_energy = [&](Index r, Index flipped) {
    long double sum = 0;
    for (Index i = 0; i < model.visible(); ++i)
      sum += v.get(r, i) != (i == flipped) ? double{model.visible_bias[i]} : 0.0;
    for (Index j = 0; j < model.hidden(); ++j) {
      long double x = model.hidden_bias[j];
      for (Index i = 0; i < model.visible(); ++i)
        x += v.get(r, i) != (i == flipped) ? double{model.weights(i, j)} : 0.0;
      sum += std::max(x, 0.0L) + std::log1p(std::exp(-std::abs(x)));
    }
    return sum;
  };
  long double total = 0;
  for (Index r = 0; r < v.rows(); ++r) {
    for (Index i = 0; i < v.cols(); ++i) {
      const long double rise = minus_free_energy(r, i) - minus_free_energy(r, -1);
      total -= std::max(rise, 0.0L) + std::log1p(std::exp(-std::abs(rise)));
    }
  }
  return static_cast<double>(total / static_cast<long double>(v.rows()));
}

}  // namespace

TEST_CASE(
    "the pseudo-log-likelihood of the golden data is that of the table and of the enumerated conditionals") {
  const Model model = oracle::golden_model();
  const oracle::Enumeration exact(model);
  const BitMatrix data = oracle::rows_of({"1010", "0111", "1100"});
  double expected = 0;
  for (Index r = 0; r < 3; ++r) {
    const std::size_t v = oracle::state_number(data, r);
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t flipped = v ^ (std::size_t{1} << i);
      expected += std::log(exact.p_v()[v] / (exact.p_v()[v] + exact.p_v()[flipped])) / 3;
    }
  }
  ThreadPool pool(1);
  CHECK(std::abs(pseudo_log_likelihood(model, data, pool) - expected) < 1e-12);
  CHECK(std::abs(pseudo_log_likelihood(model, data, pool) - -2.597125937864375) < 1e-6);
}

TEST_CASE("the pseudo-log-likelihood agrees with flips from scratch for weights of every size") {
  ThreadPool pool(2);
  // Up to about 25 the products serve, beyond e^±600 softplus does; 37 hidden units leave lanes unused.
  for (const double sd : {0.01, 0.5, 5.0, 25.0, 300.0, 1e6}) {
    CAPTURE(sd);
    const Model model = oracle::random_model(23, 37, sd, 1, 4);
    const BitMatrix v = random_rows(11, 23, 3, 8);
    const double expected = pseudo_log_likelihood_by_hand(model, v);
    CHECK(std::isfinite(expected));
    CHECK(std::abs(pseudo_log_likelihood(model, v, pool) - expected) <
          1e-11 * std::max(1.0, std::abs(expected)));
  }
  // The size of a real model, whose products of 500 factors need their exponents taken away.
  const Model model = oracle::random_model(90, 500, 0.5, 2, 5);
  const BitMatrix v = random_rows(3, 90, 2, 9);
  CHECK(std::abs(pseudo_log_likelihood(model, v, pool) - pseudo_log_likelihood_by_hand(model, v)) < 1e-9);
}

TEST_CASE("without weights the pseudo-log-likelihood is the log-likelihood of independent pixels") {
  ThreadPool pool(1);
  const Model model = oracle::random_model(100, 20, 0, 2, 3);
  const BitMatrix v = random_rows(4, 100, 2, 1);
  double expected = 0;
  for (Index r = 0; r < 4; ++r) {
    for (Index i = 0; i < 100; ++i) {
      const double a = model.visible_bias[i];
      expected -= softplus(v.get(r, i) ? -a : a) / 4;
    }
  }
  CHECK(std::abs(pseudo_log_likelihood(model, v, pool) - expected) < 1e-10);
  CHECK(pseudo_log_likelihood(model, BitMatrix(0, 100), pool) == 0);
}

TEST_CASE(
    "the pseudo-log-likelihood is the mean over rows, however many, with the same bits for any number of "
    "threads") {
  const Model model = oracle::random_model(16, 10, 1, 1, 7);
  const BitMatrix few = random_rows(50, 16, 2, 2);
  BitMatrix many(50 * 61, 16);  // more than are looked at in one go
  for (Index r = 0; r < many.rows(); ++r) {
    for (Index i = 0; i < 16; ++i) many.set(r, i, few.get(r % 50, i));
  }
  ThreadPool one(1), two(2), four(4);
  const double expected = pseudo_log_likelihood(model, many, one);
  CHECK(std::abs(expected - pseudo_log_likelihood(model, few, one)) < 1e-12);
  CHECK(pseudo_log_likelihood(model, many, two) == expected);
  CHECK(pseudo_log_likelihood(model, many, four) == expected);
}

TEST_CASE("the reconstruction error of a model without weights is the spread of independent pixels") {
  ThreadPool pool(2);
  const Model model = oracle::random_model(70, 9, 0, 1, 3);
  const BitMatrix v = random_rows(21, 70, 4, 6);
  double expected = 0;
  for (Index r = 0; r < 21; ++r) {
    for (Index i = 0; i < 70; ++i) {
      const double d = (v.get(r, i) ? 1 : 0) - sigmoid(double{model.visible_bias[i]});
      expected += d * d / (21 * 70);
    }
  }
  const RandomKey key{1, Stream::Monitor, 0};
  CHECK(reconstruction_error(model, oracle::transposed(model), v, key, pool) ==
        doctest::Approx(expected).epsilon(1e-6));
  CHECK(reconstruction_error(model, oracle::transposed(model), BitMatrix(0, 70), key, pool) == 0);
}

TEST_CASE("the reconstruction error of a model that copies its input is zero") {
  // Unit j answers to pixel j alone, and pixel j to unit j.
  Model model = oracle::random_model(30, 30, 0, 0, 1);
  for (Index i = 0; i < 30; ++i) {
    model.weights(i, i) = 80;
    model.visible_bias[i] = model.hidden_bias[i] = -40;
  }
  ThreadPool pool(1);
  CHECK(reconstruction_error(model, oracle::transposed(model), random_rows(10, 30, 2, 3),
                             {1, Stream::Monitor, 0}, pool) < 1e-12);
}

TEST_CASE("the reconstruction error is on average that of the enumerated golden model") {
  const Model model = oracle::golden_model();
  const oracle::Enumeration exact(model);
  const BitMatrix data = oracle::rows_of({"1010", "0111", "1100"});
  double expected = 0;
  for (Index r = 0; r < 3; ++r) {
    for (std::size_t h = 0; h < 8; ++h) {
      for (Index i = 0; i < 4; ++i) {
        const double d = (data.get(r, i) ? 1 : 0) - exact.p_visible_on(i, h);
        expected += exact.p_h_given_v(h, oracle::state_number(data, r)) * d * d / 12;
      }
    }
  }
  ThreadPool pool(1);
  std::vector<double> errors;
  for (std::uint64_t step = 0; step < 4000; ++step) {
    errors.push_back(
        reconstruction_error(model, oracle::transposed(model), data, {9, Stream::Monitor, step}, pool));
  }
  const Mean mean = mean_of(errors);
  CHECK(mean.standard_error > 0);
  CHECK(std::abs(mean.value - expected) < 4 * mean.standard_error);  // false-alarm rate 6e-5
}

TEST_CASE("a mean comes with its standard error") {
  CHECK(mean_of({}).value == 0);
  const std::vector<double> one{3}, four{1, 2, 3, 6};
  CHECK(mean_of(one).value == 3);
  CHECK(mean_of(one).standard_error == 0);
  CHECK(mean_of(four).value == 3);
  CHECK(mean_of(four).standard_error == doctest::Approx(std::sqrt(14.0 / 3 / 4)));
  const std::vector<double> offset{1e9 + 1, 1e9 + 2, 1e9 + 3};
  CHECK(mean_of(offset).standard_error == doctest::Approx(std::sqrt(1.0 / 3)));
}

TEST_CASE("driving images come in the order of the unit's probability, ties in the order of the data") {
  const Model model = oracle::random_model(35, 6, 0.5, 1, 13);
  auto data = std::make_shared<Dataset>();
  data->shape = {5, 7, 1};
  std::mt19937 engine(5);
  for (int n = 0; n < 35 * 200; ++n) data->pixels.push_back(static_cast<std::uint8_t>(engine() % 256));
  // Rows 40 and 41 are the same picture.
  std::copy_n(data->pixels.begin() + 35 * 40, 35, data->pixels.begin() + 35 * 41);
  Matrix grey(200, 35), p;
  for (Index r = 0; r < 200; ++r) {
    for (Index i = 0; i < 35; ++i) grey(r, i) = static_cast<float>(data->image(r)[i]) / 255.0f;
  }
  ThreadPool pool(2);
  hidden_probabilities(model, grey, p, pool);

  const DrivingImages all = driving_images(model, *data, 4, 200, 200, pool);
  REQUIRE(all.rows.size() == 200);
  REQUIRE(all.probabilities.size() == 200);
  for (std::size_t n = 0; n < 200; ++n) CHECK(std::abs(all.probabilities[n] - p(all.rows[n], 4)) < 1e-5f);
  CHECK(std::is_sorted(all.probabilities.begin(), all.probabilities.end(), std::greater<>()));
  const auto twin = std::find(all.rows.begin(), all.rows.end(), 40u);
  REQUIRE(twin + 1 != all.rows.end());
  CHECK(twin[1] == 41u);

  const DrivingImages some = driving_images(model, *data, 4, 200, 7, pool);
  CHECK(some.rows == std::vector<std::uint32_t>(all.rows.begin(), all.rows.begin() + 7));
  for (std::uint32_t row : driving_images(model, *data, 4, 20, 7, pool).rows) CHECK(row < 20);
  CHECK(driving_images(model, *data, 4, 20, 99, pool).rows.size() == 20);
  CHECK(driving_images(model, *data, 4, 0, 99, pool).rows.empty());
}
