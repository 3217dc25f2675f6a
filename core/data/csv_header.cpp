#include "core/data/csv_header.hpp"

#include <algorithm>
#include <limits>

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

constexpr std::size_t kUnitsLookedAt = 100, kQuotesLookedAt = 100;  // rows
constexpr std::size_t kLeastRowsBelowUnits = 3;
constexpr std::size_t kManyRows = 10;  // of which one hardly lies outside by chance

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

/// A cell that cut_line() has taken out of quotes.
bool is_quoted(std::string_view line, std::string_view cell) {
  return !cell.empty() && cell.data() > line.data() && cell.data()[-1] == '"';
}

/// Numbers in quotes above some without, as R writes names. Names of the rows may have quotes, too.
bool only_names_have_quotes(std::string_view first_line, const Cells& first, Rows rest) {
  const bool comma = rest.layout().comma;
  if (numbers_in(first, comma).empty()) return false;
  for (const std::string_view cell : first) {
    if (!cell.empty() && !is_quoted(first_line, cell)) return false;
  }
  std::string_view line;
  Cells cells;
  std::size_t without = 0;
  double value = 0;
  for (std::size_t row = 0; row < kQuotesLookedAt && rest.next(&line); ++row) {
    rest.cut(line, first.size(), &cells);
    for (std::size_t c = cells.size() > first.size() ? 1 : 0; c < cells.size(); ++c) {
      if (!number_in(cells[c], &value, comma)) continue;
      if (is_quoted(line, cells[c])) return false;
      ++without;
    }
  }
  return without > 0;
}

/// What a column holds below its cell in the first line.
struct Held {
  bool has_name = false;  // a number in the first line
  double name = 0, low = std::numeric_limits<double>::infinity(), high = -low, last = 0;
  std::size_t numbers = 0;
  bool comes_again = false;  // what stands in the first line
  bool only_numbers = true, only_bits = true, rises = true, falls = true, counts = true;

  void add(double value) {
    const bool is_first = numbers == 0 && !has_name;
    low = std::min(low, value);
    high = std::max(high, value);
    only_bits = only_bits && (value == 0 || value == 1);
    counts = counts && value == static_cast<double>(numbers);
    rises = rises && (is_first || value >= last);
    falls = falls && (is_first || value <= last);
    last = value;
    ++numbers;
  }
  /// Stands apart where it is not the first of a column that only rises or only falls, as time does.
  bool lies_outside() const { return has_name && numbers > 0 && (name < low || name > high); }
  bool stands_apart() const { return lies_outside() && !rises && !falls; }
};

std::vector<Held> held_below(const Cells& first, Rows rest, std::size_t* rows) {
  const bool comma = rest.layout().comma;
  std::vector<Held> held(first.size());
  for (std::size_t c = 0; c < first.size(); ++c) {
    held[c].has_name = !is_gap(first[c]) && number_in(first[c], &held[c].name, comma);
    held[c].last = held[c].name;
  }
  std::string_view line;
  Cells cells;
  double value = 0;
  for (*rows = 0; *rows < kLinesLookedAt && rest.next(&line); ++*rows) {
    rest.cut(line, first.size(), &cells);
    for (std::size_t c = 0; c < std::min(first.size(), cells.size()); ++c) {
      if (is_gap(cells[c])) continue;
      held[c].comes_again = held[c].comes_again || cells[c] == first[c];
      if (number_in(cells[c], &value, comma))
        held[c].add(value);
      else
        held[c].only_numbers = false;
    }
  }
  return held;
}

/// Up to three numbers from 0 on, beside words from 1, too: too few to be told from a row but by what is below.
bool counts_few_columns(const Cells& first, const Rows& rest) {
  const std::vector<double> numbers = numbers_in(first, rest.layout().comma);
  if (numbers.empty() || numbers.size() > 3) return false;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] != numbers[0] + static_cast<double>(i)) return false;
  }
  const bool has_index = first[0].empty();
  const std::size_t others = first.size() - numbers.size(), words = others - (has_index ? 1 : 0);
  if (numbers[0] != 0 && (numbers[0] != 1 || words == 0)) return false;
  std::size_t rows = 0, outside = 0, apart = 0;
  bool are_bits = true, above_words = false;
  const std::vector<Held> held = held_below(first, rest, &rows);
  for (std::size_t c = 0; c < first.size(); ++c) {
    if (!held[c].has_name && !(has_index && c == 0)) {
      // A word is a name for sure where its column has only numbers.
      if (is_gap(first[c]) || held[c].comes_again) return false;
      above_words = above_words || !held[c].only_numbers || held[c].numbers == 0;
    }
    are_bits = are_bits && (!held[c].has_name || (held[c].only_numbers && held[c].only_bits));
    outside += held[c].lies_outside() ? 1 : 0;
    apart += held[c].stands_apart() ? 1 : 0;
  }
  if (has_index && (rows < 2 || !held[0].only_numbers || !held[0].counts)) return false;
  if (others > 0 && !above_words && numbers[0] == 0 && (numbers.size() > 1 || has_index)) return rows >= 1;
  if (rows >= 2 && are_bits && numbers.back() > 1) return true;
  if (numbers.size() < 2 && (others == 0 || above_words)) return false;
  const bool all_outside = outside == numbers.size() && 2 * apart > outside;
  return above_words ? all_outside && rows >= kManyRows : all_outside || (apart > 0 && rows >= kManyRows);
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
  if (only_names_have_quotes(first_line, first, rest) || counts_few_columns(first, rest)) return true;
  if (words_above_numbers > 0) return words_above_numbers > names.size();
  return are_words(first, comma) && never_comes_again(rest, first);
}

bool begins_with_units(const Cells& names, Rows rest) {
  const bool comma = rest.layout().comma;
  std::string_view line;
  Cells units;
  if (!are_words(names, comma) || !rest.next(&line)) return false;
  rest.cut(line, kMostCsvColumns, &units);
  if (units.size() != names.size() || !are_words(units, comma)) return false;
  std::vector<std::size_t> above_numbers(units.size()), above_words(units.size());
  Cells cells;
  double value = 0;
  std::size_t rows = 0;
  for (; rows < kUnitsLookedAt && rest.next(&line); ++rows) {
    rest.cut(line, units.size(), &cells);
    for (std::size_t c = 0; c < std::min(units.size(), cells.size()); ++c) {
      if (is_gap(cells[c])) continue;
      if (cells[c] == units[c]) return false;
      ++(number_in(cells[c], &value, comma) ? above_numbers[c] : above_words[c]);
    }
  }
  std::size_t of_numbers = 0, of_words = 0;
  for (std::size_t c = 0; c < units.size(); ++c) {
    if (is_gap(units[c]) || units[c] == "-") continue;
    of_numbers += above_numbers[c] > 0 && above_words[c] == 0 ? 1 : 0;
    of_words += above_words[c] > 0 ? 1 : 0;
  }
  return rows >= kLeastRowsBelowUnits && of_numbers > 0 && of_numbers >= of_words;
}

}  // namespace rbm
