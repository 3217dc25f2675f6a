// The input as a regular file without a place on the disk, for what is read by its path.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "core/result.hpp"

/// The path of the file that holds the input until the next call.
inline std::string as_file(const std::uint8_t* data, std::size_t size) {
  static const int file = ::memfd_create("fuzz", 0);
  RBM_ASSERT(file >= 0 && ::ftruncate(file, 0) == 0);
  RBM_ASSERT(::pwrite(file, data, size, 0) == static_cast<ssize_t>(size));
  return "/proc/self/fd/" + std::to_string(file);
}

/// What must hold of every error that such a file gives: one sentence that names it.
inline void check(const rbm::Error& error, const std::string& path) {
  RBM_ASSERT(error.message.starts_with(path) && error.message.ends_with("."));
}
