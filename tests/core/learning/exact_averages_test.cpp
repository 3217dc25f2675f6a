// The method exact, against enumeration: its gradient, its samples, and that no mode of the data is lost.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/evaluation/exact_gradient.hpp"
#include "core/learning/method_gradient.hpp"
#include "core/learning/training_data.hpp"
#include "core/model/enumeration.hpp"
#include "core/model/units/visible_units.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/learning/training_runs.hpp"

using namespace rbm;
using oracle::flattened;

namespace {

/// Rows of independent units, of the kind that the model has.
States random_states(const Model& model, Index rows) {
  States v = empty_states(units_of(model), rows, model.visible());
  ThreadPool pool(1);
  units_of(model).draw_noise(model, {3, Stream::Window, 0}, v, pool);
  return v;
}

Model model_of(VisibleType type, Index visible, Index hidden) {
  Model model = oracle::random_model(visible, hidden, 0.7, 0.5, 6);
  model.visible_type = type;
  if (units_of(type).has_variances()) model.log_variance = 0.6f * Eigen::VectorXf::Random(visible);
  if (units_of(type).learns() == DataForm::Categories) {
    std::vector<std::vector<std::string>> names;
    for (Index unit = 0; unit < visible / 3; ++unit) names.push_back({"a", "b", "c"});
    model.states = std::make_shared<const UnitStates>(UnitStates{names, {}});
  }
  return model;
}

TrainingSettings exact() {
  TrainingSettings s;
  s.method = Method::Exact;
  return s;
}

}  // namespace

TEST_CASE("the gradient of the method exact is the exact one, for every kind of units and either layer") {
  ThreadPool pool(2);
  for (const VisibleKind& kind : kVisibleKinds) {
    for (const auto& [visible, hidden] : {std::pair<Index, Index>{12, 4}, {12, 11}, {6, 13}}) {
      CAPTURE(std::string(kind.units().name()));
      CAPTURE(visible);
      CAPTURE(hidden);
      const Model model = model_of(kind.type, visible, hidden);
      const States v = random_states(model, 30);
      const auto told = exact_gradient(model, v, pool);
      REQUIRE(told);
      const auto found = method_gradient(model, v, exact(), {.repeats = 1}, told->gradient, pool);
      REQUIRE(found);
      Gradient distance = told->gradient;
      distance *= -1;
      distance += found->mean;
      CHECK(std::sqrt(distance.squared_norm() / told->gradient.squared_norm()) < 1e-5);
    }
  }
}

TEST_CASE("what stands for the chains of the method exact are independent samples of the model") {
  for (const auto& [visible, hidden] : {std::pair<Index, Index>{3, 2}, {3, 5}}) {
    CAPTURE(hidden);
    const Model model = oracle::random_model(visible, hidden, 1, 0.5, 2);
    TrainingSettings s = exact();
    s.batch = 10000;
    s.learning_rate = 0;
    s.average = 0;
    s.binarization = Binarization::Threshold;
    Trainer trainer(s, oracle::dataset_of({1, 3, 1}, {"101", "010"}, 5000), model);
    ThreadPool pool(2);
    REQUIRE(trainer.step(pool));
    std::vector<double> counts(8, 0);
    for (Index r = 0; r < s.batch; ++r) ++counts[oracle::state_number(trainer.chain_states().bits, r)];
    // Seven degrees of freedom: beyond 40 once in a million.
    CHECK(oracle::chi_square(counts, oracle::Enumeration(model).p_v()) < 40);
    CHECK(trainer.chain_age() == 0);
  }
}

TEST_CASE("runs of the method exact have the same bits for any number of threads, and resume to them") {
  const auto data = oracle::grey_dataset(200);
  for (const Optimizer optimizer : {Optimizer::Sgd, Optimizer::Adam}) {
    TrainingSettings s = oracle::small_run();
    s.method = Method::Exact;
    s.hidden = 11;
    s.optimizer = optimizer;
    s.learning_rate = 0.01f;
    s.momentum = 0.5f;
    s.l2 = 0.001f;
    s.sparsity_cost = 0.1f;
    const auto whole = oracle::trained(s, data, 12, 2);
    const auto half = oracle::trained(s, data, 6, 1);
    auto resumed = Trainer::resume(half->checkpoint(), data, "memory");
    REQUIRE(resumed);
    ThreadPool pool(3);
    for (int t = 0; t < 6; ++t) REQUIRE((*resumed)->step(pool));
    CHECK(flattened(whole->model()) == flattened((*resumed)->model()));
    CHECK(flattened(whole->averaged()) == flattened((*resumed)->averaged()));
    CHECK(whole->chain_states().bits == (*resumed)->chain_states().bits);
  }
}

TEST_CASE("a run that leaves the method exact learns from its chains again") {
  const auto data = oracle::grey_dataset(200);
  TrainingSettings s = oracle::small_run();
  s.hidden = 8;
  s.decay_updates = 0;
  s.method = Method::Exact;
  ThreadPool pool(1);
  Trainer trainer(s, data);
  REQUIRE(trainer.step(pool));
  s.method = Method::Cd;
  trainer.configure(s);
  REQUIRE(trainer.step(pool));
  const Gradient by_chains = trainer.last_gradient(pool);
  s.seed = 5;
  Trainer fresh(s, data);
  REQUIRE(fresh.step(pool));
  const Gradient other = fresh.last_gradient(pool);
  // The mean of v over so many chains of bits is a whole number of them.
  for (const Gradient* g : {&by_chains, &other}) {
    const double on = g->visible_bias[0] * s.batch;
    CHECK(std::abs(on - std::round(on)) < 1e-4);
  }
}

TEST_CASE("the method exact refuses layers that are too large, and says which") {
  const auto refused = [](const TrainingSettings& settings, const Dataset& data, const char* text) {
    const auto fits = check_fits(settings, data);
    REQUIRE_FALSE(fits);
    CHECK(fits.error().message.find(text) != std::string::npos);
    CHECK(fits.error().message.find("pcd or tempering") != std::string::npos);
  };
  TrainingSettings s = exact();
  s.batch = 2;
  s.hidden = 17;
  refused(s, *oracle::grey_dataset(20), "72 visible and 17 hidden units");
  const auto few = oracle::dataset_of({4, 4, 1}, oracle::bars_and_stripes(4));
  s.hidden = 300;
  CHECK(check_fits(s, *few));  // of which all visible states can be counted
  s.visible = VisibleType::Gaussian;
  refused(s, oracle::far_hills(20), "300 hidden units");
  s.hidden = 16;
  CHECK(check_fits(s, oracle::far_hills(20)));
}
