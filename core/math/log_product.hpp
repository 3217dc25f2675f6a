// log Π (1 + e^x_i) without a function call per factor. Sums of softplus over many neighbouring states (a
// unit flipped at a time) are products of 1 + e_i with e_i = e^x_i, and a flip multiplies every e_i by a
// known factor: three multiplications and additions per term, one logarithm per sum. Any thread.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "core/math/matrix.hpp"

namespace rbm {

/// Π (1 + e_i) for padded arrays e. The product is kept as 16 interleaved doubles, whose binary exponents are
/// moved to an integer before they can overflow; so every factor costs one rounding, and the relative error
/// of n factors is below 2n · 2^−53, which is an absolute error of the logarithm.
class LogProduct {
 public:
  static constexpr Index kLanes = 16;
  /// Every |x_i|, and the partial sums that lead to it, must stay within this: e^±600 and their products stay
  /// normal doubles.
  static constexpr double kMaxExponent = 600;

  using Array = std::vector<double, CacheAlignedAllocator<double>>;

  static Index padded(Index n) { return (n + kLanes - 1) / kLanes * kLanes; }

  /// `largest`: a bound of all x_i to come, at most kMaxExponent.
  explicit LogProduct(double largest)
      : stretch_(kLanes * static_cast<Index>(kRoom / (std::max(largest, 0.0) + std::numbers::ln2))) {}

  /// log Π (1 + e_i). e [padded]; padding elements are 0.
  double log_of(const double* e, Index n) const {
    return accumulate(n, [e](Index i) { return Lanes(ConstMap(e + i)); });
  }
  /// log Π (1 + e_i f_i); e and f stay as they are.
  double log_of_product(const double* e, const double* f, Index n) const {
    return accumulate(n, [e, f](Index i) { return Lanes(ConstMap(e + i) * ConstMap(f + i)); });
  }
  /// e_i ← e_i f_i, then log Π (1 + e_i).
  double multiply_and_log(double* e, const double* f, Index n) const {
    return accumulate(n, [e, f](Index i) {
      Eigen::Map<Lanes, Eigen::Aligned64> kept(e + i);
      kept *= ConstMap(f + i);
      return Lanes(kept);
    });
  }

 private:
  using Lanes = Eigen::Array<double, kLanes, 1>;
  using ConstMap = Eigen::Map<const Lanes, Eigen::Aligned64>;
  static constexpr double kRoom = 708;  // e^708 < 2^1023, and a lane starts below 2

  template <class Term>
  double accumulate(Index n, Term&& term) const {
    Lanes product = Lanes::Ones();
    std::int64_t exponent = 0;
    for (Index i = 0; i < n;) {
      const Index end = std::min(n, i + stretch_);
      for (; i < end; i += kLanes) product *= term(i) + 1.0;
      exponent += take_exponents(product);
    }
    return std::log(product.prod()) + static_cast<double>(exponent) * std::numbers::ln2;
  }

  /// Leaves every lane in [1, 2) and returns the sum of the binary exponents taken away. Lanes are normal and
  /// at least 1.
  static std::int64_t take_exponents(Lanes& product) {
    constexpr std::uint64_t kMantissa = (std::uint64_t{1} << 52) - 1;
    constexpr std::uint64_t kOne = std::uint64_t{1023} << 52;
    std::uint64_t sum = 0;
    for (Index l = 0; l < kLanes; ++l) {
      const std::uint64_t bits = std::bit_cast<std::uint64_t>(product[l]);
      sum += bits >> 52;
      product[l] = std::bit_cast<double>((bits & kMantissa) | kOne);
    }
    return static_cast<std::int64_t>(sum) - 1023 * kLanes;
  }

  Index stretch_;
};

}  // namespace rbm
