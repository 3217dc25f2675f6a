#include "core/data/csv_layout.hpp"

#include <algorithm>

namespace rbm {
namespace {

constexpr std::string_view kDigits = "0123456789";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// How often c stands outside of quotes, which open where a cell may begin.
std::size_t count_of(std::string_view line, char c) {
  std::size_t count = 0;
  bool begins_cell = true;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && begins_cell) {
      const auto closing = line.find('"', i + 1);
      if (closing != std::string_view::npos) i = closing;
    }
    count += line[i] == c ? 1 : 0;
    begins_cell = line[i] == c || std::string_view(" \t,;|").find(line[i]) != std::string_view::npos;
  }
  return count;
}

/// A number with a comma between two digits.
bool is_decimal(std::string_view cell) {
  const auto at = cell.find(',');
  double value = 0;
  return at > 0 && at + 1 < cell.size() && is_digit(cell[at - 1]) && is_digit(cell[at + 1]) &&
         number_in(cell, &value, true);
}

/// The separator cuts all lines alike, and every comma is that of a number.
bool has_decimal_commas(Lines lines, char separator) {
  std::string_view line;
  Cells cells;
  std::size_t columns = 0;
  bool any = false;
  for (std::size_t row = 0; row < kLinesLookedAt && lines.next(&line); ++row) {
    if (line.find('"') != std::string_view::npos) return false;
    cut_line(trimmed(line), separator, kMostCsvColumns, &cells);
    if (row == 0) columns = cells.size();
    if (columns < 2 || cells.size() != columns) return false;
    for (const std::string_view cell : cells) {
      if (cell.find(',') == std::string_view::npos) continue;
      if (!is_decimal(cell)) return false;
      any = true;
    }
  }
  return any;
}

/// Nine in ten lines have as many bars as the first.
bool bars_separate(std::string_view first, Lines lines) {
  const std::size_t bars = count_of(first, '|');
  std::string_view line;
  std::size_t rows = 0, others = 0;
  for (; rows < kLinesLookedAt && lines.next(&line); ++rows) others += count_of(line, '|') == bars ? 0 : 1;
  return 10 * others <= rows;
}

/// Blanks cut both lines alike behind a number, and bars stand within words, as in "0 a|b".
bool bars_join(std::string_view first, std::string_view second) {
  double value = 0;
  Cells cells, others;
  cut_line(first, ' ', kMostCsvColumns, &cells);
  cut_line(second, ' ', kMostCsvColumns, &others);
  return cells.size() > 1 && (second.empty() || cells.size() == others.size()) &&
         number_in(cells[0], &value) &&
         std::ranges::none_of(cells, [](auto cell) { return cell.starts_with('|') || cell.ends_with('|'); });
}

/// 12:30 or 1:05:59.
bool is_time(const Cells& cells) {
  if (cells.size() > 3 || cells[0].empty() || cells[0].size() > 2) return false;
  return std::ranges::all_of(cells,
                             [](std::string_view cell) {
                               return cell.find_first_not_of(kDigits) == std::string_view::npos;
                             }) &&
         std::all_of(cells.begin() + 1, cells.end(),
                     [](std::string_view cell) { return cell.size() == 2 && cell[0] < '6'; });
}

/// Numbers alone, perhaps below names, and no times.
bool colons_separate(Lines lines) {
  std::string_view line;
  Cells cells;
  std::size_t columns = 0, numbers_below = 0;
  bool are_times = true;
  for (std::size_t row = 0; lines.next(&line); ++row) {
    line = trimmed(line);
    if (line.find_first_of(" \t,;|\"") != std::string_view::npos) return false;
    cut_line(line, ':', kMostCsvColumns, &cells);
    if (row == 0) columns = cells.size();
    if (columns < 2 || cells.size() != columns) return false;
    double value = 0;
    const auto numbers = static_cast<std::size_t>(
        std::ranges::count_if(cells, [&](std::string_view cell) { return number_in(cell, &value); }));
    const auto gaps = static_cast<std::size_t>(std::ranges::count_if(cells, is_gap));
    if (row == 0 && numbers == 0) continue;
    if (numbers + gaps < columns) return false;
    are_times = are_times && is_time(cells);
    ++numbers_below;
  }
  return numbers_below > 0 && !are_times;
}

/// A name of several words above single cells: one column.
bool is_one_column(std::string_view first, Lines lines) {
  Cells cells;
  double value = 0;
  cut_line(first, ' ', kMostCsvColumns, &cells);
  if (cells.size() < 2 || std::ranges::any_of(cells, [&](auto cell) { return number_in(cell, &value); }))
    return false;
  std::string_view line;
  std::size_t row = 0;
  for (; row < kLinesLookedAt && lines.next(&line); ++row) {
    cut_line(line, ' ', 1, &cells);
    if (row > 0 && cells.size() > 1) return false;
  }
  return row > 1;
}

char separator_of(std::string_view first, std::string_view second, const Lines& lines) {
  const auto occurs = [&](char c) { return count_of(first, c) + count_of(second, c) > 0; };
  if (!occurs(';') && !occurs('\t') && occurs(',')) {
    for (const char c : {'|', ' '}) {
      if (occurs(c) && has_decimal_commas(lines, c)) return c;
    }
  }
  for (const char c : {';', '\t', ',', '|'}) {
    const std::size_t count = count_of(first, c);
    if (count > 0 && (second.empty() || count == count_of(second, c)) &&
        (c != '|' || (!bars_join(first, second) && bars_separate(first, lines))))
      return c;
  }
  for (const char c : {',', ';', '\t'}) {
    if (count_of(first, c) > 0) return c;
  }
  if (occurs(':') && colons_separate(lines)) return ':';
  return is_one_column(first, lines) ? '\n' : ' ';
}

bool has_bars_around(std::string_view line) {
  line = trimmed(line);
  return line.size() > 2 && line.starts_with('|') && line.ends_with('|');
}

/// "|---|:--:|", the second line of a table in Markdown.
bool is_rule(std::string_view line) {
  return line.find_first_not_of("-:| \t") == std::string_view::npos &&
         line.find("--") != std::string_view::npos;
}

}  // namespace

bool has_blank_after_hash(std::string_view line) {
  line = trimmed(line);
  return line.size() < 2 || line[1] == ' ' || line[1] == '\t';
}

Layout layout_of(char told, std::string_view first, std::string_view second, const Lines& lines) {
  Layout layout;
  layout.separator = told != 0 ? told : separator_of(first, second, lines);
  layout.has_bars =
      layout.separator == '|' && has_bars_around(first) && (second.empty() || has_bars_around(second));
  if (layout.has_bars) first = trimmed(first).substr(1, trimmed(first).size() - 2);
  Cells cells;
  cut_line(first, layout.separator, kMostCsvColumns, &cells);
  layout.columns = cells.size();
  // Beside one column alone a comma is as likely one of thousands.
  layout.comma = layout.separator != ',' && layout.columns > 1;
  return layout;
}

Rows::Rows(const Lines& lines, const Layout& layout)
    : lines_(lines.from_here(Remarks::Given)), layout_(layout) {}

bool Rows::next(std::string_view* line) {
  while (lines_.next(line)) {
    if (begins_with_hash(*line) && !is_row(*line)) {
      ++remarks_;
      continue;
    }
    if (layout_.separator == '|' && ++given_ == 2 && is_rule(*line)) continue;
    if (layout_.has_bars && has_bars_around(*line)) {
      *line = trimmed(*line);
      *line = line->substr(1, line->size() - 2);
    }
    return true;
  }
  return false;
}

void Rows::cut(std::string_view line, std::size_t most, Cells* cells) const {
  cut_line(line, layout_.separator, most, cells);
}

bool Rows::has_cells_of_a_row(std::string_view line) {
  if (layout_.columns < 2 || (layout_.separator == ' ' && has_blank_after_hash(line))) return false;
  cut(line, layout_.columns, &cells_);
  return cells_.size() == layout_.columns;
}

bool Rows::is_row(std::string_view line) {
  double value = 0;
  if (!has_cells_of_a_row(line)) return false;
  // An empty cell before a tab may come first.
  return !layout_.counts_first || !cells_[0].starts_with('#') ||
         (!has_blank_after_hash(line) && !number_in(cells_[0].substr(1), &value, layout_.comma));
}

void Rows::look_at_first_column(std::string_view first) {
  std::string_view line;
  double value = 0;
  if (!lines_.from_here(Remarks::LeftOut).next(&line)) line = first;
  cut(line, 1, &cells_);
  layout_.counts_first = !line.empty() && number_in(cells_[0], &value, layout_.comma);
}

}  // namespace rbm
