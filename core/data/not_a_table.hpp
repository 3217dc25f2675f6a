// Text that is no table: web pages, JSON, pointers to large files and the like, told by how it begins. Internal to
// core/data.
#pragma once

#include <string>
#include <string_view>

#include "core/data/dataset.hpp"

namespace rbm {

/// Fails, with the remedy, on text that begins as another format does, and on rows of libsvm whose first line
/// cannot be read as one, such as those with a column number out of range.
Result<void> check_is_table(std::string_view text, const std::string& path);

}  // namespace rbm
