#include "core/learning/estimators/methods.hpp"

#include <algorithm>
#include <string>

#include "core/learning/settings.hpp"

namespace rbm {

bool MethodKind::reads(std::string_view setting) const {
  return std::ranges::find(own_settings, setting) != own_settings.end();
}

const MethodKind& kind_of(Method method) {
  return *kMethods[static_cast<std::size_t>(method)];
}

Method method_that_crosses() {
  return (*std::ranges::find_if(kMethods, &MethodKind::crosses_modes))->id;
}

Result<void> check_method(const TrainingSettings& settings) {
  const MethodKind& kind = kind_of(settings.method);
  if (settings.labels && !kind.learns_labels) {
    std::string able;
    for (const MethodKind* other : method_kinds()) {
      if (other->learns_labels) able += (able.empty() ? "" : " and ") + std::string(other->name);
    }
    return fail(ErrorCode::BadArgument,
                "Label units learn with the methods " + able + ": choose one of them.");
  }
  return kind.check != nullptr ? kind.check(settings) : Result<void>{};
}

}  // namespace rbm
