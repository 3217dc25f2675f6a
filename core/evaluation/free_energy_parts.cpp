#include "core/evaluation/free_energy_parts.hpp"

#include <cmath>
#include <numeric>

#include "core/math/scalar.hpp"
#include "core/model/labels.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

void add_units(const float* inputs, const float* label_weights, double weight, std::vector<double>& units) {
  for (std::size_t j = 0; j < units.size(); ++j) {
    const double own = label_weights != nullptr ? double{label_weights[j]} : 0;
    units[j] -= weight * softplus(double{inputs[j]} + own);
  }
}

}  // namespace

double FreeEnergyParts::total() const {
  return std::accumulate(units.begin(), units.end(), visible + labels);
}

FreeEnergyParts free_energy_parts(const Model& model, const States& v, ThreadPool& pool) {
  RBM_ASSERT(v.rows() > 0 && v.cols() == model.visible());
  const Index rows = v.rows();
  const double each = 1 / static_cast<double>(rows);
  FreeEnergyParts out;
  out.units.assign(static_cast<std::size_t>(model.hidden()), 0);
  Matrix inputs(rows, model.hidden()), scratch, posteriors;
  hidden_pass(model, v, 1.0f, {}, {.inputs = &inputs}, scratch, pool);
  std::vector<double> own(static_cast<std::size_t>(rows));
  units_of(model).log_terms(model.visible_base(), v, own, pool);
  for (double term : own) out.visible -= each * term;
  if (model.labels() > 0) {
    LabelScratch label_scratch;
    label_log_posteriors(model, inputs, label_scratch, posteriors, pool);
  }
  for (Index r = 0; r < rows; ++r) {
    if (model.labels() == 0) add_units(inputs.row(r), nullptr, each, out.units);
    for (Index y = 0; y < model.labels(); ++y) {
      const double log_p = double{posteriors(r, y)}, p = std::exp(log_p);
      add_units(inputs.row(r), model.label_weights.row(y), each * p, out.units);
      out.labels -= each * p * (double{model.label_bias[y]} - log_p);
    }
  }
  return out;
}

}  // namespace rbm
