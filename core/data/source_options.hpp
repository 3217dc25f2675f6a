// SourceOptions: how a data set is made from its source, where there is a choice. A plain value.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/data/reading.hpp"
#include "core/result.hpp"

namespace rbm {

/// Ends of the ranges of size, patch and patches.
inline constexpr int kLargestSourceSide = 4096, kMostPatches = 100'000'000;

struct SourceOptions {
  int size = 0;            // side to which images are cropped and resized; 0: as they are
  int patch = 0;           // side of patches cut at random places; 0: whole images (8 for one large picture)
  int patches = 50000;     // how many patches
  std::uint64_t seed = 1;  // of patches, of the order of a folder's pictures, of synthetic sets
  std::string label;  // tables: column of the labels, by name or counted from 1; "none"; empty: by its name
  bool grey = false;  // colour pictures are read as grey ones
  bool categories = false;  // whole numbers and words of a table are states with names, not amounts
  std::string columns;      // tables: only these columns, names or numbers from 1 or 3-7, commas between
  std::string drop;         // tables: not these columns
  std::string range;        // "LOW:HIGH", what becomes 0 and 1 (black and white); empty: told from the data
  std::string missing;      // tables: a number that stands for a missing one, as an empty cell and NaN do
  bool complete =
      false;          // rows with missing cells are left out; otherwise they keep the cells that they have
  std::string order;  // "file": validation is the last rows, whatever their order; empty: see split()
  std::string part;   // "test": the x_test of an archive in place of its x_train

  // Rows for a model that learned others, which are taken as those were; null: by what they hold. No option that the
  // user gives, so that it is in no text of them.
  std::shared_ptr<const Reading> as_learned;

  bool operator==(const SourceOptions&) const = default;
};

/// The numbers that options.range says become 0 and 1.
struct NumberRange {
  double low = 0, high = 1;
};
/// "LOW:HIGH", or nothing when that is none: two finite numbers, the second greater.
std::optional<NumberRange> range_from(const std::string& text);

/// The first option outside its range, as one sentence.
Result<void> validate(const SourceOptions& options);

/// The first option that only other sources than this one read, as one sentence: what would do nothing is not
/// taken without a word. `read` are those of label, columns, drop, range, missing, categories and part that the
/// source reads, with blanks between; the label "none", and the other options, have a meaning for all.
Result<void> check_read(const SourceOptions& options, std::string_view read, const std::string& source);

/// One text for a model's metadata, "size=32 patch=8", empty for the defaults, and back. A text from
/// elsewhere that holds something unknown fails.
std::string text_of(const SourceOptions& options);
Result<SourceOptions> source_options_from(const std::string& text);

}  // namespace rbm
