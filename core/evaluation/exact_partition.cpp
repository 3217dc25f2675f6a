#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string>

#include "core/evaluation/log_product.hpp"
#include "core/evaluation/partition_function.hpp"
#include "core/math/scalar.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr Index kBlockBits = 10;         // states of a block: they share one start and one running product
constexpr Index kBlocksPerReport = 128;  // between two calls of Progress

/// Z = Σ_s exp(cᵀs + Σ_i ζ(d_i + Σ_j s_j U_ji)): s runs over the enumerated layer, i over the summed one.
struct Sum {
  Index enumerated = 0, summed = 0, padded = 0;
  LogProduct::Array c, d;      // biases; d is padded
  LogProduct::Array u;         // [enumerated × padded]
  LogProduct::Array up, down;  // e^U and e^−U, padding 1: how a flip of s_j changes e^x_i
  double largest = 0;          // bound of |d_i + Σ_j s_j U_ji| and of all partial sums

  explicit Sum(const Model& model) {
    const bool over_hidden = model.hidden() <= model.visible();
    const Eigen::VectorXf& outer = over_hidden ? model.hidden_bias : model.visible_bias;
    const Eigen::VectorXf& inner = over_hidden ? model.visible_bias : model.hidden_bias;
    enumerated = outer.size();
    summed = inner.size();
    padded = LogProduct::padded(summed);
    c.assign(outer.data(), outer.data() + enumerated);
    d.assign(inner.data(), inner.data() + summed);
    d.resize(static_cast<std::size_t>(padded), 0.0);
    const auto cells = static_cast<std::size_t>(enumerated * padded);
    u.assign(cells, 0.0);
    up.assign(cells, 1.0);
    down.assign(cells, 1.0);
    LogProduct::Array bound(static_cast<std::size_t>(summed));
    for (Index i = 0; i < summed; ++i) bound[static_cast<std::size_t>(i)] = std::abs(double{inner[i]});
    for (Index j = 0; j < enumerated; ++j) {
      for (Index i = 0; i < summed; ++i) {
        const double w = over_hidden ? model.weights(i, j) : model.weights(j, i);
        const auto cell = static_cast<std::size_t>(j * padded + i);
        u[cell] = w;
        up[cell] = std::exp(w);
        down[cell] = std::exp(-w);
        bound[static_cast<std::size_t>(i)] += std::abs(w);
      }
    }
    for (double b : bound) largest = std::max(largest, b);
  }

  const double* row(const LogProduct::Array& m, Index j) const { return m.data() + j * padded; }
};

/// The first state of a block: the bits above the Gray code's.
struct BlockStart {
  double linear = 0;    // cᵀs
  LogProduct::Array x;  // d_i + Σ_j s_j U_ji, padded
};

BlockStart start_of_block(const Sum& sum, Index low_bits, Index block) {
  BlockStart start{0, sum.d};
  for (Index j = low_bits; j < sum.enumerated; ++j) {
    if (((block >> (j - low_bits)) & 1) == 0) continue;
    start.linear += sum.c[static_cast<std::size_t>(j)];
    const double* u = sum.row(sum.u, j);
    for (Index i = 0; i < sum.summed; ++i) start.x[static_cast<std::size_t>(i)] += u[i];
  }
  return start;
}

/// Calls visit(j, on) for every flip of the reflected Gray code over `bits` bits, starting at all off.
template <class Visit>
void gray_code(Index bits, Visit&& visit) {
  const std::uint32_t states = std::uint32_t{1} << bits;
  for (std::uint32_t t = 1; t < states; ++t) {
    const int j = std::countr_zero(t);
    visit(Index{t}, Index{j}, (((t ^ (t >> 1)) >> j) & 1u) != 0);
  }
}

/// log Σ over the states of one block, by products of e^x.
double log_sum_of_block(const Sum& sum, const LogProduct& product, Index low_bits, Index block) {
  BlockStart start = start_of_block(sum, low_bits, block);
  LogProduct::Array& e = start.x;
  for (Index i = 0; i < sum.summed; ++i)
    e[static_cast<std::size_t>(i)] = std::exp(e[static_cast<std::size_t>(i)]);
  double linear = start.linear;
  std::array<double, 1 << kBlockBits> logs;
  logs[0] = linear + product.log_of(e.data(), sum.padded);
  gray_code(low_bits, [&](Index t, Index j, bool on) {
    const double c = sum.c[static_cast<std::size_t>(j)];
    linear += on ? c : -c;
    logs[static_cast<std::size_t>(t)] =
        linear + product.multiply_and_log(e.data(), sum.row(on ? sum.up : sum.down, j), sum.padded);
  });
  return log_sum_exp(std::span(logs).first(std::size_t{1} << low_bits));
}

/// The same by softplus, about a hundred times slower, for parameters so large that e^x leaves the range of
/// double.
double log_sum_of_block_slowly(const Sum& sum, Index low_bits, Index block) {
  BlockStart start = start_of_block(sum, low_bits, block);
  LogProduct::Array& x = start.x;
  double linear = start.linear;
  const auto log_of_state = [&] {
    double total = linear;
    for (Index i = 0; i < sum.summed; ++i) total += softplus(x[static_cast<std::size_t>(i)]);
    return total;
  };
  std::array<double, 1 << kBlockBits> logs;
  logs[0] = log_of_state();
  gray_code(low_bits, [&](Index t, Index j, bool on) {
    const double sign = on ? 1 : -1;
    linear += sign * sum.c[static_cast<std::size_t>(j)];
    const double* u = sum.row(sum.u, j);
    for (Index i = 0; i < sum.summed; ++i) x[static_cast<std::size_t>(i)] += sign * u[i];
    logs[static_cast<std::size_t>(t)] = log_of_state();
  });
  return log_sum_exp(std::span(logs).first(std::size_t{1} << low_bits));
}

/// Where the sum over v is a quadratic function of h: each flip of the Gray code changes it by one entry of
/// linear + quadratic h, which is kept up to date.
double log_sum_of_block(const HiddenQuadratic& sum, Index low_bits, Index block) {
  const Index hidden = sum.linear.size();
  Eigen::VectorXd field = sum.linear;  // linear + quadratic · h
  double value = sum.constant;
  const auto flip = [&](Index j, bool on) {
    const double self = 0.5 * sum.quadratic(j, j);
    value += on ? field[j] + self : self - field[j];
    field += (on ? 1.0 : -1.0) * sum.quadratic.col(j);
  };
  for (Index j = low_bits; j < hidden; ++j) {
    if (((block >> (j - low_bits)) & 1) != 0) flip(j, true);
  }
  std::array<double, 1 << kBlockBits> logs;
  logs[0] = value;
  gray_code(low_bits, [&](Index t, Index j, bool on) {
    flip(j, on);
    logs[static_cast<std::size_t>(t)] = value;
  });
  return log_sum_exp(std::span(logs).first(std::size_t{1} << low_bits));
}

/// log Σ over blocks of 2^low_bits states each, shared out and reported on.
template <class OfBlock>
Result<double> sum_blocks(Index enumerated, OfBlock of_block, ThreadPool& pool, const Progress& progress) {
  const Index low_bits = std::min(kBlockBits, enumerated);
  const Index blocks = Index{1} << (enumerated - low_bits);
  std::vector<double> block_logs(static_cast<std::size_t>(blocks));
  for (Index first = 0; first < blocks; first += kBlocksPerReport) {
    if (progress && !progress(static_cast<double>(first) / static_cast<double>(blocks))) {
      return fail(ErrorCode::Cancelled, "The exact partition function was cancelled.");
    }
    pool.run(std::min(kBlocksPerReport, blocks - first), [&](Index task) {
      block_logs[static_cast<std::size_t>(first + task)] = of_block(low_bits, first + task);
    });
  }
  if (progress) progress(1);
  return log_sum_exp(block_logs);
}

}  // namespace

Index enumerable_units(const Model& model) {
  return units_of(model).is_real() ? model.hidden() : std::min(model.visible(), model.hidden());
}

Result<double> exact_log_z(const Model& model, ThreadPool& pool, const Progress& progress) {
  const Index smaller = enumerable_units(model);
  if (smaller > kMaxEnumeratedUnits) {
    return fail(ErrorCode::Unsupported,
                "The exact partition function sums over all states of the smaller layer, which has " +
                    std::to_string(smaller) + " units; at most " + std::to_string(kMaxEnumeratedUnits) +
                    " are possible. Estimate it by annealed importance sampling instead.");
  }
  if (!all_finite(model, pool)) {
    return fail(ErrorCode::NotFinite,
                "The model has a parameter that is not finite, so it has no partition function.");
  }
  if (const auto quadratic = units_of(model).summed_out(model)) {
    return sum_blocks(
        model.hidden(), [&](Index low_bits, Index block) { return log_sum_of_block(*quadratic, low_bits, block); },
        pool, progress);
  }
  const Sum sum(model);
  const bool fits = sum.largest <= LogProduct::kMaxExponent;
  const LogProduct product(std::min(sum.largest, LogProduct::kMaxExponent));
  return sum_blocks(
      sum.enumerated,
      [&](Index low_bits, Index block) {
        return fits ? log_sum_of_block(sum, product, low_bits, block) : log_sum_of_block_slowly(sum, low_bits, block);
      },
      pool, progress);
}

}  // namespace rbm
