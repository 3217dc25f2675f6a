// The readers of arrays and of tables as their tests call them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/data/readers.hpp"
#include "tests/core/data/files.hpp"

namespace reading {

inline rbm::Result<rbm::Dataset> npy(const std::string& file, const rbm::SourceOptions& options = {}) {
  return rbm::npy_images(files::bytes(file), options, "a.npy");
}
inline rbm::Result<rbm::Dataset> csv(const std::string& text, const rbm::SourceOptions& options = {}) {
  return rbm::csv_rows(files::bytes(text), options, "a.csv");
}
template <class T>
std::string array_of(const std::string& type, const std::string& shape, const std::vector<T>& values) {
  return files::npy(type, shape, files::raw(values));
}
inline bool notes_say(const rbm::Dataset& data, const std::string& part) {
  return std::ranges::any_of(data.notes, [&](const std::string& note) {
    return note.ends_with('.') && note.find(part) != std::string::npos;
  });
}

}  // namespace reading
