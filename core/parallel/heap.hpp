// The C library's heap, for programs that run for hours: what they need to keep it small. Any thread.
#pragma once

#include <cstddef>

namespace rbm {

/// At the start of a program: a block of so many bytes or more is mapped by itself from then on, and goes back to the
/// system as soon as it is freed. Otherwise glibc raises that size to the largest block that was ever freed, and what
/// lives long among shorter-lived blocks leaves holes that nothing fits into. Does nothing with another library.
void map_large_blocks(std::size_t bytes);

/// Free pages go back to the system; the library alone would keep them.
void give_back_free_pages();

}  // namespace rbm
