#include "core/evaluation/exact_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "core/evaluation/state_sum.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

/// Shared out together, each with statistics of its own, which are then added in the order of the blocks.
constexpr Index kBlocksAtOnce = 16;
constexpr Index kRowsAtOnce = 512;  // of the data; bounds the scratch memory

/// What the gradient needs of both layers under p(v, h): s is the enumerated one, u the summed one.
struct Moments {
  Eigen::MatrixXd products;  // ⟨s_j u_i⟩ [enumerated × summed], or ⟨s_j s_k⟩ where nothing else is asked for
  Eigen::VectorXd enumerated, summed;
};

/// Sums over the states of one block, each weighted by its probability.
struct BlockMoments {
  Eigen::MatrixXd products;  // column j < low bits: the states with unit j on; the last column: all states
  Eigen::VectorXd low;       // Σ s_j; the last one: the block's probability
  Eigen::VectorXd one;       // p(u | s) of a state, padded

  void reset(Index rows, Index low_bits) {
    products.setZero(rows, low_bits + 1);
    low.setZero(low_bits + 1);
    one.setZero(rows);
  }

  void add(std::uint32_t state, double probability) {
    const Index all = low.size() - 1;
    one *= probability;
    const auto take = [&](Index column) {
      low[column] += probability;
      products.col(column) += one;
    };
    take(all);
    for (; state != 0; state &= state - 1) take(std::countr_zero(state));
  }

  /// Into the whole layer's, where the units above the low ones are the bits of the block's number.
  void add_to(Moments& out, Index block) const {
    const Index low_bits = low.size() - 1, rows = out.products.cols();
    for (Index j = 0; j < out.enumerated.size(); ++j) {
      const bool is_low = j < low_bits;
      if (!is_low && ((block >> (j - low_bits)) & 1) == 0) continue;
      const Index column = is_low ? j : low_bits;
      out.enumerated[j] += low[column];
      out.products.row(j) += products.col(column).head(rows).transpose();
    }
    out.summed += products.col(low_bits).head(rows);
  }
};

/// Fills in p(u | s) of a state.
void conditional(const LayerSum& sum, Index, Index, Index, const double* x, Eigen::VectorXd& out) {
  sum.probabilities(x, out.data());
}
/// Where the other layer is not binary the products are those of the state with itself.
void conditional(const QuadraticSum& sum, Index low_bits, Index block, Index t, const double*,
                 Eigen::VectorXd& out) {
  const auto state = static_cast<std::uint64_t>((block << low_bits) | (t ^ (t >> 1)));
  for (Index j = 0; j < sum.enumerated(); ++j) out[j] = static_cast<double>(state >> j & 1);
}

Index rows_of(const LayerSum& sum) {
  return sum.padded();
}
Index rows_of(const QuadraticSum& sum) {
  return sum.enumerated();
}

Unexpected gradient_cancelled() {
  return fail(ErrorCode::Cancelled, "The exact gradient was cancelled.");
}

template <class Sum>
Result<Moments> moments(const Sum& sum, Index summed, double log_z, ThreadPool& pool,
                        const Progress& progress) {
  const StateBlocks blocks(sum.enumerated());
  Moments out{Eigen::MatrixXd::Zero(sum.enumerated(), summed), Eigen::VectorXd::Zero(sum.enumerated()),
              Eigen::VectorXd::Zero(summed)};
  std::vector<BlockMoments> parts(static_cast<std::size_t>(std::min(kBlocksAtOnce, blocks.count)));
  for (Index first = 0; first < blocks.count; first += kBlocksAtOnce) {
    if (progress && !progress(static_cast<double>(first) / static_cast<double>(blocks.count)))
      return gradient_cancelled();
    const Index count = std::min(kBlocksAtOnce, blocks.count - first);
    pool.run(count, [&](Index task) {
      BlockMoments& part = parts[static_cast<std::size_t>(task)];
      part.reset(rows_of(sum), blocks.low_bits);
      sum.visit_block(blocks.low_bits, first + task, [&](Index t, double log_weight, const double* x) {
        const double probability = std::exp(log_weight - log_z);
        if (probability == 0) return;
        conditional(sum, blocks.low_bits, first + task, t, x, part.one);
        part.add(static_cast<std::uint32_t>(t ^ (t >> 1)), probability);
      });
    });
    for (Index task = 0; task < count; ++task)
      parts[static_cast<std::size_t>(task)].add_to(out, first + task);
  }
  if (progress) progress(1);
  return out;
}

Gradient zeros(const Model& model) {
  return {Eigen::MatrixXd::Zero(model.visible(), model.hidden()), Eigen::VectorXd::Zero(model.visible()),
          Eigen::VectorXd::Zero(model.hidden())};
}

/// The averages under the model where neither layer has a form of its own; blocks are added in their order.
Result<Gradient> counted_statistics(const Model& model, double log_z, ThreadPool& pool,
                                    const Progress& progress) {
  const StateSum sum(model);
  Gradient out = zeros(model);
  std::vector<Gradient> parts(static_cast<std::size_t>(std::min(kBlocksAtOnce, sum.blocks())));
  for (Index first = 0; first < sum.blocks(); first += kBlocksAtOnce) {
    if (progress && !progress(static_cast<double>(first) / static_cast<double>(sum.blocks())))
      return gradient_cancelled();
    const Index count = std::min(kBlocksAtOnce, sum.blocks() - first);
    pool.run(count, [&](Index task) {
      const StateSum::Block block = sum.block(first + task);
      const Eigen::VectorXd p = (block.log_weights.array() - log_z).exp();
      const Eigen::MatrixXd weighted = p.asDiagonal() * block.hidden;
      parts[static_cast<std::size_t>(task)] = {block.visible.transpose() * weighted,
                                               block.visible.transpose() * p,
                                               weighted.colwise().sum().transpose()};
    });
    for (Index task = 0; task < count; ++task) out += parts[static_cast<std::size_t>(task)];
  }
  if (progress) progress(1);
  return out;
}

/// ⟨v p(h|v)ᵀ⟩ and the means under the model.
Result<Gradient> model_statistics(const Model& model, double log_z, ThreadPool& pool,
                                  const Progress& progress) {
  Gradient out;
  if (auto quadratic = units_of(model).summed_out(model)) {
    const auto found = moments(QuadraticSum(*std::move(quadratic)), model.hidden(), log_z, pool, progress);
    if (!found) return Unexpected{found.error()};
    // v | h ~ N(μ + W h, σ²); the weights and the biases see v / σ² and (v − μ) / σ².
    const Eigen::MatrixXd w = model.weights.view().cast<double>();
    const Eigen::VectorXd mean = model.visible_bias.cast<double>(), shift = w * found->enumerated;
    const Eigen::VectorXd inverse = (-model.log_variance.array().cast<double>()).exp();
    out.weights = inverse.asDiagonal() * (mean * found->enumerated.transpose() + w * found->products);
    out.visible_bias = inverse.cwiseProduct(shift);
    out.hidden_bias = found->enumerated;
    return out;
  }
  if (!units_of(model).are_bits()) return counted_statistics(model, log_z, pool, progress);
  const bool over_hidden = model.hidden() <= model.visible();
  const LayerSum sum(model, over_hidden);
  auto found = moments(sum, sum.summed(), log_z, pool, progress);
  if (!found) return Unexpected{found.error()};
  out.weights = over_hidden ? Eigen::MatrixXd(found->products.transpose()) : std::move(found->products);
  out.visible_bias = over_hidden ? std::move(found->summed) : found->enumerated;
  out.hidden_bias = over_hidden ? std::move(found->enumerated) : found->summed;
  return out;
}

/// The same averages over the rows, in double from v on, and their mean −F(v).
struct DataStatistics {
  Gradient means;
  double negative_free_energy = 0;
};

DataStatistics data_statistics(const Model& model, const States& v) {
  const Eigen::MatrixXd w = model.weights.view().cast<double>();
  const Eigen::RowVectorXd a = model.visible_bias.cast<double>(), b = model.hidden_bias.cast<double>();
  const bool has_variances = units_of(model).has_variances();
  const Eigen::RowVectorXd inverse = (-model.log_variance.array().cast<double>()).exp();
  DataStatistics out;
  out.means = zeros(model);
  for (Index first = 0; first < v.rows(); first += kRowsAtOnce) {
    Eigen::MatrixXd x(std::min(kRowsAtOnce, v.rows() - first), model.visible());
    for (Index r = 0; r < x.rows(); ++r) {
      for (Index i = 0; i < x.cols(); ++i) x(r, i) = double{v.at(first + r, i)};
    }
    if (has_variances) {
      const Eigen::MatrixXd distance = x.rowwise() - a;
      const Eigen::MatrixXd over_variance = distance * inverse.asDiagonal();
      out.negative_free_energy -= 0.5 * distance.cwiseProduct(over_variance).sum();
      out.means.visible_bias += over_variance.colwise().sum().transpose();
      x *= inverse.asDiagonal();
    } else {
      out.negative_free_energy += (x * a.transpose()).sum();
      out.means.visible_bias += x.colwise().sum().transpose();
    }
    Eigen::MatrixXd h = (x * w).rowwise() + b;
    out.negative_free_energy += h.unaryExpr([](double input) { return softplus(input); }).sum();
    h = h.unaryExpr([](double input) { return sigmoid(input); });
    out.means.weights.noalias() += x.transpose() * h;
    out.means.hidden_bias += h.colwise().sum().transpose();
  }
  const double share = 1 / static_cast<double>(v.rows());
  out.means *= share;
  out.negative_free_energy *= share;
  return out;
}

/// Why a model is out of reach.
Result<void> check(const Model& model, const char* what, const char* layer, Index units, ThreadPool& pool) {
  if (model.labels() > 0)
    return fail(ErrorCode::Unsupported, std::string("The exact ") + what +
                                            " is for models of images alone, and this one has label units.");
  if (units > kMostGradientUnits)
    return fail(ErrorCode::Unsupported, std::string("The exact ") + what + " sums over all states of the " +
                                            layer + " layer, which has " + std::to_string(units) +
                                            " units; at most " + std::to_string(kMostGradientUnits) +
                                            " are possible.");
  if (!all_finite(model, pool))
    return fail(
        ErrorCode::NotFinite,
        std::string("The model has a parameter that is not finite, so it has no exact ") + what + ".");
  return {};
}

}  // namespace

bool is_enumerable(const Model& model) {
  return model.labels() == 0 && enumerable_units(model) <= kMostGradientUnits;
}

Result<ExactGradient> exact_gradient(const Model& model, const States& v, ThreadPool& pool,
                                     const Progress& progress) {
  RBM_ASSERT(v.rows() > 0 && v.cols() == model.visible());
  const bool is_counted = std::isfinite(units_of(model).log_states(model.visible_base()));
  const char* layer = is_counted ? "smaller" : "hidden";
  if (auto fits = check(model, "gradient", layer, enumerable_units(model), pool); !fits)
    return Unexpected{fits.error()};
  const auto half = [&progress](double from) -> Progress {
    if (!progress) return {};
    return [&progress, from](double done) { return progress(from + done / 2); };
  };
  const auto log_z = exact_log_z(model, pool, half(0));
  if (!log_z) return Unexpected{log_z.error()};
  auto negative = model_statistics(model, *log_z, pool, half(0.5));
  if (!negative) return Unexpected{negative.error()};
  DataStatistics data = data_statistics(model, v);
  *negative *= -1;
  data.means += *negative;
  return ExactGradient{std::move(data.means), data.negative_free_energy - *log_z, *log_z};
}

Result<std::vector<double>> exact_distribution(const Model& model, ThreadPool& pool,
                                               const Progress& progress) {
  if (!units_of(model).are_bits())
    return fail(ErrorCode::Unsupported,
                "The exact distribution is listed for binary visible units, and these are not.");
  if (auto fits = check(model, "distribution", "visible", model.visible(), pool); !fits)
    return Unexpected{fits.error()};
  const LayerSum sum(model, false);
  const StateBlocks blocks(sum.enumerated());
  std::vector<double> out(std::size_t{1} << sum.enumerated());
  for (Index first = 0; first < blocks.count; first += kBlocksAtOnce) {
    if (progress && !progress(static_cast<double>(first) / static_cast<double>(blocks.count)))
      return fail(ErrorCode::Cancelled, "The exact distribution was cancelled.");
    pool.run(std::min(kBlocksAtOnce, blocks.count - first), [&](Index task) {
      const Index block = first + task;
      sum.visit_block(blocks.low_bits, block, [&](Index t, double log_weight, const double*) {
        out[static_cast<std::size_t>((block << blocks.low_bits) | (t ^ (t >> 1)))] = log_weight;
      });
    });
  }
  const double log_z = log_sum_exp(out);
  for (double& log_p : out) log_p -= log_z;
  if (progress) progress(1);
  return out;
}

}  // namespace rbm
