// Plain definitions of what the kernels compute, in double and one element at a time, and random operands.
// For the tests of core/math.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/math/kernels.hpp"
#include "core/math/scalar.hpp"
#include "core/math/simd_target.hpp"

namespace rbm::reference {

inline Matrix random_matrix(Index rows, Index cols, float scale, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<float> normal(0, scale);
  Matrix x(rows, cols);
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < cols; ++c) x(r, c) = normal(engine);
  }
  return x;
}

inline BitMatrix random_states(Index rows, Index cols, double density, unsigned seed) {
  std::mt19937 engine(seed);
  std::bernoulli_distribution coin(density);
  BitMatrix x(rows, cols);
  for (Index r = 0; r < rows; ++r) {
    for (Index c = 0; c < cols; ++c) x.set(r, c, coin(engine));
  }
  return x;
}

inline std::vector<float> random_vector(Index n, float scale, unsigned seed) {
  const Matrix row = random_matrix(1, n, scale, seed);
  return {row.row(0), row.row(0) + n};
}

/// All bytes of the rows, padding included.
inline bool same_bits(const Matrix& a, const Matrix& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return false;
  return a.empty() || std::memcmp(a.row(0), b.row(0),
                                  static_cast<std::size_t>(a.rows() * a.stride()) * sizeof(float)) == 0;
}

inline bool padding_is_zero(const Matrix& x) {
  for (Index r = 0; r < x.rows(); ++r) {
    for (Index c = x.cols(); c < x.stride(); ++c) {
      if (x.row(r)[c] != 0.0f) return false;
    }
  }
  return true;
}

inline bool padding_is_zero(const BitMatrix& x) {
  for (Index r = 0; r < x.rows(); ++r) {
    for (Index c = x.cols(); c < 64 * x.words_per_row(); ++c) {
      if (x.get(r, c)) return false;
    }
  }
  return true;
}

/// Fills everything, padding included: kernels must not rely on what an output held before.
inline void poison(BitMatrix& x) {
  for (Index r = 0; r < x.rows(); ++r) {
    for (Index c = 0; c < x.cols(); ++c) x.set(r, c, true);
  }
}
inline void poison(Matrix& x) {
  for (Index r = 0; r < x.rows(); ++r) {
    for (Index c = 0; c < x.cols(); ++c) x(r, c) = -77.0f;
  }
}

/// Σ_i x_i W_ic + bias_c, times beta, and the sum of the terms' magnitudes that rounding errors scale with.
struct Input {
  double value = 0, magnitude = 0;
};
template <class X>
Input layer_input(const X& x, const Matrix& w, const float* bias, float beta, Index r, Index c) {
  Input sum{static_cast<double>(bias[c]), std::abs(static_cast<double>(bias[c]))};
  for (Index i = 0; i < w.rows(); ++i) {
    const double factor = [&] {
      if constexpr (std::is_same_v<X, BitMatrix>) {
        return x.get(r, i) ? 1.0 : 0.0;
      } else {
        return static_cast<double>(x(r, i));
      }
    }();
    sum.value += factor * static_cast<double>(w(i, c));
    sum.magnitude += std::abs(factor * static_cast<double>(w(i, c)));
  }
  return {sum.value * static_cast<double>(beta), sum.magnitude * std::abs(static_cast<double>(beta))};
}

inline double phase_mean(const PhaseStatistics& phase, Index i, Index j) {
  double sum = 0;
  for (Index r = 0; r < phase.hidden->rows(); ++r) {
    const double v = phase.values != nullptr ? static_cast<double>((*phase.values)(r, i))
                                             : (phase.bits_transposed->get(i, r) ? 1.0 : 0.0);
    sum += v * static_cast<double>((*phase.hidden)(r, j));
  }
  return phase.hidden->rows() > 0 ? sum / static_cast<double>(phase.hidden->rows()) : 0;
}

/// Calls check(name) once for every instruction set of this machine and leaves the widest chosen.
template <class Check>
void for_each_simd(const Check& check) {
  for (const std::string_view name : available_simd()) {
    REQUIRE(set_simd(name));
    INFO("instruction set: ", std::string(name));
    check(name);
  }
  set_simd(available_simd().front());
}

}  // namespace rbm::reference
