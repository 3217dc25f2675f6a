// What a small model expects under its own distribution, exactly: sums over all states of the smaller layer, with the
// other one summed out, in double. What the exact gradient and the method that learns by it share. Any thread with its
// own pool. Same input, same bits, for any number of threads.
#pragma once

#include <vector>

#include "core/math/progress.hpp"
#include "core/model/model.hpp"
#include "core/result.hpp"

namespace rbm {

/// How many binary units have as many states as the layer that is enumerated: the one with fewer states, which is the
/// hidden one where visible units are numbers without end.
Index enumerable_units(const Model& model);
/// The same of a model that is not made yet: `log_states` is that of its visible layer (VisibleUnits::log_states).
Index enumerable_units(Index hidden, double log_states);
/// Whether that layer is the hidden one.
bool enumerates_hidden(const Model& model);

/// Averages under p(v, h), or p(v, y, h) of a joint model; x stands for what the weights see: v, or v / σ².
struct ModelAverages {
  double log_z = 0;
  Eigen::MatrixXd products;         // ⟨x hᵀ⟩ [visible × hidden]
  Eigen::VectorXd visible, hidden;  // ⟨x⟩, ⟨h⟩
  Eigen::VectorXd squares;          // ⟨(v − μ)²⟩ of units with variances; empty for others
  Eigen::MatrixXd label_products;   // ⟨y hᵀ⟩ [labels × hidden]
  Eigen::VectorXd labels;           // ⟨y⟩
};

/// Sums over all states; every further enumerated unit doubles the time, label units multiply it by their number. Fails
/// where a parameter is not finite, or when cancelled. `state_logs`, where wanted, becomes the log weights −E of all
/// enumerated states by their numbers, label after label: unit j of a layer of bits is on where bit j is set, others are
/// as VisibleUnits::state_of_number counts them.
Result<ModelAverages> model_averages(const Model& model, ThreadPool& pool, const Progress& progress = {},
                                     std::vector<double>* state_logs = nullptr);

}  // namespace rbm
