#include "core/data/words.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "core/data/csv_text.hpp"
#include "core/data/readers.hpp"

namespace rbm {
namespace {

/// Beyond it a double is not every whole number.
constexpr double kLargestExact = 9007199254740992;

}  // namespace

void WordCounter::add(std::string_view word) {
  auto found = numbers_.find(word);
  if (found == numbers_.end()) {
    found = numbers_.emplace(std::string(word), static_cast<std::uint32_t>(numbers_.size())).first;
    words_.names.push_back(found->first);
  }
  words_.codes.push_back(found->second);
}

void WordCounter::add_missing() {
  words_.codes.push_back(kNoWord);
}

Words WordCounter::ordered() const {
  struct Entry {
    bool is_word;
    double number;
    std::string name;
    bool operator<(const Entry& other) const {
      if (is_word != other.is_word) return !is_word;
      return is_word ? name < other.name : number < other.number;
    }
  };
  std::vector<Entry> entries;
  for (const std::string& name : words_.names) {
    double number = 0;
    // Larger ones are names: several of them are one double.
    const bool is_number = number_in(name, &number) && std::abs(number) <= kLargestExact;
    entries.push_back({!is_number, number, is_number ? number_text(number) : name});
  }
  std::vector<Entry> sorted = entries;
  std::ranges::sort(sorted, std::less<>());
  const auto same = [](const Entry& a, const Entry& b) { return !(a < b) && !(b < a); };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), same), sorted.end());
  Words out;
  for (const Entry& entry : sorted) out.names.push_back(entry.name);
  std::vector<std::uint32_t> place;
  for (const Entry& entry : entries)
    place.push_back(
        static_cast<std::uint32_t>(std::lower_bound(sorted.begin(), sorted.end(), entry) - sorted.begin()));
  for (const std::uint32_t code : words_.codes) out.codes.push_back(code == kNoWord ? kNoWord : place[code]);
  return out;
}

std::string number_text(double value) {
  char text[32];
  if (value == 0) value = 0;  // "-0" is 0
  const auto done = std::to_chars(text, text + sizeof text, value);
  return {text, done.ptr};
}

bool set_labels(Dataset* data, const Words& words) {
  if (words.names.size() > kMostClasses) return false;
  data->labels.assign(words.codes.begin(), words.codes.end());
  data->label_names = words.names;
  bool names_say_nothing = true;
  for (std::size_t c = 0; c < words.names.size(); ++c)
    names_say_nothing = names_say_nothing && words.names[c] == std::to_string(c);
  if (names_say_nothing) data->label_names.clear();
  return true;
}

Result<void> set_categories(Dataset* data, const std::vector<Words>& columns,
                            const std::vector<std::string>& names, const std::string& path, bool wants_all) {
  std::vector<const Words*> kept;
  std::vector<std::string> constant;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].names.size() > kMostStates) {
      return broken(path, "has " + std::to_string(columns[c].names.size()) +
                              " different entries in the column " + in_quotes(names[c]) +
                              ", and a column of categories has at most " + std::to_string(kMostStates) +
                              ": leave it out with --drop, or merge some.");
    }
    if (columns[c].names.size() < 2 && !wants_all) {
      constant.push_back(names[c]);
      continue;
    }
    kept.push_back(&columns[c]);
    data->columns.push_back(names[c]);
    data->state_names.push_back(columns[c].names);
  }
  if (kept.empty())
    return broken(path, "has no column with two different entries: there is nothing to learn.");
  if (!constant.empty())
    data->notes.push_back("Columns of " + path + " that never change were left out: " + listed(constant) +
                          ".");
  data->reading.is_categorical = true;
  const std::size_t rows = kept.front()->codes.size();
  if (auto ok = fits(path, rows, kept.size(), 1); !ok) return ok;
  data->shape = {1, static_cast<int>(kept.size()), 1};
  data->pixels.resize(rows * kept.size());
  for (std::size_t c = 0; c < kept.size(); ++c) {
    for (std::size_t r = 0; r < rows; ++r) {
      const std::size_t cell = r * kept.size() + c;
      if (kept[c]->codes[r] == kNoWord) {
        if (!data->has_missing()) data->missing.assign(data->pixels.size(), 0);
        data->missing[cell] = 1;
      } else {
        data->pixels[cell] = static_cast<std::uint8_t>(kept[c]->codes[r]);
      }
    }
  }
  return {};
}

std::string enumerated(const std::vector<std::string>& texts) {
  constexpr std::size_t kShown = 6;
  std::string text;
  for (std::size_t n = 0; n < std::min(kShown, texts.size()); ++n) text += (n == 0 ? "" : ", ") + texts[n];
  return texts.size() > kShown ? text + " and " + std::to_string(texts.size() - kShown) + " more" : text;
}

std::string listed(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(in_quotes(name));
  return enumerated(quoted);
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kShown = 24;
  std::string out(text.substr(0, kShown));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~') c = '?';
  }
  return "\"" + out + (text.size() > kShown ? "…\"" : "\"");
}

}  // namespace rbm
