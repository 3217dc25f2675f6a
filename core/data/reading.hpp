// Reading: how the numbers and columns of a source were taken when a model learned them, so that other rows of the same
// kind, fewer of them or one alone, are taken in the same way and not by what they happen to hold. It goes with the model.
// A plain value.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"

namespace rbm {

/// The columns of a table that became units, in their order.
struct ReadColumns {
  std::vector<std::string> names;  // or their numbers from 1, where the table had no names
  bool are_named = false;
  std::size_t of = 0;  // so many columns the table had, labels and all
  std::string label;   // the name or number of the column of the labels; empty: there was none
  bool operator==(const ReadColumns&) const = default;
};

struct Reading {
  /// Told: what they hold says what they mean, and does so for any rows (black and white, fractions from 0 to 1).
  enum class Numbers { Told, Range, Amounts };

  Numbers numbers = Numbers::Told;
  double low = 0, high = 255;  // Range: what became 0 and 1
  std::vector<double> away;    // Amounts: what was taken away of every column; empty: nothing
  bool is_categorical = false;
  ReadColumns columns;     // of a table; empty for other data
  std::size_t width = 0;   // of rows without their zeros, …
  bool from_zero = false;  // … whose columns are counted from 0

  /// Whether other rows need to know it.
  bool says_nothing() const { return *this == Reading{}; }
  bool operator==(const Reading&) const = default;
};

/// JSON on one line, for a model's metadata, and back. Names of more than 4,096 columns are not kept. Fails on what is none.
std::string reading_text(const Reading& reading);
Result<Reading> reading_from(const std::string& text);

}  // namespace rbm
