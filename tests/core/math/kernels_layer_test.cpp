#include <doctest/doctest.h>

#include <cmath>
#include <optional>
#include <vector>

#include "kernel_reference.hpp"

using namespace rbm;
using namespace rbm::reference;

namespace {

struct Outputs {
  Matrix inputs, probabilities;
  BitMatrix states;
  Outputs(Index rows, Index units) : inputs(rows, units), probabilities(rows, units), states(rows, units) {
    poison(inputs);
    poison(probabilities);
    poison(states);
  }
  LayerOutputs pointers() { return {&inputs, &probabilities, &states}; }
};

bool same(const Outputs& a, const Outputs& b) {
  return same_bits(a.inputs, b.inputs) && same_bits(a.probabilities, b.probabilities) && a.states == b.states;
}

/// Inputs against the definition in double, probabilities against σ of the inputs, states against the draws.
template <class X>
void check_outputs(const Outputs& out, const X& x, const Matrix& w, const std::vector<float>& bias,
                   float beta, const RandomKey& key, std::uint32_t first_row) {
  Index wrong_inputs = 0, wrong_probabilities = 0, wrong_states = 0;
  for (Index r = 0; r < x.rows(); ++r) {
    for (Index c = 0; c < w.cols(); ++c) {
      const Input expected = layer_input(x, w, bias.data(), beta, r, c);
      const double input = static_cast<double>(out.inputs(r, c)),
                   p = static_cast<double>(out.probabilities(r, c));
      wrong_inputs += !(std::abs(input - expected.value) <= 1e-5 * expected.magnitude + 1e-12);
      wrong_probabilities += !(std::abs(p - sigmoid(input)) <= 4e-7 * sigmoid(input) + 1e-37);
      const float u = uniform(key, first_row + static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(c));
      wrong_states += out.states.get(r, c) != (u < out.probabilities(r, c));
    }
  }
  CHECK(wrong_inputs == 0);
  CHECK(wrong_probabilities == 0);
  CHECK(wrong_states == 0);
  CHECK(padding_is_zero(out.inputs));
  CHECK(padding_is_zero(out.probabilities));
  CHECK(padding_is_zero(out.states));
}

const RandomKey kKey{0x1234567890abcdefu, Stream::ChainHidden, 0x123456789au};

RandomKey from_row(std::uint32_t first) {
  return {kKey.seed, kKey.stream, kKey.step, first};
}

}  // namespace

TEST_CASE("a layer pass on states matches its definition for every shape and instruction set") {
  ThreadPool pool(2);
  unsigned seed = 1;
  for (const Index n : {0, 1, 7, 8, 9, 63, 64, 65, 785}) {
    for (const Index m : {1, 7, 8, 9, 63, 64, 65, 131}) {
      for (const Index rows : {0, 1, 3, 40}) {
        const double density = seed % 5 == 0 ? 0.0 : seed % 5 == 1 ? 1.0 : 0.3;
        const BitMatrix x = random_states(rows, n, density, ++seed);
        const Matrix w = random_matrix(n, m, 0.3f, ++seed);
        const std::vector<float> bias = random_vector(m, 1.0f, ++seed);
        std::optional<Outputs> first;
        for_each_simd([&](std::string_view) {
          Outputs out(rows, m);
          layer_pass(x, w, bias.data(), 0.75f, from_row(17), out.pointers(), pool);
          if (!first) {
            check_outputs(out, x, w, bias, 0.75f, kKey, 17);
            first = out;
          }
          CHECK(same(out, *first));
        });
      }
    }
  }
}

TEST_CASE("a layer pass on states gives the same bits for any number of threads and instruction set") {
  const BitMatrix x = random_states(300, 785, 0.2, 5);
  const Matrix w = random_matrix(785, 500, 0.2f, 6);
  const std::vector<float> bias = random_vector(500, 1.0f, 7);
  std::optional<Outputs> first;
  for_each_simd([&](std::string_view) {
    for (const int threads : {1, 2, 4}) {
      ThreadPool pool(threads);
      Outputs out(300, 500);
      layer_pass(x, w, bias.data(), 1.0f, kKey, out.pointers(), pool);
      if (!first) {
        check_outputs(out, x, w, bias, 1.0f, kKey, 0);
        first = out;
      }
      CHECK(same(out, *first));
    }
  });
}

TEST_CASE("a row's result does not depend on the rows beside it") {
  ThreadPool pool(2);
  const BitMatrix x = random_states(97, 300, 0.25, 8);
  const Matrix w = random_matrix(300, 200, 0.2f, 9);
  const std::vector<float> bias = random_vector(200, 1.0f, 10);
  Outputs all(97, 200);
  layer_pass(x, w, bias.data(), 1.0f, kKey, all.pointers(), pool);
  for (const Index r : {0, 50, 96}) {
    BitMatrix one(1, 300);
    for (Index c = 0; c < 300; ++c) one.set(0, c, x.get(r, c));
    Outputs out(1, 200);
    layer_pass(one, w, bias.data(), 1.0f, from_row(static_cast<std::uint32_t>(r)), out.pointers(), pool);
    bool equal = true;
    for (Index c = 0; c < 200; ++c) {
      equal = equal && out.inputs(0, c) == all.inputs(r, c) && out.states.get(0, c) == all.states.get(r, c);
    }
    CHECK(equal);
  }
}

TEST_CASE("outputs that are not asked for change nothing in those that are") {
  ThreadPool pool(1);
  const BitMatrix x = random_states(20, 100, 0.3, 11);
  const Matrix w = random_matrix(100, 90, 0.3f, 12);
  const std::vector<float> bias = random_vector(90, 1.0f, 13);
  Outputs all(20, 90);
  layer_pass(x, w, bias.data(), 1.0f, kKey, all.pointers(), pool);
  for (int which = 0; which < 8; ++which) {
    Outputs some(20, 90);
    LayerOutputs pointers;
    if (which & 1) pointers.inputs = &some.inputs;
    if (which & 2) pointers.probabilities = &some.probabilities;
    if (which & 4) pointers.states = &some.states;
    layer_pass(x, w, bias.data(), 1.0f, kKey, pointers, pool);
    if (which & 1) CHECK(same_bits(some.inputs, all.inputs));
    if (which & 2) CHECK(same_bits(some.probabilities, all.probabilities));
    if (which & 4) CHECK(some.states == all.states);
  }
}

TEST_CASE("units with extreme inputs never leave their state") {
  ThreadPool pool(1);
  const Matrix w(3, 2);
  const std::vector<float> bias{200.0f, -200.0f};
  const BitMatrix x = random_states(5000, 3, 0.5, 14);
  BitMatrix states(5000, 2);
  layer_pass(x, w, bias.data(), 1.0f, kKey, {.states = &states}, pool);
  Index on = 0, off = 0;
  for (Index r = 0; r < 5000; ++r) on += states.get(r, 0), off += !states.get(r, 1);
  CHECK(on == 5000);
  CHECK(off == 5000);
}

TEST_CASE("a layer pass on real values matches its definition and does not depend on the threads") {
  unsigned seed = 100;
  for (const Index n : {0, 1, 7, 9, 64, 65, 300}) {
    for (const Index m : {1, 8, 63, 65, 200}) {
      for (const Index rows : {0, 1, 5, 6, 7, 130}) {
        const Matrix x = random_matrix(rows, n, 1.0f, ++seed), w = random_matrix(n, m, 0.3f, ++seed);
        const std::vector<float> bias = random_vector(m, 1.0f, ++seed);
        for_each_simd([&](std::string_view) {
          std::optional<Outputs> first;
          for (const int threads : {1, 2, 4}) {
            ThreadPool pool(threads);
            Outputs out(rows, m);
            layer_pass(x, w, bias.data(), 1.25f, from_row(3), out.pointers(), pool);
            if (!first) {
              check_outputs(out, x, w, bias, 1.25f, kKey, 3);
              first = out;
            }
            CHECK(same(out, *first));
          }
        });
      }
    }
  }
}
