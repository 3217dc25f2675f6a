// FASTA of aligned sequences, and the sparse rows of libsvm: text that is no table.
#include <algorithm>
#include <cmath>

#include "core/data/csv_text.hpp"
#include "core/data/numbers.hpp"
#include "core/data/readers.hpp"
#include "core/data/sparse_rows.hpp"
#include "core/data/words.hpp"

namespace rbm {
namespace {

std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Sequence {
  std::string name, letters;
};

/// The letters of a line, in upper case and with '-' for gaps; false on what is none.
bool add_letters(std::string_view line, std::string* letters, bool* changed) {
  for (char c : trimmed(line)) {
    if (c == ' ') continue;
    const bool is_small = c >= 'a' && c <= 'z', is_letter = is_small || (c >= 'A' && c <= 'Z');
    if (!is_letter && c != '-' && c != '.' && c != '*' && c != '?') return false;
    *changed = *changed || is_small || c == '.';
    letters->push_back(is_small ? static_cast<char>(c - 'a' + 'A') : c == '.' ? '-' : c);
  }
  return true;
}

Result<std::vector<Sequence>> sequences_of(ByteView bytes, const std::string& path, bool* changed) {
  std::vector<Sequence> sequences;
  Lines lines(text_of(bytes));
  std::string_view line;
  while (lines.next(&line)) {
    if (line.starts_with('>')) {
      const std::string_view name = trimmed(line.substr(1));
      sequences.push_back({std::string(name.substr(0, name.find(' '))), {}});
    } else if (sequences.empty() || !add_letters(line, &sequences.back().letters, changed)) {
      return broken(path, "has no sequence in line " + std::to_string(lines.number()) +
                              ": write letters and - for gaps there, below a line that starts with >.");
    }
  }
  return sequences;
}

/// "COLUMN:NUMBER" of libsvm.
bool pair_in(std::string_view cell, std::size_t* column, double* value) {
  const auto colon = cell.find(':');
  double number = 0;
  if (colon == std::string_view::npos || !number_in(cell.substr(0, colon), &number) ||
      !number_in(cell.substr(colon + 1), value) || !(number >= 0 && number <= 1e9))
    return false;
  *column = static_cast<std::size_t>(number);
  return static_cast<double>(*column) == number;
}

/// What SVMlight's format has between label and columns: to which query of a ranking the row belongs.
bool is_query(std::string_view cell) {
  return cell.starts_with("qid:");
}

}  // namespace

bool looks_like_fasta(ByteView bytes) {
  return !bytes.empty() && bytes[0] == '>';
}

Result<Dataset> fasta_rows(ByteView bytes, const std::string& path) {
  bool changed = false;
  const auto sequences = sequences_of(bytes, path, &changed);
  if (!sequences) return Unexpected{sequences.error()};
  const std::size_t places = sequences->empty() ? 0 : sequences->front().letters.size();
  for (const Sequence& sequence : *sequences) {
    if (sequence.letters.size() == places && places > 0) continue;
    return broken(path, "has " + std::to_string(sequence.letters.size()) + " letters in the sequence " +
                            in_quotes(sequence.name) + " and " + std::to_string(places) +
                            " in its first: align the sequences, so that all have one length.");
  }
  if (places == 0) return broken(path, "holds no sequence: write letters below the lines that start with >.");
  std::vector<Words> columns;
  std::vector<std::string> names;
  for (std::size_t p = 0; p < places; ++p) {
    WordCounter counter;
    for (const Sequence& sequence : *sequences) counter.add({&sequence.letters[p], 1});
    columns.push_back(counter.ordered());
    names.push_back(std::to_string(p + 1));
  }
  Dataset data;
  data.name = file_name(path);
  data.order = RowOrder::Any;
  if (changed)
    data.notes.push_back("Small letters of " + path + " were read as capitals, and full stops as gaps.");
  if (auto set = set_categories(&data, columns, names, path); !set) return Unexpected{set.error()};
  return data;
}

bool looks_like_libsvm(ByteView bytes) {
  constexpr int kFirstRows = 100;
  Lines lines(text_of(bytes));
  std::string_view line;
  std::vector<std::string_view> cells;
  std::size_t column = 0;
  double value = 0;
  // The first rows may hold nothing but zeros, and so only their labels.
  for (int n = 0; n < kFirstRows && lines.next(&line); ++n) {
    cut_line(trimmed(line), ' ', 2, &cells);
    if (!number_in(cells[0], &value)) return false;
    if (cells.size() >= 2) return is_query(cells[1]) || pair_in(cells[1], &column, &value);
  }
  return false;
}

Result<Dataset> libsvm_rows(ByteView bytes, const SourceOptions& options, const std::string& path) {
  SparseNumbers numbers;
  std::size_t first = 1;
  bool has_queries = false;
  WordCounter labels;
  Lines lines(text_of(bytes));
  std::string_view line;
  std::vector<std::string_view> cells;
  while (lines.next(&line)) {
    line = line.substr(0, line.find('#'));  // a remark ends it
    cut_line(trimmed(line), ' ', bytes.size(), &cells);
    const bool has_query = cells.size() > 1 && is_query(cells[1]);
    has_queries = has_queries || has_query;
    for (std::size_t c = has_query ? 2 : 1; c < cells.size(); ++c) {
      std::size_t column = 0;
      double value = 0;
      if (!pair_in(cells[c], &column, &value) || !std::isfinite(static_cast<float>(value)))
        return broken(path, "says " + in_quotes(cells[c]) + " where COLUMN:NUMBER should be (line " +
                                std::to_string(lines.number()) + "): correct it.");
      first = std::min(first, column);
      numbers.width = std::max(numbers.width, column);
      numbers.columns.push_back(static_cast<std::uint32_t>(column));
      numbers.values.push_back(value);
    }
    double label = 0;
    if (!number_in(cells[0], &label))
      return broken(path, "has no label in line " + std::to_string(lines.number()) + ": put a number first.");
    labels.add(number_text(label));
    numbers.starts.push_back(numbers.columns.size());
  }
  if (numbers.columns.empty()) return broken(path, "holds no COLUMN:NUMBER: there is nothing to learn.");
  // Where a model learned columns from 0 on, rows without the first one have it, too.
  const Reading* learned = options.as_learned.get();
  if (learned != nullptr && learned->width > 0 && learned->from_zero) first = 0;
  if (first > 0) {
    for (std::uint32_t& column : numbers.columns) --column;
  } else {
    ++numbers.width;
  }
  // Its last columns may be 0 in all of these rows.
  if (learned != nullptr) numbers.width = std::max(numbers.width, learned->width);
  if (auto ok = check_width(numbers, path); !ok) return Unexpected{ok.error()};
  Dataset data = dataset_for(numbers, options, path);
  data.reading.from_zero = first == 0;
  if (has_queries) data.notes.push_back("The numbers of the queries (qid) in " + path + " were left out.");
  if (first == 0)
    data.notes.push_back("The columns of " + path + " were taken as counted from 0, for it has a column 0.");
  const bool is_sparse = is_large(numbers);
  data.notes.push_back(path + " holds sparse rows (libsvm): they were read " +
                       (is_sparse ? "without their zeros, for binary units." : "with all their zeros."));
  if (options.label != "none" && !set_labels(&data, labels.ordered()))
    data.notes.push_back("The first numbers of the lines of " + path + " have more than " +
                         std::to_string(kMostClasses) + " values: they were not taken as labels.");
  auto set = is_sparse ? set_sparse(&data, std::move(numbers), options, path)
                       : set_numbers(&data, with_zeros(numbers), options, path);
  if (!set) return Unexpected{set.error()};
  return data;
}

}  // namespace rbm
