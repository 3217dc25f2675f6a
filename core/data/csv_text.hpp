// The text of a table: lines, cells, numbers. Internal to core/data.
#pragma once

#include <string_view>
#include <vector>

namespace rbm {

/// Without spaces around it.
std::string_view trimmed(std::string_view text);

/// Whether it begins with #, but for what spreadsheets write for a number that is missing or wrong, as #N/A and #REF!.
bool begins_with_hash(std::string_view line);

/// What people and their programs write for a number that is missing.
bool is_gap(std::string_view cell);

/// Whether lines that begin_with_hash() are given, too.
enum class Remarks { LeftOut, Given };

/// The lines that hold something, with their numbers. They end with \n, or with \r where the text has no \n, as of
/// an old Macintosh. At the end next() returns false and an empty line.
class Lines {
 public:
  explicit Lines(std::string_view text, Remarks remarks = Remarks::LeftOut);
  std::size_t number() const { return number_; }
  bool next(std::string_view* line);
  /// The lines from here on, with remarks or without.
  Lines from_here(Remarks remarks) const;

 private:
  std::string_view text_;
  Remarks remarks_;
  std::size_t number_ = 0;
  char end_ = '\n';
};

/// The cells of a line without spaces and quotes around them, no more than `most` + 1. A quoted cell may hold
/// the separator.
void cut_line(std::string_view line, char separator, std::size_t most, std::vector<std::string_view>* cells);

/// A number in C's notation, "nan" and "inf" too, with a comma in place of the point where told so. Too large
/// ones are infinite, too small ones 0.
bool number_in(std::string_view cell, double* value, bool comma = false);

/// Digits with points, commas or apostrophes between them, as "4.500,25" or "1,000", perhaps with a percent sign:
/// to people a number, though number_in() may not know it.
bool nearly_number(std::string_view cell);

}  // namespace rbm
