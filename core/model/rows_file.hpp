// Rows of numbers for other programs: NumPy's .npy, or text with commas. Any thread.
#pragma once

#include <string>
#include <vector>

#include "core/files/output_file.hpp"
#include "core/math/matrix.hpp"
#include "core/model/model.hpp"
#include "core/model/states.hpp"
#include "core/result.hpp"

namespace rbm {

/// Rows with their names, if they have any. `names[c]` are the words that the whole numbers of column c stand for.
struct NumberTable {
  Matrix rows;
  std::string dtype = "F32";                    // of `rows` in the .npy: F32, or U8 or I8 of whole numbers
  std::vector<std::string> columns;             // the first line of the text; may be empty
  std::vector<std::vector<std::string>> names;  // in the text in place of numbers; may be empty
  // To every number of a column, in double precision, in which the .npy then is; empty: nothing.
  std::vector<double> added = {};
};

/// A table that is written by the path's ending, .npy or .csv, in pieces of whole rows, which need not all be in memory.
/// In text, numbers are written so that they are read back as the same.
class RowsFile {
 public:
  /// `rows`: of the whole table, which the beginning of an .npy says.
  static Result<RowsFile> open(const std::string& path, Index rows);
  /// The next rows; all pieces have the columns and the type of the first one.
  Result<void> add(const NumberTable& piece);
  /// Nobody sees the file before. All rows have been added.
  Result<void> finish();

 private:
  RowsFile(OutputFile file, bool is_text, Index rows) : file_(std::move(file)), is_text_(is_text), rows_(rows) {}

  OutputFile file_;
  bool is_text_;
  Index rows_, added_ = 0;
};

/// All of it at once.
Result<void> write_numbers(const std::string& path, const NumberTable& table);

/// Visible states of a model as people's data have them: 0 and 1, −1 and 1, the number of each column's state, or real
/// numbers in the units of the data.
NumberTable table_of_states(const Model& model, const States& states, ThreadPool& pool);

}  // namespace rbm
