// What is measured of a model beside the training.
#include "core/run/diagnostics_job.hpp"

#include <doctest/doctest.h>

#include "tests/core/evaluation/enumerated_model.hpp"

using namespace rbm;

TEST_CASE("diagnostics are of the model that was asked about, and nothing once nobody waits for them") {
  const Model model = oracle::random_model(12, 5, .5, .5, 3);
  BitMatrix states(20, 12);
  for (Index r = 0; r < states.rows(); ++r) states.set(r, r % 12, true);
  DiagnosticsJob job{.model = std::make_shared<const Model>(model),
                     .images = std::make_shared<const States>(states),
                     .labels = {},
                     .chains = States(states),
                     .update = 7};
  job.labels.assign(20, 0);
  job.labels.back() = 1;
  const DiagnosticsResult found = measure_diagnostics(job, [](double) { return true; });
  REQUIRE(found.diagnostics != nullptr);
  CHECK(found.diagnostics->update == 7);
  CHECK(found.diagnostics->singular_values.size() == 5);
  REQUIRE(found.diagnostics->free_energy_by_label.size() == 2);
  ThreadPool pool(1);
  std::vector<double> energies(20);
  Matrix scratch;
  free_energies(model, states, energies, scratch, pool);
  CHECK(found.diagnostics->free_energy_by_label[1] == energies.back());
  CHECK(measure_diagnostics(job, [](double) { return false; }).diagnostics == nullptr);
}
