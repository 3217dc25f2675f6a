// What is measured of the likelihood beside the training.
#include "core/run/likelihood_job.hpp"

#include <doctest/doctest.h>

#include "tests/core/evaluation/enumerated_model.hpp"

using namespace rbm;

TEST_CASE("a likelihood that too few annealing steps cannot give is refused, and comes with more of them") {
  const Model model = oracle::random_model(40, 30, 1.5, .5, 3);
  BitMatrix states(60, 40);
  for (Index r = 0; r < states.rows(); ++r) {
    for (Index i = 0; i < states.cols(); ++i)
      states.set(r, i,
                 uniform({1, Stream::Monitor, 0}, static_cast<std::uint32_t>(r),
                         static_cast<std::uint32_t>(i)) < .5f);
  }
  LikelihoodJob job{.model = std::make_shared<const Model>(model),
                    .images = std::make_shared<const States>(states),
                    .labels = {},
                    .chains = States(states),
                    .base = {Eigen::VectorXf::Zero(40)}};
  const auto go_on = [](double) { return true; };
  job.steps = 3;
  CHECK(measure_likelihood(job, go_on).refused != "");
  job.steps = 8000;
  const LikelihoodResult found = measure_likelihood(job, go_on);
  CHECK(found.refused == "");
  CHECK(found.lower <= found.value);
  CHECK(found.value <= found.upper);
  CHECK(found.diagnostics != nullptr);
}
