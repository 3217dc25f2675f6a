#include "core/evaluation/dislike_map.hpp"

#include <algorithm>

#include "core/model/labels.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr Index kFlipsAtOnce = 128;  // rows of hidden inputs in memory

/// A flip gives bit `on` one more and bit `off` one less (−1: none), `by` each.
struct Flip {
  Index on = -1, off = -1;
  float by = 0;
};

std::vector<Flip> flips_of(const Model& model, const States& v) {
  std::vector<Flip> out(static_cast<std::size_t>(model.visible()));
  if (model.states == nullptr) {
    // Bits go to 1 − v, spins to −v.
    const float whole = units_of(model).are_bits() ? 1.0f : 2.0f;
    for (Index i = 0; i < model.visible(); ++i) {
      const bool is_on = v.at(0, i) > 0;
      out[static_cast<std::size_t>(i)] = is_on ? Flip{-1, i, whole} : Flip{i, -1, whole};
    }
    return out;
  }
  model.states->for_each([&](Index, Index first, Index count) {
    Index present = first;
    for (Index s = first; s < first + count; ++s) present = v.at(0, s) > 0 ? s : present;
    for (Index s = first; s < first + count; ++s)
      out[static_cast<std::size_t>(s)] = s == present ? Flip{} : Flip{s, present, 1};
  });
  return out;
}

/// −Σ over the hidden units, or over labels and hidden units, of every row of hidden inputs.
void hidden_energies(const Model& model, const Matrix& inputs, std::span<double> out, ThreadPool& pool) {
  if (model.labels() > 0) return joint_hidden_energies(model, inputs, out, pool);
  softplus_sums(inputs, out, pool);
  for (double& sum : out) sum = -sum;
}

void add_scaled(const float* weights, float by, Index count, float* inputs) {
  for (Index j = 0; j < count; ++j) inputs[j] += by * weights[j];
}

}  // namespace

Result<std::vector<float>> dislike_map(const Model& model, const States& v, ThreadPool& pool) {
  RBM_ASSERT(v.rows() == 1 && v.cols() == model.visible());
  if (units_of(model).has_variances())
    return fail(ErrorCode::Unsupported,
                "Real-valued pixels have no opposite that they could be flipped to: this map needs units "
                "with states.");
  if (model.below != nullptr)
    return fail(
        ErrorCode::Unsupported,
        "The visible units of a stack are the hidden units of the model below it, not pixels: ask a single "
        "model what it dislikes.");
  const std::vector<Flip> flips = flips_of(model, v);
  const Index hidden = model.hidden(), visible = model.visible();
  Matrix base(1, hidden), scratch, changes(1, visible);
  hidden_pass(model, v, 1.0f, {}, {.inputs = &base}, scratch, pool);
  std::vector<double> energies(static_cast<std::size_t>(kFlipsAtOnce) + 1);
  Matrix inputs;
  for (Index first = 0; first < visible; first += kFlipsAtOnce) {
    const Index count = std::min(kFlipsAtOnce, visible - first);
    // The last row is the picture itself, so that both sides of a difference are computed alike.
    inputs.resize(count + 1, hidden);
    for (Index r = 0; r <= count; ++r) std::copy_n(base.row(0), hidden, inputs.row(r));
    for (Index r = 0; r < count; ++r) {
      const Flip& flip = flips[static_cast<std::size_t>(first + r)];
      if (flip.on >= 0) add_scaled(model.weights.row(flip.on), flip.by, hidden, inputs.row(r));
      if (flip.off >= 0) add_scaled(model.weights.row(flip.off), -flip.by, hidden, inputs.row(r));
    }
    hidden_energies(model, inputs, {energies.data(), static_cast<std::size_t>(count) + 1}, pool);
    for (Index r = 0; r < count; ++r) {
      const Flip& flip = flips[static_cast<std::size_t>(first + r)];
      double change = energies[static_cast<std::size_t>(r)] - energies[static_cast<std::size_t>(count)];
      if (flip.on >= 0) change -= double{flip.by} * double{model.visible_bias[flip.on]};
      if (flip.off >= 0) change += double{flip.by} * double{model.visible_bias[flip.off]};
      changes(0, first + r) = static_cast<float>(change);
    }
  }
  if (model.states != nullptr) {
    Matrix spread;
    spread_states(*model.states, changes, spread);
    changes = spread;
  }
  return std::vector<float>(changes.row(0), changes.row(0) + changes.cols());
}

}  // namespace rbm
