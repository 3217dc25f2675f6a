// log Z along a path of models, against enumeration.
#include "core/evaluation/riding_meter.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "core/evaluation/partition_function.hpp"
#include "core/model/units/visible_units.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"

namespace {

using namespace rbm;

/// The model with `share` of its weights and hidden biases: independent pixels at 0.
Model part_of(const Model& whole, double share) {
  Model model = whole;
  model.weights.view() *= static_cast<float>(share);
  model.hidden_bias *= static_cast<float>(share);
  return model;
}

Matrix transposed(const Model& model) {
  Matrix out(model.hidden(), model.visible());
  out.view() = model.weights.view().transpose();
  return out;
}

/// Begins at independent pixels, of which there are exact samples and an exact log Z.
RidingMeter begun(const Model& whole, Index chains, std::uint64_t seed, ThreadPool& pool) {
  const Model first = part_of(whole, 0);
  const Index rows = RidingMeter::kIslands * chains;
  States samples = empty_states(units_of(first), rows, first.visible());
  units_of(first).draw_alone(first.visible_base(), {seed, Stream::InitialChains, 0}, samples, pool);
  const std::vector<double> even(static_cast<std::size_t>(rows), 0.0);
  RidingMeter meter(seed);
  meter.start(first, transposed(first), samples, even, *exact_log_z(first, pool), chains, 1, pool);
  return meter;
}

void ride(RidingMeter& meter, const Model& whole, int from, int to, int visits, ThreadPool& pool) {
  for (int t = from + 1; t <= to; ++t) {
    const Model model = part_of(whole, static_cast<double>(t) / visits);
    meter.visit(model, transposed(model), 2, pool);
  }
}

bool are_same(const RidingMeter& a, const RidingMeter& b) {
  const RidingState &x = a.state(), &y = b.state();
  return x.chains.bits == y.chains.bits && x.free_energies == y.free_energies &&
         x.log_weights == y.log_weights && x.log_z == y.log_z && x.draws == y.draws;
}

}  // namespace

TEST_CASE("the reading of a meter that rides along stays with the enumerated log Z at every model") {
  ThreadPool pool(1);
  const Model whole = oracle::random_model(14, 9, 1, .5, 5);
  RidingMeter meter = begun(whole, 100, 3, pool);
  constexpr int kVisits = 40;
  for (int t = 0; t < kVisits; ++t) {
    ride(meter, whole, t, t + 1, kVisits, pool);
    const double exact = *exact_log_z(part_of(whole, static_cast<double>(t + 1) / kVisits), pool);
    CHECK(std::abs(meter.reading().log_z - exact) < 0.15);
    CHECK(meter.reading().spread < 0.15);
  }
}

TEST_CASE("resampling leaves the mean of Z where it is") {
  ThreadPool pool(1);
  const Model whole = oracle::random_model(8, 5, 1.5, .5, 7);
  constexpr int kSeeds = 400, kVisits = 5;
  const double exact = *exact_log_z(whole, pool);
  double sum = 0, squares = 0;
  int resampled = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    RidingMeter meter = begun(whole, 10, seed, pool);
    const std::vector<double> before = meter.state().log_z;
    ride(meter, whole, 0, kVisits, kVisits, pool);
    resampled += meter.state().log_z != before ? 1 : 0;
    const double share = std::exp(meter.reading().log_z - exact);
    sum += share;
    squares += share * share;
  }
  CHECK(resampled > kSeeds / 2);
  const double mean = sum / kSeeds, error = std::sqrt((squares / kSeeds - mean * mean) / kSeeds);
  CHECK(error < 0.05);
  CHECK(std::abs(mean - 1) < 4 * error);
}

TEST_CASE("a meter reads the same bits for any number of threads, and from its state on") {
  ThreadPool one(1), three(3);
  const Model whole = oracle::random_model(70, 20, .5, .5, 5);
  RidingMeter a = begun(part_of(oracle::random_model(70, 20, .5, .5, 5), 1), 30, 3, one);
  RidingMeter b = a;
  ride(a, whole, 0, 6, 6, one);
  ride(b, whole, 0, 3, 6, three);
  RidingMeter c(3);
  REQUIRE(c.restore(b.state(), whole));
  ride(c, whole, 3, 6, 6, one);
  CHECK(are_same(a, c));
  CHECK(a.reading().log_z == c.reading().log_z);
  CHECK_FALSE(RidingMeter(3).restore(a.state(), oracle::random_model(71, 20, .5, .5, 5)));
  RidingState torn = a.state();
  torn.log_weights.pop_back();
  CHECK_FALSE(RidingMeter(3).restore(torn, whole));
}

TEST_CASE("a corrected meter reads what it was told, on every island") {
  ThreadPool pool(1);
  const Model whole = oracle::random_model(14, 9, 1, .5, 5);
  RidingMeter meter = begun(whole, 30, 3, pool);
  ride(meter, whole, 0, 3, 10, pool);
  meter.correct(12.5);
  CHECK(std::abs(meter.reading().log_z - 12.5) < 1e-12);
  CHECK(meter.reading().spread < 1e-12);
  meter.stop();
  CHECK_FALSE(meter.rides());
}
