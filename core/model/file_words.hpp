// FileWords: what the metadata of a model file or a checkpoint say, as values. One reader for all fields: one that is
// missing is what the caller takes for it; one of another kind, out of its range, or against the tensors is an error that
// names the file, the field and what it says, and is never replaced. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/model/model.hpp"
#include "core/result.hpp"

namespace rbm {

class FileWords {
 public:
  /// Both outlive it.
  FileWords(const std::map<std::string, std::string>& metadata, const std::string& path)
      : metadata_(metadata), path_(path) {}

  bool has(const char* key) const { return metadata_.contains(key); }

  /// A whole number from 0 on.
  Result<std::uint64_t> number(const char* key, std::uint64_t otherwise) const;
  /// A finite number from 0 on.
  Result<float> amount(const char* key, float otherwise) const;
  /// Whole numbers with one space between them; none where it is missing.
  Result<std::vector<std::uint64_t>> numbers(const char* key) const;
  /// "28x28x1" of so many visible units: sides from 1 on, and one channel or three. Missing: a square, or one row.
  Result<ImageShape> image_shape(const char* key, Index visible) const;
  /// A JSON list of so many texts; an empty one where it is missing. `of` says of what, in the plural.
  Result<std::vector<std::string>> names(const char* key, Index count, const char* of) const;
  /// Such a list for each of `counts`.
  Result<std::vector<std::vector<std::string>>> name_lists(const char* key, const std::vector<Index>& counts,
                                                           const char* of) const;

  /// "m.safetensors cannot be read: its `key` says "wurst", which …."
  Unexpected refused(const char* key, const std::string& why) const;

 private:
  const std::map<std::string, std::string>& metadata_;
  const std::string& path_;
};

}  // namespace rbm
