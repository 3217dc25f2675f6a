// The single steps of an Update: centring, clipping, and the change of each group of parameters.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/learning/update.hpp"
#include "core/math/shares.hpp"
#include "core/parallel/communicator.hpp"

namespace rbm {
namespace {

constexpr Index kRowsPerTask = 16;

/// log σ² stays in here: a variance that runs to 0 turns every hidden input into ±∞.
constexpr float kLeastLogVariance = -7, kMostLogVariance = 7;

/// Σ a_i b_i in eight partial sums: that order is Eigen 3.4's on SSE2, and neither other versions nor other instruction sets
/// keep it. So a run has the same bits with all of them.
float dot(const Eigen::VectorXf& a, const Eigen::VectorXf& b) {
  const Index size = a.size(), eights = size / 8 * 8, fours = size / 4 * 4;
  std::array<float, 8> sums{};
  for (Index i = 0; i < eights; i += 8)
    for (Index lane = 0; lane < 8; ++lane) sums[static_cast<std::size_t>(lane)] += a[i + lane] * b[i + lane];
  for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += sums[lane + 4];
  for (Index i = eights; i < fours; ++i) sums[static_cast<std::size_t>(i - eights)] += a[i] * b[i];
  float out = (sums[0] + sums[2]) + (sums[1] + sums[3]);
  for (Index i = fours; i < size; ++i) out += a[i] * b[i];
  return out;
}

float sign(float x) {
  return static_cast<float>((x > 0) - (x < 0));
}

OptimizerStep step_of(const TrainingSettings& settings, float rate, std::uint64_t update) {
  return {.rate = rate, .momentum = settings.momentum, .age = update};
}

/// Row r from the first column that is held on, or null.
float* row_or_null(Matrix& m, Index r) {
  return m.empty() ? nullptr : m.row(r) + m.held_columns().begin;
}

/// These rows of a matrix, and of their columns those that it holds.
Matrix rows_of_part(const Matrix& m, Places rows) {
  const Places own = m.held_columns();
  Matrix out;
  out.hold(rows.size(), m.cols(), {0, rows.size()}, own);
  for (Index r = rows.begin; r < rows.end && own.size() > 0; ++r)
    std::copy_n(m.row(r) + own.begin, own.size(), out.row(r - rows.begin) + own.begin);
  return out;
}

/// Squared norms of weights after an update, and of the way to them from those before, in one order for any ranks.
void add_norms(const Matrix& before, const Matrix& after, UpdateNorms& norms, Communicator& ranks) {
  const auto add = [&](const Matrix& old_rows, const Matrix& new_rows, Index first_old, Index count) {
    for (Index i = 0; i < count; ++i) {
      const float *o = old_rows.row(first_old + i), *n = new_rows.row(i);
      for (Index j = 0; j < after.cols(); ++j) {
        const double change = double{n[j]} - o[j];
        norms.weights += double{n[j]} * n[j];
        norms.change += change * change;
      }
    }
  };
  if (after.is_whole()) return add(before, after, 0, after.rows());
  for_row_bands(before, ranks, [&](const Matrix& old_rows, Places rows) {
    for_row_bands(rows_of_part(after, rows), ranks,
                  [&](const Matrix& new_rows, Places) { add(old_rows, new_rows, rows.begin, rows.size()); });
  });
}

}  // namespace

/// From the plain gradient to the centred one: gradient −= dv λᵀ + μ dhᵀ.
void Update::centre_weights(ThreadPool& pool) {
  const Places own = gradient_.weights.held_columns();
  pool.run_rows(gradient_.weights.rows(), kRowsPerTask, [&](Index i) {
    float* g = gradient_.weights.row(i);
    const float dv = differences_.visible[i], mu = visible_offset_[i];
    for (Index j = own.begin; j < own.end; ++j) g[j] -= dv * hidden_offset_[j] + mu * differences_.hidden[j];
  });
}

/// What is left of a step whose gradient of the weights has at most the norm `largest`.
float Update::clipping(float largest, ThreadPool& pool) {
  row_squares_.assign(static_cast<std::size_t>(gradient_.weights.rows()), 0.0);
  pool.run_rows(gradient_.weights.rows(), kRowsPerTask, [&](Index i) {
    const float* g = gradient_.weights.row(i);
    double& sum = row_squares_[static_cast<std::size_t>(i)];
    for (Index j = 0; j < gradient_.weights.cols(); ++j) sum += double{g[j]} * g[j];
  });
  const double norm = std::sqrt(std::accumulate(row_squares_.begin(), row_squares_.end(), 0.0));
  return norm > largest ? static_cast<float>(largest / norm) : 1.0f;
}

void Update::bias_gradients(const Job& job) {
  gradient_.visible_bias = differences_.visible;
  gradient_.hidden_bias = differences_.hidden;
  if (job.settings.centred) {
    // Δa = dv − ∇W λ and Δb = dh − ∇Wᵀ μ with the centred ∇W = G − dv λᵀ − μ dhᵀ.
    const auto& dv = differences_.visible;
    const auto& dh = differences_.hidden;
    const auto& mu = visible_offset_;
    const auto& lambda = hidden_offset_;
    gradient_.visible_bias += dv * dot(lambda, lambda) + mu * dot(dh, lambda) - differences_.visible_product;
    gradient_.hidden_bias += lambda * dot(dv, mu) + dh * dot(mu, mu) - differences_.hidden_product;
  }
  if (labels_) labels_->finish(job.settings.centred, hidden_offset_, differences_.hidden, gradient_);
}

bool Update::weights_fused(const Job& job, Parameters& parameters, UpdateNorms* norms, ThreadPool& pool) {
  const TrainingSettings& settings = job.settings;
  WeightUpdate rule{.learning_rate = job.rate,
                    .momentum = settings.momentum,
                    .l1 = settings.l1,
                    .l2 = settings.l2,
                    .average_rate = job.average_rate,
                    .arithmetic = job.arithmetic};
  if (settings.centred) {
    rule.visible_difference = differences_.visible.data();
    rule.hidden_difference = differences_.hidden.data();
    rule.visible_offset = visible_offset_.data();
    rule.hidden_offset = hidden_offset_.data();
  }
  // The half-steps of the next update read one of the two.
  const bool in_16_bits = job.arithmetic == Arithmetic::Fixed16;
  parameters.is_transposed = !in_16_bits;
  parameters.is_rounded = in_16_bits;
  return update_weights(job.positive, job.negative, rule, parameters.model.weights,
                        in_16_bits ? nullptr : &parameters.transposed,
                        settings.momentum > 0 ? &first_.weights : nullptr,
                        settings.average > 0 ? &parameters.average.weights : nullptr,
                        in_16_bits ? &parameters.rounded : nullptr, norms, pool);
}

/// The same with the gradient on its own, for whatever is not fused: of ranks each of the columns that it holds.
bool Update::weights_by_rule(const Job& job, Parameters& parameters, UpdateNorms* norms, ThreadPool& pool) {
  const TrainingSettings& settings = job.settings;
  const OptimizerStep step = step_of(settings, job.rate, job.update);
  Matrix& weights = parameters.model.weights;
  const Places own = weights.held_columns();
  pool.run_rows(weights.rows(), kRowsPerTask, [&](Index i) {
    float *g = gradient_.weights.row(i), *w = weights.row(i);
    const float cost = settings.sparsity_cost * visible_offset_[i];
    for (Index j = own.begin; j < own.end; ++j) {
      g[j] -= settings.l2 * w[j] + settings.l1 * sign(w[j]) +
              cost * (hidden_offset_[j] - settings.sparsity_target);
    }
    kind_of(settings.optimizer)
        .step(step, g + own.begin, row_or_null(first_.weights, i), row_or_null(second_.weights, i),
              own.size());
    // A used element of the gradient has room for the weight before its change, which the norms are taken from.
    for (Index j = own.begin; j < own.end; ++j) {
      const float before = w[j];
      w[j] += g[j];
      g[j] = before;
    }
  });
  if (settings.max_norm > 0) limit_norms(settings.max_norm, parameters.model, pool);
  if (job.average_rate > 0) {
    pool.run_rows(weights.rows(), kRowsPerTask, [&](Index i) {
      const float* w = weights.row(i);
      float* mean = parameters.average.weights.row(i);
      for (Index j = own.begin; j < own.end; ++j) mean[j] += job.average_rate * (w[j] - mean[j]);
    });
  }
  parameters.weights_set();
  if (norms != nullptr) add_norms(gradient_.weights, weights, *norms, pool.ranks());
  return pool.ranks().largest(all_finite(weights, pool) ? 0 : 1) == 0;
}

/// Shrinks the incoming weights of every hidden unit to at most this norm (Hinton 2010, section 10; Srebro and
/// Shraibman 2005).
void Update::limit_norms(float largest, Model& model, ThreadPool& pool) {
  const Places own = model.weights.held_columns();
  constexpr Index kColumnsPerTask = 64;
  pool.run((own.size() + kColumnsPerTask - 1) / kColumnsPerTask, [&](Index task) {
    const Index first = own.begin + task * kColumnsPerTask,
                count = std::min(kColumnsPerTask, own.end - first);
    double sums[kColumnsPerTask] = {};
    for (Index i = 0; i < model.visible(); ++i) {
      const float* w = model.weights.row(i) + first;
      for (Index j = 0; j < count; ++j) sums[j] += double{w[j]} * w[j];
    }
    for (Index j = 0; j < count; ++j) {
      const auto norm = static_cast<float>(std::sqrt(sums[j]));
      scales_[first + j] = norm > largest ? largest / norm : 1.0f;
    }
  });
  pool.run_rows(model.visible(), kRowsPerTask, [&](Index i) {
    float* w = model.weights.row(i);
    for (Index j = own.begin; j < own.end; ++j) w[j] *= scales_[j];
  });
}

void Update::biases(const Job& job, Parameters& parameters) {
  const TrainingSettings& settings = job.settings;
  if (settings.sparsity_cost > 0)
    gradient_.hidden_bias.array() -=
        settings.sparsity_cost * (hidden_offset_.array() - settings.sparsity_target);
  const OptimizerStep step = step_of(settings, job.rate, job.update);
  const auto apply = [&](Eigen::VectorXf ParameterArrays::*array, Eigen::VectorXf& bias,
                         Eigen::VectorXf& mean) {
    Eigen::VectorXf& change = gradient_.*array;
    kind_of(settings.optimizer)
        .step(step, change.data(), (first_.*array).data(), (second_.*array).data(), bias.size());
    bias += change;
    if (job.average_rate > 0) mean += job.average_rate * (bias - mean);
  };
  Model &model = parameters.model, &average = parameters.average;
  apply(&ParameterArrays::visible_bias, model.visible_bias, average.visible_bias);
  apply(&ParameterArrays::hidden_bias, model.hidden_bias, average.hidden_bias);
  if (labels_) apply(&ParameterArrays::label_bias, model.label_bias, average.label_bias);
}

void Update::variances(const Job& job, Parameters& parameters) {
  const float step = job.rate * job.settings.variance_rate, average = job.average_rate;
  for (Index i = 0; i < data_mean_.size(); ++i) {
    float& z = parameters.model.log_variance[i];
    z = std::clamp(z + step * variance_gradient_[i], kLeastLogVariance, kMostLogVariance);
    visible_offset_[i] = data_mean_[i] * std::exp(-z);
    float& mean = parameters.average.log_variance[i];
    if (average > 0) mean += average * (z - mean);
  }
}

void Update::label_units(const Job& job, Parameters& parameters) {
  const TrainingSettings& settings = job.settings;
  const OptimizerStep step = step_of(settings, job.rate, job.update);
  for (Index y = 0; y < parameters.model.labels(); ++y) {
    float *g = gradient_.label_weights.row(y), *u = parameters.model.label_weights.row(y),
          *mean = parameters.average.label_weights.row(y);
    const Index hidden = parameters.model.hidden();
    for (Index j = 0; j < hidden; ++j) g[j] -= settings.l2 * u[j] + settings.l1 * sign(u[j]);
    kind_of(settings.optimizer)
        .step(step, g, first_.label_weights.row(y), row_or_null(second_.label_weights, y), hidden);
    for (Index j = 0; j < hidden; ++j) {
      u[j] += g[j];
      if (job.average_rate > 0) mean[j] += job.average_rate * (u[j] - mean[j]);
    }
  }
}

}  // namespace rbm
