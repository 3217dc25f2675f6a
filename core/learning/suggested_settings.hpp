// Settings that suit data: what a run learns with where nobody said otherwise. Pure functions; any thread.
#pragma once

#include <functional>
#include <string_view>

#include "core/data/dataset.hpp"
#include "core/learning/settings.hpp"

namespace rbm {

/// Which settings the user chose, and no suggestion changes.
struct Decided {
  bool visible = false, whitening = false, learning_rate = false, fast_rate = false, variance_rate = false,
       initial_sd = false, first_weights = false, method = false;
};
/// What is decided where `told` says which settings, by their names, somebody gave: one that only some methods have
/// decides the method, too.
Decided decided_where(const std::function<bool(std::string_view)>& told);
/// `settings` with the visible units that suit the data: categories for tables of them, spins for −1 and +1,
/// Gaussian ones for colours and for other numbers beyond 0 to 1, standardized or, where images are small and
/// many, whitened; binary ones for the rest; and the rates that suit the units. The variances of pictures keep
/// the data's own. Tables of numbers begin with units that tell two cases apart, and are learned by a
/// method whose chains cross from cluster to cluster; small tables of any kind by the exact gradient.
TrainingSettings with_suggested_units(const Dataset& data, TrainingSettings settings,
                                      const Decided& decided = {});

/// Whether the visible units of `settings` learn numbers that are no picture.
bool learns_table(const Dataset& data, const TrainingSettings& settings);

/// Settings for data that a user brings: fitted_to() their number, with_suggested_units(), no label units
/// where there are no labels. What is asked for otherwise stays.
TrainingSettings suggested_for(const Dataset& data, const TrainingSettings& settings, Decided decided = {});

}  // namespace rbm
