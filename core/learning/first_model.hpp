// The model that a run begins with.
#pragma once

#include "core/learning/settings.hpp"
#include "core/model/model.hpp"

namespace rbm {

/// Biases and variances fitted to rows that training_data() made for these settings, weights as
/// settings.first_weights says, and label units where settings.labels asks for them.
Model first_model(const TrainingSettings& settings, const Dataset& train);

}  // namespace rbm
