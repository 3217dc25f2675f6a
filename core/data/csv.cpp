// CSV and its relatives: the text of a table, read into a Table.
#include <algorithm>
#include <limits>

#include "core/data/csv_begin.hpp"
#include "core/data/not_a_table.hpp"
#include "core/data/readers.hpp"
#include "core/data/table.hpp"

namespace rbm {
namespace {

constexpr std::size_t kMostValues = std::size_t{1} << 27;

class Reader {
 public:
  Reader(Beginning begun, const SourceOptions& options, const std::string& path)
      : rows_(std::move(begun.rows)),
        remarks_above_(begun.remarks),
        columns_(rows_.layout().columns),
        comma_(rows_.layout().comma),
        options_(options),
        path_(path) {
    table_.columns = columns_;
    table_.header = std::move(begun.header);
    table_.notes = std::move(begun.notes);
    table_.words.resize(columns_);
  }

  Result<Table> read() {
    const auto label = label_column(options_, path_, table_.header, columns_);
    if (!label) return Unexpected{label.error()};
    table_.label = *label;
    while (rows_.next(&line_)) {
      if (auto added = add_row(); !added) return Unexpected{added.error()};
    }
    const std::size_t remarks = remarks_above_ + rows_.remarks();
    if (remarks == 1)
      table_.notes.push_back("1 line of " + path_ +
                             " that begins with # was taken as a remark and left out.");
    if (remarks > 1)
      table_.notes.push_back(std::to_string(remarks) + " lines of " + path_ +
                             " that begin with # were taken as remarks and left out.");
    return std::move(table_);
  }

 private:
  std::string place(std::size_t c) const {
    return "(line " + std::to_string(rows_.line_number()) + ", column " + std::to_string(c + 1) + ")";
  }

  Unexpected wrong_count() {
    rows_.cut(line_, kMostCsvColumns, &cells_);
    return broken(path_, "has " + std::to_string(cells_.size()) + (cells_.size() == 1 ? " cell" : " cells") +
                             " in line " + std::to_string(rows_.line_number()) + " but " +
                             std::to_string(columns_) + " in its first: complete or remove that line.");
  }

  Result<void> add_row() {
    rows_.cut(line_, columns_, &cells_);
    if (cells_.size() != columns_) return wrong_count();
    const bool is_first = table_.lines.empty();
    table_.lines.push_back(rows_.line_number());
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

  Rows rows_;
  std::size_t remarks_above_, columns_;
  bool comma_;
  const SourceOptions& options_;
  const std::string& path_;
  Table table_;
  std::string_view line_;
  Cells cells_;
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
  auto begun = beginning_of(text, path);
  if (!begun) return Unexpected{begun.error()};
  auto table = Reader(std::move(*begun), options, path).read();
  if (!table) return Unexpected{table.error()};
  return rows_of_table(std::move(*table), options, path);
}

}  // namespace rbm
