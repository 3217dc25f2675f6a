// JSON that stands in files: headers of tensors, metadata, journals. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace rbm {

/// The value of a text; one that is_discarded() where it is no JSON, or nested deeper than in any file of this program:
/// what copies, compares or prints a value follows every level with a call of itself. Never throws what the library
/// throws.
nlohmann::json json_from(std::string_view text);

}  // namespace rbm
