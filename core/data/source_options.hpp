// SourceOptions: how a data set is made from its source, where there is a choice. A plain value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace rbm {

struct SourceOptions {
  int size = 0;            // side to which images are cropped and resized; 0: as they are
  int patch = 0;           // side of patches cut at random places; 0: whole images (8 for one large picture)
  int patches = 50000;     // how many patches
  std::uint64_t seed = 1;  // of patches, of the order of a folder's pictures, of synthetic sets
  std::string label;       // CSV: column of the labels, by name or counted from 1; "none"; empty: by its name
  bool grey = false;       // colour pictures are read as grey ones

  bool operator==(const SourceOptions&) const = default;
};

/// The first option outside its range, as one sentence.
Result<void> validate(const SourceOptions& options);

/// One text for a model's metadata, "size=32 patch=8", empty for the defaults, and back. A text from
/// elsewhere that holds something unknown fails.
std::string text_of(const SourceOptions& options);
Result<SourceOptions> source_options_from(const std::string& text);

}  // namespace rbm
