#include "core/model/version.hpp"

#include "core/version.hpp"

namespace rbm {

std::string_view version() {
  return RBM_VERSION;
}

}  // namespace rbm
