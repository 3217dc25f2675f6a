#include "core/evaluation/unit_effect.hpp"

#include <algorithm>
#include <cmath>

#include "core/math/scalar.hpp"
#include "core/model/labels.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

/// log p(h_j = 1 | v) and log p(h_j = 0 | v).
struct LogShares {
  double on, off;
};

LogShares log_shares_of(const Model& model, const Matrix& inputs, Index unit, ThreadPool& pool) {
  const double input = double{inputs(0, unit)};
  if (model.labels() == 0) return {-softplus(-input), -softplus(input)};
  LabelScratch scratch;
  Matrix posteriors;
  label_log_posteriors(model, inputs, scratch, posteriors, pool);
  std::vector<double> on, off;
  for (Index y = 0; y < model.labels(); ++y) {
    const double with_label = input + double{model.label_weights(y, unit)}, p = double{posteriors(0, y)};
    on.push_back(p - softplus(-with_label));
    off.push_back(p - softplus(with_label));
  }
  return {log_sum_exp(on), log_sum_exp(off)};
}

}  // namespace

UnitEffect unit_effect(const Model& model, const Matrix& transposed, const States& v,
                       std::span<const float> hidden, Index unit, ThreadPool& pool) {
  RBM_ASSERT(v.rows() == 1 && v.cols() == model.visible() && unit >= 0 && unit < model.hidden() &&
             static_cast<Index>(hidden.size()) == model.hidden());
  UnitEffect out;
  Matrix inputs(1, model.hidden()), scratch;
  hidden_pass(model, v, 1.0f, {}, {.inputs = &inputs}, scratch, pool);
  const LogShares shares = log_shares_of(model, inputs, unit, pool);
  out.input = inputs(0, unit);
  out.probability = static_cast<float>(std::exp(shares.on));
  out.free_energy_on = -shares.on;
  out.free_energy_off = -shares.off;

  Matrix states(3, model.hidden()), means, pictures;
  for (Index r = 0; r < 3; ++r) std::ranges::copy(hidden, states.row(r));
  states(1, unit) = 1;
  states(2, unit) = 0;
  visible_probabilities(model, transposed, states, means, pool);
  to_pictures(model, means, pictures, pool);
  const auto row = [&](Index r) {
    return std::vector<float>(pictures.row(r), pictures.row(r) + pictures.cols());
  };
  out.present = row(0);
  out.on = row(1);
  out.off = row(2);
  return out;
}

}  // namespace rbm
