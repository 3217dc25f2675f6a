// Update: from the two phases to new parameters: gradient, centring, decay, optimizer, average. Owned by a Trainer;
// one thread with its pool. Allocates nothing after the first use of what the settings need.
#pragma once

#include <optional>

#include "core/learning/estimators/estimator.hpp"
#include "core/learning/label_gradient.hpp"
#include "core/learning/optimizers/optimizers.hpp"
#include "core/model/gradient.hpp"

namespace rbm {

class Update {
 public:
  /// data_mean: of the visible units; label_shares: of a joint model.
  Update(const TrainingSettings& settings, const Model& model, const Eigen::VectorXf& data_mean,
         const Eigen::VectorXf& label_shares);

  /// Whether an update changes them.
  static bool learns_variances(const TrainingSettings& settings, const Model& model);
  /// What other settings need beside the rest.
  void configure(const TrainingSettings& settings, const Model& model, const Estimator& estimator);
  /// μ and λ of the centred gradient, for the model as it is.
  void set_offsets(const Model& model);

  /// One update; `arithmetic` is that of its sums. The norms are computed only when asked for. False if a weight is not finite after it.
  bool apply(const TrainingSettings& settings, std::uint64_t update, const LearningPhase& batch,
             Chains& chains, Estimator& estimator, Arithmetic arithmetic, Parameters& parameters,
             UpdateNorms* norms, ThreadPool& pool);

  /// The plain gradient of the last update, before centring, clipping, decay and rates. Not of a joint model.
  Gradient plain_gradient(const LearningPhase& batch, const Chains& chains, ThreadPool& pool) const;
  /// The data's side as the gradient has it: of a model that learns to discriminate, without what it expects of the
  /// labels.
  PhaseStatistics data_statistics(const TrainingSettings& settings, const LearningPhase& batch) const {
    return batch.statistics(labels_ && settings.discriminative > 0 ? &labels_->positive_hidden() : nullptr);
  }
  /// μ of the centred gradient.
  const Eigen::VectorXf& visible_offset() const { return visible_offset_; }
  /// Sliding mean of p(h_j = 1 | v_data): λ.
  const Eigen::VectorXf& hidden_offset() const { return hidden_offset_; }

  void visit_state(StateVisitor& visit);

 private:
  struct Differences {  // data minus chains
    Eigen::VectorXf visible, hidden, hidden_mean;
    Eigen::VectorXf visible_product, hidden_product;  // G λ, Gᵀ μ: what centring takes from the biases
  };
  /// What the steps of one update share.
  struct Job {
    const TrainingSettings& settings;
    std::uint64_t update;
    PhaseStatistics positive, negative;
    float average_rate;
    Arithmetic arithmetic;
    float rate;  // of the biases, and of the weights where their gradient is made
  };

  Job job_of(const TrainingSettings& settings, std::uint64_t update, const LearningPhase& batch,
             const Chains& chains, Arithmetic arithmetic) const;
  void collect_differences(const Job& job, const LearningPhase& batch, ThreadPool& pool);
  void make_gradient(Job& job, const LearningPhase& batch, const Chains& chains, const Model& model,
                     ThreadPool& pool);
  void centre_weights(ThreadPool& pool);
  float clipping(float largest, ThreadPool& pool);
  void bias_gradients(const Job& job);
  bool weights_fused(const Job& job, Parameters& parameters, UpdateNorms* norms, ThreadPool& pool);
  bool weights_by_rule(const Job& job, Parameters& parameters, UpdateNorms* norms, ThreadPool& pool);
  void limit_norms(float largest, Model& model, ThreadPool& pool);
  void biases(const Job& job, Parameters& parameters);
  void variances(const Job& job, Parameters& parameters);
  void label_units(const Job& job, Parameters& parameters);

  Eigen::VectorXf data_mean_, visible_offset_, hidden_offset_;
  Differences differences_;
  ParameterArrays gradient_, first_, second_;  // and the moments of the optimizer
  Eigen::VectorXf variance_gradient_;          // of log σ²
  std::optional<LabelGradient> labels_;
  Eigen::VectorXf scales_;           // of hidden units, for the largest norm
  std::vector<double> row_squares_;  // of the gradient
};

}  // namespace rbm
