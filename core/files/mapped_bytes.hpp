// MappedBytes: bytes in pages of their own. For what lives long among blocks that come and go: on the heap it would leave
// holes that nothing fits into, and keep what was freed beside it from the system. Reads from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace rbm {

class MappedBytes {
 public:
  MappedBytes() = default;
  /// Copies of the parts, one behind the other. Throws std::bad_alloc where there is no memory.
  explicit MappedBytes(std::span<const std::string_view> parts);
  ~MappedBytes();
  MappedBytes(MappedBytes&& other) noexcept;
  MappedBytes& operator=(MappedBytes&& other) noexcept;

  std::span<const std::uint8_t> bytes() const { return {static_cast<const std::uint8_t*>(pages_), size_}; }
  /// Of all its pages.
  std::size_t bytes_in_memory() const { return whole_; }

 private:
  void* pages_ = nullptr;
  std::size_t size_ = 0, whole_ = 0;
};

}  // namespace rbm
