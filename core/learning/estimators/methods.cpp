#include "core/learning/estimators/methods.hpp"

#include <algorithm>

namespace rbm {

bool MethodKind::reads(std::string_view setting) const {
  return std::ranges::find(own_settings, setting) != own_settings.end();
}

const MethodKind& kind_of(Method method) {
  return *kMethods[static_cast<std::size_t>(method)];
}

}  // namespace rbm
