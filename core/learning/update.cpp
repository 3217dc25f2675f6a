// What follows from the two phases for the parameters: plain and centred gradients, optimizers, decay,
// averages.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/learning/trainer.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr Index kRowsPerTask = 16;

/// log σ² stays in here: a variance that runs to 0 turns every hidden input into ±∞.
constexpr float kLeastLogVariance = -7, kMostLogVariance = 7;

std::span<float> span_of(Eigen::VectorXf& x) {
  return {x.data(), static_cast<std::size_t>(x.size())};
}

float sign(float x) {
  return static_cast<float>((x > 0) - (x < 0));
}

}  // namespace

bool Trainer::needs_gradient() const {
  return settings_.optimizer != Optimizer::Sgd || settings_.method == Method::Fpcd ||
         settings_.max_norm > 0 || settings_.sparsity_cost > 0 || settings_.clip > 0 || learns_variances();
}

bool Trainer::learns_variances() const {
  return units_of(model_).has_variances() && settings_.variance_rate > 0;
}

/// The learning rate of this update.
float Trainer::rate() const {
  return clipping_ * learning_rate_at(settings_, updates_);
}

StepRule Trainer::step_rule() const {
  return {settings_.optimizer, rate(), settings_.momentum, updates_};
}

float Trainer::average_rate() const {
  if (settings_.average <= 0) return 0;
  // The average covers the last tenth of the run until the run is ten times as long as its memory.
  return std::max(1 - settings_.average, 10.0f / (static_cast<float>(updates_) + 10.0f));
}

PhaseStatistics Trainer::statistics_of(const States& v, const BitMatrix& transposed, const Matrix& weighted,
                                       const Matrix& hidden) const {
  if (!v.is_real) return {.bits_transposed = &transposed, .hidden = &hidden};
  // Where the weights see the numbers themselves nothing was made of them.
  return {.values = weighted.empty() ? &v.values : &weighted, .hidden = &hidden};
}

PhaseStatistics Trainer::positive_statistics() const {
  return statistics_of(positive_, positive_transposed_, positive_weighted_,
                       settings_.discriminative > 0 ? labels_.mean_hidden : positive_hidden_);
}

PhaseStatistics Trainer::negative_statistics() const {
  return statistics_of(chains_, chains_transposed_, chains_weighted_, negative_hidden_);
}

Gradient Trainer::last_gradient(ThreadPool& pool) const {
  RBM_ASSERT(!settings_.labels);
  Matrix weights(model_.visible(), model_.hidden());
  gradient(positive_statistics(), negative_statistics(), weights, pool);
  return {weights.view().cast<double>(), visible_difference_.cast<double>(),
          hidden_difference_.cast<double>()};
}

void Trainer::collect_differences(ThreadPool& pool) {
  if (settings_.labels) discriminate(pool);
  PhaseDifferences out{.visible = span_of(visible_difference_),
                       .hidden = span_of(hidden_difference_),
                       .hidden_mean = span_of(hidden_mean_)};
  if (settings_.centred) {
    out.visible_offset = visible_offset_.data();
    out.hidden_offset = hidden_offset_.data();
    out.visible_product = span_of(visible_product_);
    out.hidden_product = span_of(hidden_product_);
  }
  phase_differences(positive_statistics(), negative_statistics(), out, pool);
  if (settings_.discriminative <= 0) return;
  visible_difference_ *= 1 - settings_.discriminative;
  column_means(positive_hidden_, span_of(hidden_mean_), pool);
}

/// The statistics of (1 − d) ∇ log p(v, y) + d ∇ log p(y | v), d being the discriminative share: with
/// h̄ = Σ_y p(y | v) p(h | v, y) the positive hidden statistics are p(h | v, y) − d h̄, and the negative ones
/// count (1 − d). Leaves the label gradients, not yet centred.
void Trainer::discriminate(ThreadPool& pool) {
  const float share = settings_.discriminative, generative = 1 - share;
  const float per_case = 1 / static_cast<float>(labels_.batch.size());
  const float per_chain = 1 / static_cast<float>(labels_.chains.size());
  Matrix& gradient = labels_.gradient;
  gradient.set_zero();
  labels_.difference.setZero();
  for (std::size_t r = 0; r < labels_.batch.size(); ++r) {
    const Index y = labels_.batch[r];
    labels_.difference[y] += per_case;
    const float* h = positive_hidden_.row(static_cast<Index>(r));
    for (Index j = 0; j < gradient.cols(); ++j) gradient(y, j) += per_case * h[j];
  }
  if (share > 0) {
    label_log_posteriors(model_, labels_.inputs, labels_.scratch, labels_.posteriors, pool);
    labels_.mean_hidden = positive_hidden_;
    for (Index y = 0; y < model_.labels(); ++y) {
      hidden_given_label(model_, labels_.inputs, y, labels_.class_hidden, pool);
      constexpr Index kColumnsPerTask = 64;
      pool.run((gradient.cols() + kColumnsPerTask - 1) / kColumnsPerTask, [&](Index task) {
        const Index first = task * kColumnsPerTask, end = std::min(gradient.cols(), first + kColumnsPerTask);
        float* g = gradient.row(y);
        for (Index r = 0; r < labels_.inputs.rows(); ++r) {
          const float p = share * std::exp(labels_.posteriors(r, y));
          const float* h = labels_.class_hidden.row(r);
          float* mean = labels_.mean_hidden.row(r);
          for (Index j = first; j < end; ++j) {
            mean[j] -= p * h[j];
            g[j] -= per_case * p * h[j];
          }
        }
      });
      for (Index r = 0; r < labels_.inputs.rows(); ++r)
        labels_.difference[y] -= per_case * share * std::exp(labels_.posteriors(r, y));
    }
    pool.run_rows(negative_hidden_.rows(), kRowsPerTask, [&](Index r) {
      float* h = negative_hidden_.row(r);
      for (Index j = 0; j < negative_hidden_.cols(); ++j) h[j] *= generative;
    });
  }
  for (std::size_t c = 0; c < labels_.chains.size(); ++c) {
    const Index y = labels_.chains[c];
    labels_.difference[y] -= generative * per_chain;
    const float* h = negative_hidden_.row(static_cast<Index>(c));
    for (Index j = 0; j < gradient.cols(); ++j) gradient(y, j) -= per_chain * h[j];
  }
}

bool Trainer::update_weights_fused(UpdateNorms* norms, ThreadPool& pool) {
  WeightUpdate rule{.learning_rate = learning_rate_at(settings_, updates_),
                    .momentum = settings_.momentum,
                    .l1 = settings_.l1,
                    .l2 = settings_.l2,
                    .average_rate = average_rate()};
  if (settings_.centred) {
    rule.visible_difference = visible_difference_.data();
    rule.hidden_difference = hidden_difference_.data();
    rule.visible_offset = visible_offset_.data();
    rule.hidden_offset = hidden_offset_.data();
  }
  return update_weights(positive_statistics(), negative_statistics(), rule, model_.weights, transposed_,
                        settings_.momentum > 0 ? &velocity_ : nullptr,
                        settings_.average > 0 ? &average_.weights : nullptr, norms, pool);
}

/// From the plain gradient to the centred one; shortens the step where that is too long.
void Trainer::finish_gradient(ThreadPool& pool) {
  const Index hidden = model_.hidden();
  std::vector<double>& squares = row_squares_;
  squares.assign(static_cast<std::size_t>(model_.visible()), 0.0);
  pool.run_rows(model_.visible(), kRowsPerTask, [&](Index i) {
    float* g = gradient_.row(i);
    if (settings_.centred) {
      const float dv = visible_difference_[i], mu = visible_offset_[i];
      for (Index j = 0; j < hidden; ++j) g[j] -= dv * hidden_offset_[j] + mu * hidden_difference_[j];
    }
    if (settings_.clip <= 0) return;
    for (Index j = 0; j < hidden; ++j) squares[static_cast<std::size_t>(i)] += double{g[j]} * g[j];
  });
  clipping_ = 1;
  if (settings_.clip <= 0) return;
  const double norm = std::sqrt(std::accumulate(squares.begin(), squares.end(), 0.0));
  if (norm > settings_.clip) clipping_ = static_cast<float>(settings_.clip / norm);
}

void Trainer::collect_variance_gradient(ThreadPool& pool) {
  const float generative = settings_.labels ? 1 - settings_.discriminative : 1;
  units_of(model_).variance_gradient(model_, gradient_, positive_.values, chains_.values, generative,
                                     variance_gradient_, pool);
}

void Trainer::update_variances() {
  const float step = rate() * settings_.variance_rate, average = average_rate();
  for (Index i = 0; i < model_.visible(); ++i) {
    float& z = model_.log_variance[i];
    z = std::clamp(z + step * variance_gradient_[i], kLeastLogVariance, kMostLogVariance);
    visible_offset_[i] = data_mean_[i] * std::exp(-z);
    if (average > 0) average_.log_variance[i] += average * (z - average_.log_variance[i]);
  }
  if (settings_.method == Method::Fpcd) stirred_.log_variance = model_.log_variance;
}

/// The same update with the gradient on its own, for whatever is not fused.
bool Trainer::update_weights_by_rule(UpdateNorms* norms, ThreadPool& pool) {
  gradient(positive_statistics(), negative_statistics(), gradient_, pool);
  if (learns_variances()) collect_variance_gradient(pool);
  finish_gradient(pool);
  const StepRule rule = step_rule();
  const bool fast = settings_.method == Method::Fpcd;
  const Index hidden = model_.hidden();
  pool.run_rows(model_.visible(), kRowsPerTask, [&](Index i) {
    float *g = gradient_.row(i), *w = model_.weights.row(i);
    if (fast) {
      float* f = fast_.weights.row(i);
      for (Index j = 0; j < hidden; ++j) f[j] = settings_.fast_decay * f[j] + settings_.fast_rate * g[j];
    }
    const float cost = settings_.sparsity_cost * visible_offset_[i];
    for (Index j = 0; j < hidden; ++j) {
      g[j] -= settings_.l2 * w[j] + settings_.l1 * sign(w[j]) +
              cost * (hidden_offset_[j] - settings_.sparsity_target);
    }
    float* second = rule.needs_second() ? second_moment_.row(i) : nullptr;
    // A used element of the gradient has room for the weight before its change, which the norms are taken
    // from.
    rule.step(g, velocity_.row(i), second, hidden, [w, g](Index j, float change) {
      g[j] = w[j];
      w[j] += change;
    });
  });
  if (settings_.max_norm > 0) limit_norms(pool);
  if (const float rate = average_rate(); rate > 0) {
    pool.run_rows(model_.visible(), kRowsPerTask, [&](Index i) {
      const float* w = model_.weights.row(i);
      float* mean = average_.weights.row(i);
      for (Index j = 0; j < hidden; ++j) mean[j] += rate * (w[j] - mean[j]);
    });
  }
  transpose(model_.weights, transposed_, pool);
  if (norms == nullptr) return all_finite(model_.weights, pool);
  for (Index i = 0; i < model_.visible(); ++i) {
    const float *before = gradient_.row(i), *after = model_.weights.row(i);
    for (Index j = 0; j < hidden; ++j) {
      const double change = double{after[j]} - before[j];
      norms->weights += double{after[j]} * after[j];
      norms->change += change * change;
    }
  }
  return all_finite(model_.weights, pool);
}

/// Shrinks the incoming weights of every hidden unit to at most max_norm (Hinton 2010, section 10; Srebro and
/// Shraibman 2005).
void Trainer::limit_norms(ThreadPool& pool) {
  Eigen::VectorXf& scale = hidden_gradient_;  // not yet in use at this point of an update
  const Index hidden = model_.hidden();
  constexpr Index kColumnsPerTask = 64;
  pool.run((hidden + kColumnsPerTask - 1) / kColumnsPerTask, [&](Index task) {
    const Index first = task * kColumnsPerTask, count = std::min(kColumnsPerTask, hidden - first);
    double sums[kColumnsPerTask] = {};
    for (Index i = 0; i < model_.visible(); ++i) {
      const float* w = model_.weights.row(i) + first;
      for (Index j = 0; j < count; ++j) sums[j] += double{w[j]} * w[j];
    }
    for (Index j = 0; j < count; ++j) {
      const auto norm = static_cast<float>(std::sqrt(sums[j]));
      scale[first + j] = norm > settings_.max_norm ? settings_.max_norm / norm : 1.0f;
    }
  });
  pool.run_rows(model_.visible(), kRowsPerTask, [&](Index i) {
    float* w = model_.weights.row(i);
    for (Index j = 0; j < hidden; ++j) w[j] *= scale[j];
  });
}

/// What FPCD's chains run on: the new model with the fast parameters added.
void Trainer::stir(ThreadPool& pool) {
  pool.run_rows(model_.visible(), kRowsPerTask, [&](Index i) {
    const float *w = model_.weights.row(i), *f = fast_.weights.row(i);
    float* sum = stirred_.weights.row(i);
    for (Index j = 0; j < model_.hidden(); ++j) sum[j] = w[j] + f[j];
  });
  stirred_.visible_bias = model_.visible_bias + fast_.visible_bias;
  stirred_.hidden_bias = model_.hidden_bias + fast_.hidden_bias;
  transpose(stirred_.weights, stirred_transposed_, pool);
}

void Trainer::update_biases() {
  visible_gradient_ = visible_difference_;
  hidden_gradient_ = hidden_difference_;
  if (settings_.centred) {
    // Δa = dv − ∇W λ and Δb = dh − ∇Wᵀ μ with the centred ∇W = G − dv λᵀ − μ dhᵀ.
    const auto& dv = visible_difference_;
    const auto& dh = hidden_difference_;
    const auto& mu = visible_offset_;
    const auto& lambda = hidden_offset_;
    visible_gradient_ += dv * lambda.squaredNorm() + mu * dh.dot(lambda) - visible_product_;
    hidden_gradient_ += lambda * dv.dot(mu) + dh * mu.squaredNorm() - hidden_product_;
  }
  if (settings_.labels) collect_label_gradient();
  if (settings_.method == Method::Fpcd) {
    fast_.visible_bias = settings_.fast_decay * fast_.visible_bias + settings_.fast_rate * visible_gradient_;
    fast_.hidden_bias = settings_.fast_decay * fast_.hidden_bias + settings_.fast_rate * hidden_gradient_;
  }
  if (settings_.sparsity_cost > 0)
    hidden_gradient_.array() -=
        settings_.sparsity_cost * (hidden_offset_.array() - settings_.sparsity_target);
  const StepRule rule = step_rule();
  const float average = average_rate();
  const auto apply = [&](const Eigen::VectorXf& gradient, Eigen::VectorXf& first, Eigen::VectorXf& second,
                         Eigen::VectorXf& bias, Eigen::VectorXf& mean) {
    rule.step(gradient.data(), first.data(), second.data(), bias.size(), [&](Index i, float change) {
      bias[i] += change;
      if (average > 0) mean[i] += average * (bias[i] - mean[i]);
    });
  };
  apply(visible_gradient_, visible_velocity_, visible_second_, model_.visible_bias, average_.visible_bias);
  apply(hidden_gradient_, hidden_velocity_, hidden_second_, model_.hidden_bias, average_.hidden_bias);
}

/// Centres the gradient of the label weights, and adds its part to that of the hidden biases.
void Trainer::collect_label_gradient() {
  labels_.bias_gradient = labels_.difference;
  if (!settings_.centred) return;
  for (Index y = 0; y < model_.labels(); ++y) {
    float* g = labels_.gradient.row(y);
    const float dy = labels_.difference[y], mu = labels_.offset[y];
    float on_bias = 0;
    for (Index j = 0; j < model_.hidden(); ++j) {
      g[j] -= dy * hidden_offset_[j] + mu * hidden_difference_[j];
      on_bias += g[j] * hidden_offset_[j];
      hidden_gradient_[j] -= mu * g[j];
    }
    labels_.bias_gradient[y] -= on_bias;
  }
}

void Trainer::update_labels() {
  const StepRule rule = step_rule();
  const float average = average_rate();
  for (Index y = 0; y < model_.labels(); ++y) {
    float *g = labels_.gradient.row(y), *u = model_.label_weights.row(y),
          *mean = average_.label_weights.row(y);
    for (Index j = 0; j < model_.hidden(); ++j) g[j] -= settings_.l2 * u[j] + settings_.l1 * sign(u[j]);
    rule.step(g, labels_.velocity.row(y), labels_.second.row(y), model_.hidden(), [&](Index j, float change) {
      u[j] += change;
      if (average > 0) mean[j] += average * (u[j] - mean[j]);
    });
  }
  rule.step(labels_.bias_gradient.data(), labels_.bias_velocity.data(), labels_.bias_second.data(),
            model_.labels(), [&](Index y, float change) {
              model_.label_bias[y] += change;
              if (average > 0)
                average_.label_bias[y] += average * (model_.label_bias[y] - average_.label_bias[y]);
            });
}

}  // namespace rbm
