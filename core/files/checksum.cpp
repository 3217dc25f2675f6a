#include "core/files/checksum.hpp"

#include <cstdio>

namespace rbm {

std::string hexadecimal(std::uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

std::string Checksum::text() const {
  return hexadecimal(value());
}

}  // namespace rbm
