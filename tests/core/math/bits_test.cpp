#include "core/math/bits.hpp"
#include "core/math/thread_pool.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace rbm;

namespace {

BitMatrix random_states(Index rows, Index cols, double density, unsigned seed) {
  std::mt19937 engine(seed);
  std::bernoulli_distribution coin(density);
  BitMatrix x(rows, cols);
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < cols; ++c) x.set(r, c, coin(engine));
  }
  return x;
}

}  // namespace

TEST_CASE("a bit matrix transposes bit for bit, whatever its shape") {
  for (const Index rows : {0, 1, 2, 63, 64, 65, 100, 130}) {
    for (const Index cols : {0, 1, 7, 63, 64, 65, 500, 785}) {
      const BitMatrix x = random_states(rows, cols, 0.4, static_cast<unsigned>(rows * 1000 + cols));
      BitMatrix y(3, 3), back;
      y.set(2, 2, true);  // what was there before must not show through
      transpose(x, y);
      REQUIRE(y.rows() == cols);
      REQUIRE(y.cols() == rows);
      Index wrong = 0;
      for (Index r = 0; r < rows; ++r) {
        for (Index c = 0; c < cols; ++c) wrong += x.get(r, c) != y.get(c, r);
      }
      CHECK(wrong == 0);
      transpose(y, back);
      CHECK(back == x);  // compares the padding too
    }
  }
}

TEST_CASE("transposing into a matrix of the right size overwrites all of it") {
  const BitMatrix x = random_states(70, 90, 0.1, 1);
  BitMatrix y = random_states(90, 70, 0.9, 2), expected;
  transpose(x, y);
  transpose(x, expected);
  CHECK(y == expected);
}

TEST_CASE("a bit matrix transposes alike on any number of threads") {
  for (const int threads : {1, 2, 4}) {
    ThreadPool pool(threads);
    for (const Index cols : {0, 1, 64, 785}) {
      const BitMatrix x = random_states(130, cols, 0.3, 3);
      BitMatrix expected, y;
      transpose(x, expected);
      transpose(x, y, pool);
      CHECK(y == expected);
    }
  }
}

TEST_CASE("unpacked states are zeros and ones with zero padding") {
  const BitMatrix x = random_states(5, 70, 0.5, 3);
  Matrix dense;
  unpack(x, dense);
  REQUIRE(dense.rows() == 5);
  REQUIRE(dense.cols() == 70);
  for (Index r = 0; r < 5; ++r) {
    for (Index c = 0; c < 70; ++c) CHECK(dense(r, c) == (x.get(r, c) ? 1.0f : 0.0f));
    for (Index c = 70; c < dense.stride(); ++c) CHECK(dense.row(r)[c] == 0.0f);
    CHECK(x.count(r) == static_cast<Index>(dense.view().row(r).sum()));
  }
}
