#include "core/evaluation/exact_gradient.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "core/model/enumeration.hpp"
#include "core/model/layer_sum.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr Index kBlocksAtOnce = 16;
constexpr Index kRowsAtOnce = 512;  // of the data; bounds the scratch memory

Gradient zeros(const Model& model) {
  return {Eigen::MatrixXd::Zero(model.visible(), model.hidden()), Eigen::VectorXd::Zero(model.visible()),
          Eigen::VectorXd::Zero(model.hidden())};
}

/// ⟨v p(h|v)ᵀ⟩ and the means under the model; the biases of units with variances see (v − μ) / σ².
Gradient model_statistics(const Model& model, ModelAverages averages) {
  Gradient out{std::move(averages.products), std::move(averages.visible), std::move(averages.hidden)};
  if (units_of(model).has_variances())
    out.visible_bias -=
        (model.visible_bias.array().cast<double>() * (-model.log_variance.array().cast<double>()).exp())
            .matrix();
  return out;
}

/// The same over the rows, in double from v on, and their mean −F(v).
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
  auto averages = model_averages(model, pool, progress);
  if (!averages) return Unexpected{averages.error()};
  const double log_z = averages->log_z;
  Gradient negative = model_statistics(model, *std::move(averages));
  DataStatistics data = data_statistics(model, v);
  negative *= -1;
  data.means += negative;
  return ExactGradient{std::move(data.means), data.negative_free_energy - log_z, log_z};
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
