// Words by number, and what they become: classes of rows, states of columns. Internal to core/data.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/dataset.hpp"

namespace rbm {

inline constexpr std::size_t kMostClasses = 256, kMostStates = 64;

/// The code of a missing word.
inline constexpr std::uint32_t kNoWord = ~std::uint32_t{0};

/// One word a row: names[codes[row]], or kNoWord.
struct Words {
  std::vector<std::string> names;
  std::vector<std::uint32_t> codes;

  const std::string& at(std::size_t row) const { return names[codes[row]]; }
};

/// Gives every new word the next number.
class WordCounter {
 public:
  void add(std::string_view word);
  void add_missing();
  /// With the names in order: numbers ascending, each written in one way ("2" for "2.0"), then words sorted.
  Words ordered() const;
  const Words& words() const { return words_; }

 private:
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
  Words words_;
};

/// A number as it is written in a name: "2", "0.5".
std::string number_text(double value);

/// The classes of the rows, named where their numbers do not say it all; false where there are more than
/// kMostClasses of them.
bool set_labels(Dataset* data, const Words& words);

/// Columns of words as rows of categories, in the order given; columns of one word are left out and noted, unless all
/// are wanted, by a model that learned other rows. Words that are missing are missing cells.
/// `names` has the name of every column. Fails on a column of more than kMostStates words, and where no
/// column is left.
Result<void> set_categories(Dataset* data, const std::vector<Words>& columns,
                            const std::vector<std::string>& names, const std::string& path,
                            bool wants_all = false);

/// "a, b, c and 7 more", for notes.
std::string enumerated(const std::vector<std::string>& texts);
/// The same of names, each in quotes.
std::string listed(const std::vector<std::string>& names);

/// What of a file's text may stand in a message, in quotes.
std::string in_quotes(std::string_view text);

}  // namespace rbm
