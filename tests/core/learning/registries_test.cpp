// The registries of methods and optimizers: what stands in their rows is what the rest of the program goes by.
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "core/learning/estimators/estimator.hpp"

using namespace rbm;

namespace {

/// Rows in the order of the enumeration, with names of their own, a title and one sentence.
template <class Kinds>
void check_registry(const Kinds& kinds) {
  std::set<std::string> names, titles;
  for (std::size_t n = 0; n < kinds.size(); ++n) {
    const auto& kind = *kinds[n];
    CAPTURE(std::string(kind.name));
    CHECK(static_cast<std::size_t>(kind.id) == n);
    CHECK(&kind_of(kind.id) == &kind);
    CHECK(names.insert(kind.name).second);
    CHECK(titles.insert(kind.title).second);
    const std::string explanation = kind.explanation;
    CHECK(explanation.find('.') == explanation.size() - 1);
  }
}

}  // namespace

TEST_CASE("the rows of the registries stand in the order of their enumerations and describe themselves") {
  check_registry(method_kinds());
  check_registry(optimizer_kinds());
}

TEST_CASE("a method makes an estimator of its own, and says which settings it reads") {
  for (const MethodKind* kind : method_kinds()) {
    CAPTURE(std::string(kind->name));
    CHECK(kind->make() != nullptr);
    CHECK(kind->reads("chains") == kind->keeps_chains);
    CHECK_FALSE(kind->reads("learning_rate"));
  }
  CHECK(kind_of(Method::Fpcd).reads("fast_rate"));
  CHECK_FALSE(kind_of(Method::Pcd).reads("fast_rate"));
}

TEST_CASE("what a method cannot learn is refused with a sentence by the settings' own check") {
  TrainingSettings settings;
  settings.labels = true;
  for (const Method method : {Method::Fpcd, Method::Tempering}) {
    settings.method = method;
    const auto valid = validate(settings);
    REQUIRE_FALSE(valid.has_value());
    CHECK(valid.error().message.find("Label units") != std::string::npos);
  }
  settings.method = Method::Pcd;
  CHECK(validate(settings).has_value());
}

TEST_CASE("an optimizer turns a gradient into the change that its rule says") {
  const OptimizerStep step{.rate = 0.5f, .momentum = 0.5f, .age = 0};
  for (const OptimizerKind* kind : optimizer_kinds()) {
    CAPTURE(std::string(kind->name));
    float gradient[] = {2, -4}, first[] = {1, 1}, second[] = {0, 0};
    kind->step(step, gradient, first, kind->has_second_moment ? second : nullptr, 2);
    switch (kind->id) {
      case Optimizer::Sgd:  // m v + r g
        CHECK(gradient[0] == 1.5f);
        CHECK(gradient[1] == -1.5f);
        break;
      case Optimizer::Nesterov:  // m (m v + r g) + r g
        CHECK(gradient[0] == 1.75f);
        CHECK(gradient[1] == -2.75f);
        break;
      case Optimizer::Adam:  // m₁ = 0.9 + 0.1 g, m₂ = 0.001 g², both over what is left of their start
        CHECK(gradient[0] == doctest::Approx(0.5 * (0.9 + 0.2) / 0.1 / 2));
        CHECK(gradient[1] == doctest::Approx(0.5 * (0.9 - 0.4) / 0.1 / 4));
        break;
    }
  }
}
