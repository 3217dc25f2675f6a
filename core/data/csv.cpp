// CSV and its relatives: numbers in lines, one row a line.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <string_view>

#include "core/data/readers.hpp"

namespace rbm {
namespace {

constexpr std::size_t kMostColumns = 1 << 20, kMostValues = std::size_t{1} << 28, kMostClasses = 256;
constexpr std::array<std::string_view, 5> kLabelNames{"label", "labels", "class", "target", "y"};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The lines that hold something, with their numbers; lines that start with # are remarks.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {
    if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
  }
  std::size_t number() const { return number_; }
  bool next(std::string_view* line) {
    while (!text_.empty()) {
      const auto end = text_.find('\n');
      *line = text_.substr(0, end);
      text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
      ++number_;
      if (line->ends_with('\r')) line->remove_suffix(1);
      if (const auto content = trimmed(*line); !content.empty() && content[0] != '#') return true;
    }
    return false;
  }

 private:
  std::string_view text_;
  std::size_t number_ = 0;
};

char separator_of(std::string_view line) {
  for (char c : {',', ';', '\t'}) {
    if (line.find(c) != std::string_view::npos) return c;
  }
  return ' ';
}

/// The cells of a line without spaces and quotes around them. A quoted cell may hold the separator.
void cut(std::string_view line, char separator, std::vector<std::string_view>* cells) {
  cells->clear();
  if (separator == ' ') line = trimmed(line);
  while (cells->size() <= kMostColumns) {
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

bool number_in(std::string_view cell, float* value) {
  if (cell.starts_with('+')) cell.remove_prefix(1);
  const auto [end, code] = std::from_chars(cell.data(), cell.data() + cell.size(), *value);
  if (end != cell.data() + cell.size()) return false;
  if (code == std::errc::result_out_of_range) *value = std::numeric_limits<float>::infinity();
  return code == std::errc() || code == std::errc::result_out_of_range;
}

/// A first line is a header when a word of it stands where the next line has a number.
bool is_header(const std::vector<std::string_view>& first, const std::vector<std::string_view>& second) {
  float value = 0;
  for (std::size_t c = 0; c < std::min(first.size(), second.size()); ++c) {
    if (!first[c].empty() && !number_in(first[c], &value) && number_in(second[c], &value)) return true;
  }
  return false;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// What of a cell may stand in a message.
std::string quoted(std::string_view cell) {
  std::string text(cell.substr(0, 24));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~') c = '?';
  }
  return "\"" + text + (cell.size() > 24 ? "…\"" : "\"");
}

/// Class numbers of label cells: integers within 0 to 255 as they are, else the words in alphabetical order.
class LabelColumn {
 public:
  bool add(std::string_view cell) {
    const auto [found, is_new] =
        seen_.try_emplace(std::string(cell), static_cast<std::uint8_t>(seen_.size()));
    if (seen_.size() > kMostClasses) return false;
    rows_.push_back(found->second);
    return true;
  }
  void finish(Dataset* data) const {
    std::vector<std::uint8_t> number(kMostClasses);
    const bool numbers = std::all_of(seen_.begin(), seen_.end(), [&](const auto& entry) {
      float value = 0;
      if (!number_in(entry.first, &value) || value != std::floor(value) || value < 0 || value > 255)
        return false;
      number[entry.second] = static_cast<std::uint8_t>(value);
      return true;
    });
    if (!numbers) {
      for (const auto& [word, code] : seen_) {
        number[code] = static_cast<std::uint8_t>(data->label_names.size());
        data->label_names.push_back(word);
      }
    }
    for (std::uint8_t row : rows_) data->labels.push_back(number[row]);
  }

 private:
  std::map<std::string, std::uint8_t> seen_;
  Bytes rows_;
};

/// The column of the labels, counted from 0; nothing when there is none.
Result<std::optional<std::size_t>> label_column(const SourceOptions& options, const std::string& path,
                                                const std::vector<std::string_view>& header,
                                                std::size_t columns) {
  std::optional<std::size_t> column;
  if (options.label == "none") return column;
  const auto named = [&](std::string_view name, bool exactly) {
    const auto at = std::ranges::find_if(
        header, [&](std::string_view cell) { return exactly ? cell == name : lower(cell) == name; });
    if (at != header.end()) column = static_cast<std::size_t>(at - header.begin());
    return at != header.end();
  };
  if (!options.label.empty()) {
    named(options.label, true);
  } else {
    for (const std::string_view usual : kLabelNames) {
      // Beside an x, y is the other coordinate.
      if (usual == "y" && named("x", false)) {
        column.reset();
        continue;
      }
      if (named(usual, false)) break;
    }
  }
  if (column || options.label.empty()) return column;
  std::size_t number = 0;
  const char* end = options.label.data() + options.label.size();
  const auto parsed = std::from_chars(options.label.data(), end, number);
  if (parsed.ec == std::errc() && parsed.ptr == end && number >= 1 && number <= columns)
    return {{number - 1}};
  return fail(ErrorCode::BadArgument,
              path + " has no column " + quoted(options.label) +
                  " for the labels: give a name of its header or a number from 1 to " +
                  std::to_string(columns) + ".",
              path);
}

/// Whole numbers within 0 to 255 become bytes; 0 and 1 alone become black and white.
void to_bytes_if_whole(Dataset* data, const std::string& path) {
  bool is_binary = true;
  for (float x : data->values) {
    if (x != std::floor(x) || x < 0 || x > 255) return;
    is_binary = is_binary && x <= 1;
  }
  data->pixels.reserve(data->values.size());
  for (float x : data->values) data->pixels.push_back(static_cast<std::uint8_t>(is_binary ? x * 255 : x));
  data->values = {};
  if (is_binary) data->notes.push_back(path + " holds only 0 and 1: they were taken as black and white.");
}

}  // namespace

bool looks_like_text(ByteView bytes) {
  const ByteView start = bytes.first(std::min<std::size_t>(bytes.size(), 4096));
  const bool printable = std::all_of(start.begin(), start.end(), [](std::uint8_t c) {
    return c >= ' ' || c == '\t' || c == '\n' || c == '\r';
  });
  return printable &&
         std::any_of(start.begin(), start.end(), [](std::uint8_t c) { return c >= '0' && c <= '9'; });
}

Result<Dataset> csv_rows(ByteView bytes, const SourceOptions& options, const std::string& path) {
  Lines lines({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  std::string_view line;
  if (!lines.next(&line)) return broken(path, "holds no rows: write one row of numbers a line.");
  const char separator = separator_of(line);
  std::vector<std::string_view> header, cells;
  cut(line, separator, &cells);
  const std::size_t columns = cells.size();
  if (columns > kMostColumns)
    return broken(path, "has more than a million columns: it is no table of images.");
  {
    Lines ahead = lines;
    std::string_view second_line;
    std::vector<std::string_view> second;
    if (ahead.next(&second_line)) cut(second_line, separator, &second);
    if (is_header(cells, second)) {
      header = cells;
      if (!lines.next(&line)) return broken(path, "holds no rows.");
    }
  }
  const auto label = label_column(options, path, header, columns);
  if (!label) return Unexpected{label.error()};
  if (columns - (*label ? 1 : 0) == 0)
    return broken(path, "has no column but the labels: add columns of numbers.");

  Dataset data;
  data.name = file_name(path);
  LabelColumn labels;
  do {
    const auto at = [&](std::size_t c) {
      return "(line " + std::to_string(lines.number()) + ", column " + std::to_string(c + 1) + ")";
    };
    cut(line, separator, &cells);
    if (cells.size() != columns) {
      return broken(path, "has " + std::to_string(cells.size()) + " cells in line " +
                              std::to_string(lines.number()) + " but " + std::to_string(columns) +
                              " in its first: complete or remove that line.");
    }
    for (std::size_t c = 0; c < columns; ++c) {
      if (cells[c].empty())
        return broken(path, "has a missing cell " + at(c) + ": fill it in or remove its line.");
      if (*label && **label == c) {
        if (!labels.add(cells[c]))
          return broken(path, "has more than 256 different labels: choose another label column.");
        continue;
      }
      float value = 0;
      if (!number_in(cells[c], &value)) {
        return broken(path, "says " + quoted(cells[c]) + " where a number should be " + at(c) +
                                ": correct it, or name that column as the labels.");
      }
      if (!std::isfinite(value))
        return broken(path,
                      "holds a number that is not finite " + at(c) + ": replace it or remove its line.");
      data.values.push_back(value);
    }
    if (data.values.size() > kMostValues)
      return broken(path, "holds more than 268 million numbers: cut it into smaller files.");
  } while (lines.next(&line));
  data.shape = guessed_shape(static_cast<Index>(columns - (*label ? 1 : 0)));
  if (*label) labels.finish(&data);
  to_bytes_if_whole(&data, path);
  return data;
}

}  // namespace rbm
