// LabelGradient: what the label units of a joint model add to the statistics of an update, and what they gain from it.
// Owned by an Update; one thread with its pool.
#pragma once

#include "core/learning/learning_phase.hpp"
#include "core/learning/parameters.hpp"
#include "core/model/labels.hpp"

namespace rbm {

class LabelGradient {
 public:
  /// For batches of so many cases. label_shares: how often each label comes in the data.
  LabelGradient(const Model& model, Index batch, const Eigen::VectorXf& label_shares);

  /// The gradient of the label units, not yet centred, into out.label_weights and the differences: that of
  /// (1 − d) log p(v, y) + d log p(y | v), d being the discriminative share. With h̄ = Σ_y p(y | v) p(h | v, y) the hidden
  /// statistics of the data are then p(h | v, y) − d h̄, left in positive_hidden(), and those of the chains, which are
  /// changed in place, count (1 − d).
  void collect(const Model& model, float discriminative, const LearningPhase& batch, Chains& chains,
               ParameterArrays& out, ThreadPool& pool);
  const Matrix& positive_hidden() const { return mean_hidden_; }

  /// Fills in the biases' gradient; where centred, centres that of the weights and takes its part from the hidden
  /// biases' gradient.
  void finish(bool centred, const Eigen::VectorXf& hidden_offset, const Eigen::VectorXf& hidden_difference,
              ParameterArrays& gradient) const;

 private:
  void discriminate(const Model& model, float share, const LearningPhase& batch, Matrix& gradient,
                    ThreadPool& pool);

  Matrix posteriors_, class_hidden_, mean_hidden_;
  LabelScratch scratch_;
  Eigen::VectorXf offset_, difference_;  // μ of the label units, ⟨y⟩_data − ⟨y⟩_model
};

}  // namespace rbm
