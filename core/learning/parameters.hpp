// What learning moves, and the gradient that moves it. Plain values; thread-compatible.
#pragma once

#include "core/learning/state.hpp"
#include "core/math/shares.hpp"
#include "core/model/model.hpp"

namespace rbm {

struct Parameters {
  Model model, average;
  Matrix transposed;       // Wᵀ of the model, but where the half-steps read `rounded` in its place
  RoundedWeights rounded;  // W and Wᵀ in units of 1/256, where they do
  bool is_transposed = false, is_rounded = false;  // whether these two follow from the weights as they are

  /// The weights were set, not by an update.
  void weights_set() { is_transposed = is_rounded = false; }

  /// What half-steps in this arithmetic read in place of the weights; null for the weights themselves.
  const RoundedWeights* rounded_for(Arithmetic arithmetic) const {
    return arithmetic == Arithmetic::Fixed16 ? &rounded : nullptr;
  }
  /// Makes what they read: rounded weights, or Wᵀ. Of weights of which ranks hold their own columns all of them call it.
  void prepare(Arithmetic arithmetic, ThreadPool& pool) {
    const bool in_16_bits = arithmetic == Arithmetic::Fixed16;
    if (in_16_bits ? is_rounded : is_transposed) return;
    // Nobody reads Wᵀ itself in 16 bits, and ranks that hold a part do so for want of memory.
    const bool needs_transpose = !in_16_bits || model.weights.is_whole();
    if (!needs_transpose) {
      transposed = {};
      transposed.hold(model.hidden(), model.visible(), {}, {});
    }
    if (needs_transpose && !is_transposed) transpose_weights(model.weights, transposed, pool);
    is_transposed = needs_transpose;
    if (in_16_bits) round_weights(model.weights, transposed, rounded, pool);
    is_rounded = in_16_bits;
  }
};

/// One number for every parameter: a gradient (ascent), or a moment of an optimizer.
struct ParameterArrays {
  Matrix weights;                // [visible × hidden]; empty where an update needs none
  Eigen::VectorXf visible_bias;  // a; μ of Gaussian units
  Eigen::VectorXf hidden_bias;   // b
  Matrix label_weights;          // [labels × hidden]
  Eigen::VectorXf label_bias;    // c

  /// Zeros of the model's shapes, and of the part that is held; of the weights only where `with_weights`.
  void resize(const Model& model, bool with_weights) {
    if (with_weights) weights.resize_like(model.weights);
    visible_bias = Eigen::VectorXf::Zero(model.visible());
    hidden_bias = Eigen::VectorXf::Zero(model.hidden());
    label_weights.resize(model.labels(), model.labels() > 0 ? model.hidden() : 0);
    label_bias = Eigen::VectorXf::Zero(model.labels());
  }
};

/// The parameters by the names that a checkpoint has for those of the last update.
inline void visit_parameters(Model& model, Kept kept, StateVisitor& visit) {
  visit("run/weights", kept, model.weights);
  visit("run/visible_bias", kept, model.visible_bias);
  visit("run/hidden_bias", kept, model.hidden_bias);
  visit("run/log_variance", kept, model.log_variance);
  visit("run/label_weights", kept, model.label_weights);
  visit("run/label_bias", kept, model.label_bias);
}

}  // namespace rbm
