#include "core/model/model.hpp"

#include <algorithm>
#include <cmath>

#include "core/math/scalar.hpp"
#include "core/model/labels.hpp"

namespace rbm {
namespace {

/// Keeps the logit finite for pixels that are always on or always off.
constexpr float kProbabilityMargin = 1e-4f;

/// No random number is drawn where only inputs or probabilities are asked for.
constexpr RandomKey kNoKey{};

/// Σ_i a_i v_i of every row.
void linear_terms(const Model& model, const BitMatrix& v, std::span<double> out, ThreadPool& pool) {
  selected_sums(v, model.visible_bias.data(), out, pool);
}
void linear_terms(const Model& model, const Matrix& v, std::span<double> out, ThreadPool&) {
  for (Index r = 0; r < v.rows(); ++r) {
    double sum = 0;
    for (Index i = 0; i < v.cols(); ++i) sum += double(v(r, i)) * model.visible_bias[i];
    out[static_cast<std::size_t>(r)] = sum;
  }
}

template <class Visible>
void free_energies_of(const Model& model, const Visible& v, std::span<double> out, Matrix& scratch,
                      ThreadPool& pool) {
  RBM_ASSERT(static_cast<Index>(out.size()) == v.rows() && v.cols() == model.visible());
  scratch.resize(v.rows(), model.hidden());
  layer_pass(v, model.weights, model.hidden_bias.data(), 1.0f, kNoKey, 0, {.inputs = &scratch}, pool);
  if (model.labels() > 0) {
    joint_hidden_energies(model, scratch, out, pool);
  } else {
    softplus_sums(scratch, out, pool);
    for (double& sum : out) sum = -sum;
  }
  std::vector<double> linear(out.size());
  linear_terms(model, v, linear, pool);
  for (std::size_t r = 0; r < out.size(); ++r) out[r] -= linear[r];
}

template <class States>
void probabilities(const States& x, const Matrix& weights, const Eigen::VectorXf& bias, Matrix& out,
                   ThreadPool& pool) {
  RBM_ASSERT(x.cols() == weights.rows() && bias.size() == weights.cols());
  out.resize(x.rows(), weights.cols());
  layer_pass(x, weights, bias.data(), 1.0f, kNoKey, 0, {.probabilities = &out}, pool);
}

}  // namespace

Model initial_model(ImageShape shape, Index hidden, const Eigen::VectorXf& data_mean, float weight_sd,
                    std::uint64_t seed) {
  const Index visible = shape.pixels();
  RBM_ASSERT(data_mean.size() == visible);
  Model model;
  model.shape = shape;
  model.weights.resize(visible, hidden);
  const RandomKey key{seed, Stream::InitialWeights, 0};
  for (Index i = 0; i < visible; ++i) {
    for (Index j = 0; j < hidden; ++j) {
      model.weights(i, j) =
          weight_sd * normal(key, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j));
    }
  }
  model.visible_bias = data_mean.unaryExpr(
      [](float p) { return logit(std::clamp(p, kProbabilityMargin, 1 - kProbabilityMargin)); });
  model.hidden_bias = Eigen::VectorXf::Zero(hidden);
  return model;
}

Eigen::VectorXf base_rate_bias(const Eigen::VectorXf& data_mean) {
  constexpr float kShrinkage = 0.01f;
  Eigen::VectorXf bias(data_mean.size());
  for (Index i = 0; i < bias.size(); ++i)
    bias[i] = logit((1 - kShrinkage) * std::clamp(data_mean[i], 0.0f, 1.0f) + kShrinkage / 2);
  return bias;
}

void copy_parameters(const Model& from, Model& to) {
  to.weights = from.weights;
  to.visible_bias = from.visible_bias;
  to.hidden_bias = from.hidden_bias;
  to.label_weights = from.label_weights;
  to.label_bias = from.label_bias;
}

void free_energies(const Model& model, const BitMatrix& v, std::span<double> out, Matrix& scratch,
                   ThreadPool& pool) {
  free_energies_of(model, v, out, scratch, pool);
}
void free_energies(const Model& model, const Matrix& v, std::span<double> out, Matrix& scratch,
                   ThreadPool& pool) {
  free_energies_of(model, v, out, scratch, pool);
}

void hidden_probabilities(const Model& model, const BitMatrix& v, Matrix& out, ThreadPool& pool) {
  probabilities(v, model.weights, model.hidden_bias, out, pool);
}
void hidden_probabilities(const Model& model, const Matrix& v, Matrix& out, ThreadPool& pool) {
  probabilities(v, model.weights, model.hidden_bias, out, pool);
}
void visible_probabilities(const Model& model, const Matrix& transposed_weights, const BitMatrix& h,
                           Matrix& out, ThreadPool& pool) {
  probabilities(h, transposed_weights, model.visible_bias, out, pool);
}
void visible_probabilities(const Model& model, const Matrix& transposed_weights, const Matrix& h, Matrix& out,
                           ThreadPool& pool) {
  probabilities(h, transposed_weights, model.visible_bias, out, pool);
}

bool all_finite(const Model& model, ThreadPool& pool) {
  return model.visible_bias.allFinite() && model.hidden_bias.allFinite() && model.label_bias.allFinite() &&
         all_finite(model.label_weights, pool) && all_finite(model.weights, pool);
}

}  // namespace rbm
