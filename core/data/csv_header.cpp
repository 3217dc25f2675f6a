#include "core/data/csv_header.hpp"

#include <algorithm>

namespace rbm {

std::vector<double> numbers_in(const Cells& cells, bool comma) {
  std::vector<double> numbers;
  double value = 0;
  for (const std::string_view cell : cells) {
    if (!is_gap(cell) && number_in(cell, &value, comma)) numbers.push_back(value);
  }
  return numbers;
}

bool are_words(const Cells& cells, bool comma) {
  double value = 0;
  const auto is_number = [&](std::string_view cell) {
    return !is_gap(cell) && number_in(cell, &value, comma);
  };
  return std::ranges::none_of(cells, is_number) && !std::ranges::all_of(cells, [](std::string_view cell) {
           return is_gap(cell) || nearly_number(cell);
         });
}

namespace {

/// At least four numbers with one step between them all.
bool has_one_step(const std::vector<double>& numbers) {
  if (numbers.size() < 4 || numbers[1] == numbers[0]) return false;
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    if (numbers[i] - numbers[i - 1] != numbers[1] - numbers[0]) return false;
  }
  return true;
}

/// Of every column all numbers are smaller, or all are larger, than the one in the first line, of two rows or more.
bool lies_outside(Rows rest, const Cells& first) {
  std::string_view line;
  Cells cells;
  std::vector<int> sides(first.size());
  std::size_t rows = 0;
  const bool comma = rest.layout().comma;
  for (; rest.next(&line); ++rows) {
    rest.cut(line, first.size(), &cells);
    for (std::size_t c = 0; c < std::min(first.size(), cells.size()); ++c) {
      double name = 0, value = 0;
      if (is_gap(cells[c]) || !number_in(first[c], &name, comma) || !number_in(cells[c], &value, comma))
        continue;
      const int side = value < name ? -1 : value > name ? 1 : 0;
      if (side == 0 || side == -sides[c]) return false;
      sides[c] = side;
    }
  }
  return rows >= 2;
}

/// A column of words below has none of these cells again: they are names.
bool never_comes_again(Rows rest, const Cells& first) {
  std::string_view line;
  Cells cells;
  bool any = false;
  while (rest.next(&line)) {
    any = true;
    rest.cut(line, first.size(), &cells);
    for (std::size_t c = 0; c < std::min(first.size(), cells.size()); ++c) {
      if (cells[c] == first[c]) return false;
    }
  }
  return any;
}

/// Names that a table without names is given: 0, 1, 2 … or 1, 2, 3 …, and ten or more of these in any order.
bool is_numbered(std::vector<double> numbers) {
  if (numbers.size() >= 10) std::ranges::sort(numbers);
  return has_one_step(numbers) && (numbers[0] == 0 || numbers[0] == 1) && numbers[1] == numbers[0] + 1;
}

}  // namespace

bool is_header(std::string_view first_line, const Rows& rest) {
  const bool comma = rest.layout().comma;
  Cells first, second;
  rest.cut(first_line, kMostCsvColumns, &first);
  Rows below = rest;
  std::string_view line;
  if (below.next(&line)) rest.cut(line, kMostCsvColumns, &second);
  double value = 0;
  std::size_t words = 0, words_above_numbers = 0;
  for (std::size_t c = 0; c < first.size(); ++c) {
    if (is_gap(first[c]) || number_in(first[c], &value, comma)) continue;
    ++words;
    words_above_numbers += c < second.size() && number_in(second[c], &value, comma) ? 1 : 0;
  }
  const std::vector<double> names = numbers_in(first, comma), numbers_below = numbers_in(second, comma);
  if (!has_one_step(numbers_below) && !is_numbered(numbers_below)) {
    if (is_numbered(names)) return true;
    if (words == 0 && has_one_step(names) && lies_outside(rest, first)) return true;
  }
  if (words_above_numbers > 0) return words_above_numbers > names.size();
  return are_words(first, comma) && never_comes_again(rest, first);
}

}  // namespace rbm
