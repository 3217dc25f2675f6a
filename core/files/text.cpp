#include "core/files/text.hpp"

#include <cstdint>
#include <cstdio>

namespace rbm {
namespace {

constexpr std::uint32_t kFirstByte = 0xef80, kLastByte = 0xefff, kOffset = 0xef00;

/// The character that begins at `at`, and its length; a length of 0 where it is no UTF-8.
struct Decoded {
  std::uint32_t code = 0;
  std::size_t length = 0;
};

Decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<std::uint8_t>(text[at + i]) : std::uint8_t{0};
  };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return {};
  std::uint32_t code = first & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3fu);
  }
  const bool is_overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (is_overlong || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff) return {};
  return {code, length};
}

void append_three(std::uint32_t code, std::string* out) {
  out->push_back(static_cast<char>(0xe0 | code >> 12));
  out->push_back(static_cast<char>(0x80 | (code >> 6 & 0x3f)));
  out->push_back(static_cast<char>(0x80 | (code & 0x3f)));
}

bool is_risky(std::uint32_t code) {
  const bool is_control = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const bool turns = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return is_control || turns || code == 0x2028 || code == 0x2029;
}

void append_escaped(const char* format, std::uint32_t code, std::string* out) {
  char text[16];
  std::snprintf(text, sizeof text, format, code);
  *out += text;
}

}  // namespace

std::string to_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size();) {
    const Decoded found = decode(bytes, at);
    if (found.length > 0 && (found.code < kFirstByte || found.code > kLastByte)) {
      out += bytes.substr(at, found.length);
      at += found.length;
    } else {
      append_three(kOffset + static_cast<std::uint8_t>(bytes[at]), &out);
      ++at;
    }
  }
  return out;
}

std::string from_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Decoded found = decode(text, at);
    const std::size_t length = found.length > 0 ? found.length : 1;
    if (found.code >= kFirstByte && found.code <= kLastByte)
      out.push_back(static_cast<char>(found.code - kOffset));
    else
      out += text.substr(at, length);
    at += length;
  }
  return out;
}

std::string printable(std::string_view text, bool lines) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Decoded found = decode(text, at);
    if (found.length == 0)
      append_escaped("\\x%02x", static_cast<std::uint8_t>(text[at]), &out);
    else if (is_risky(found.code) && !(lines && found.code == '\n'))
      append_escaped("\\u%04x", found.code, &out);
    else
      out += text.substr(at, found.length);
    at += found.length > 0 ? found.length : 1;
  }
  return out;
}

std::string shortened(std::string_view text) {
  constexpr std::size_t kMostShown = 60;
  if (text.size() <= kMostShown) return std::string(text);
  std::size_t end = kMostShown;
  while (end > kMostShown - 4 && (static_cast<std::uint8_t>(text[end]) & 0xc0) == 0x80)
    --end;  // whole characters
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace rbm
