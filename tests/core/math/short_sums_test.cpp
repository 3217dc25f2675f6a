// Sums of 16 bits, against whole numbers that are added one by one.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "core/math/shares.hpp"
#include "kernel_reference.hpp"
#include "tests/core/parallel/thread_ranks.hpp"

using namespace rbm;
using namespace rbm::reference;

namespace {

const RandomKey kShortKey{77, Stream::ChainHidden, 5};

/// A weight in units of 1/256, to even where it lies between two, and limited to 16 bits.
long rounded(float w, float scale = 256) {
  return std::clamp(std::lrint(scale * w), -32768l, 32767l);
}

RoundedWeights rounded_weights(const Matrix& w, ThreadPool& pool) {
  Matrix transposed(w.cols(), w.rows());
  transpose(w, transposed, pool);
  RoundedWeights out;
  round_weights(w, transposed, out, pool);
  return out;
}

struct ShortOutputs {
  Matrix inputs, probabilities;
  BitMatrix states;
  ShortOutputs(Index rows, Index units)
      : inputs(rows, units), probabilities(rows, units), states(rows, units) {
    poison(inputs);
    poison(probabilities);
    poison(states);
  }
  LayerOutputs pointers(const ShortMatrix* of) { return {&inputs, &probabilities, &states, of}; }
};

bool same(const ShortOutputs& a, const ShortOutputs& b) {
  return same_bits(a.inputs, b.inputs) && same_bits(a.probabilities, b.probabilities) && a.states == b.states;
}

/// Inputs are β (bias + whole number / 256), with the two roundings of single precision, and nothing else.
Index wrong_short_inputs(const ShortOutputs& out, const BitMatrix& x, const Matrix& w,
                         const std::vector<float>& bias, float beta) {
  Index wrong = 0;
  for (Index r = 0; r < x.rows(); ++r) {
    for (Index c = 0; c < w.cols(); ++c) {
      long sum = 0;
      for (Index i = 0; i < w.rows(); ++i) sum += x.get(r, i) ? rounded(w(i, c)) : 0;
      const float input = beta * (bias[static_cast<std::size_t>(c)] + static_cast<float>(sum) / 256);
      const float u = uniform(kShortKey, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(c));
      wrong += out.inputs(r, c) != input || out.states.get(r, c) != (u < out.probabilities(r, c));
    }
  }
  return wrong;
}

}  // namespace

TEST_CASE("a pass in 16 bits sums the rounded weights exactly, for every shape and instruction set") {
  ThreadPool pool(2);
  unsigned seed = 1;
  for (const Index n : {1, 9, 64, 130, 785}) {
    for (const Index m : {1, 15, 33, 64, 131}) {
      for (const Index rows : {1, 6, 7, 50}) {
        const double density = seed % 3 == 0 ? 0.05 : seed % 3 == 1 ? 0.4 : 1.0;
        const BitMatrix x = reference::random_states(rows, n, density, ++seed);
        const Matrix w = random_matrix(n, m, 0.1f, ++seed);
        const std::vector<float> bias = random_vector(m, 1.0f, ++seed);
        std::optional<ShortOutputs> first;
        for_each_simd([&](std::string_view) {
          const RoundedWeights of = rounded_weights(w, pool);
          ShortOutputs out(rows, m);
          layer_pass(x, w, bias.data(), 0.5f, kShortKey, out.pointers(&of.weights), pool);
          if (!first) {
            CHECK(wrong_short_inputs(out, x, w, bias, 0.5f) == 0);
            CHECK(padding_is_zero(out.inputs));
            CHECK(padding_is_zero(out.probabilities));
            CHECK(padding_is_zero(out.states));
            first = out;
          }
          CHECK(same(out, *first));
        });
      }
    }
  }
}

TEST_CASE("sums beyond 16 bits are exact, too, and weights beyond 128 count as 128") {
  ThreadPool pool(1);
  const Index n = 300, m = 70, rows = 40;
  const BitMatrix x = reference::random_states(rows, n, 0.5, 3);
  Matrix w = random_matrix(n, m, 0.1f, 4);
  for (Index i = 0; i < n; ++i) {
    w(i, 3) = 1.5f;    // the sum passes 128
    w(i, 40) = -1.5f;  // and −128
    w(i, 69) = i % 2 == 0 ? 100.0f : -100.0f;
  }
  w(7, 20) = 1000;
  w(8, 21) = -1000;
  const std::vector<float> bias = random_vector(m, 1.0f, 5);
  for_each_simd([&](std::string_view) {
    const RoundedWeights of = rounded_weights(w, pool);
    ShortOutputs out(rows, m);
    layer_pass(x, w, bias.data(), 1.0f, kShortKey, out.pointers(&of.weights), pool);
    CHECK(wrong_short_inputs(out, x, w, bias, 1.0f) == 0);
  });
}

/// Of a matrix these rows alone; what is not held is read by nobody.
ShortMatrix rows_of(const ShortMatrix& whole, Places rows) {
  ShortMatrix out;
  out.hold(whole.rows(), whole.cols(), rows, {0, whole.cols()});
  for (Index r = rows.begin; r < rows.end; ++r) std::copy_n(whole.row(r), whole.cols(), out.row(r));
  return out;
}

TEST_CASE("ranks that sum over their own inputs leave the bits of one process, beyond 16 bits, too") {
  for (const Index n : {1, 64, 130, 500}) {
    for (const Index m : {1, 70, 2000}) {
      for (const Index rows : {1, 6, 40}) {
        for (const bool is_large : {false, true}) {
          const auto seed = static_cast<unsigned>(n + 3 * m + rows);
          const BitMatrix x = reference::random_states(rows, n, 0.4, seed);
          Matrix w = random_matrix(n, m, 0.1f, seed + 1);
          for (Index i = 0; is_large && i < n; ++i) w(i, m / 2) = 100;
          const std::vector<float> bias = random_vector(m, 1.0f, seed + 2);
          ThreadPool alone(1);
          const RoundedWeights of = rounded_weights(w, alone);
          ShortOutputs expected(rows, m);
          layer_pass(x, w, bias.data(), 0.5f, kShortKey, expected.pointers(&of.weights), alone);
          CHECK(wrong_short_inputs(expected, x, w, bias, 0.5f) == 0);
          for (const bool is_whole : {true, false}) {
            oracle::ThreadRanks(3).run([&](Communicator& rank) {
              ThreadPool pool(1 + rank.rank(), &rank);
              const ShortMatrix own = is_whole ? of.weights : rows_of(of.weights, own_units(n, rank));
              ShortOutputs out(rows, m);
              LayerOutputs pointers = out.pointers(&own);
              pointers.rounded_by_rows = true;
              layer_pass(x, w, bias.data(), 0.5f, kShortKey, pointers, pool);
              CHECK(same(out, expected));
            });
          }
        }
      }
    }
  }
}

TEST_CASE("two passes at once are the same as one after the other, in floats and in 16 bits") {
  ThreadPool pool(2);
  const Index n = 200, m = 130;
  const Matrix w = random_matrix(n, m, 0.2f, 6);
  const std::vector<float> bias = random_vector(m, 1.0f, 7);
  const RoundedWeights of = rounded_weights(w, pool);
  const RandomKey other{78, Stream::PositiveHidden, 6};
  for (const Index rows : {1, 3, 40, 700}) {
    for (const Index more : {2, 5, 33, 600}) {
      const BitMatrix x = reference::random_states(rows, n, 0.2, 8),
                      y = reference::random_states(more, n, 0.3, 9);
      for (const ShortMatrix* rounded : {static_cast<const ShortMatrix*>(nullptr), &of.weights}) {
        ShortOutputs first(rows, m), second(more, m), both_first(rows, m), both_second(more, m);
        layer_pass(x, w, bias.data(), 1.0f, kShortKey, first.pointers(rounded), pool);
        layer_pass(y, w, bias.data(), 1.0f, other, second.pointers(rounded), pool);
        layer_pass({x, kShortKey, both_first.pointers(rounded)}, {y, other, both_second.pointers(rounded)}, w,
                   bias.data(), pool);
        CHECK(same(first, both_first));
        CHECK(same(second, both_second));
      }
    }
  }
}

TEST_CASE("the gradient in 16 bits is the exact difference of the rounded probabilities") {
  ThreadPool pool(2);
  for (const Index cases : {1, 20, 127}) {
    const Index visible = 90, hidden = 75;
    const BitMatrix v = reference::random_states(visible, cases, 0.3, 10),
                    u = reference::random_states(visible, cases, 0.6, 11);
    Matrix h = random_matrix(cases, hidden, 1.0f, 12), g = random_matrix(cases, hidden, 1.0f, 13);
    sigmoid_in_place(h, pool);
    sigmoid_in_place(g, pool);
    for (Index r = 0; r < cases; ++r)
      h(r, 5) = 1, g(r, 5) = 0, h(r, 6) = 0, g(r, 6) = 1;  // the ends of the range
    const PhaseStatistics positive{.bits_transposed = &v, .hidden = &h},
        negative{.bits_transposed = &u, .hidden = &g};
    std::optional<Matrix> first;
    for_each_simd([&](std::string_view) {
      Matrix out(visible, hidden);
      gradient(positive, negative, out, pool, Arithmetic::Fixed16);
      if (first) {
        CHECK(same_bits(out, *first));
        return;
      }
      first = out;
      Index wrong = 0;
      const float unit = 1.0f / static_cast<float>(cases) * (1.0f / 256);
      for (Index i = 0; i < visible; ++i) {
        for (Index j = 0; j < hidden; ++j) {
          long sum = 0;
          for (Index r = 0; r < cases; ++r)
            sum += (v.get(i, r) ? rounded(h(r, j)) : 0) - (u.get(i, r) ? rounded(g(r, j)) : 0);
          wrong += out(i, j) != unit * static_cast<float>(sum);
        }
      }
      CHECK(wrong == 0);
      CHECK(padding_is_zero(out));
    });
  }
}

TEST_CASE("phases that could leave 16 bits have the gradient of single precision") {
  ThreadPool pool(1);
  const auto is_single = [&](Index data, Index chains) {
    const BitMatrix v = reference::random_states(20, data, 0.3, 10),
                    u = reference::random_states(20, chains, 0.6, 11);
    Matrix h = random_matrix(data, 30, 1.0f, 12), g = random_matrix(chains, 30, 1.0f, 13);
    sigmoid_in_place(h, pool);
    sigmoid_in_place(g, pool);
    const PhaseStatistics positive{.bits_transposed = &v, .hidden = &h},
        negative{.bits_transposed = &u, .hidden = &g};
    Matrix single(20, 30), fixed(20, 30);
    gradient(positive, negative, single, pool);
    gradient(positive, negative, fixed, pool, Arithmetic::Fixed16);
    return same_bits(single, fixed);
  };
  CHECK(is_single(128, 128));
  CHECK(is_single(100, 50));
  CHECK_FALSE(is_single(127, 127));
}

TEST_CASE("an update leaves the weights rounded as round_weights does, and needs no transpose in floats") {
  ThreadPool pool(2);
  const Index visible = 1100, hidden = 83, cases = 20;
  const BitMatrix v = reference::random_states(visible, cases, 0.3, 14);
  Matrix h = random_matrix(cases, hidden, 1.0f, 15);
  sigmoid_in_place(h, pool);
  const PhaseStatistics positive{.bits_transposed = &v, .hidden = &h}, negative = positive;
  for_each_simd([&](std::string_view) {
    Matrix weights = random_matrix(visible, hidden, 0.5f, 16), same_weights = weights,
           transposed(hidden, visible);
    RoundedWeights of = rounded_weights(weights, pool);
    const WeightUpdate rule{.learning_rate = 0.1f, .l2 = 0.1f, .arithmetic = Arithmetic::Fixed16};
    CHECK(update_weights(positive, negative, rule, weights, nullptr, nullptr, nullptr, &of, nullptr, pool));
    CHECK(update_weights(positive, negative, rule, same_weights, &transposed, nullptr, nullptr, nullptr,
                         nullptr, pool));
    CHECK(same_bits(weights, same_weights));
    const RoundedWeights expected = rounded_weights(weights, pool);
    const auto differ = [](const ShortMatrix& a, const ShortMatrix& b) {
      Index count = 0;
      for (Index r = 0; r < a.rows(); ++r) count += !std::equal(a.row(r), a.row(r) + a.stride(), b.row(r));
      return count;
    };
    CHECK(differ(of.weights, expected.weights) == 0);
    CHECK(differ(of.transposed, expected.transposed) == 0);
  });
}
