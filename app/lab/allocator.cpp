// What jemalloc, where the window is linked with it, does with memory that is freed: glibc keeps pages that have a hole
// among blocks in use, and a window that trains for hours grows by that.

// The name is jemalloc's. Freed pages go back to the system after a second, by a thread of its own; four arenas are
// enough for the threads that allocate.
extern "C" const char* malloc_conf;
const char* malloc_conf = "background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0,narenas:4";
