#include "core/data/table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "core/data/csv_text.hpp"
#include "core/data/numbers.hpp"
#include "core/data/readers.hpp"

namespace rbm {
namespace {

constexpr std::array<std::string_view, 7> kIdNames{"", "id", "index", "idx", "no", "nr", "unnamed: 0"};
constexpr std::size_t kRowsOfAnIndex = 20;  // so many rows count up by chance hardly ever

class Roles {
 public:
  Roles(Table table, const SourceOptions& options, const std::string& path)
      : table_(std::move(table)), options_(options), path_(path), used_(table_.columns, true) {
    data_.name = file_name(path);
    data_.notes = table_.notes;
    data_.order = order_of_table(options);
  }

  Result<Dataset> rows() {
    take_amounts_as_numbers();
    const auto learned = take_learned_columns();
    if (!learned) return Unexpected{learned.error()};
    if (!*learned) {
      if (auto chosen = leave_out_columns(); !chosen) return Unexpected{chosen.error()};
    }
    if (table_.has_decimal_commas)
      data_.notes.push_back(path_ + " has commas in its numbers: they were taken as decimal points.");
    take_words_as_labels();
    if (auto sound = check_words(); !sound) return Unexpected{sound.error()};
    if (auto complete = leave_out_rows(); !complete) return Unexpected{complete.error()};
    if (auto set = set_cells(); !set) return Unexpected{set.error()};
    if (table_.label && !set_labels(&data_, words_of(*table_.label))) {
      return broken(path_, "has more than " + std::to_string(kMostClasses) +
                               " different labels: name another column with --label, or none.");
    }
    return std::move(data_);
  }

 private:
  std::size_t count() const { return table_.lines.size(); }
  bool is_feature(std::size_t c) const { return used_[c] && table_.label != c; }
  bool are_states() const { return reads_states(options_); }
  bool is_words(std::size_t c) const { return table_.words[c].has_value(); }
  std::size_t features() const {
    std::size_t n = 0;
    for (std::size_t c = 0; c < table_.columns; ++c) n += is_feature(c) ? 1 : 0;
    return n;
  }
  bool is_missing(std::size_t row, std::size_t c) const {
    return is_words(c) ? table_.words[c]->words().at(row).empty() : std::isnan(table_.number(row, c));
  }

  bool counts_rows(std::size_t c) const {
    if (is_words(c) && !are_states()) return false;
    double first = 0, value = 0;
    for (std::size_t r = 0; r < count(); ++r) {
      if (is_words(c) ? !number_in(table_.words[c]->words().at(r), &value)
                      : std::isnan(value = table_.number(r, c)))
        return false;
      if (r == 0) first = value;
      if (value != first + static_cast<double>(r)) return false;
    }
    return count() > 1;
  }

  /// A column that says which row it is, and nothing of the row.
  bool is_index(std::size_t c) const {
    if (count() >= kRowsOfAnIndex && counts_rows(c)) return true;
    if (table_.header.empty() || std::ranges::find(kIdNames, lower_case(table_.header[c])) == kIdNames.end())
      return false;
    if (is_words(c)) return counts_rows(c) || table_.words[c]->words().names.size() == count();
    if (counts_rows(c)) return true;
    std::set<double> seen;
    for (std::size_t r = 0; r < count(); ++r) {
      const double value = table_.number(r, c);
      if (value != std::floor(value) || !seen.insert(value).second) return false;
    }
    return count() >= kRowsOfAnIndex;
  }

  /// Of the model that the rows are for; null where it is none, or where the options choose the columns.
  const ReadColumns* learned() const {
    if (options_.as_learned == nullptr || options_.as_learned->columns.names.empty()) return nullptr;
    return options_.columns.empty() && options_.drop.empty() ? &options_.as_learned->columns : nullptr;
  }

  /// The columns that become units, in the order of the units.
  std::vector<std::size_t> chosen_columns() const {
    if (!learned_places_.empty()) return learned_places_;
    std::vector<std::size_t> chosen;
    for (std::size_t c = 0; c < table_.columns; ++c) {
      if (is_feature(c)) chosen.push_back(c);
    }
    return chosen;
  }

  /// Chooses the columns that the model learned, wherever they stand. False where the rows have none to go by.
  Result<bool> take_learned_columns() {
    const ReadColumns* wanted = learned();
    if (wanted == nullptr) return false;
    const std::size_t others = table_.label ? 1 : 0;
    const bool by_name = wanted->are_named && !table_.header.empty();
    if (by_name || (!wanted->are_named && table_.header.empty() && table_.columns == wanted->of)) {
      if (const auto places = table_.places(wanted->names)) {
        learned_places_ = *places;
        used_.assign(table_.columns, false);
        for (const std::size_t c : learned_places_) used_[c] = true;
        return true;
      }
    }
    std::string missing, some;
    for (const std::string& name : wanted->names) {
      const bool is_there = std::ranges::find(table_.header, name) != table_.header.end();
      if (!is_there && missing.empty()) missing = name;
      if (is_there && some.empty()) some = name;
    }
    if (by_name && !some.empty() && !missing.empty())
      return broken(path_, "has no column " + in_quotes(missing) + ", which the model learned beside " +
                               in_quotes(some) + ": give it all columns that the model learned.");
    if (table_.columns - others != wanted->names.size()) return false;
    if (by_name)
      data_.notes.push_back(
          "The columns of " + path_ +
          " have other names than those that the model learned: they were taken in their order.");
    return true;
  }

  Result<void> leave_out_columns() {
    const auto dropped = marked_columns(options_.drop, table_, path_),
               wanted = marked_columns(options_.columns, table_, path_);
    if (!dropped) return Unexpected{dropped.error()};
    if (!wanted) return Unexpected{wanted.error()};
    std::vector<std::string> empty, indices;
    for (std::size_t c = 0; c < table_.columns; ++c) {
      if (table_.label == c) continue;
      used_[c] = !(*dropped)[c] && (options_.columns.empty() || (*wanted)[c]);
      if (!used_[c] || !options_.columns.empty()) continue;
      bool is_empty = true;
      for (std::size_t r = 0; r < count() && is_empty; ++r) is_empty = is_missing(r, c);
      const bool index = !is_empty && features() > 1 && is_index(c);
      used_[c] = !is_empty && !index;
      if (is_empty) empty.push_back(table_.name(c));
      if (index) indices.push_back(table_.name(c));
    }
    if (!empty.empty())
      data_.notes.push_back("Empty columns of " + path_ + " were left out: " + listed(empty) + ".");
    if (!indices.empty())
      data_.notes.push_back("The column " + listed(indices) + " of " + path_ +
                            " only numbers the rows and was left out: --columns keeps it.");
    if (features() > 0) return {};
    return broken(path_, table_.label ? "has no column but the labels: add columns of numbers."
                                      : "has no column that is used: choose some with --columns.");
  }

  /// A column that is called as labels are, but holds more fractions than there are classes, is no label.
  void take_amounts_as_numbers() {
    const bool is_learned = options_.as_learned != nullptr && !options_.as_learned->columns.label.empty();
    if (!table_.label || !options_.label.empty() || is_learned || are_states()) return;
    const std::size_t c = *table_.label;
    const Words& words = table_.words[c]->words();
    if (words.names.size() <= kMostClasses) return;
    std::vector<double> values(count(), std::numeric_limits<double>::quiet_NaN());
    bool is_whole = true;
    for (std::size_t r = 0; r < count(); ++r) {
      if (words.at(r).empty()) continue;
      if (!number_in(words.at(r), &values[r], table_.has_decimal_commas)) return;
      is_whole = is_whole && values[r] == std::floor(values[r]);
    }
    if (is_whole) return;
    for (std::size_t r = 0; r < count(); ++r) table_.numbers[r * table_.columns + c] = values[r];
    table_.words[c].reset();
    table_.label.reset();
    data_.notes.push_back("The column " + in_quotes(table_.name(c)) + " of " + path_ +
                          " holds amounts: it was taken as one to learn, not as the labels.");
  }

  void take_words_as_labels() {
    if (table_.label || are_states() || options_.label == "none") return;
    std::vector<std::size_t> words;
    for (std::size_t c = 0; c < table_.columns; ++c) {
      if (is_feature(c) && is_words(c)) words.push_back(c);
    }
    if (words.size() != 1 || features() == 1) return;
    const auto& names = table_.words[words[0]]->words().names;
    double value = 0;
    const bool has_numbers = std::ranges::any_of(
        names, [&](const std::string& name) { return number_in(name, &value, table_.has_decimal_commas); });
    if (has_numbers || names.size() > kMostClasses || (names.size() == count() && count() > 2)) return;
    table_.label = words[0];
    data_.notes.push_back("The column " + in_quotes(table_.name(words[0])) + " of " + path_ +
                          " holds words: it was taken as the labels.");
  }

  /// Words among columns of numbers are a mistake of the file or of its options.
  Result<void> check_words() const {
    std::size_t first = table_.columns, words = 0;
    for (std::size_t c = table_.columns; c-- > 0;) {
      if (!is_feature(c) || !is_words(c)) continue;
      first = c;
      ++words;
    }
    if (words == 0 || are_states()) return {};
    if (words == features()) return check_no_numbers();
    const Words& column = table_.words[first]->words();
    const auto is_word = [&](std::size_t r) {
      double value = 0;
      return !column.at(r).empty() && !number_in(column.at(r), &value, table_.has_decimal_commas);
    };
    std::size_t row = 0;
    while (row + 1 < count() && !is_word(row)) ++row;
    return broken(path_,
                  "says " + in_quotes(column.at(row)) + " where a number should be (line " +
                      std::to_string(table_.lines[row]) + ", column " + std::to_string(first + 1) +
                      "): correct it, name that column as the labels, leave it out with --drop, or read "
                      "all columns as states with --categories.");
  }

  /// Numbers in a way of writing that is not known are no states with names.
  Result<void> check_no_numbers() const {
    for (std::size_t c = 0; c < table_.columns; ++c) {
      if (!is_feature(c)) continue;
      double value = 0;
      for (const std::string& name : table_.words[c]->words().names) {
        if (!nearly_number(name) || number_in(name, &value)) continue;
        return broken(path_, "says " + in_quotes(name) + " in column " + std::to_string(c + 1) +
                                 ": write numbers with a decimal point and no marks else, or read all "
                                 "columns as states with --categories.");
      }
    }
    return {};
  }

  /// An empty cell, NaN, or what the user said stands for a missing one.
  bool is_gap(std::size_t r, std::size_t c, double code) const {
    if (is_missing(r, c)) return true;
    double value = 0;
    if (!is_words(c)) return table_.number(r, c) == code;
    return number_in(table_.words[c]->words().at(r), &value) && value == code;
  }

  /// Rows without a label, and those without any cell or, where that was asked for, not with all.
  Result<void> leave_out_rows() {
    const double code = missing_code(options_);
    const std::vector<std::size_t> chosen = chosen_columns();
    kept_ = rows_that_stay(count(), chosen.size(), options_.complete,
                           [&](std::size_t r, std::size_t c) { return is_gap(r, chosen[c], code); });
    if (auto some = note_left_out(&data_, kept_, options_, path_); !some) return some;
    std::size_t unlabelled = 0;
    for (std::size_t r = 0; r < count(); ++r) {
      if (table_.label && kept_[r] && is_missing(r, *table_.label)) {
        kept_[r] = false;
        ++unlabelled;
      }
      for (const std::size_t c : chosen) {
        if (is_words(c) || is_gap(r, c, code) ||
            std::abs(table_.number(r, c)) <= std::numeric_limits<float>::max())
          continue;
        return broken(path_, "holds " + too_large_text(table_.number(r, c)) + " (line " +
                                 std::to_string(table_.lines[r]) + ", column " + std::to_string(c + 1) +
                                 "): replace it or remove its line.");
      }
    }
    if (unlabelled > 0)
      data_.notes.push_back(std::to_string(unlabelled) + " of " + std::to_string(count()) + " rows of " +
                            path_ +
                            " have no label and were left out; --label none takes them without labels.");
    if (std::ranges::find(kept_, true) == kept_.end())
      return broken(path_, "has no row with a label: --label none takes the rows without labels.");
    return {};
  }

  Words words_of(std::size_t c) const {
    const double code = table_.label == c ? std::numeric_limits<double>::quiet_NaN() : missing_code(options_);
    WordCounter counter;
    for (std::size_t r = 0; r < count(); ++r) {
      if (!kept_[r]) continue;
      if (is_gap(r, c, code))
        counter.add_missing();
      else
        counter.add(table_.words[c]->words().at(r));
    }
    return counter.ordered();
  }

  Result<void> set_cells() {
    const std::vector<std::size_t> chosen = chosen_columns();
    std::vector<std::string> names;
    for (const std::size_t c : chosen) names.push_back(table_.name(c));
    data_.reading.columns = {.names = names,
                             .are_named = !table_.header.empty(),
                             .of = table_.columns,
                             .label = table_.label ? table_.name(*table_.label) : ""};
    if (is_words(chosen[0])) {
      if (!are_states())
        data_.notes.push_back(path_ + " holds words: every column was read as states with names.");
      std::vector<Words> columns;
      for (const std::size_t c : chosen) columns.push_back(words_of(c));
      if (auto set = set_categories(&data_, columns, names, path_, options_.as_learned != nullptr); !set)
        return set;
      data_.reading.columns.names = data_.columns;
      finish_missing(&data_, path_);
      return {};
    }
    if (!table_.header.empty()) data_.columns = names;
    data_.shape = guessed_shape(static_cast<Index>(chosen.size()));
    table_.keep(kept_, chosen);
    if (auto taken = take_missing(&data_, &table_.numbers, chosen.size(), options_, path_); !taken)
      return taken;
    if (auto set = set_numbers(&data_, std::move(table_.numbers), options_, path_, NumbersOf::Table); !set)
      return set;
    finish_missing(&data_, path_);
    return {};
  }

  Table table_;
  const SourceOptions& options_;
  const std::string& path_;
  std::vector<bool> used_, kept_;
  std::vector<std::size_t> learned_places_;
  Dataset data_;
};

}  // namespace

Result<Dataset> rows_of_table(Table table, const SourceOptions& options, const std::string& path) {
  return Roles(std::move(table), options, path).rows();
}

}  // namespace rbm
