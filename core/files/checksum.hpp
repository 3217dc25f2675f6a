// A checksum that tells damage and other data apart, not malice. Pure; any thread.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace rbm {

/// 64 bits of everything that was added, in its order. The same on every machine that is little endian.
class Checksum {
 public:
  void add(std::span<const std::uint8_t> bytes) {
    add(std::uint64_t{bytes.size()});
    while (bytes.size() >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data(), 8);
      add(word);
      bytes = bytes.subspan(8);
    }
    std::uint64_t rest = 0;
    if (!bytes.empty()) std::memcpy(&rest, bytes.data(), bytes.size());
    add(rest);
  }
  void add(std::string_view text) {
    add(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
  }
  // Each step is one-to-one in the word and in the state, so no single change is ever lost.
  void add(std::uint64_t word) {
    state_ = (state_ ^ word) * 0x9e3779b97f4a7c15u;
    state_ ^= state_ >> 32;
  }
  std::uint64_t value() const {
    const std::uint64_t mixed = (state_ ^ state_ >> 29) * 0xbf58476d1ce4e5b9u;
    return mixed ^ mixed >> 32;
  }
  /// value() as 16 hexadecimal digits.
  std::string text() const;

 private:
  std::uint64_t state_ = 0x6a09e667f3bcc908u;
};

template <class Bytes>
std::uint64_t checksum(Bytes bytes) {
  Checksum sum;
  sum.add(bytes);
  return sum.value();
}

/// A number as 16 hexadecimal digits.
std::string hexadecimal(std::uint64_t value);

}  // namespace rbm
