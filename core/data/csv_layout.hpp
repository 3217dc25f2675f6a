// How the lines of a table are cut into cells, and which of them are its rows. Internal to core/data.
#pragma once

#include "core/data/csv_text.hpp"

namespace rbm {

inline constexpr std::size_t kMostCsvColumns = 1 << 20;
/// So many lines are looked at where all should agree.
inline constexpr std::size_t kLinesLookedAt = 1000;

using Cells = std::vector<std::string_view>;

struct Layout {
  char separator = ',';
  bool has_bars = false;      // lines begin and end with the separator |, as those of Markdown
  bool comma = false;         // commas are decimal
  bool counts_first = false;  // the first column holds numbers, so that "#3,4" is a row that someone took out
  std::size_t columns = 0;
};

/// "# made by hand" or "#" alone, in place of "#ff0000".
bool has_blank_after_hash(std::string_view line);

/// Of a table that begins with these two lines, `lines` from the first on: the separator that the file tells, or 0.
/// Else it is a bar or a blank where all commas are decimal; of semicolon, tab, comma and bar the first that cuts both
/// lines alike; of comma, semicolon and tab the first that occurs; the colon between numbers that are no times; else
/// a blank, or nothing (\n) where single words and numbers follow a name of several words.
Layout layout_of(char told, std::string_view first, std::string_view second, const Lines& lines);

/// The lines that are rows, without bars around them. One that begins with # is a row if it has the table's own number
/// of cells, more than one, and what stands behind the # is not a number of a column of numbers; others are counted.
class Rows {
 public:
  Rows(const Lines& lines, const Layout& layout);
  bool next(std::string_view* line);
  void cut(std::string_view line, std::size_t most, Cells* cells) const;
  /// Whether a line that begins with # has the cells of a row, be it one or not.
  bool has_cells_of_a_row(std::string_view line);

  const Layout& layout() const { return layout_; }
  void set_columns(std::size_t columns) { layout_.columns = columns; }
  /// To be called where the next line is the first row; `first` is what to go by if all rows begin with #.
  void look_at_first_column(std::string_view first);
  std::size_t line_number() const { return lines_.number(); }
  std::size_t remarks() const { return remarks_; }

 private:
  bool is_row(std::string_view line);

  Lines lines_;
  Layout layout_;
  std::size_t remarks_ = 0, given_ = 0;
  Cells cells_;
};

}  // namespace rbm
