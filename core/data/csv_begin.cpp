#include "core/data/csv_begin.hpp"

#include <algorithm>

#include "core/data/csv_header.hpp"
#include "core/data/readers.hpp"

namespace rbm {
namespace {

/// Excel's first line "sep=;" tells the separator, and is left behind; 0 where there is none.
char told_separator(Lines* lines) {
  Lines rest = *lines;
  std::string_view line;
  rest.next(&line);
  if (line.size() == 7 && line.front() == '"' && line.back() == '"') line = line.substr(1, 5);
  if (line.size() != 5 || !(line.starts_with("sep=") || line.starts_with("SEP="))) return 0;
  const char c = line[4];
  if (std::string_view(" \t").find(c) == std::string_view::npos &&
      std::string_view("!$%&*,/:;<=>?@\\^_`|~").find(c) == std::string_view::npos)
    return 0;
  *lines = rest;
  return c;
}

/// Where a table begins below remarks.
struct Start {
  Lines above, from;               // all lines; those from the first that is no remark
  std::string_view first, second;  // of `from`, without remarks
  std::string_view remark;         // the last one above
};

Start start_of(const Lines& lines) {
  Start start{lines, lines, {}, {}, {}};
  Lines at = lines;
  while (at.next(&start.first) && begins_with_hash(start.first)) {
    start.remark = start.first;
    start.from = at;
  }
  Lines plain = at.from_here(Remarks::LeftOut);
  if (!plain.next(&start.second)) at.next(&start.second);
  return start;
}

/// Two lines or more that begin with # and have one number of cells: rows, as of colours or ranks.
bool are_rows(const Lines& lines, const Layout& layout) {
  if (layout.columns < 2) return false;
  Lines rest = lines;
  std::string_view line;
  Cells cells;
  std::size_t rows = 0;
  for (; rest.next(&line); ++rows) {
    cut_line(line, layout.separator, layout.columns, &cells);
    if (has_blank_after_hash(line) || cells.size() != layout.columns) return false;
  }
  return rows >= 2;
}

/// Numbers stand above numbers, one at least, and words above words.
bool agree(const Cells& one, const Cells& other, bool comma) {
  double value = 0;
  bool any = false;
  for (std::size_t c = 0; c < std::min(one.size(), other.size()); ++c) {
    if (is_gap(one[c]) || is_gap(other[c])) continue;
    const bool is_number = number_in(one[c], &value, comma);
    if (is_number != number_in(other[c], &value, comma)) return false;
    any = any || is_number;
  }
  return any;
}

class Beginner {
 public:
  Beginner(const Start& start, const Layout& layout, const std::string& path)
      : start_(start), path_(path), begun_{Rows(start.from, layout), {}, {}, 0} {}

  Result<Beginning> begin() {
    Rows rest = begun_.rows;
    std::string_view line;
    rest.next(&line);
    rest.look_at_first_column(line);
    rest.cut(line, kMostCsvColumns, &first_);
    count_remarks(rest);
    Rows ahead = rest;
    std::string_view second;
    if (is_header(line, rest)) {
      begun_.rows = rest;
      take_names(first_, "first line");
      if (!Rows(begun_.rows).next(&line)) return broken(path_, kNoRowsBelow);
    } else if (!take_remark_as_names()) {
      if (!ahead.next(&second) && are_words(first_, rest.layout().comma)) return broken(path_, kNoRowsBelow);
      take_rows_above();
    }
    begun_.rows.look_at_first_column({});
    return std::move(begun_);
  }

 private:
  static constexpr const char* kNoRowsBelow =
      "holds no rows below the names of its columns: write one row a line there.";

  /// `rest` is below the names.
  void take_names(const Cells& names, const std::string& which) {
    for (const std::string_view name : names) begun_.header.emplace_back(name);
    const bool comma = begun_.rows.layout().comma;
    if (which != "first line" || !numbers_in(names, comma).empty())
      begun_.notes.push_back("The " + which + " of " + path_ + " was taken as the names of the columns.");
    std::string_view line;
    Cells second;
    Rows ahead = begun_.rows;
    if (ahead.next(&line)) ahead.cut(line, kMostCsvColumns, &second);
    if (second.size() == names.size() + 1) {
      // Rows end with a comma, or begin with their own name, as R's do.
      begun_.header.emplace(second.back().empty() ? begun_.header.end() : begun_.header.begin());
      begun_.rows.set_columns(names.size() + 1);
    } else if (begins_with_units(names, begun_.rows)) {
      begun_.rows.next(&line);
      begun_.notes.push_back("The second line of " + path_ +
                             " was taken as the units of the columns and left out.");
    }
  }

  /// Names as numpy.savetxt writes them, "# a,b,c" right above the first row.
  bool take_remark_as_names() {
    if (start_.remark.empty() || first_.size() < 2) return false;
    const std::string_view line = trimmed(trimmed(start_.remark).substr(1));
    Cells names;
    begun_.rows.cut(line, first_.size(), &names);
    if (names.size() != first_.size() || !is_header(line, begun_.rows)) return false;
    take_names(names, "line above the first row");
    begun_.remarks -= begun_.rows.has_cells_of_a_row(start_.remark) ? 1 : 0;
    return true;
  }

  template <class Each>
  void for_each_above(Each each) {
    Lines at = start_.above, before = at;
    std::string_view line;
    while (at.next(&line) && at.number() <= start_.from.number()) {
      each(line, before);
      before = at;
    }
  }

  void count_remarks(Rows rows) {
    for_each_above([&](std::string_view line, const Lines&) {
      begun_.remarks += rows.has_cells_of_a_row(line) ? 1 : 0;
    });
  }

  /// The lines right above the first row that are like it, but for the #.
  void take_rows_above() {
    Rows rows = begun_.rows;
    double value = 0;
    if (first_.empty() || number_in(first_[0], &value, rows.layout().comma)) return;
    Cells cells;
    std::size_t count = 0;
    Lines from = start_.from;
    for_each_above([&](std::string_view line, const Lines& before) {
      const bool has_cells = rows.has_cells_of_a_row(line);
      rows.cut(line, first_.size(), &cells);
      const bool is_row =
          has_cells && !has_blank_after_hash(line) && agree(cells, first_, rows.layout().comma);
      if (is_row && count == 0) from = before;
      count = is_row ? count + 1 : 0;
    });
    if (count == 0) return;
    begun_.remarks -= count;
    begun_.rows = Rows(from, rows.layout());
  }

  Start start_;
  const std::string& path_;
  Beginning begun_;
  Cells first_;
};

}  // namespace

Result<Beginning> beginning_of(std::string_view text, const std::string& path) {
  Lines lines(text, Remarks::Given);
  const char told = told_separator(&lines);
  Start start = start_of(lines);
  Layout layout;
  if (!start.first.empty()) {
    layout = layout_of(told, start.first, start.second, start.from.from_here(Remarks::LeftOut));
  } else {
    if (start.remark.empty()) return broken(path, "holds no rows: write one row of numbers a line.");
    start = {lines, lines, {}, {}, {}};
    Lines at = lines;
    at.next(&start.first);
    at.next(&start.second);
    layout = layout_of(told, start.first, start.second, lines);
    if (!are_rows(lines, layout))
      return broken(path, "holds no rows: its lines begin with #, which makes them remarks.");
  }
  if (layout.columns > kMostCsvColumns)
    return broken(path, "has more than a million columns: it is no table of images.");
  return Beginner(start, layout, path).begin();
}

}  // namespace rbm
