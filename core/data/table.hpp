// Table: columns of numbers and of words, and what they are taken for. Internal to core/data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/data/words.hpp"

namespace rbm {

struct Table {
  std::size_t columns = 0;
  std::vector<std::string> header;                // names of the columns, or empty
  std::vector<double> numbers;                    // row after row; NaN: a missing one
  std::vector<std::optional<WordCounter>> words;  // of the columns that hold words; "": a missing one
  std::vector<std::size_t> lines;                 // of the file, one a row
  std::optional<std::size_t> label;
  bool has_decimal_commas = false;
  std::vector<std::string> notes;

  std::string name(std::size_t column) const {
    return header.empty() || header[column].empty() ? std::to_string(column + 1) : header[column];
  }
  double number(std::size_t row, std::size_t column) const { return numbers[row * columns + column]; }
};

/// The column of the labels, counted from 0, by options.label or by its name; nothing when there is none.
Result<std::optional<std::size_t>> label_column(const SourceOptions& options, const std::string& path,
                                                const std::vector<std::string>& header, std::size_t columns);

/// Left out, and noted: columns that options name, that are empty, and that only count the rows or name them
/// (id, index, no name). The only column of words beside numbers is the labels. Columns that are all words
/// are categories, and with options.categories all columns are. The rest are numbers as set_numbers() takes
/// them.
Result<Dataset> rows_of_table(Table table, const SourceOptions& options, const std::string& path);

}  // namespace rbm
