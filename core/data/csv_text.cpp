#include "core/data/csv_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>

namespace rbm {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

bool begins_with_hash(std::string_view line) {
  constexpr std::array<std::string_view, 7> kWrong{"#N/A",   "#REF!", "#DIV/0!", "#VALUE!",
                                                   "#NAME?", "#NUM!", "#NULL!"};
  const auto first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos || line[first] != '#') return false;
  line.remove_prefix(first);
  return std::ranges::none_of(kWrong, [&](std::string_view wrong) { return line.starts_with(wrong); });
}

bool is_gap(std::string_view cell) {
  constexpr std::array<std::string_view, 11> kGaps{"",     "NA",   "N/A",  "NaN", "nan", "null",
                                                   "NULL", "#N/A", "<NA>", "n/a", "?"};
  return std::ranges::find(kGaps, cell) != kGaps.end();
}

Lines::Lines(std::string_view text, Remarks remarks) : text_(text), remarks_(remarks) {
  if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
  if (text_.find('\n') == std::string_view::npos) end_ = '\r';
}

bool Lines::next(std::string_view* line) {
  while (!text_.empty()) {
    const auto end = text_.find(end_);
    *line = text_.substr(0, end);
    text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
    ++number_;
    if (line->ends_with('\r')) line->remove_suffix(1);
    if (line->find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (remarks_ == Remarks::Given || !begins_with_hash(*line)) return true;
  }
  *line = {};
  return false;
}

Lines Lines::from_here(Remarks remarks) const {
  Lines lines = *this;
  lines.remarks_ = remarks;
  return lines;
}

void cut_line(std::string_view line, char separator, std::size_t most, std::vector<std::string_view>* cells) {
  cells->clear();
  if (separator == ' ') line = trimmed(line);
  while (cells->size() <= most) {
    std::size_t from = 0;
    const auto first = line.find_first_not_of(" \t");
    if (first != std::string_view::npos && line[first] == '"') {
      const auto closing = line.find('"', first + 1);
      if (closing != std::string_view::npos) from = closing;
    }
    const auto end = line.find(separator, from);
    std::string_view cell = trimmed(line.substr(0, end));
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"')
      cell = trimmed(cell.substr(1, cell.size() - 2));
    cells->push_back(cell);
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
    if (separator == ' ') line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  }
}

bool number_in(std::string_view cell, double* value, bool comma) {
  if (cell.starts_with('+')) cell.remove_prefix(1);
  const auto [end, code] = std::from_chars(cell.data(), cell.data() + cell.size(), *value);
  if (end != cell.data() + cell.size() || cell.empty()) {
    if (!comma || std::ranges::count(cell, ',') != 1 || cell.starts_with('+') ||
        cell.find('.') != std::string_view::npos)
      return false;
    std::string pointed(cell);
    pointed[pointed.find(',')] = '.';
    return number_in(pointed, value);
  }
  if (code == std::errc()) return true;
  if (code != std::errc::result_out_of_range) return false;
  // from_chars does not say on which side.
  const auto exponent = cell.find_first_of("eE");
  const bool is_small = exponent != std::string_view::npos ? cell.substr(exponent + 1).starts_with('-')
                                                           : cell.substr(0, cell.find('.')).size() < 300;
  *value = is_small ? 0 : std::numeric_limits<double>::infinity();
  return true;
}

bool nearly_number(std::string_view cell) {
  if (cell.starts_with('-') || cell.starts_with('+')) cell.remove_prefix(1);
  if (cell.ends_with('%')) cell = trimmed(cell.substr(0, cell.size() - 1));
  return !cell.empty() && cell.front() >= '0' && cell.front() <= '9' &&
         cell.find_first_not_of("0123456789.,'") == std::string_view::npos;
}

}  // namespace rbm
