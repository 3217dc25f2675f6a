// Whether the first lines of a table are names and units of its columns. Internal to core/data.
#pragma once

#include "core/data/csv_layout.hpp"

namespace rbm {

/// The cells that are numbers.
std::vector<double> numbers_in(const Cells& cells, bool comma);

/// Nothing but words, and missing ones.
bool are_words(const Cells& cells, bool comma);

/// Whether the line above the rows `rest` names the columns: words above numbers, and fewer numbers than these; numbers
/// that count the columns; others with one step between them, as of years, that lie outside their columns; numbers in
/// quotes above some without; or words that no column has again.
bool is_header(std::string_view first, const Rows& rest);

/// Whether the first of `rest`, below names, says the units of the columns: words above numbers, of which at least
/// three rows follow.
bool begins_with_units(const Cells& names, Rows rest);

}  // namespace rbm
