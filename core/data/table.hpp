// Table: columns of numbers and of words, and what they are taken for. Internal to core/data.
#pragma once

#include <optional>
#include <string>
#include <string_view>
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

  /// Its name in the header, else its number from 1.
  std::string name(std::size_t column) const;
  /// The column of that name; nothing where there is none, or no header.
  std::optional<std::size_t> place(std::string_view wanted) const;
  /// The columns of these names, or numbers where the table has no names; nothing where one is not there.
  std::optional<std::vector<std::size_t>> places(const std::vector<std::string>& wanted) const;
  /// Leaves the numbers of these rows and columns, in the columns' order, and of no others.
  void keep(const std::vector<bool>& rows, const std::vector<std::size_t>& chosen);
  double number(std::size_t row, std::size_t column) const { return numbers[row * columns + column]; }
};

/// The columns that a list of names, numbers and spans of numbers marks: "a,3-7".
Result<std::vector<bool>> marked_columns(const std::string& list, const Table& table,
                                         const std::string& path);

/// The column of the labels, counted from 0, by options.label, or as a model learned it, or by its name; nothing when
/// there is none.
Result<std::optional<std::size_t>> label_column(const SourceOptions& options, const std::string& path,
                                                const std::vector<std::string>& header, std::size_t columns);

/// The letters A to Z as small ones.
std::string lower_case(std::string_view text);

/// Left out, and noted: columns that options name, that are empty, and that only count the rows or name them
/// (id, index, no name). The only column of words beside numbers is the labels; one that is called so but holds amounts
/// is not. Columns that are all words are categories, and with options.categories all columns are. The rest are numbers
/// as set_numbers() takes them. For a model that learned other rows its columns are taken, by their names, and no others.
Result<Dataset> rows_of_table(Table table, const SourceOptions& options, const std::string& path);

}  // namespace rbm
