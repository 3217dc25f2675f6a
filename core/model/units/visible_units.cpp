#include "core/model/units/visible_units.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace rbm {
namespace {

constexpr bool is_in_order() {
  for (std::size_t n = 0; n < kVisibleKinds.size(); ++n) {
    if (static_cast<std::size_t>(kVisibleKinds[n].type) != n) return false;
  }
  return true;
}
static_assert(is_in_order(), "units_of() finds a kind's row by its number");

}  // namespace

const VisibleUnits& units_of(VisibleType type) {
  return kVisibleKinds[static_cast<std::size_t>(type)].units();
}

Result<VisibleType> visible_type_from(std::string_view name) {
  std::string known;
  for (const VisibleKind& kind : kVisibleKinds) {
    if (kind.units().name() == name) return kind.type;
    known += (known.empty() ? "" : ", ") + std::string(kind.units().name());
  }
  return fail(ErrorCode::BadArgument,
              "There are no visible units named \"" + std::string(name) + "\": use one of " + known + ".");
}

bool VisibleUnits::are_states(const Model&, const States& v, bool /*may_lack*/) const {
  return !v.is_real && !has_stray_bits(v.bits);
}

void VisibleUnits::hidden_pass(const Model& model, const States& v, float beta, const RandomKey& key,
                               const LayerOutputs& out, Matrix& scratch, ThreadPool& pool) const {
  const float* bias = model.hidden_bias.data();
  if (!v.is_real) return layer_pass(v.bits, model.weights, bias, beta, key, out, pool);
  layer_pass(weighted(model, v.values, scratch, pool), model.weights, bias, beta, key, out, pool);
}

void VisibleUnits::log_terms(const VisibleBase& parameters, const States& v, std::span<double> out,
                             ThreadPool& pool) const {
  if (!v.is_real) return selected_sums(v.bits, parameters.bias.data(), out, pool);
  for (Index r = 0; r < v.rows(); ++r) {
    double sum = 0;
    for (Index i = 0; i < v.cols(); ++i) sum += double{v.values(r, i)} * parameters.bias[i];
    out[static_cast<std::size_t>(r)] = sum;
  }
}

void VisibleUnits::mixed_log_terms(const VisibleBase& base, const VisibleBase& own, float beta,
                                   const States& v, std::span<double> out, ThreadPool& pool) const {
  std::vector<double> of_base(out.size());
  log_terms(base, v, of_base, pool);
  log_terms(own, v, out, pool);
  for (std::size_t r = 0; r < out.size(); ++r)
    out[r] = (1 - double{beta}) * of_base[r] + double{beta} * out[r];
}

double VisibleUnits::log_states(const VisibleBase&) const {
  return HUGE_VAL;
}

States VisibleUnits::states_from(const Model&, Matrix values) const {
  return States(std::move(values));
}

const float* bias_of(const Model& model, const VisibleMove& move, Eigen::VectorXf& scratch) {
  if (move.base == nullptr) return model.visible_bias.data();
  scratch = model.visible_bias + ((1 - move.beta) / move.beta) * move.base->bias;
  return scratch.data();
}

States empty_states(const VisibleUnits& units, Index rows, Index visible) {
  States out;
  out.is_real = units.stores_numbers();
  resize(out, rows, visible);
  return out;
}

void hidden_pass(const Model& model, const States& v, float beta, const RandomKey& key,
                 const LayerOutputs& out, Matrix& scratch, ThreadPool& pool) {
  units_of(model).hidden_pass(model, v, beta, key, out, scratch, pool);
}

}  // namespace rbm
