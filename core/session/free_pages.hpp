// What the C library keeps of freed memory goes back to the system. Any thread.
#pragma once

namespace rbm {

/// Takes some milliseconds, in which others wait that allocate. Does nothing where the C library is not glibc.
void give_back_free_pages();

}  // namespace rbm
