#include "core/data/not_a_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/data/csv_layout.hpp"
#include "core/data/readers.hpp"
#include "core/data/words.hpp"

namespace rbm {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

struct Beginning {
  std::string_view text;  // in small letters
  const char* says;
};

constexpr const char* kPage =
    "is a web page (HTML), not a table: save the table itself as CSV, or fetch the file from its own "
    "address.";
constexpr const char* kXml = "is XML, not a table: save it as CSV.";
constexpr const char* kJson = "is JSON, not a table: save it as CSV, one row a line, without brackets.";

constexpr std::array<Beginning, 9> kBeginnings{{
    {"version https://git-lfs",
     "is a pointer of Git LFS, not the file itself: fetch that with git lfs pull."},
    {"<!doctype", kPage},
    {"<html", kPage},
    {"<head", kPage},
    {"<table", kPage},
    {"<?xml", kXml},
    {"<svg", kXml},
    {"%pdf-", "is a PDF, not a table: save the table in it as CSV."},
    {"{\\rtf", "is a document (RTF), not a table: save it as plain text."},
}};

bool begins_with(std::string_view text, std::string_view small) {
  return text.size() >= small.size() &&
         std::equal(small.begin(), small.end(), text.begin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
}

/// The first character after the first one that is no blank; 0 where there is none.
char second_mark(std::string_view text) {
  const auto at = text.find_first_not_of(kBlanks, 1);
  return at == std::string_view::npos ? '\0' : text[at];
}

/// Brackets around numbers or texts, or around brackets; "[a],[b]" are names of columns, and "[1] 0 1" is no JSON.
bool is_json(std::string_view text) {
  const char second = second_mark(text);
  if (text.front() == '{') return second == '"' || second == '}';
  if (text.front() != '[') return false;
  const bool closes = text[text.find_last_not_of(kBlanks)] == ']';
  return second == '[' || second == '{' ||
         (closes && (second == '"' || second == '-' || second == ']' || (second >= '0' && second <= '9')));
}

/// A line of libsvm, whatever its numbers are; `wrong` is the first column that can be none.
bool is_pair_line(std::string_view line, std::vector<std::string_view>* cells, std::string_view* wrong) {
  constexpr std::size_t kPairsLookedAt = 64;
  cut_line(trimmed(line.substr(0, line.find('#'))), ' ', kPairsLookedAt, cells);
  double column = 0, value = 0;
  if (cells->size() < 2 || !number_in(cells->front(), &value)) return false;
  for (std::size_t c = 1; c < cells->size(); ++c) {
    const std::string_view cell = (*cells)[c];
    const auto colon = cell.find(':');
    if (colon == std::string_view::npos || !number_in(cell.substr(0, colon), &column) ||
        !number_in(cell.substr(colon + 1), &value))
      return false;
    if (wrong->empty() && !(column >= 0 && column <= 1e9 && column == std::floor(column)))
      *wrong = cell.substr(0, colon);
  }
  return true;
}

/// Most lines are rows of libsvm, but the first one is none that can be read.
Result<void> check_no_libsvm(std::string_view text, const std::string& path) {
  Lines lines(text);
  std::string_view line, first_wrong;
  std::vector<std::string_view> cells;
  std::size_t rows = 0, pairs = 0, wrong_line = 0, first_line = 0;
  for (; rows < kLinesLookedAt && lines.next(&line); ++rows) {
    if (rows == 0) first_line = lines.number();
    if (rows == 2 && pairs == 0) return {};
    std::string_view wrong;
    if (!is_pair_line(line, &cells, &wrong)) continue;
    ++pairs;
    if (wrong.empty() || !first_wrong.empty()) continue;
    first_wrong = wrong;
    wrong_line = lines.number();
  }
  if (2 * pairs <= rows) return {};
  if (first_wrong.empty())
    return broken(path, "looks like rows of libsvm, LABEL COLUMN:NUMBER, but line " +
                            std::to_string(first_line) + " is none: correct or remove it.");
  return broken(path, "looks like rows of libsvm, LABEL COLUMN:NUMBER, but its column " +
                          in_quotes(first_wrong) + " (line " + std::to_string(wrong_line) +
                          ") is out of range: number the columns from 1 on, without gaps.");
}

}  // namespace

Result<void> check_is_table(std::string_view text, const std::string& path) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const auto from = text.find_first_not_of(kBlanks);
  if (from == std::string_view::npos) return {};
  const std::string_view start = text.substr(from);
  for (const auto& [beginning, says] : kBeginnings) {
    if (begins_with(start, beginning)) return broken(path, says);
  }
  if (is_json(start)) return broken(path, kJson);
  return check_no_libsvm(text, path);
}

}  // namespace rbm
