#include "core/data/csv_text.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>

namespace rbm {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

namespace {

/// A line that starts with # is a remark, unless a missing number does.
bool holds_something(std::string_view line) {
  line = trimmed(line);
  return !line.empty() && (line[0] != '#' || line.starts_with("#N/A"));
}

}  // namespace

Lines::Lines(std::string_view text) : text_(text) {
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
    if (holds_something(*line)) return true;
  }
  return false;
}

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
  std::string pointed;
  if (comma && std::ranges::count(cell, ',') == 1 && cell.find('.') == std::string_view::npos) {
    pointed = cell;
    pointed[pointed.find(',')] = '.';
    cell = pointed;
  }
  if (cell.starts_with('+')) cell.remove_prefix(1);
  const auto [end, code] = std::from_chars(cell.data(), cell.data() + cell.size(), *value);
  if (end != cell.data() + cell.size() || cell.empty()) return false;
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
