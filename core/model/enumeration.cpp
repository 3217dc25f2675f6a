#include "core/model/enumeration.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/model/state_sum.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

/// Shared out together, each with statistics of its own, which are then added in the order of the blocks.
constexpr Index kBlocksAtOnce = 16;

/// Sums over states weighted by e^(log weight − reference). s is the enumerated layer, u the summed one.
struct Moments {
  double reference = -INFINITY, mass = 0;
  Eigen::MatrixXd products;            // s_j u_i [enumerated × summed]
  Eigen::VectorXd enumerated, summed;  // s_j, u_i

  Moments(Index enumerated_units, Index summed_units)
      : products(Eigen::MatrixXd::Zero(enumerated_units, summed_units)),
        enumerated(Eigen::VectorXd::Zero(enumerated_units)),
        summed(Eigen::VectorXd::Zero(summed_units)) {}

  void scale(double factor) {
    mass *= factor;
    products *= factor;
    enumerated *= factor;
    summed *= factor;
  }
  /// Makes room for sums with this reference; returns the factor that they come in with.
  double factor_of(double other) {
    if (other > reference) {
      scale(std::exp(reference - other));
      reference = other;
    }
    return std::exp(other - reference);
  }
};

/// The sums of one block of a Gray code. Of each unit there is a sum over the states where it is on: a difference of
/// running sums over all states, taken where the unit goes on and off, which costs one addition a state.
class BlockMoments {
 public:
  void reset(Index rows, Index low_bits) {
    reference_ = -INFINITY;
    products_.setZero(rows, low_bits);
    low_.setZero(low_bits);
    sum_.setZero(rows);
    mass_ = 0;
  }

  /// State t of the Gray code; `one` holds E[u | s].
  void add(Index t, double log_weight, const Eigen::VectorXd& one) {
    const auto number = static_cast<std::uint32_t>(t);
    if (t > 0) {
      const Index j = std::countr_zero(number);
      turn(j, (((number ^ (number >> 1)) >> j) & 1u) != 0);
    }
    if (log_weight > reference_) rescale(log_weight);
    const double weight = std::exp(log_weight - reference_);
    if (weight == 0) return;
    mass_ += weight;
    sum_ += weight * one;
  }

  /// Into the whole layer's, where the units above the low ones are the bits of the block's number. The last state of a
  /// Gray code has the last unit on alone.
  void add_to(Moments& out, Index block) {
    const Index low_bits = low_.size(), summed = out.products.cols();
    if (low_bits > 0) turn(low_bits - 1, false);
    const double factor = out.factor_of(reference_);
    for (Index j = 0; j < out.enumerated.size(); ++j) {
      const bool is_low = j < low_bits;
      if (!is_low && ((block >> (j - low_bits)) & 1) == 0) continue;
      out.enumerated[j] += factor * (is_low ? low_[j] : mass_);
      if (is_low)
        out.products.row(j) += factor * products_.col(j).head(summed).transpose();
      else
        out.products.row(j) += factor * sum_.head(summed).transpose();
    }
    out.summed += factor * sum_.head(summed);
    out.mass += factor * mass_;
  }

 private:
  void turn(Index j, bool on) {
    const double sign = on ? -1 : 1;
    products_.col(j) += sign * sum_;
    low_[j] += sign * mass_;
  }
  void rescale(double reference) {
    const double factor = std::exp(reference_ - reference);
    products_ *= factor;
    low_ *= factor;
    sum_ *= factor;
    mass_ *= factor;
    reference_ = reference;
  }

  double reference_ = -INFINITY, mass_ = 0;
  Eigen::MatrixXd products_;  // [summed × low bits]
  Eigen::VectorXd low_, sum_;
};

Unexpected cancelled() {
  return fail(ErrorCode::Cancelled, "The exact averages were cancelled.");
}

bool goes_on(const Progress& progress, Index done, Index all) {
  return !progress || progress(static_cast<double>(done) / static_cast<double>(all));
}

Result<Moments> moments(const LayerSum& sum, ThreadPool& pool, const Progress& progress, double* state_logs) {
  const StateBlocks blocks(sum.enumerated());
  Moments out(sum.enumerated(), sum.summed());
  std::vector<BlockMoments> parts(static_cast<std::size_t>(std::min(kBlocksAtOnce, blocks.count)));
  for (Index first = 0; first < blocks.count; first += kBlocksAtOnce) {
    if (!goes_on(progress, first, blocks.count)) return cancelled();
    const Index count = std::min(kBlocksAtOnce, blocks.count - first);
    pool.run(count, [&](Index task) {
      BlockMoments& part = parts[static_cast<std::size_t>(task)];
      const Index block = first + task;
      Eigen::VectorXd one(sum.padded());
      part.reset(sum.padded(), blocks.low_bits);
      sum.visit_block(blocks.low_bits, block, [&](Index t, double log_weight, const double* x) {
        sum.probabilities(x, one.data());
        part.add(t, log_weight, one);
        if (state_logs != nullptr) state_logs[(block << blocks.low_bits) | (t ^ (t >> 1))] = log_weight;
      });
    });
    for (Index task = 0; task < count; ++task)
      parts[static_cast<std::size_t>(task)].add_to(out, first + task);
  }
  return out;
}

/// The same where the sum over u is a quadratic function of s; the products are those of s with itself. Tables of all
/// states are made by doubling and summed up by halving, a few additions a state.
Moments quadratic_moments(const HiddenQuadratic& terms, double* state_logs) {
  const Index units = terms.linear.size(), states = Index{1} << units;
  Eigen::ArrayXd weights(states), part(std::max<Index>(1, states / 2));
  weights[0] = terms.constant;
  for (Index j = 0; j < units; ++j) {
    const Index half = Index{1} << j;
    part[0] = terms.linear[j] + 0.5 * terms.quadratic(j, j);
    for (Index k = 0; k < j; ++k)
      part.segment(Index{1} << k, Index{1} << k) = part.head(Index{1} << k) + terms.quadratic(k, j);
    weights.segment(half, half) = weights.head(half) + part.head(half);
  }
  if (state_logs != nullptr) std::copy(weights.begin(), weights.end(), state_logs);
  Moments out(units, units);
  out.reference = weights.maxCoeff();
  weights = (weights - out.reference).exp();
  out.mass = weights.sum();
  for (Index j = units; j-- > 0;) {
    const Index half = Index{1} << j;
    part.head(half) = weights.segment(half, half);
    out.enumerated[j] = out.products(j, j) = part.head(half).sum();
    for (Index k = j; k-- > 0;) {
      const Index on = Index{1} << k;
      out.products(j, k) = out.products(k, j) = part.segment(on, on).sum();
      part.head(on) += part.segment(on, on);
    }
    weights.head(half) += weights.segment(half, half);
  }
  return out;
}

/// The same where neither layer has a form of its own: s is the hidden layer, u the visible one.
Result<Moments> counted_moments(const Model& model, ThreadPool& pool, const Progress& progress,
                                double* state_logs) {
  const StateSum sum(model);
  Moments out(model.hidden(), model.visible());
  std::vector<Moments> parts;
  for (Index first = 0; first < sum.blocks(); first += kBlocksAtOnce) {
    if (!goes_on(progress, first, sum.blocks())) return cancelled();
    const Index count = std::min(kBlocksAtOnce, sum.blocks() - first);
    parts.assign(static_cast<std::size_t>(count), Moments(0, 0));
    pool.run(count, [&](Index task) {
      const StateSum::Block block = sum.block(first + task);
      Moments& part = parts[static_cast<std::size_t>(task)];
      part.reference = block.log_weights.maxCoeff();
      const Eigen::VectorXd p = (block.log_weights.array() - part.reference).exp();
      const Eigen::MatrixXd weighted = p.asDiagonal() * block.hidden;
      part.mass = p.sum();
      part.products = weighted.transpose() * block.visible;
      part.enumerated = weighted.colwise().sum().transpose();
      part.summed = block.visible.transpose() * p;
      if (state_logs != nullptr)
        std::copy(block.log_weights.begin(), block.log_weights.end(),
                  state_logs + static_cast<std::uint64_t>(first + task) * StateSum::kStatesAtOnce);
    });
    for (const Moments& part : parts) {
      const double factor = out.factor_of(part.reference);
      out.mass += factor * part.mass;
      out.products += factor * part.products;
      out.enumerated += factor * part.enumerated;
      out.summed += factor * part.summed;
    }
  }
  return out;
}

/// v | h ~ N(μ + W h, σ²): all averages follow from ⟨h⟩ and ⟨h hᵀ⟩.
ModelAverages gaussian_averages(const Model& model, const Moments& found) {
  const Eigen::MatrixXd w = model.weights.view().cast<double>();
  const Eigen::VectorXd mean = model.visible_bias.cast<double>();
  const Eigen::VectorXd variance = model.log_variance.array().cast<double>().exp();
  const Eigen::VectorXd inverse = variance.cwiseInverse();
  const Eigen::MatrixXd shifts = w * found.products;  // ⟨(v − μ) hᵀ⟩
  ModelAverages out;
  out.products = inverse.asDiagonal() * (mean * found.enumerated.transpose() + shifts);
  out.visible = inverse.cwiseProduct(mean + w * found.enumerated);
  out.hidden = found.enumerated;
  out.squares = variance + shifts.cwiseProduct(w).rowwise().sum();
  return out;
}

Result<ModelAverages> plain_averages(const Model& model, ThreadPool& pool, const Progress& progress,
                                     double* state_logs) {
  const auto quadratic = units_of(model).summed_out(model);
  const bool over_hidden = enumerates_hidden(model), are_bits = units_of(model).are_bits();
  const auto sum_up = [&]() -> Result<Moments> {
    if (quadratic) return quadratic_moments(*quadratic, state_logs);
    if (!are_bits) return counted_moments(model, pool, progress, state_logs);
    return moments(LayerSum(model, over_hidden), pool, progress, state_logs);
  };
  auto found = sum_up();
  if (!found) return Unexpected{found.error()};
  const double log_z = found->reference + std::log(found->mass);
  found->scale(1 / found->mass);
  ModelAverages out;
  if (quadratic) {
    out = gaussian_averages(model, *found);
  } else if (over_hidden || !are_bits) {
    out.products = found->products.transpose();
    out.visible = std::move(found->summed);
    out.hidden = std::move(found->enumerated);
  } else {
    out.products = std::move(found->products);
    out.visible = std::move(found->enumerated);
    out.hidden = std::move(found->summed);
  }
  out.log_z = log_z;
  return out;
}

void add(const ModelAverages& part, double share, ModelAverages& sum) {
  const auto take = [share](auto& into, const auto& from) {
    if (into.size() == 0)
      into = share * from;
    else
      into += share * from;
  };
  take(sum.products, part.products);
  take(sum.visible, part.visible);
  take(sum.hidden, part.hidden);
  if (part.squares.size() > 0) take(sum.squares, part.squares);
}

/// Label after label: given one, the model is a plain one whose hidden biases have moved.
Result<ModelAverages> joint_averages(const Model& model, ThreadPool& pool, const Progress& progress,
                                     double* state_logs, std::size_t states) {
  const Index labels = model.labels();
  std::vector<ModelAverages> parts;
  Eigen::VectorXd logs(labels);
  Model plain = model;
  plain.label_weights.resize(0, 0);
  for (Index y = 0; y < labels; ++y) {
    if (!goes_on(progress, y, labels)) return cancelled();
    for (Index j = 0; j < model.hidden(); ++j)
      plain.hidden_bias[j] = model.hidden_bias[j] + model.label_weights(y, j);
    double* const own = state_logs != nullptr ? state_logs + static_cast<std::size_t>(y) * states : nullptr;
    auto part = plain_averages(plain, pool, {}, own);
    if (!part) return part;
    logs[y] = part->log_z + double{model.label_bias[y]};
    if (own != nullptr)
      std::for_each_n(own, states, [&](double& log) { log += double{model.label_bias[y]}; });
    parts.push_back(*std::move(part));
  }
  ModelAverages out;
  out.log_z = log_sum_exp({logs.data(), static_cast<std::size_t>(labels)});
  out.labels = (logs.array() - out.log_z).exp();
  out.label_products.resize(labels, model.hidden());
  for (Index y = 0; y < labels; ++y) {
    const ModelAverages& part = parts[static_cast<std::size_t>(y)];
    add(part, out.labels[y], out);
    out.label_products.row(y) = out.labels[y] * part.hidden.transpose();
  }
  return out;
}

}  // namespace

Index enumerable_units(Index hidden, double log_states) {
  // A little below, as the logarithm of a power of two may come out above the whole number that it is.
  const double bits = log_states / std::log(2.0) - 1e-9;
  return bits < static_cast<double>(hidden) ? static_cast<Index>(std::ceil(bits)) : hidden;
}

Index enumerable_units(const Model& model) {
  return enumerable_units(model.hidden(), units_of(model).log_states(model.visible_base()));
}

bool enumerates_hidden(const Model& model) {
  return static_cast<double>(model.hidden()) * std::log(2.0) <=
         units_of(model).log_states(model.visible_base());
}

Result<ModelAverages> model_averages(const Model& model, ThreadPool& pool, const Progress& progress,
                                     std::vector<double>* state_logs) {
  if (!all_finite(model, pool))
    return fail(ErrorCode::NotFinite, "The model has a parameter that is not finite, so it has no averages.");
  const double log_states = enumerates_hidden(model) ? static_cast<double>(model.hidden()) * std::log(2.0)
                                                     : units_of(model).log_states(model.visible_base());
  const auto states = static_cast<std::size_t>(std::llround(std::exp(log_states)));
  const auto labels = static_cast<std::size_t>(std::max<Index>(1, model.labels()));
  if (state_logs != nullptr) state_logs->resize(labels * states);
  double* const logs = state_logs != nullptr ? state_logs->data() : nullptr;
  auto out = model.labels() > 0 ? joint_averages(model, pool, progress, logs, states)
                                : plain_averages(model, pool, progress, logs);
  if (out && progress) progress(1);
  return out;
}

}  // namespace rbm
