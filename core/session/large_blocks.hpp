// How the C library goes about large blocks of memory.
#pragma once

namespace rbm {

/// Once, before there are other threads: what is large goes back to the system as soon as it is freed, and leaves no hole
/// among what is not. Else the library learns to keep blocks as large as those that it has seen. Does nothing where
/// another library allocates than glibc.
void give_back_large_blocks_at_once();

}  // namespace rbm
