#include "core/files/json_text.hpp"

#include <nlohmann/json.hpp>

namespace rbm {
namespace {

constexpr int kMostJsonLevels = 100;

/// Brackets within strings are none.
bool is_too_deep(std::string_view text) {
  int levels = 0;
  bool is_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_string) {
      if (c == '\\') ++i;
      if (c == '"') is_string = false;
    } else if (c == '"') {
      is_string = true;
    } else if (c == '[' || c == '{') {
      if (++levels > kMostJsonLevels) return true;
    } else if (c == ']' || c == '}') {
      --levels;
    }
  }
  return false;
}

}  // namespace

nlohmann::json json_from(std::string_view text) {
  if (is_too_deep(text)) return nlohmann::json::value_t::discarded;
  return nlohmann::json::parse(text, nullptr, false);
}

}  // namespace rbm
