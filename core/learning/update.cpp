#include "core/learning/update.hpp"

#include <algorithm>
#include <cmath>

#include "core/math/scalar.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

/// Sliding mean of the hidden activity, λ of the centred gradient (Melchior, Fischer and Wiskott 2016 use the same
/// rate).
constexpr float kOffsetRate = 0.01f;

std::span<float> span_of(Eigen::VectorXf& x) {
  return {x.data(), static_cast<std::size_t>(x.size())};
}

float average_rate_at(const TrainingSettings& settings, std::uint64_t update) {
  if (settings.average <= 0) return 0;
  // The average covers the last tenth of the run until the run is ten times as long as its memory.
  return std::max(1 - settings.average, 10.0f / (static_cast<float>(update) + 10.0f));
}

/// Whether the gradient of the weights has to be made. Where not, update_weights() goes from the statistics to the new
/// weights in one pass: statistics meet a plain step. The one place that chooses.
bool needs_gradient(const TrainingSettings& settings, const Model& model, const Estimator& estimator) {
  return !kind_of(settings.optimizer).is_plain || estimator.learns() || settings.max_norm > 0 ||
         settings.sparsity_cost > 0 || settings.clip > 0 || Update::learns_variances(settings, model);
}

}  // namespace

bool Update::learns_variances(const TrainingSettings& settings, const Model& model) {
  return units_of(model).has_variances() && settings.variance_rate > 0;
}

Update::Update(const TrainingSettings& settings, const Model& model, const Eigen::VectorXf& data_mean,
               const Eigen::VectorXf& label_shares)
    : data_mean_(data_mean) {
  const Eigen::VectorXf visible = Eigen::VectorXf::Zero(model.visible()),
                        hidden = Eigen::VectorXf::Zero(model.hidden());
  differences_ = {visible, hidden, hidden, visible, hidden};
  gradient_.resize(model, false);
  first_.resize(model, true);
  variance_gradient_ = Eigen::VectorXf::Zero(model.log_variance.size());
  scales_ = hidden;
  if (model.labels() > 0) labels_.emplace(model, settings.batch, label_shares);
  set_offsets(model);
}

void Update::configure(const TrainingSettings& settings, const Model& model, const Estimator& estimator) {
  if (gradient_.weights.empty() && needs_gradient(settings, model, estimator))
    gradient_.weights.resize_like(model.weights);
  if (second_.weights.empty() && kind_of(settings.optimizer).has_second_moment) second_.resize(model, true);
}

void Update::set_offsets(const Model& model) {
  Matrix means(1, data_mean_.size()), scratch;
  std::copy_n(data_mean_.data(), data_mean_.size(), means.row(0));
  ThreadPool alone(1);
  const Matrix& weighted = units_of(model).weighted(model, means, scratch, alone);
  visible_offset_ = Eigen::Map<const Eigen::VectorXf>(weighted.row(0), data_mean_.size());
  hidden_offset_ = model.hidden_bias.unaryExpr([](float b) { return sigmoid(b); });
}

bool Update::apply(const TrainingSettings& settings, std::uint64_t update, const LearningPhase& batch,
                   Chains& chains, Estimator& estimator, Arithmetic arithmetic, Parameters& parameters,
                   UpdateNorms* norms, ThreadPool& pool) {
  const Model& model = parameters.model;
  if (labels_) labels_->collect(model, settings.discriminative, batch, chains, gradient_, pool);
  Job job = job_of(settings, update, batch, chains, arithmetic);
  collect_differences(job, batch, pool);
  const bool is_fused = !needs_gradient(settings, model, estimator);
  if (!is_fused) make_gradient(job, batch, chains, model, pool);
  bias_gradients(job);
  if (estimator.learns()) estimator.learn(gradient_, settings, pool);
  const bool is_finite =
      is_fused ? weights_fused(job, parameters, norms, pool) : weights_by_rule(job, parameters, norms, pool);
  biases(job, parameters);
  if (learns_variances(settings, model)) variances(job, parameters);
  if (labels_) label_units(job, parameters);
  estimator.follow(model, pool);
  hidden_offset_ += kOffsetRate * (differences_.hidden_mean - hidden_offset_);
  return is_finite;
}

Update::Job Update::job_of(const TrainingSettings& settings, std::uint64_t update, const LearningPhase& batch,
                           const Chains& chains, Arithmetic arithmetic) const {
  return {.settings = settings,
          .update = update,
          .positive = data_statistics(settings, batch),
          .negative = chains.statistics(),
          .average_rate = average_rate_at(settings, update),
          .arithmetic = arithmetic,
          .rate = learning_rate_at(settings, update)};
}

Gradient Update::plain_gradient(const LearningPhase& batch, const Chains& chains, ThreadPool& pool) const {
  RBM_ASSERT(!labels_);
  Matrix weights(first_.weights.rows(), first_.weights.cols());
  gradient(batch.statistics(), chains.statistics(), weights, pool);
  return {weights.view().cast<double>(), differences_.visible.cast<double>(),
          differences_.hidden.cast<double>()};
}

void Update::collect_differences(const Job& job, const LearningPhase& batch, ThreadPool& pool) {
  PhaseDifferences out{.visible = span_of(differences_.visible),
                       .hidden = span_of(differences_.hidden),
                       .hidden_mean = span_of(differences_.hidden_mean)};
  if (job.settings.centred) {
    out.visible_offset = visible_offset_.data();
    out.hidden_offset = hidden_offset_.data();
    out.visible_product = span_of(differences_.visible_product);
    out.hidden_product = span_of(differences_.hidden_product);
  }
  phase_differences(job.positive, job.negative, out, pool);
  if (job.settings.discriminative <= 0) return;
  differences_.visible *= 1 - job.settings.discriminative;
  column_means(batch.hidden, span_of(differences_.hidden_mean), pool);
}

/// The gradients of the weights, centred, and of the variances; shortens the step where that of the weights is too
/// long.
void Update::make_gradient(Job& job, const LearningPhase& batch, const Chains& chains, const Model& model,
                           ThreadPool& pool) {
  const TrainingSettings& settings = job.settings;
  gradient(job.positive, job.negative, gradient_.weights, pool, job.arithmetic);
  if (learns_variances(settings, model)) {
    const float generative = labels_ ? 1 - settings.discriminative : 1;
    units_of(model).variance_gradient(model, gradient_.weights, batch.spread(), chains.spread(), generative,
                                      variance_gradient_, pool);
  }
  if (settings.centred) centre_weights(pool);
  if (settings.clip > 0) job.rate *= clipping(settings.clip, pool);
}

void Update::visit_state(StateVisitor& visit) {
  visit("run/velocity", Kept::Moments, first_.weights);
  visit("run/visible_velocity", Kept::Moments, first_.visible_bias);
  visit("run/hidden_velocity", Kept::Moments, first_.hidden_bias);
  visit("run/label_velocity", Kept::Moments, first_.label_weights);
  visit("run/label_bias_velocity", Kept::Moments, first_.label_bias);
  visit("run/second_moment", Kept::Squares, second_.weights);
  visit("run/visible_second", Kept::Squares, second_.visible_bias);
  visit("run/hidden_second", Kept::Squares, second_.hidden_bias);
  visit("run/label_second", Kept::Squares, second_.label_weights);
  visit("run/label_bias_second", Kept::Squares, second_.label_bias);
  visit("run/visible_offset", Kept::Anew, visible_offset_);
  visit("run/hidden_offset", Kept::Anew, hidden_offset_);
}

}  // namespace rbm
