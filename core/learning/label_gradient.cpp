#include "core/learning/label_gradient.hpp"

#include <algorithm>
#include <cmath>

namespace rbm {

LabelGradient::LabelGradient(const Model& model, Index batch, const Eigen::VectorXf& label_shares)
    : posteriors_(batch, model.labels()),
      class_hidden_(batch, model.hidden()),
      mean_hidden_(batch, model.hidden()),
      offset_(label_shares),
      difference_(Eigen::VectorXf::Zero(model.labels())) {}

void LabelGradient::collect(const Model& model, float discriminative, const LearningPhase& batch,
                            Chains& chains, ParameterArrays& out, ThreadPool& pool) {
  const float generative = 1 - discriminative;
  const float per_case = 1 / static_cast<float>(batch.labels.size());
  Matrix& gradient = out.label_weights;
  gradient.set_zero();
  difference_.setZero();
  for (std::size_t r = 0; r < batch.labels.size(); ++r) {
    const Index y = batch.labels[r];
    difference_[y] += per_case;
    const float* h = batch.hidden.row(static_cast<Index>(r));
    for (Index j = 0; j < gradient.cols(); ++j) gradient(y, j) += per_case * h[j];
  }
  Matrix& hidden = chains.averages.empty() ? chains.hidden : chains.averages.hidden;
  if (discriminative > 0) {
    discriminate(model, discriminative, batch, gradient, pool);
    constexpr Index kRowsPerTask = 16;
    pool.run_rows(hidden.rows(), kRowsPerTask, [&](Index r) {
      float* h = hidden.row(r);
      for (Index j = 0; j < hidden.cols(); ++j) h[j] *= generative;
    });
  }
  const float per_chain = 1 / static_cast<float>(hidden.rows());
  const auto take = [&](Index y, Index c, float share) {
    difference_[y] -= generative * share;
    const float* h = hidden.row(c);
    for (Index j = 0; j < gradient.cols(); ++j) gradient(y, j) -= share * h[j];
  };
  for (Index c = 0; c < hidden.rows(); ++c) {
    if (chains.averages.empty()) {
      take(chains.labels[static_cast<std::size_t>(c)], c, per_chain);
    } else {
      for (Index y = 0; y < model.labels(); ++y) take(y, c, per_chain * chains.averages.labels(c, y));
    }
  }
}

/// Takes what the posterior p(y | v) expects, `share` of it, from the label units' gradient and the hidden statistics.
void LabelGradient::discriminate(const Model& model, float share, const LearningPhase& batch,
                                 Matrix& gradient, ThreadPool& pool) {
  const float per_case = 1 / static_cast<float>(batch.labels.size());
  label_log_posteriors(model, batch.inputs, scratch_, posteriors_, pool);
  mean_hidden_ = batch.hidden;
  for (Index y = 0; y < model.labels(); ++y) {
    hidden_given_label(model, batch.inputs, y, class_hidden_, pool);
    constexpr Index kColumnsPerTask = 64;
    pool.run((gradient.cols() + kColumnsPerTask - 1) / kColumnsPerTask, [&](Index task) {
      const Index first = task * kColumnsPerTask, end = std::min(gradient.cols(), first + kColumnsPerTask);
      float* g = gradient.row(y);
      for (Index r = 0; r < batch.inputs.rows(); ++r) {
        const float p = share * std::exp(posteriors_(r, y));
        const float* h = class_hidden_.row(r);
        float* mean = mean_hidden_.row(r);
        for (Index j = first; j < end; ++j) {
          mean[j] -= p * h[j];
          g[j] -= per_case * p * h[j];
        }
      }
    });
    for (Index r = 0; r < batch.inputs.rows(); ++r)
      difference_[y] -= per_case * share * std::exp(posteriors_(r, y));
  }
}

void LabelGradient::finish(bool centred, const Eigen::VectorXf& hidden_offset,
                           const Eigen::VectorXf& hidden_difference, ParameterArrays& gradient) const {
  gradient.label_bias = difference_;
  if (!centred) return;
  for (Index y = 0; y < gradient.label_weights.rows(); ++y) {
    float* g = gradient.label_weights.row(y);
    const float dy = difference_[y], mu = offset_[y];
    float on_bias = 0;
    for (Index j = 0; j < gradient.label_weights.cols(); ++j) {
      g[j] -= dy * hidden_offset[j] + mu * hidden_difference[j];
      on_bias += g[j] * hidden_offset[j];
      gradient.hidden_bias[j] -= mu * g[j];
    }
    gradient.label_bias[y] -= on_bias;
  }
}

}  // namespace rbm
