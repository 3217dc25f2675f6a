#include "core/files/mapped_bytes.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <new>
#include <utility>

namespace rbm {

MappedBytes::MappedBytes(std::span<const std::string_view> parts) {
  for (const std::string_view part : parts) size_ += part.size();
  if (size_ == 0) return;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  whole_ = (size_ + page - 1) / page * page;
  // Populated at once: one call in place of a fault for each page.
  void* const pages =
      ::mmap(nullptr, whole_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (pages == MAP_FAILED) throw std::bad_alloc();
  pages_ = pages;
  auto* to = static_cast<char*>(pages);
  for (const std::string_view part : parts) to = std::ranges::copy(part, to).out;
}

MappedBytes::~MappedBytes() {
  if (pages_ != nullptr) ::munmap(pages_, whole_);
}

MappedBytes::MappedBytes(MappedBytes&& other) noexcept
    : pages_(std::exchange(other.pages_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      whole_(std::exchange(other.whole_, 0)) {}

MappedBytes& MappedBytes::operator=(MappedBytes&& other) noexcept {
  std::swap(pages_, other.pages_);
  std::swap(size_, other.size_);
  std::swap(whole_, other.whole_);
  return *this;
}

}  // namespace rbm
