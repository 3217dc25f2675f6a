#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "core/math/shares.hpp"
#include "kernel_reference.hpp"
#include "tests/core/parallel/thread_ranks.hpp"

using namespace rbm;
using namespace rbm::reference;

namespace {

/// One phase in either representation.
struct Phase {
  BitMatrix bits_transposed;
  Matrix values, hidden;
  bool real_valued;
  Phase(Index rows, Index visible, Index hidden_units, bool real, double density, unsigned seed)
      : bits_transposed(random_states(visible, rows, density, seed)),
        values(random_matrix(rows, visible, 1.0f, seed + 1)),
        hidden(random_matrix(rows, hidden_units, 1.0f, seed + 2)),
        real_valued(real) {}
  PhaseStatistics statistics() const {
    return {real_valued ? nullptr : &bits_transposed, real_valued ? &values : nullptr, &hidden};
  }
  double visible(Index r, Index i) const {
    return real_valued ? static_cast<double>(values(r, i)) : bits_transposed.get(i, r) ? 1.0 : 0.0;
  }
};

struct Differences {
  std::vector<float> visible, hidden, hidden_mean, visible_product, hidden_product;
  bool operator==(const Differences&) const = default;

  Differences(const Phase& positive, const Phase& negative, const std::vector<float>& mu,
              const std::vector<float>& lambda, bool is_centred, ThreadPool& pool)
      : visible(mu.size(), -77.0f),
        hidden(lambda.size(), -77.0f),
        hidden_mean(lambda.size(), -77.0f),
        visible_product(mu.size(), -77.0f),
        hidden_product(lambda.size(), -77.0f) {
    PhaseDifferences out{.visible = visible, .hidden = hidden, .hidden_mean = hidden_mean};
    if (is_centred) {
      out.visible_offset = mu.data();
      out.hidden_offset = lambda.data();
      out.visible_product = visible_product;
      out.hidden_product = hidden_product;
    }
    phase_differences(positive.statistics(), negative.statistics(), out, pool);
  }
};

void check_differences(const Differences& d, const Phase& positive, const Phase& negative,
                       const std::vector<float>& mu, const std::vector<float>& lambda) {
  const std::size_t p = mu.size(), q = lambda.size();
  std::vector<double> visible(p), hidden(q), mean(q), visible_product(p), hidden_product(q);
  for (const Phase* phase : {&positive, &negative}) {
    const double scale = (phase == &positive ? 1.0 : -1.0) / static_cast<double>(phase->hidden.rows());
    for (Index r = 0; r < phase->hidden.rows(); ++r) {
      double of_hidden = 0, of_visible = 0;
      for (std::size_t j = 0; j < q; ++j)
        of_hidden += static_cast<double>(phase->hidden(r, static_cast<Index>(j)) * lambda[j]);
      for (std::size_t i = 0; i < p; ++i)
        of_visible += phase->visible(r, static_cast<Index>(i)) * static_cast<double>(mu[i]);
      for (std::size_t i = 0; i < p; ++i) {
        const double v = phase->visible(r, static_cast<Index>(i));
        visible[i] += scale * v;
        visible_product[i] += scale * v * of_hidden;
      }
      for (std::size_t j = 0; j < q; ++j) {
        const double h = static_cast<double>(phase->hidden(r, static_cast<Index>(j)));
        hidden[j] += scale * h;
        if (phase == &positive) mean[j] += scale * h;
        hidden_product[j] += scale * h * of_visible;
      }
    }
  }
  Index wrong = 0;
  const auto compare = [&](const std::vector<float>& is, const std::vector<double>& wanted, double scale) {
    for (std::size_t k = 0; k < is.size(); ++k)
      wrong += !(std::abs(static_cast<double>(is[k]) - wanted[k]) <= 2e-5 * (scale + std::abs(wanted[k])));
  };
  compare(d.visible, visible, 1);
  compare(d.hidden, hidden, 1);
  compare(d.hidden_mean, mean, 1);
  compare(d.visible_product, visible_product, std::sqrt(static_cast<double>(q)));
  compare(d.hidden_product, hidden_product, std::sqrt(static_cast<double>(p)));
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("the differences of two phases match their definition for every shape and instruction set") {
  ThreadPool pool(2);
  unsigned seed = 1;
  for (const Index p : {1, 7, 9, 63, 64, 65, 785}) {
    for (const Index q : {1, 8, 9, 63, 64, 65, 100}) {
      for (const Index rows : {1, 7, 65, 140}) {
        const double density = seed % 7 == 0 ? 0.0 : seed % 7 == 1 ? 1.0 : 0.25;
        const bool positive_is_real = seed % 3 == 0, negative_is_real = seed % 5 == 0;
        const Phase positive(rows, p, q, positive_is_real, density, seed += 11);
        const Phase negative(rows % 2 == 0 ? rows : rows + 9, p, q, negative_is_real, 0.3, seed += 11);
        const auto mu = random_vector(p, 0.3f, seed += 11), lambda = random_vector(q, 0.3f, seed += 11);
        std::optional<Differences> first;
        for_each_simd([&](std::string_view) {
          const Differences d(positive, negative, mu, lambda, true, pool);
          if (!first) {
            check_differences(d, positive, negative, mu, lambda);
            first = d;
          }
          CHECK(d == *first);
        });
      }
    }
  }
}

TEST_CASE("the differences of two phases are the same bits for any number of threads") {
  const Phase positive(100, 785, 500, false, 0.13, 1), negative(300, 785, 500, false, 0.13, 2);
  const auto mu = random_vector(785, 0.3f, 3), lambda = random_vector(500, 0.3f, 4);
  std::optional<Differences> first;
  for_each_simd([&](std::string_view) {
    for (const int threads : {1, 2, 4}) {
      ThreadPool pool(threads);
      const Differences d(positive, negative, mu, lambda, true, pool);
      if (!first) first = d;
      CHECK(d == *first);
    }
  });
}

TEST_CASE("ranks that read their own hidden units alone have the same differences, bit for bit") {
  constexpr Index kVisible = 90;
  for (const Index hidden : {1, 64, 150, 500}) {
    const Phase positive(30, kVisible, hidden, false, 0.2, 5), negative(70, kVisible, hidden, true, 0.2, 6);
    const auto mu = random_vector(kVisible, 0.3f, 7), lambda = random_vector(hidden, 0.3f, 8);
    for (const bool is_centred : {true, false}) {
      ThreadPool alone(1);
      const Differences expected(positive, negative, mu, lambda, is_centred, alone);
      oracle::ThreadRanks(3).run([&](Communicator& rank) {
        ThreadPool pool(1, &rank);
        const Places own = own_units(hidden, rank);
        std::array<Phase, 2> phases{positive, negative};
        for (Phase& phase : phases) {
          for (Index r = 0; r < phase.hidden.rows(); ++r) {
            for (Index j = 0; j < hidden; ++j)
              if (j < own.begin || j >= own.end) phase.hidden(r, j) = NAN;
          }
        }
        CHECK(Differences(phases[0], phases[1], mu, lambda, is_centred, pool) == expected);
      });
    }
  }
}

TEST_CASE("without offsets the products of the differences are left alone and the rest is the same") {
  ThreadPool pool(1);
  const Phase positive(20, 65, 33, false, 0.3, 1), negative(30, 65, 33, false, 0.3, 2);
  const auto mu = random_vector(65, 0.3f, 3), lambda = random_vector(33, 0.3f, 4);
  const Differences with(positive, negative, mu, lambda, true, pool);
  const Differences without(positive, negative, mu, lambda, false, pool);
  CHECK(with.visible == without.visible);
  CHECK(with.hidden == without.hidden);
  CHECK(with.hidden_mean == without.hidden_mean);
  CHECK(without.visible_product == std::vector<float>(65, -77.0f));
  CHECK(without.hidden_product == std::vector<float>(33, -77.0f));
}

TEST_CASE("an update says when a single weight is not finite") {
  ThreadPool pool(2);
  const Index p = 70, q = 65;
  const Phase phase(10, p, q, false, 0.3, 1);
  for_each_simd([&](std::string_view) {
    for (const Index r : {0, 17, 69}) {
      for (const float bad :
           {0.0f, std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
        Matrix weights = random_matrix(p, q, 0.1f, 5), transposed(q, p);
        weights(r, q - 1) = bad;
        const bool is_finite = update_weights(phase.statistics(), phase.statistics(), {.learning_rate = 0.1f},
                                              weights, &transposed, nullptr, nullptr, nullptr, nullptr, pool);
        CHECK(is_finite == (bad == 0.0f));
      }
    }
  });
}
