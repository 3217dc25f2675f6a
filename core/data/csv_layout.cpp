#include "core/data/csv_layout.hpp"

#include <algorithm>

namespace rbm {
namespace {

char separator_of(std::string_view first, std::string_view second) {
  for (const char c : {';', '\t', ','}) {
    const auto count = std::ranges::count(first, c);
    if (count > 0 && (second.empty() || count == std::ranges::count(second, c))) return c;
  }
  for (const char c : {',', ';', '\t'}) {
    if (first.find(c) != std::string_view::npos) return c;
  }
  return ' ';
}

}  // namespace

bool has_blank_after_hash(std::string_view line) {
  line = trimmed(line);
  return line.size() < 2 || line[1] == ' ' || line[1] == '\t';
}

Layout layout_of(std::string_view first, std::string_view second) {
  Layout layout;
  layout.separator = separator_of(first, second);
  Cells cells;
  cut_line(first, layout.separator, kMostCsvColumns, &cells);
  layout.columns = cells.size();
  layout.comma = layout.separator == ';' || layout.separator == '\t';
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
  return !layout_.counts_first ||
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
