// The text of TOML files that people write: presets and preferences. Any thread.
#pragma once

#include <string>

#include "core/result.hpp"

namespace rbm {

/// The text of a file, to be parsed. Fails with a sentence that names the file where it cannot be read, or is larger or
/// deeper than any such file is: the parser follows every level with a call of itself.
Result<std::string> read_toml_text(const std::string& path);

}  // namespace rbm
