#include "core/model/units/visible_units.hpp"

#include "core/model/units/unit_types.hpp"

namespace rbm {

const VisibleUnits& units_of(VisibleType type) {
  return type == VisibleType::Gaussian ? gaussian_units() : binary_units();
}

void hidden_pass(const Model& model, const States& v, float beta, const RandomKey& key,
                 const LayerOutputs& out, Matrix& scratch, ThreadPool& pool) {
  const float* bias = model.hidden_bias.data();
  if (!v.is_real) return layer_pass(v.bits, model.weights, bias, beta, key, 0, out, pool);
  const Matrix& weighted = units_of(model).weighted(model, v.values, scratch, pool);
  layer_pass(weighted, model.weights, bias, beta, key, 0, out, pool);
}

}  // namespace rbm
