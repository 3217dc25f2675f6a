// CSV and its relatives: the text of a table, read into a Table.
#include <algorithm>
#include <array>
#include <limits>

#include "core/data/csv_text.hpp"
#include "core/data/not_a_table.hpp"
#include "core/data/readers.hpp"
#include "core/data/table.hpp"

namespace rbm {
namespace {

constexpr std::size_t kMostColumns = 1 << 20, kMostValues = std::size_t{1} << 27;
using Cells = std::vector<std::string_view>;

/// What people and their programs write for a number that is missing.
bool is_gap(std::string_view cell) {
  constexpr std::array<std::string_view, 11> kGaps{"",     "NA",   "N/A",  "NaN", "nan", "null",
                                                   "NULL", "#N/A", "<NA>", "n/a", "?"};
  return std::ranges::find(kGaps, cell) != kGaps.end();
}

std::vector<double> numbers_in(const Cells& cells, bool comma) {
  std::vector<double> numbers;
  double value = 0;
  for (const std::string_view cell : cells) {
    if (!is_gap(cell) && number_in(cell, &value, comma)) numbers.push_back(value);
  }
  return numbers;
}

/// At least four numbers with one step between them all.
bool has_one_step(const std::vector<double>& numbers) {
  if (numbers.size() < 4 || numbers[1] == numbers[0]) return false;
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    if (numbers[i] - numbers[i - 1] != numbers[1] - numbers[0]) return false;
  }
  return true;
}

/// Of every column all numbers are smaller, or all are larger, than the one in the first line, of two rows or more.
bool lies_outside(Lines rest, const Cells& first, char separator, bool comma) {
  std::string_view line;
  Cells cells;
  std::vector<int> sides(first.size());
  std::size_t rows = 0;
  for (; rest.next(&line); ++rows) {
    cut_line(line, separator, first.size(), &cells);
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
bool never_comes_again(Lines rest, const Cells& first, char separator) {
  std::string_view line;
  Cells cells;
  bool any = false;
  while (rest.next(&line)) {
    any = true;
    cut_line(line, separator, first.size(), &cells);
    for (std::size_t c = 0; c < std::min(first.size(), cells.size()); ++c) {
      if (cells[c] == first[c]) return false;
    }
  }
  return any;
}

/// Nothing but words, and missing ones.
bool are_words(const Cells& cells, bool comma) {
  double value = 0;
  const auto is_no_word = [&](std::string_view cell) {
    return is_gap(cell) || nearly_number(cell) || number_in(cell, &value, comma);
  };
  return std::ranges::none_of(cells, [&](std::string_view cell) { return number_in(cell, &value, comma); }) &&
         !std::ranges::all_of(cells, is_no_word);
}

/// Names that a table without names is given: 0, 1, 2 … or 1, 2, 3 …, and ten or more of these in any order.
bool is_numbered(std::vector<double> numbers) {
  if (numbers.size() >= 10) std::ranges::sort(numbers);
  return has_one_step(numbers) && (numbers[0] == 0 || numbers[0] == 1) && numbers[1] == numbers[0] + 1;
}

/// Whether the first line names the columns: words above numbers, and fewer numbers than these, or numbers
/// that count the columns, or others with one step between them, as of years, that lie outside their
/// columns, or words that no column has again.
bool is_header(const Cells& first, const Cells& second, const Lines& rest, char separator, bool comma) {
  double value = 0;
  std::size_t words = 0, numbers = 0, words_above_numbers = 0;
  for (std::size_t c = 0; c < first.size(); ++c) {
    if (is_gap(first[c])) continue;
    const bool is_number = number_in(first[c], &value, comma);
    ++(is_number ? numbers : words);
    words_above_numbers += !is_number && c < second.size() && number_in(second[c], &value, comma) ? 1 : 0;
  }
  const std::vector<double> names = numbers_in(first, comma), below = numbers_in(second, comma);
  if (!has_one_step(below) && !is_numbered(below)) {
    if (is_numbered(names)) return true;
    if (words == 0 && has_one_step(names) && lies_outside(rest, first, separator, comma)) return true;
  }
  if (words_above_numbers > 0) return words_above_numbers > numbers;
  return are_words(first, comma) && never_comes_again(rest, first, separator);
}

class Reader {
 public:
  Reader(std::string_view text, const SourceOptions& options, const std::string& path)
      : lines_(text), options_(options), path_(path) {}

  Result<Table> read() {
    if (auto begun = begin(); !begun) return Unexpected{begun.error()};
    do {
      if (auto added = add_row(); !added) return Unexpected{added.error()};
    } while (lines_.next(&line_));
    return std::move(table_);
  }

 private:
  /// The first lines: what separates, how many columns, which names. line_ is the first row then.
  Result<void> begin() {
    if (!lines_.next(&line_)) return broken(path_, "holds no rows: write one row of numbers a line.");
    Lines rest = lines_;
    std::string_view second_line;
    if (!rest.next(&second_line)) second_line = {};
    separator_ = separator_of(line_, second_line);
    cut_line(line_, separator_, kMostColumns, &cells_);
    columns_ = cells_.size();
    if (columns_ > kMostColumns)
      return broken(path_, "has more than a million columns: it is no table of images.");
    table_.columns = columns_;
    Cells second;
    cut_line(second_line, separator_, kMostColumns, &second);
    comma_ = separator_ == ';' || separator_ == '\t';
    if (is_header(cells_, second, lines_, separator_, comma_)) {
      for (const std::string_view cell : cells_) table_.header.emplace_back(cell);
      if (second.size() == columns_ + 1) name_one_more(second.back().empty());
      if (!numbers_in(cells_, comma_).empty())
        table_.notes.push_back("The first line of " + path_ + " was taken as the names of the columns.");
      if (!lines_.next(&line_))
        return broken(path_, "holds no rows below the names of its columns: write one row a line there.");
    } else if (second_line.empty() && are_words(cells_, comma_)) {
      return broken(path_, "holds no rows below the names of its columns: write one row a line there.");
    }
    const auto label = label_column(options_, path_, table_.header, columns_);
    if (!label) return Unexpected{label.error()};
    table_.label = *label;
    table_.words.resize(columns_);
    return {};
  }

  /// Rows with one cell more than there are names end with a comma, or begin with their own name, as R's do.
  void name_one_more(bool at_the_end) {
    table_.header.emplace(at_the_end ? table_.header.end() : table_.header.begin());
    table_.columns = ++columns_;
  }

  std::string place(std::size_t c) const {
    return "(line " + std::to_string(lines_.number()) + ", column " + std::to_string(c + 1) + ")";
  }

  Unexpected wrong_count() {
    cut_line(line_, separator_, kMostColumns, &cells_);
    return broken(path_, "has " + std::to_string(cells_.size()) + (cells_.size() == 1 ? " cell" : " cells") +
                             " in line " + std::to_string(lines_.number()) + " but " +
                             std::to_string(columns_) + " in its first: complete or remove that line.");
  }

  Result<void> add_row() {
    cut_line(line_, separator_, columns_, &cells_);
    if (cells_.size() != columns_) return wrong_count();
    const bool is_first = table_.lines.empty();
    table_.lines.push_back(lines_.number());
    for (std::size_t c = 0; c < columns_; ++c) {
      const std::string_view cell = is_gap(cells_[c]) ? std::string_view() : cells_[c];
      double value = std::numeric_limits<double>::quiet_NaN();
      const bool is_number = !cell.empty() && number_in(cell, &value, comma_);
      if (is_first && (reads_states(options_) || table_.label == c || (!cell.empty() && !is_number)))
        table_.words[c].emplace();
      if (!table_.words[c] && !cell.empty() && !is_number) become_words_if_empty(c);
      if (table_.words[c]) {
        table_.words[c]->add(cell);
      } else if (!cell.empty() && !is_number) {
        return broken(path_,
                      "says " + in_quotes(cell) + " where a number should be " + place(c) +
                          ": correct it, name that column as the labels, or leave it out with --drop.");
      }
      if (is_number && cell.find(',') != std::string_view::npos) table_.has_decimal_commas = true;
      table_.numbers.push_back(table_.words[c] ? 0 : value);
    }
    if (table_.numbers.size() > kMostValues)
      return broken(path_, "holds more than 134 million numbers: cut it into smaller files.");
    return {};
  }

  /// The first word of a column may have missing ones above it.
  void become_words_if_empty(std::size_t c) {
    const std::size_t rows = table_.lines.size() - 1;
    for (std::size_t r = 0; r < rows; ++r) {
      if (!std::isnan(table_.number(r, c))) return;
    }
    table_.words[c].emplace();
    for (std::size_t r = 0; r < rows; ++r) table_.words[c]->add({});
  }

  Lines lines_;
  const SourceOptions& options_;
  const std::string& path_;
  Table table_;
  std::string_view line_;
  Cells cells_;
  std::size_t columns_ = 0;
  char separator_ = ',';
  bool comma_ = false;
};

}  // namespace

bool looks_like_text(ByteView bytes) {
  const ByteView start = bytes.first(std::min<std::size_t>(bytes.size(), 4096));
  return std::all_of(start.begin(), start.end(),
                     [](std::uint8_t c) { return c >= ' ' || c == '\t' || c == '\n' || c == '\r'; });
}

Result<Dataset> csv_rows(ByteView bytes, const SourceOptions& options, const std::string& path) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (auto sound = check_is_table(text, path); !sound) return Unexpected{sound.error()};
  auto table = Reader(text, options, path).read();
  if (!table) return Unexpected{table.error()};
  return rows_of_table(std::move(*table), options, path);
}

}  // namespace rbm
