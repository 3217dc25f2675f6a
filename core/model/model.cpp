#include "core/model/model.hpp"

#include <algorithm>
#include <cmath>

#include "core/math/scalar.hpp"
#include "core/model/labels.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/parallel/communicator.hpp"

namespace rbm {
namespace {

/// Keeps the logit finite for pixels that are always on or always off.
constexpr float kProbabilityMargin = 1e-4f;

/// No random number is drawn where only inputs or probabilities are asked for.

/// A unit that alone explains nothing yet gets this share of the weight of no unit at all.
constexpr float kFirstShare = 0.01f;

Matrix first_weights(Index visible, Index hidden, float weight_sd, std::uint64_t seed) {
  Matrix weights(visible, hidden);
  const RandomKey key{seed, Stream::InitialWeights, 0};
  for (Index i = 0; i < visible; ++i) {
    for (Index j = 0; j < hidden; ++j)
      weights(i, j) = weight_sd * normal(key, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j));
  }
  return weights;
}

}  // namespace

Model initial_model(ImageShape shape, Index hidden, const Eigen::VectorXf& data_mean, float weight_sd,
                    std::uint64_t seed) {
  const Index visible = shape.pixels();
  RBM_ASSERT(data_mean.size() == visible);
  Model model;
  model.shape = shape;
  model.weights = first_weights(visible, hidden, weight_sd, seed);
  model.visible_bias = data_mean.unaryExpr(
      [](float p) { return logit(std::clamp(p, kProbabilityMargin, 1 - kProbabilityMargin)); });
  model.hidden_bias = Eigen::VectorXf::Zero(hidden);
  return model;
}

Model initial_gaussian_model(ImageShape shape, Index hidden, const VisibleBase& data, float weight_sd,
                             std::uint64_t seed) {
  RBM_ASSERT(data.bias.size() == shape.pixels() && data.log_variance.size() == shape.pixels());
  Model model;
  model.shape = shape;
  model.visible_type = VisibleType::Gaussian;
  model.weights = first_weights(shape.pixels(), hidden, weight_sd, seed);
  model.visible_bias = data.bias;
  model.log_variance = data.log_variance;
  // The component of unit j alone has the weight e^b_j exp((‖μ + W_j‖² − ‖μ‖²) / 2), norms over σ.
  const Eigen::VectorXf inverse = (-data.log_variance.array()).exp();
  const auto w = model.weights.view();
  const Eigen::VectorXf rise = w.transpose() * data.bias.cwiseProduct(inverse) +
                               0.5f * (w.array().square().matrix().transpose() * inverse);
  model.hidden_bias = (std::log(kFirstShare) - rise.array()).matrix();
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
  to.log_variance = from.log_variance;
  to.hidden_bias = from.hidden_bias;
  to.label_weights = from.label_weights;
  to.label_bias = from.label_bias;
}

bool same_parameters(const Model& a, const Model& b) {
  const auto same = [](const auto& x, const auto& y) {
    return x.rows() == y.rows() && x.cols() == y.cols() && x == y;
  };
  const auto same_weights = [&](const Matrix& x, const Matrix& y) {
    return x.rows() == y.rows() && x.cols() == y.cols() && x.view() == y.view();
  };
  return a.visible_type == b.visible_type && same_weights(a.weights, b.weights) &&
         same_weights(a.label_weights, b.label_weights) && same(a.visible_bias, b.visible_bias) &&
         same(a.log_variance, b.log_variance) && same(a.hidden_bias, b.hidden_bias) &&
         same(a.label_bias, b.label_bias);
}

namespace {

/// From the hidden inputs in `scratch` and −E(v, 0) in `out` to F(v).
void finish_free_energies(const Model& model, std::span<double> out, const Matrix& scratch,
                          ThreadPool& pool) {
  std::vector<double> hidden(out.size());
  if (model.labels() > 0) {
    joint_hidden_energies(model, scratch, hidden, pool);
  } else {
    softplus_sums(scratch, hidden, pool);
    for (double& sum : hidden) sum = -sum;
  }
  for (std::size_t r = 0; r < out.size(); ++r) out[r] = hidden[r] - out[r];
}

}  // namespace

void free_energies(const Model& model, const States& v, std::span<double> out, Matrix& scratch,
                   ThreadPool& pool) {
  RBM_ASSERT(static_cast<Index>(out.size()) == v.rows() && v.cols() == model.visible());
  Matrix weighted;
  scratch.resize(v.rows(), model.hidden());
  hidden_pass(model, v, 1.0f, RandomKey{}, {.inputs = &scratch}, weighted, pool);
  units_of(model).log_terms(model.visible_base(), v, out, pool);
  finish_free_energies(model, out, scratch, pool);
}
void free_energies(const Model& model, const BitMatrix& v, std::span<double> out, Matrix& scratch,
                   ThreadPool& pool) {
  free_energies(model, States(v), out, scratch, pool);
}
void free_energies(const Model& model, const Matrix& v, std::span<double> out, Matrix& scratch,
                   ThreadPool& pool) {
  free_energies(model, States(v), out, scratch, pool);
}

void hidden_probabilities(const Model& model, const States& v, Matrix& out, ThreadPool& pool) {
  Matrix weighted;
  out.resize(v.rows(), model.hidden());
  hidden_pass(model, v, 1.0f, RandomKey{}, {.probabilities = &out}, weighted, pool);
}
void hidden_probabilities(const Model& model, const BitMatrix& v, Matrix& out, ThreadPool& pool) {
  hidden_probabilities(model, States(v), out, pool);
}
void hidden_probabilities(const Model& model, const Matrix& v, Matrix& out, ThreadPool& pool) {
  hidden_probabilities(model, States(v), out, pool);
}
void visible_probabilities(const Model& model, const Matrix& transposed_weights, const BitMatrix& h,
                           Matrix& out, ThreadPool& pool) {
  units_of(model).means(model, transposed_weights, h, out, pool);
}
void visible_probabilities(const Model& model, const Matrix& transposed_weights, const Matrix& h, Matrix& out,
                           ThreadPool& pool) {
  units_of(model).means(model, transposed_weights, h, out, pool);
}

bool all_finite(const Model& model, ThreadPool& pool) {
  const bool is_finite = model.visible_bias.allFinite() && model.log_variance.allFinite() &&
                         model.hidden_bias.allFinite() && model.label_bias.allFinite() &&
                         all_finite(model.label_weights, pool) && all_finite(model.weights, pool);
  return pool.ranks().largest(is_finite ? 0 : 1) == 0;
}

double largest_weight(const Model& model, ThreadPool& pool) {
  float largest = 0;
  const auto held = model.weights.held_columns();
  for (Index i = 0; i < model.visible(); ++i) {
    for (Index j = held.begin; j < held.end; ++j) largest = std::max(largest, std::abs(model.weights(i, j)));
  }
  return pool.ranks().largest(largest);
}

}  // namespace rbm
