// Averages under a model in the form of the cases that a phase of learning has. Pure functions; any thread.
#pragma once

#include "core/learning/learning_phase.hpp"
#include "core/model/enumeration.hpp"

namespace rbm {

/// Cases whose means are the averages.
AverageCases as_cases(const Model& model, const ModelAverages& averages);

}  // namespace rbm
