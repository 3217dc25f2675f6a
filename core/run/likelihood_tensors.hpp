// The state of a likelihood meter in a checkpoint: "run/likelihood_chains" as the trainer's chains are held,
// "run/likelihood_free_energies", "run/likelihood_log_weights" and "run/likelihood_log_z" F64, and
// "run/likelihood_counters" U64. Pure; any thread.
#pragma once

#include <string>

#include "core/model/model_file.hpp"
#include "core/run/likelihood_meter.hpp"

namespace rbm {

/// Leaves the state in a checkpoint.
void add_likelihood_state(const LikelihoodState& state, TensorFile& checkpoint);
/// The state in a checkpoint of `model`; a first one where it has none. Fails with a sentence where it cannot be one.
Result<LikelihoodState> likelihood_state_of(const TensorFile& checkpoint, const Model& model,
                                            const std::string& path);

}  // namespace rbm
