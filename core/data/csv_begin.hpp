// The first lines of a table: what separates its cells, the names of its columns, the first row. Internal to core/data.
#pragma once

#include <string>
#include <vector>

#include "core/data/csv_layout.hpp"
#include "core/data/dataset.hpp"

namespace rbm {

struct Beginning {
  Rows rows;                        // the next one is the first
  std::vector<std::string> header;  // empty where the columns have no names
  std::vector<std::string> notes;
  std::size_t remarks = 0;  // lines above the first row with its cells, which begin with #
};

/// Reads Excel's "sep=;", names, units below them and lines above the table that begin with #: names where they read
/// as such, rows where they agree with the first one, else remarks. Fails where no row follows.
Result<Beginning> beginning_of(std::string_view text, const std::string& path);

}  // namespace rbm
