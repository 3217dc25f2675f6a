#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "kernel_reference.hpp"

using namespace rbm;
using namespace rbm::reference;

namespace {
const RandomKey kKey{42, Stream::Binarize, 0xabcdef0123u};
}

TEST_CASE("sampled states are the draws of their units for every shape and instruction set") {
  ThreadPool pool(2);
  for (const Index cols : {0, 1, 7, 63, 64, 65, 500, 785}) {
    Matrix p = random_matrix(19, cols, 2.0f, static_cast<unsigned>(cols));
    sigmoid_in_place(p, pool);
    for_each_simd([&](std::string_view) {
      BitMatrix states(19, cols);
      poison(states);
      sample_bernoulli(p, {kKey.seed, kKey.stream, kKey.step, 1000}, states, pool);
      Index wrong = 0;
      for (Index r = 0; r < 19; ++r) {
        for (Index c = 0; c < cols; ++c) {
          wrong += states.get(r, c) != (uniform(kKey, 1000 + static_cast<std::uint32_t>(r),
                                                static_cast<std::uint32_t>(c)) < p(r, c));
        }
      }
      CHECK(wrong == 0);
      CHECK(padding_is_zero(states));
    });
  }
}

TEST_CASE("probability one always fires and probability zero never does") {
  ThreadPool pool(1);
  Matrix p(2000, 100);
  for (Index r = 0; r < 2000; ++r) {
    for (Index c = 0; c < 50; ++c) p(r, c) = 1.0f;
  }
  BitMatrix states(2000, 100);
  sample_bernoulli(p, kKey, states, pool);
  Index on = 0;
  for (Index r = 0; r < 2000; ++r) on += states.count(r);
  CHECK(on == 2000 * 50);
  bool in_first_half = true;
  for (Index r = 0; r < 2000; ++r) {
    for (Index c = 0; c < 50; ++c) in_first_half = in_first_half && states.get(r, c);
  }
  CHECK(in_first_half);
}

TEST_CASE("grey values become states with their brightness as probability") {
  ThreadPool pool(2);
  std::vector<std::vector<std::uint8_t>> images;
  std::vector<const std::uint8_t*> rows;
  for (int r = 0; r < 33; ++r) {
    images.emplace_back(150);
    for (int c = 0; c < 150; ++c)
      images.back()[static_cast<std::size_t>(c)] = static_cast<std::uint8_t>((r * 37 + c * 11) % 256);
  }
  for (const auto& image : images) rows.push_back(image.data());
  for_each_simd([&](std::string_view) {
    BitMatrix states(33, 150);
    poison(states);
    sample_grey(rows, kKey, states, pool);
    Index wrong = 0;
    for (Index r = 0; r < 33; ++r) {
      for (Index c = 0; c < 150; ++c) {
        const float p = static_cast<float>(rows[static_cast<std::size_t>(r)][c]) / 255.0f;
        wrong += states.get(r, c) !=
                 (uniform(kKey, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(c)) < p);
      }
    }
    CHECK(wrong == 0);
    CHECK(padding_is_zero(states));
  });
}

TEST_CASE("the vectorized sigmoid is right to single precision over the whole range") {
  ThreadPool pool(1);
  std::vector<float> points{0.0f, -0.0f, 1e-8f, -1e-8f, 88.0f, -86.0f, 1000.0f, -1000.0f, 3e38f, -3e38f};
  for (float x = -86.0f; x < 90.0f; x += 0.00731f) points.push_back(x);
  Matrix x(1, static_cast<Index>(points.size()));
  std::optional<Matrix> first;
  for_each_simd([&](std::string_view) {
    std::copy(points.begin(), points.end(), x.row(0));
    sigmoid_in_place(x, pool);
    double worst = 0;
    for (std::size_t k = 0; k < points.size(); ++k) {
      const double exact = sigmoid(static_cast<double>(points[k]));
      const double got = static_cast<double>(x(0, static_cast<Index>(k)));
      if (points[k] > -87.0f) worst = std::max(worst, std::abs(got - exact) / exact);
      CHECK((got >= 0 && got <= 1));
      if (points[k] <= -87.0f) CHECK(got < 1e-37);
    }
    CHECK(worst < 3e-7);
    CHECK(padding_is_zero(x));
    if (!first) first = x;
    CHECK(same_bits(x, *first));
  });
}

TEST_CASE("the sigmoid of a non-finite number is its limit or not a number") {
  ThreadPool pool(1);
  const float infinity = std::numeric_limits<float>::infinity();
  for_each_simd([&](std::string_view) {
    Matrix x(1, 3);
    x(0, 0) = std::numeric_limits<float>::quiet_NaN();
    x(0, 1) = infinity;
    x(0, 2) = -infinity;
    sigmoid_in_place(x, pool);
    CHECK(std::isnan(x(0, 0)));
    CHECK(x(0, 1) == 1.0f);
    CHECK(x(0, 2) < 1e-37f);
  });
}

TEST_CASE("sums of softplus are right, finite, and the same for every instruction set") {
  for (const Index cols : {0, 1, 7, 15, 16, 17, 63, 64, 65, 500, 785}) {
    Matrix x = random_matrix(21, cols, 20.0f, static_cast<unsigned>(cols) + 1);
    if (cols > 7)
      x(0, 0) = 1000.0f, x(0, 1) = -1000.0f, x(0, 2) = 88.7f, x(0, 3) = -88.7f, x(0, 4) = 0, x(0, 5) = 1e-8f;
    std::vector<double> first;
    for_each_simd([&](std::string_view) {
      for (const int threads : {1, 2, 4}) {
        ThreadPool pool(threads);
        std::vector<double> sums(21, -1);
        softplus_sums(x, sums, pool);
        for (Index r = 0; r < 21; ++r) {
          double exact = 0;
          for (Index c = 0; c < cols; ++c) exact += softplus(static_cast<double>(x(r, c)));
          CHECK(sums[static_cast<std::size_t>(r)] == doctest::Approx(exact).epsilon(2e-7));
        }
        if (first.empty()) first = sums;
        CHECK(sums == first);
      }
    });
  }
}

TEST_CASE("softplus of single numbers keeps its relative precision") {
  ThreadPool pool(1);
  Matrix x(40000, 1);
  for (Index r = 0; r < x.rows(); ++r) x(r, 0) = -80.0f + 0.0043f * static_cast<float>(r);
  std::vector<double> sums(40000);
  softplus_sums(x, sums, pool);
  double worst = 0;
  for (Index r = 0; r < x.rows(); ++r) {
    const double exact = softplus(static_cast<double>(x(r, 0)));
    worst = std::max(worst, std::abs(sums[static_cast<std::size_t>(r)] - exact) / exact);
  }
  CHECK(worst < 3e-7);
}

TEST_CASE("selected sums add up the chosen coefficients in double") {
  for (const Index cols : {0, 1, 7, 63, 64, 65, 500, 785}) {
    const std::vector<float> w = random_vector(cols, 3.0f, static_cast<unsigned>(cols));
    for (const double density : {0.0, 0.2, 1.0}) {
      const BitMatrix x = random_states(23, cols, density, static_cast<unsigned>(cols) + 5);
      std::vector<double> first;
      for_each_simd([&](std::string_view) {
        ThreadPool pool(2);
        std::vector<double> sums(23, -1);
        selected_sums(x, w.data(), sums, pool);
        for (Index r = 0; r < 23; ++r) {
          double exact = 0;
          for (Index c = 0; c < cols; ++c)
            exact += x.get(r, c) ? static_cast<double>(w[static_cast<std::size_t>(c)]) : 0;
          CHECK(std::abs(sums[static_cast<std::size_t>(r)] - exact) < 1e-11);
        }
        if (first.empty()) first = sums;
        CHECK(sums == first);
      });
    }
  }
}

TEST_CASE("column means of values and of states match their definition") {
  ThreadPool pool(2);
  for (const Index cols : {0, 1, 63, 64, 65, 200}) {
    for (const Index rows : {0, 1, 5, 300}) {
      const Matrix x = random_matrix(rows, cols, 1.0f, static_cast<unsigned>(cols + rows));
      const BitMatrix bits = random_states(rows, cols, 0.3, static_cast<unsigned>(cols + rows));
      for_each_simd([&](std::string_view) {
        std::vector<float> means(static_cast<std::size_t>(cols), -1), bit_means(means);
        column_means(x, means, pool);
        column_means(bits, bit_means, pool);
        for (Index c = 0; c < cols; ++c) {
          double sum = 0, count = 0;
          for (Index r = 0; r < rows; ++r) sum += static_cast<double>(x(r, c)), count += bits.get(r, c);
          const double n = std::max<double>(1, static_cast<double>(rows));
          CHECK(std::abs(static_cast<double>(means[static_cast<std::size_t>(c)]) - sum / n) < 3e-7);
          CHECK(std::abs(static_cast<double>(bit_means[static_cast<std::size_t>(c)]) - count / n) < 1e-7);
        }
      });
    }
  }
}

TEST_CASE("a matrix transposes exactly for every shape and instruction set") {
  ThreadPool pool(2);
  for (const Index rows : {0, 1, 15, 16, 17, 65, 100}) {
    for (const Index cols : {0, 1, 7, 16, 33, 129}) {
      const Matrix x = random_matrix(rows, cols, 1.0f, static_cast<unsigned>(rows * 7 + cols));
      for_each_simd([&](std::string_view) {
        Matrix y(cols, rows);
        poison(y);
        transpose(x, y, pool);
        Index wrong = 0;
        for (Index r = 0; r < rows; ++r) {
          for (Index c = 0; c < cols; ++c) wrong += x(r, c) != y(c, r);
        }
        CHECK(wrong == 0);
        CHECK(padding_is_zero(y));
      });
    }
  }
}

TEST_CASE("a single number that is not finite is found wherever it stands") {
  ThreadPool pool(2);
  for_each_simd([&](std::string_view) {
    for (const Index cols : {1, 7, 16, 65}) {
      Matrix x = random_matrix(37, cols, 1.0f, 3);
      x(0, 0) = std::numeric_limits<float>::max();
      CHECK(all_finite(x, pool));
      for (const Index r : {0, 17, 36}) {
        for (const float bad :
             {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
              -std::numeric_limits<float>::infinity()}) {
          Matrix y = x;
          y(r, cols - 1) = bad;
          CHECK_FALSE(all_finite(y, pool));
        }
      }
    }
    CHECK(all_finite(Matrix(0, 5), pool));
  });
}

TEST_CASE("the instruction set can be lowered by name, and an unknown name changes nothing") {
  const std::string before = simd_name();
  CHECK_FALSE(set_simd("abacus"));
  CHECK(simd_name() == before);
  for (const std::string_view name : available_simd()) CHECK(set_simd(name));
  CHECK(set_simd(available_simd().front()));
  CHECK(simd_name() == before);
}
