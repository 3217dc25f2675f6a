// What the C library keeps of freed memory goes back to the system. Does nothing where the C library is not glibc.
#pragma once

namespace rbm {

/// Once, before there are other threads: what is large goes back as soon as it is freed, and leaves no hole among what
/// is not. Else the library learns to keep blocks as large as those that it has seen.
void give_back_large_blocks_at_once();

/// What is small and free by now. Any thread; takes some milliseconds, in which others wait that allocate.
void give_back_free_pages();

}  // namespace rbm
