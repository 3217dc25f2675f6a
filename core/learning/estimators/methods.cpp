#include "core/learning/estimators/methods.hpp"

#include <algorithm>
#include <string>
#include <vector>

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

std::optional<Method> method_that_suits(const TrainingSettings& settings, const Dataset& data) {
  for (const MethodKind* kind : kMethods) {
    if (kind->suits != nullptr && (kind->learns_labels || !settings.labels) && kind->suits(settings, data))
      return kind->id;
  }
  return std::nullopt;
}

Result<void> check_method(const TrainingSettings& settings) {
  const MethodKind& kind = kind_of(settings.method);
  if (!settings.labels || kind.learns_labels) return {};
  std::vector<Choice> able;
  for (const MethodKind* other : method_kinds()) {
    if (other->learns_labels) able.push_back({other->name, other->title, other->explanation});
  }
  return fail(ErrorCode::BadArgument,
              "Label units learn with the methods " + listed(able, "and") + ": choose one of them.");
}

Result<void> check_method(const TrainingSettings& settings, const Dataset& data) {
  const MethodKind& kind = kind_of(settings.method);
  return kind.check != nullptr ? kind.check(settings, data) : Result<void>{};
}

}  // namespace rbm
