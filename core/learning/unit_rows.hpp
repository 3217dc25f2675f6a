// Rows of data in the forms that visible units learn: signs, and blocks of bits for categories. Pure functions.
#pragma once

#include "core/data/dataset.hpp"
#include "core/model/model.hpp"

namespace rbm {

/// Whether every value is −1 or +1.
bool holds_signs(const Dataset& data);

/// −1 and +1 as they are; grey values, and real ones within 0 to 1, cut at one half. Fails on others.
Result<Dataset> sign_rows(const Dataset& data);

/// Pictures of signs, −1 black and +1 white; other data as they are.
Dataset sign_pictures(Dataset data);

/// The states of a table of categories. Fails where the data are no such table, or a column has fewer than 2
/// states or more than kMostUnitStates.
Result<std::shared_ptr<const UnitStates>> states_in(const Dataset& data);

/// One block of 0 and 255 for every column of a table of categories. States are found by their names; fails,
/// naming it, where the table has one that `states` lacks, or another number of columns.
Result<Dataset> state_rows(const Dataset& data, const std::shared_ptr<const UnitStates>& states);
/// The same from pictures of such rows, or such rows as pictures (spread_states).
Dataset state_rows_of_pictures(const Dataset& pictures, const std::shared_ptr<const UnitStates>& states);
Dataset state_pictures(const Dataset& rows);

}  // namespace rbm
