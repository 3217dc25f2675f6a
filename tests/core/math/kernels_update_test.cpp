#include <doctest/doctest.h>

#include <cmath>
#include <optional>
#include <vector>

#include "kernel_reference.hpp"

using namespace rbm;
using namespace rbm::reference;

namespace {

Matrix random_probabilities(Index rows, Index cols, unsigned seed) {
  Matrix x = random_matrix(rows, cols, 1.5f, seed);
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < cols; ++c) x(r, c) = sigmoid(x(r, c));
  }
  return x;
}

/// One phase in either representation, with what it points at.
struct Phase {
  BitMatrix bits_transposed;
  Matrix values, hidden;
  bool real_valued;
  Phase(Index rows, Index visible, Index hidden_units, bool real, double density, unsigned seed)
      : bits_transposed(random_states(visible, rows, density, seed)),
        values(random_matrix(rows, visible, 1.0f, seed + 1)),
        hidden(random_probabilities(rows, hidden_units, seed + 2)),
        real_valued(real) {}
  PhaseStatistics statistics() const {
    return {real_valued ? nullptr : &bits_transposed, real_valued ? &values : nullptr, &hidden};
  }
};

struct State {
  Matrix weights, transposed, velocity, average;
  UpdateNorms norms;
  State(Index p, Index q, unsigned seed)
      : weights(random_matrix(p, q, 0.1f, seed)),
        transposed(q, p),
        velocity(random_matrix(p, q, 0.01f, seed + 1)),
        average(random_matrix(p, q, 0.1f, seed + 2)) {
    poison(transposed);
    if (p > 0 && q > 1) weights(0, 1) = 0.0f;  // sign(0) = 0 in the L1 term
  }
};

bool same(const State& a, const State& b) {
  return same_bits(a.weights, b.weights) && same_bits(a.transposed, b.transposed) &&
         same_bits(a.velocity, b.velocity) && same_bits(a.average, b.average) &&
         a.norms.weights == b.norms.weights && a.norms.change == b.norms.change;
}

/// A full rule whose centring vectors live here.
struct Rule {
  std::vector<float> dv, dh, mu, lambda;
  WeightUpdate update;
  Rule(Index p, Index q, bool centred, bool all, unsigned seed)
      : dv(random_vector(p, 0.2f, seed)),
        dh(random_vector(q, 0.2f, seed + 1)),
        mu(random_vector(p, 0.3f, seed + 2)),
        lambda(random_vector(q, 0.3f, seed + 3)) {
    update.learning_rate = 0.1f;
    if (all) update.momentum = 0.6f, update.l1 = 0.003f, update.l2 = 0.02f, update.average_rate = 0.25f;
    if (centred) {
      update.visible_difference = dv.data();
      update.hidden_difference = dh.data();
      update.visible_offset = mu.data();
      update.hidden_offset = lambda.data();
    }
  }
};

void check_update(const State& before, const State& after, const Phase& positive, const Phase& negative,
                  const WeightUpdate& rule) {
  Index wrong = 0;
  double weights = 0, changes = 0;
  const auto close = [](float a, double b) {
    return std::abs(static_cast<double>(a) - b) <= 3e-6 * (1 + std::abs(b));
  };
  for (Index i = 0; i < before.weights.rows(); ++i) {
    for (Index j = 0; j < before.weights.cols(); ++j) {
      const double w = static_cast<double>(before.weights(i, j));
      double g = phase_mean(positive.statistics(), i, j) - phase_mean(negative.statistics(), i, j);
      if (rule.visible_difference != nullptr) {
        g -= static_cast<double>(rule.visible_difference[i] * rule.hidden_offset[j] +
                                 rule.visible_offset[i] * rule.hidden_difference[j]);
      }
      g -= static_cast<double>(rule.l2) * w + static_cast<double>(rule.l1) * ((w > 0) - (w < 0));
      double change = static_cast<double>(rule.learning_rate) * g;
      if (rule.momentum != 0) change += static_cast<double>(rule.momentum * before.velocity(i, j));
      const double average = static_cast<double>(before.average(i, j));
      wrong += !close(after.weights(i, j), w + change);
      wrong += !close(after.velocity(i, j),
                      rule.momentum != 0 ? change : static_cast<double>(before.velocity(i, j)));
      wrong += !close(after.average(i, j),
                      average + static_cast<double>(rule.average_rate) * (w + change - average));
      wrong += after.transposed(j, i) != after.weights(i, j);
      weights += (w + change) * (w + change);
      changes += change * change;
    }
  }
  CHECK(wrong == 0);
  CHECK(after.norms.weights == doctest::Approx(weights).epsilon(1e-4));
  CHECK(after.norms.change == doctest::Approx(changes).epsilon(1e-4));
  for (const Matrix* x : {&after.weights, &after.transposed, &after.velocity, &after.average})
    CHECK(padding_is_zero(*x));
}

}  // namespace

TEST_CASE("a weight update on states matches its definition for every shape, rule and instruction set") {
  ThreadPool pool(2);
  unsigned seed = 1;
  for (const Index p : {0, 1, 7, 9, 63, 64, 65, 785}) {
    for (const Index q : {1, 8, 9, 63, 64, 65, 100}) {
      for (const Index rows : {1, 7, 65, 120}) {
        const double density = seed % 7 == 0 ? 0.0 : seed % 7 == 1 ? 1.0 : 0.25;
        // Different numbers of cases in the two phases, as with more chains than cases in a batch.
        const bool centred = seed % 20 < 10, everything = seed % 3 != 0;
        const Phase positive(rows, p, q, false, density, seed += 10);
        const Phase negative(rows % 2 == 0 ? rows : rows + 9, p, q, false, 0.3, seed += 10);
        const Rule rule(p, q, centred, everything, seed += 10);
        const State before(p, q, seed += 7);
        std::optional<State> first;
        for_each_simd([&](std::string_view) {
          State after = before;
          update_weights(positive.statistics(), negative.statistics(), rule.update, after.weights,
                         &after.transposed, &after.velocity, &after.average, nullptr, &after.norms, pool);
          if (!first) {
            check_update(before, after, positive, negative, rule.update);
            first = after;
          }
          CHECK(same(after, *first));
        });
      }
    }
  }
}

TEST_CASE("a weight update gives the same bits for any number of threads and instruction set") {
  const Phase positive(100, 785, 500, false, 0.13, 1), negative(300, 785, 500, false, 0.13, 2);
  const Rule rule(785, 500, true, true, 3);
  const State before(785, 500, 4);
  std::optional<State> first;
  for_each_simd([&](std::string_view) {
    for (const int threads : {1, 2, 4}) {
      ThreadPool pool(threads);
      State after = before;
      update_weights(positive.statistics(), negative.statistics(), rule.update, after.weights,
                     &after.transposed, &after.velocity, &after.average, nullptr, &after.norms, pool);
      if (!first) {
        check_update(before, after, positive, negative, rule.update);
        first = after;
      }
      CHECK(same(after, *first));
    }
  });
}

TEST_CASE("a weight update takes real values in either phase and does not depend on the threads") {
  unsigned seed = 1000;
  for (const Index p : {1, 9, 65, 200}) {
    for (const Index q : {1, 16, 65, 130}) {
      for (int which = 1; which < 4; ++which) {
        const Phase positive(50, p, q, (which & 1) != 0, 0.3, seed += 10);
        const Phase negative(70, p, q, (which & 2) != 0, 0.3, seed += 10);
        const Rule rule(p, q, which == 2, true, seed += 10);
        const State before(p, q, seed += 10);
        for_each_simd([&](std::string_view) {
          std::optional<State> first;
          for (const int threads : {1, 2, 4}) {
            ThreadPool pool(threads);
            State after = before;
            update_weights(positive.statistics(), negative.statistics(), rule.update, after.weights,
                           &after.transposed, &after.velocity, &after.average, nullptr, &after.norms, pool);
            if (!first) {
              check_update(before, after, positive, negative, rule.update);
              first = after;
            }
            CHECK(same(after, *first));
          }
        });
      }
    }
  }
}

TEST_CASE("matrices that a rule does not use may be null and are not touched") {
  ThreadPool pool(2);
  const Phase positive(30, 40, 50, false, 0.3, 1), negative(30, 40, 50, false, 0.3, 2);
  const Rule plain(40, 50, false, false, 3);
  const State before(40, 50, 4);
  State with = before, without = before;
  update_weights(positive.statistics(), negative.statistics(), plain.update, with.weights, &with.transposed,
                 &with.velocity, &with.average, nullptr, &with.norms, pool);
  update_weights(positive.statistics(), negative.statistics(), plain.update, without.weights,
                 &without.transposed, nullptr, nullptr, nullptr, nullptr, pool);
  CHECK(same_bits(with.weights, without.weights));
  CHECK(same_bits(with.transposed, without.transposed));
  CHECK(same_bits(with.velocity, before.velocity));
  CHECK(same_bits(with.average, before.average));
}

TEST_CASE("an average rate of one copies the new weights") {
  ThreadPool pool(1);
  const Phase positive(30, 20, 30, false, 0.3, 1), negative(30, 20, 30, false, 0.3, 2);
  Rule rule(20, 30, false, false, 3);
  rule.update.average_rate = 1;
  State state(20, 30, 4);
  update_weights(positive.statistics(), negative.statistics(), rule.update, state.weights, &state.transposed,
                 nullptr, &state.average, nullptr, nullptr, pool);
  for (Index i = 0; i < 20; ++i) {
    for (Index j = 0; j < 30; ++j)
      CHECK(state.average(i, j) == doctest::Approx(state.weights(i, j)).epsilon(1e-6));
  }
}

TEST_CASE("the gradient is the difference of the two phases' means, and zero between equal phases") {
  unsigned seed = 50;
  for (const bool real : {false, true}) {
    for (const Index p : {1, 64, 101}) {
      for (const Index q : {1, 17, 130}) {
        const Phase positive(100, p, q, real, 0.2, seed += 10), negative(64, p, q, real, 0.4, seed += 10);
        for_each_simd([&](std::string_view) {
          std::optional<Matrix> first;
          for (const int threads : {1, 2, 4}) {
            ThreadPool pool(threads);
            Matrix g(p, q);
            poison(g);
            gradient(positive.statistics(), negative.statistics(), g, pool);
            Index wrong = 0;
            for (Index i = 0; i < p; ++i) {
              for (Index j = 0; j < q; ++j) {
                const double expected =
                    phase_mean(positive.statistics(), i, j) - phase_mean(negative.statistics(), i, j);
                wrong += !(std::abs(static_cast<double>(g(i, j)) - expected) < 2e-6);
              }
            }
            CHECK(wrong == 0);
            CHECK(padding_is_zero(g));
            if (!first) first = g;
            CHECK(same_bits(g, *first));
          }
        });
      }
    }
  }
  ThreadPool pool(2);
  const Phase phase(100, 30, 40, false, 0.3, 7);
  Matrix g(30, 40);
  gradient(phase.statistics(), phase.statistics(), g, pool);
  CHECK(g.view().cwiseAbs().maxCoeff() < 1e-6f);
}

TEST_CASE("a phase without cases counts as zero") {
  ThreadPool pool(1);
  const Phase positive(0, 10, 12, false, 0.3, 1), negative(5, 10, 12, false, 0.5, 2);
  Matrix g(10, 12);
  gradient(positive.statistics(), negative.statistics(), g, pool);
  CHECK(static_cast<double>(g(3, 4)) == doctest::Approx(-phase_mean(negative.statistics(), 3, 4)));
}
