#include "core/data/png_text.hpp"

#include <zlib.h>

#include <string_view>

#include "core/files/text.hpp"

namespace rbm {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8), kKind = "iTXt";
constexpr std::size_t kFrame = 12;  // length, kind and checksum of a chunk

void add_number(std::string& out, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(number >> shift & 0xffU);
}

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = out << 8 | static_cast<unsigned char>(bytes[at + i]);
  return out;
}

/// Of kind and content, as PNG has it.
std::uint32_t checksum_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      ::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

std::string chunk_of(const std::string& keyword, const std::string& text) {
  // Keyword, not compressed, by no method, in no told language, with no translated keyword.
  std::string content(kKind);
  content += keyword;
  content.append(5, '\0');
  content += to_utf8(text);
  std::string out;
  add_number(out, static_cast<std::uint32_t>(content.size() - kKind.size()));
  out += content;
  add_number(out, checksum_of(content));
  return out;
}

}  // namespace

std::string with_png_texts(std::string png, const std::map<std::string, std::string>& texts) {
  const std::size_t header = kSignature.size() + kFrame + 13;  // the first chunk must stay the first
  if (!png.starts_with(kSignature) || png.size() < header) return png;
  std::string chunks;
  for (const auto& [keyword, text] : texts) chunks += chunk_of(keyword, text);
  png.insert(header, chunks);
  return png;
}

std::map<std::string, std::string> png_texts(std::span<const std::uint8_t> png) {
  std::map<std::string, std::string> out;
  const std::string_view bytes(reinterpret_cast<const char*>(png.data()), png.size());
  if (!bytes.starts_with(kSignature)) return out;
  for (std::size_t at = kSignature.size(); at + kFrame <= bytes.size();) {
    const std::size_t length = number_at(bytes, at);
    if (length > bytes.size() - at - kFrame) break;
    const std::string_view content = bytes.substr(at + 4, 4 + length);
    const bool is_whole = number_at(bytes, at + 8 + length) == checksum_of(content);
    at += kFrame + length;
    if (!content.starts_with(kKind) || !is_whole) continue;
    const std::string_view told = content.substr(kKind.size());
    const std::size_t end = told.find('\0');
    if (end == std::string_view::npos || told.substr(end, 5) != std::string_view("\0\0\0\0\0", 5)) continue;
    out[std::string(told.substr(0, end))] = from_utf8(told.substr(end + 5));
  }
  return out;
}

}  // namespace rbm
