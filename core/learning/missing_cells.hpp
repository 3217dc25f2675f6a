// MissingCells: what an update makes of the cells that the rows of its mini-batch do not have. Owned by a Trainer; one
// thread with its pool. Random draws are functions of (seed, update, row of the mini-batch, unit).
#pragma once

#include <span>

#include "core/data/batches.hpp"
#include "core/learning/estimators/estimator.hpp"
#include "core/learning/estimators/methods.hpp"

namespace rbm {

class MissingCells {
 public:
  /// For a method of this treatment, and data whose rows have missing cells.
  void begin(MissingTreatment treatment, const Dataset& data, const Model& model, Index batch);

  /// The batch holds the rows of the update, with 0 where cells are missing, and its labels. Leaves 0 there, or draws
  /// them from the model by settings.k Gibbs steps that go on from the row's last hidden states.
  void present(Batches& batches, const ChainContext& context, std::span<const std::uint32_t> rows,
               LearningPhase& batch, ThreadPool& pool);
  /// After p(h | v) of the batch: of a method that sums them out, the averages over what is missing take their place.
  void sum_out(const Model& model, LearningPhase& batch, ThreadPool& pool);

  /// The units that each row has, where the others are absent from both phases; null where nothing is absent.
  const BitMatrix* absent() const {
    return treatment_ == MissingTreatment::Absent && !observed_.empty() ? &observed_ : nullptr;
  }

  void visit_state(StateVisitor& visit) { visit("run/missing_hidden", Kept::Anew, hidden_of_rows_); }

 private:
  void draw(const ChainContext& context, std::span<const std::uint32_t> rows, LearningPhase& batch,
            ThreadPool& pool);

  MissingTreatment treatment_ = MissingTreatment::Absent;
  BitMatrix observed_;  // of the batch
  BitMatrix
      hidden_of_rows_;  // of drawn cells: the hidden states that a row's next draw goes on from [rows × hidden]
  Chains chains_;       // of the batch, with its observed cells held
  States drawn_;
};

}  // namespace rbm
