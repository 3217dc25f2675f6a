// Which columns of a table names, numbers and spans of numbers mean.
#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "core/data/csv_text.hpp"
#include "core/data/readers.hpp"
#include "core/data/table.hpp"

namespace rbm {
namespace {

constexpr std::array<std::string_view, 5> kLabelColumns{"label", "labels", "class", "target", "y"};

bool whole_number(std::string_view text, std::size_t* out) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), *out);
  return code == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Result<std::vector<bool>> marked_columns(const std::string& list, const Table& table,
                                         const std::string& path) {
  std::vector<bool> marks(table.columns, false);
  std::string_view rest = list;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view item = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    std::size_t first = 0, last = 0;
    if (const auto named = table.place(item)) {
      first = last = *named + 1;
    } else if (const auto dash = item.find('-'); dash != std::string_view::npos) {
      if (!whole_number(item.substr(0, dash), &first) || !whole_number(item.substr(dash + 1), &last))
        first = 0;
    } else if (whole_number(item, &first)) {
      last = first;
    }
    if (first < 1 || last < first || last > table.columns) {
      return fail(ErrorCode::BadArgument,
                  path + " has no column " + in_quotes(item) +
                      ": give names of its header, numbers from 1 to " + std::to_string(table.columns) +
                      " or spans as 3-7, with commas between.",
                  path);
    }
    for (std::size_t c = first - 1; c < last; ++c) marks[c] = true;
  }
  return marks;
}

std::string Table::name(std::size_t column) const {
  if (!header.empty() && !header[column].empty()) return header[column];
  std::string number = std::to_string(column + 1);
  const bool is_taken = std::ranges::find(header, number) != header.end();
  return is_taken ? "unnamed " + number : number;
}

std::optional<std::size_t> Table::place(std::string_view wanted) const {
  if (header.empty()) return std::nullopt;
  for (std::size_t c = 0; c < columns; ++c) {
    if (header[c] == wanted) return c;
  }
  for (std::size_t c = 0; c < columns; ++c) {
    if (header[c].empty() && name(c) == wanted) return c;
  }
  return std::nullopt;
}

void Table::keep(const std::vector<bool>& rows, const std::vector<std::size_t>& chosen) {
  std::vector<double> row(chosen.size());
  std::size_t to = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (!rows[r]) continue;
    std::ranges::transform(chosen, row.begin(), [&](std::size_t c) { return number(r, c); });
    std::ranges::copy(row, numbers.begin() + static_cast<std::ptrdiff_t>(to));
    to += row.size();
  }
  numbers.resize(to);
}

std::optional<std::vector<std::size_t>> Table::places(const std::vector<std::string>& wanted) const {
  // A name that comes twice stands for its columns in their order.
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_name;
  for (std::size_t c = columns; c-- > 0;) by_name[name(c)].push_back(c);
  std::vector<std::size_t> out;
  for (const std::string& one : wanted) {
    const auto found = by_name.find(one);
    if (found == by_name.end() || found->second.empty()) return std::nullopt;
    out.push_back(found->second.back());
    found->second.pop_back();
  }
  return out;
}

Result<std::optional<std::size_t>> label_column(const SourceOptions& options, const std::string& path,
                                                const std::vector<std::string>& header, std::size_t columns) {
  std::optional<std::size_t> column;
  if (options.label == "none") return column;
  const Reading* learned = options.as_learned.get();
  const bool goes_by_it = options.label.empty() && learned != nullptr && !learned->columns.names.empty();
  const auto named = [&](std::string_view name, bool exactly) {
    const auto at = std::ranges::find_if(
        header, [&](const std::string& cell) { return exactly ? cell == name : lower_case(cell) == name; });
    if (at != header.end()) column = static_cast<std::size_t>(at - header.begin());
    return at != header.end();
  };
  if (!options.label.empty()) {
    named(options.label, true);
  } else if (goes_by_it && !learned->columns.label.empty()) {
    if (learned->columns.are_named && named(learned->columns.label, true)) return column;
    std::size_t number = 0;
    if (!learned->columns.are_named && columns == learned->columns.of &&
        whole_number(learned->columns.label, &number) && number >= 1 && number <= columns)
      return {{number - 1}};
    return column;
  } else {
    for (const std::string_view usual : kLabelColumns) {
      // Beside an x, y is the other coordinate.
      if (usual == "y" && named("x", false)) {
        column.reset();
        continue;
      }
      if (named(usual, false)) break;
    }
  }
  if (column && goes_by_it &&
      std::ranges::find(learned->columns.names, header[*column]) != learned->columns.names.end())
    column.reset();
  if (column || options.label.empty()) return column;
  std::size_t number = 0;
  if (whole_number(options.label, &number) && number >= 1 && number <= columns) return {{number - 1}};
  return fail(ErrorCode::BadArgument,
              path + " has no column " + in_quotes(options.label) +
                  " for the labels: give a name of its header or a number from 1 to " +
                  std::to_string(columns) + ".",
              path);
}

}  // namespace rbm
