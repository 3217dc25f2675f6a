// Data of modes that lie far from each other: the methods that lose none give each its mass.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/evaluation/exact_gradient.hpp"
#include "core/learning/suggested_settings.hpp"
#include "core/learning/training_data.hpp"
#include "core/model/enumeration.hpp"
#include "core/sampling/replica_exchange.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/learning/training_runs.hpp"

using namespace rbm;

namespace {

constexpr Method kMethodsOfModes[] = {Method::Exact, Method::Tempering};
constexpr std::uint64_t kUpdates = 3000;

TrainingSettings settings_of(Method method) {
  TrainingSettings s;
  s.method = method;
  s.hidden = 6;
  s.validation = 0;
  return s;
}

void until_it_rests(TrainingSettings& s) {
  s.decay_updates = kUpdates;
  s.final_rate = 0;
  s.average = 0.99f;
}

/// The mass of the upper hill: that of the hidden states whose own one lies there.
double mass_of_upper_hill(const Model& model) {
  ThreadPool pool(1);
  std::vector<double> logs;
  const auto averages = model_averages(model, pool, {}, &logs);
  REQUIRE(averages);
  double out = 0;
  for (std::size_t state = 0; state < logs.size(); ++state) {
    double mean = model.visible_bias[0];
    for (Index j = 0; j < model.hidden(); ++j)
      if ((state >> j & 1) != 0) mean += double{model.weights(0, j)};
    if (mean > 0) out += std::exp(logs[state] - averages->log_z);
  }
  return out;
}

/// The mass of the states that are nearest to each pattern.
std::vector<double> masses_of_patterns(const Model& model, const std::vector<std::string>& patterns) {
  ThreadPool pool(1);
  const auto log_p = exact_distribution(model, pool);
  REQUIRE(log_p);
  const BitMatrix modes = oracle::rows_of(patterns);
  std::vector<double> out(patterns.size(), 0);
  for (std::size_t state = 0; state < log_p->size(); ++state) {
    std::vector<int> distances;
    for (Index m = 0; m < modes.rows(); ++m)
      distances.push_back(std::popcount(state ^ oracle::state_number(modes, m)));
    out[static_cast<std::size_t>(std::ranges::min_element(distances) - distances.begin())] +=
        std::exp((*log_p)[state]);
  }
  return out;
}

}  // namespace

TEST_CASE("exact and tempering give each of two far hills its mass, within 5 %" *
          doctest::test_suite("long")) {
  const Dataset data = oracle::far_hills(400);
  for (const Method method : kMethodsOfModes) {
    CAPTURE(name(method));
    TrainingSettings s = suggested_for(data, settings_of(method));
    CHECK(s.method == Method::Exact);
    until_it_rests(s);
    s.method = method;
    ThreadPool pool(1);
    const auto rows = training_data(data, s, pool);
    REQUIRE(rows);
    Trainer trainer(s, rows->train);
    for (std::uint64_t t = 0; t < kUpdates; ++t) REQUIRE(trainer.step(pool));
    CHECK(std::abs(2 * mass_of_upper_hill(trainer.averaged()) - 1) < 0.05);
  }
}

TEST_CASE("exact and tempering give each of two and of four far patterns its mass, within 5 %" *
          doctest::test_suite("long")) {
  const std::vector<std::string> four{"111100001111", "000011110000", "110011001100", "001100110011"};
  for (const Method method : kMethodsOfModes) {
    for (const std::size_t count : {2U, 4U}) {
      CAPTURE(name(method));
      CAPTURE(count);
      const std::vector<std::string> patterns(four.begin(),
                                              four.begin() + static_cast<std::ptrdiff_t>(count));
      TrainingSettings s = settings_of(method);
      until_it_rests(s);
      s.initial_sd = 0.1f;
      s.binarization = Binarization::Threshold;
      const auto trainer = oracle::trained(s, oracle::dataset_of({1, 12, 1}, patterns, 50), kUpdates, 1);
      for (const double mass : masses_of_patterns(trainer->averaged(), patterns))
        CHECK(std::abs(static_cast<double>(count) * mass - 1) < 0.05);
    }
  }
}
