// What numbers mean: grey values, black and white, or amounts. Internal to core/data.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/data/dataset.hpp"

namespace rbm {

/// What a number stands in: whole ones of an array are grey values sooner than those of a table.
enum class NumbersOf { Array, Table };

/// Fills data->pixels or data->values from finite numbers, rows of data->shape, and notes what was decided:
///   with options.range  LOW and HIGH become 0 and 1; a number outside fails
///   0 and 1 only        black and white
///   whole, 0 to 255     grey values; where the highest is 32 or less, of a range of their own: from 0, or
///                       from the lowest where that is above 0 (ratings of 1 to 5). Where it is more and less than 255,
///                       in a table that is none of pictures, real numbers: ages, counts
///   others              real numbers; up to a ten-thousandth outside 0 to 1 is taken for rounding, and columns
///                       whose digits float32 would lose have a round number near their mean taken away
/// With options.as_learned they are taken as those that a model learned, unless what they hold says that they are of
/// another kind. data->reading says what was decided, for other rows.
/// `what` names the numbers: "a.npy" or "d.npz, array x,".
Result<void> set_numbers(Dataset* data, std::vector<std::uint8_t> numbers, const SourceOptions& options,
                         const std::string& what);
Result<void> set_numbers(Dataset* data, std::vector<float> numbers, const SourceOptions& options,
                         const std::string& what);
Result<void> set_numbers(Dataset* data, std::vector<double> numbers, const SourceOptions& options,
                         const std::string& what, NumbersOf kind = NumbersOf::Array);

/// Fills data->missing and puts a number of the same column in the place of every missing one of `numbers`, rows of
/// `width`, for set_numbers() to go by what is there; afterwards finish_missing() gives the cells what they show.
/// A number is missing where it is NaN or options.missing. Fails with the place of one that is infinite.
Result<void> take_missing(Dataset* data, std::vector<float>* numbers, std::size_t width,
                          const SourceOptions& options, const std::string& what);
Result<void> take_missing(Dataset* data, std::vector<double>* numbers, std::size_t width,
                          const SourceOptions& options, const std::string& what);
Result<void> take_missing(Dataset* data, std::vector<std::uint8_t>* numbers, std::size_t width,
                          const SourceOptions& options, const std::string& what);
/// Missing cells get 0, or of real numbers the mean of their column, and a note says how many they are and where.
void finish_missing(Dataset* data, const std::string& what);

/// What is wrong with a number that float32 cannot hold: "a number that is not finite", or too large.
inline std::string too_large_text(double number) {
  return std::isinf(number) ? "a number that is not finite" : "a number too large for single precision";
}

/// The number that stands for a missing one beside NaN; NaN where options.missing names none.
double missing_code(const SourceOptions& options);

/// Keeps the elements of the rows marked, `width` a row.
template <class T>
void keep_rows(std::vector<T>* elements, const std::vector<bool>& kept, std::size_t width) {
  if (elements->empty()) return;
  std::size_t to = 0;
  for (std::size_t r = 0; r < kept.size(); ++r) {
    if (!kept[r]) continue;
    if (to != r)
      std::copy_n(elements->begin() + static_cast<std::ptrdiff_t>(r * width), width,
                  elements->begin() + static_cast<std::ptrdiff_t>(to * width));
    ++to;
  }
  elements->resize(to * width);
}

/// The rows that can be learned: those that have a cell, with `complete` those that have all `width` of them.
template <class IsMissing>
std::vector<bool> rows_that_stay(std::size_t rows, std::size_t width, bool complete, IsMissing is_missing) {
  std::vector<bool> kept(rows);
  for (std::size_t r = 0; r < rows; ++r) {
    std::size_t there = 0;
    for (std::size_t c = 0; c < width; ++c) there += is_missing(r, c) ? 0 : 1;
    kept[r] = complete ? there == width : there > 0;
  }
  return kept;
}

/// Notes how many rows were left out, if any were; fails where none is left.
Result<void> note_left_out(Dataset* data, const std::vector<bool>& kept, const SourceOptions& options,
                           const std::string& what);

}  // namespace rbm
