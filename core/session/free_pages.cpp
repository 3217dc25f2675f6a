#include "core/session/free_pages.hpp"

#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace rbm {

void give_back_free_pages() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace rbm
