// The states of one layer, one after the other, with the other layer summed out:
//
//   Z = Σ_s exp(cᵀs + Σ_i ζ(d_i + Σ_j s_j U_ji)),   s over the enumerated layer, i over the summed one,
//
// in double and in blocks of a Gray code, so that a state costs one multiplication per summed unit. What the
// exact partition function, averages and distribution share. Any thread.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>

#include "core/math/log_product.hpp"
#include "core/math/scalar.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {

inline constexpr Index kBlockBits = 10;  // states of a block share one start and one running product

/// How 2^units states are cut into blocks, whatever the number of threads.
struct StateBlocks {
  Index low_bits = 0, count = 0;  // of a block's own units, and of blocks
  explicit StateBlocks(Index units)
      : low_bits(std::min(kBlockBits, units)), count(Index{1} << (units - low_bits)) {}
};

/// Calls visit(t, j, on) for every flip of the reflected Gray code over `bits` bits, starting at all off.
/// State t has the bits t ^ (t >> 1).
template <class Visit>
void gray_code(Index bits, Visit&& visit) {
  const std::uint32_t states = std::uint32_t{1} << bits;
  for (std::uint32_t t = 1; t < states; ++t) {
    const int j = std::countr_zero(t);
    visit(Index{t}, Index{j}, (((t ^ (t >> 1)) >> j) & 1u) != 0);
  }
}

class LayerSum {
 public:
  /// Enumerates the hidden layer of a model with binary visible units, or its visible one.
  LayerSum(const Model& model, bool over_hidden)
      : c_(array_of(over_hidden ? model.hidden_bias : model.visible_bias)),
        d_(array_of(over_hidden ? model.visible_bias : model.hidden_bias)),
        enumerated_(static_cast<Index>(c_.size())),
        summed_(static_cast<Index>(d_.size())),
        padded_(LogProduct::padded(summed_)),
        product_(0) {
    LogProduct::Array bound = d_;
    for (double& x : bound) x = std::abs(x);
    d_.resize(static_cast<std::size_t>(padded_), 0.0);
    const auto cells = static_cast<std::size_t>(enumerated_ * padded_);
    u_.assign(cells, 0.0);
    up_.assign(cells, 1.0);
    down_.assign(cells, 1.0);
    for (Index j = 0; j < enumerated_; ++j) {
      for (Index i = 0; i < summed_; ++i) {
        const double w = over_hidden ? model.weights(i, j) : model.weights(j, i);
        const auto cell = static_cast<std::size_t>(j * padded_ + i);
        u_[cell] = w;
        up_[cell] = std::exp(w);
        down_[cell] = std::exp(-w);
        bound[static_cast<std::size_t>(i)] += std::abs(w);
      }
    }
    double largest = 0;
    for (double b : bound) largest = std::max(largest, b);
    is_fast_ = largest <= LogProduct::kMaxExponent;
    product_ = LogProduct(std::min(largest, LogProduct::kMaxExponent));
  }

  Index enumerated() const { return enumerated_; }
  Index summed() const { return summed_; }
  Index padded() const { return padded_; }

  /// Calls visit(t, log_weight, x) for every state of a block, t in Gray order; the logarithm is that of the
  /// state's term of Z, and x [padded] is for `probabilities` to read. The slow form, about a hundred times
  /// slower, is for parameters so large that e^x leaves the range of double.
  template <class Visit>
  void visit_block(Index low_bits, Index block, Visit&& visit) const {
    LogProduct::Array x;
    double linear = start_of_block(low_bits, block, x);
    double* const values = x.data();
    if (is_fast_) {
      for (Index i = 0; i < summed_; ++i) values[i] = std::exp(values[i]);
      for (Index i = summed_; i < padded_; ++i) values[i] = 0;
      visit(Index{0}, linear + product_.log_of(values, padded_), values);
      gray_code(low_bits, [&](Index t, Index j, bool on) {
        const double c = c_[static_cast<std::size_t>(j)];
        linear += on ? c : -c;
        visit(t, linear + product_.multiply_and_log(values, row(on ? up_ : down_, j), padded_), values);
      });
      return;
    }
    const auto sum_softplus = [&] {
      double total = linear;
      for (Index i = 0; i < summed_; ++i) total += softplus(values[i]);
      return total;
    };
    visit(Index{0}, sum_softplus(), values);
    gray_code(low_bits, [&](Index t, Index j, bool on) {
      const double sign = on ? 1 : -1;
      linear += sign * c_[static_cast<std::size_t>(j)];
      const double* u = row(u_, j);
      for (Index i = 0; i < summed_; ++i) values[i] += sign * u[i];
      visit(t, sum_softplus(), values);
    });
  }

  /// p(summed unit = 1 | state) of what a visit saw: out [padded], padding of no meaning.
  void probabilities(const double* x, double* out) const {
    if (is_fast_) {
      for (Index i = 0; i < padded_; ++i) out[i] = x[i] / (1 + x[i]);
    } else {
      for (Index i = 0; i < summed_; ++i) out[i] = sigmoid(x[i]);
    }
  }

 private:
  static LogProduct::Array array_of(const Eigen::VectorXf& v) { return {v.data(), v.data() + v.size()}; }
  const double* row(const LogProduct::Array& m, Index j) const { return m.data() + j * padded_; }

  /// The first state of a block, that of the bits above the Gray code's: x_i = d_i + Σ_j s_j U_ji, padded;
  /// returns cᵀs.
  double start_of_block(Index low_bits, Index block, LogProduct::Array& x) const {
    x = d_;
    double linear = 0;
    for (Index j = low_bits; j < enumerated_; ++j) {
      if (((block >> (j - low_bits)) & 1) == 0) continue;
      linear += c_[static_cast<std::size_t>(j)];
      const double* u = row(u_, j);
      for (Index i = 0; i < summed_; ++i) x[static_cast<std::size_t>(i)] += u[i];
    }
    return linear;
  }

  LogProduct::Array c_, d_;  // biases; d is padded
  Index enumerated_, summed_, padded_;
  LogProduct::Array u_;          // [enumerated × padded]
  LogProduct::Array up_, down_;  // e^U and e^−U, padding 1: how a flip of s_j changes e^x_i
  LogProduct product_;
  bool is_fast_ = true;  // |d_i + Σ_j s_j U_ji| and all partial sums stay in the range of e^x
};

/// The same where the sum over v is a quadratic function of h: each flip of the Gray code changes it by one
/// entry of linear + quadratic h, which is kept up to date.
class QuadraticSum {
 public:
  explicit QuadraticSum(HiddenQuadratic terms) : terms_(std::move(terms)) {}

  Index enumerated() const { return terms_.linear.size(); }

  /// Calls visit(t, log_weight, null) for every state of a block.
  template <class Visit>
  void visit_block(Index low_bits, Index block, Visit&& visit) const {
    Eigen::VectorXd field = terms_.linear;  // linear + quadratic · h
    double value = terms_.constant;
    const auto flip = [&](Index j, bool on) {
      const double self = 0.5 * terms_.quadratic(j, j);
      value += on ? field[j] + self : self - field[j];
      field += (on ? 1.0 : -1.0) * terms_.quadratic.col(j);
    };
    for (Index j = low_bits; j < enumerated(); ++j) {
      if (((block >> (j - low_bits)) & 1) != 0) flip(j, true);
    }
    visit(Index{0}, value, static_cast<const double*>(nullptr));
    gray_code(low_bits, [&](Index t, Index j, bool on) {
      flip(j, on);
      visit(t, value, static_cast<const double*>(nullptr));
    });
  }

 private:
  HiddenQuadratic terms_;
};

/// log Σ over the states of one block.
template <class Sum>
double log_sum_of_block(const Sum& sum, Index low_bits, Index block) {
  std::array<double, std::size_t{1} << kBlockBits> logs;
  sum.visit_block(low_bits, block, [&](Index t, double log_weight, const double*) {
    logs[static_cast<std::size_t>(t)] = log_weight;
  });
  return log_sum_exp(std::span(logs).first(std::size_t{1} << low_bits));
}

}  // namespace rbm
