// A traced update: the phases that it hands out are those of the real update, and looking changes nothing.
#include "core/learning/update_trace.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "core/learning/trainer.hpp"
#include "core/learning/training_data.hpp"
#include "tests/core/learning/training_runs.hpp"

using namespace rbm;

namespace {

struct TracedRun {
  const char* name;
  std::function<void(TrainingSettings&)> change;
};

const TracedRun kTracedRuns[] = {
    {"pcd-3", [](TrainingSettings& s) { s.k = 3; }},
    {"pcd-1, not centred", [](TrainingSettings& s) { s.centred = false; }},
    {"cd-2", [](TrainingSettings& s) { s.method = Method::Cd, s.k = 2; }},
    {"cd-2 from noise",
     [](TrainingSettings& s) { s.method = Method::Cd, s.k = 2, s.start = ChainStart::Noise; }},
    {"fpcd", [](TrainingSettings& s) { s.method = Method::Fpcd; }},
    {"tempering", [](TrainingSettings& s) { s.method = Method::Tempering, s.temperatures = 4; }},
    {"exact", [](TrainingSettings& s) { s.method = Method::Exact, s.hidden = 6; }},
    {"labels", [](TrainingSettings& s) { s.labels = true; }},
    {"discriminative", [](TrainingSettings& s) { s.labels = true, s.discriminative = 0.3f; }},
    {"Gaussian",
     [](TrainingSettings& s) {
       s.visible = VisibleType::Gaussian;
       s.learning_rate = 0.01f;
     }},
    {"adam with clipping and L2",
     [](TrainingSettings& s) {
       s.optimizer = Optimizer::Adam;
       s.learning_rate = 0.003f;
       s.clip = 0.1f;
       s.l2 = 0.001f;
     }},
};

std::shared_ptr<const Dataset> labelled_blobs(const TrainingSettings& settings) {
  Dataset data = *oracle::grey_dataset(160);
  for (std::size_t i = 0; i < data.pixels.size(); ++i)
    data.pixels[i] = static_cast<std::uint8_t>(data.pixels[i] / 2 + (i * 2654435761u >> 7) % 120);
  for (Index r = 0; r < data.count(); ++r) data.labels.push_back(data.image(r)[0] > data.image(r)[8] ? 1 : 0);
  ThreadPool pool(1);
  auto rows = training_data(std::move(data), settings, pool);
  REQUIRE(rows.has_value());
  return rows->train;
}

std::unique_ptr<Trainer> trainer_of(const TracedRun& run) {
  TrainingSettings settings = oracle::small_run();
  settings.validation = 10;
  run.change(settings);
  return std::make_unique<Trainer>(settings, labelled_blobs(settings));
}

bool same(const Matrix& a, const Matrix& b) {
  return a.rows() == b.rows() && a.view() == b.view();
}

}  // namespace

TEST_CASE("tracing every update changes no bit, and W before and after are the trainer's own, bit for bit") {
  ThreadPool pool(2);
  for (const TracedRun& run : kTracedRuns) {
    CAPTURE(std::string(run.name));
    const auto plain = trainer_of(run), traced = trainer_of(run);
    for (int n = 0; n < 8; ++n) {
      UpdateTrace trace;
      const Matrix before = traced->model().weights;
      REQUIRE(plain->step(pool).has_value());
      REQUIRE(traced->step(pool, &trace).has_value());
      CHECK(trace.update == traced->updates());
      CHECK(same(trace.before, before));
      CHECK(same(trace.after, traced->model().weights));
    }
    CHECK(oracle::flattened(plain->model()) == oracle::flattened(traced->model()));
    CHECK(oracle::flattened(plain->averaged()) == oracle::flattened(traced->averaged()));
  }
}

TEST_CASE(
    "the two terms differ by the trainer's gradient, and the step by them is the change of the weights") {
  ThreadPool pool(1);
  for (const TracedRun& run : kTracedRuns) {
    CAPTURE(std::string(run.name));
    const auto trainer = trainer_of(run);
    UpdateTrace trace;
    for (int n = 0; n < 6; ++n) REQUIRE(trainer->step(pool, &trace).has_value());
    const TrainingSettings& s = trainer->settings();
    double most_gradient = 0, most_change = 0, largest = 0;
    for (Index j = 0; j < trainer->model().hidden(); ++j) {
      const UnitTerms terms = trace.terms(j);
      for (Index i = 0; i < trainer->model().visible(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        const double difference = double{terms.data[at]} - double{terms.model[at]};
        largest = std::max(largest, std::abs(difference));
        if (!s.centred && !s.labels)
          most_gradient =
              std::max(most_gradient, std::abs(difference - trainer->last_gradient(pool).weights(i, j)));
        const double change = double{trace.after(i, j)} - double{trace.before(i, j)};
        if (s.optimizer == Optimizer::Sgd)
          most_change = std::max(most_change, std::abs(double{trace.rate} * difference - change));
      }
    }
    CHECK(largest > 1e-3);
    // Sums of some dozen single-precision numbers, in another order.
    CHECK(most_gradient < 2e-6);
    CHECK(most_change < 1e-6);
  }
}

TEST_CASE("CD and PCD differ in where the chains start: at the images, or where the last update left them") {
  ThreadPool pool(1);
  const auto cd = trainer_of(kTracedRuns[2]), pcd = trainer_of(kTracedRuns[0]),
             noise = trainer_of(kTracedRuns[3]);
  UpdateTrace trace, next;
  REQUIRE(cd->step(pool, &trace).has_value());
  REQUIRE(trace.path.size() == 3);  // the start and k = 2 steps
  CHECK(trace.path.front().bits == rows_of(trace.batch, 0, trace.path.front().rows()).bits);
  CHECK(trace.path.back().bits == cd->chain_states().bits);

  REQUIRE(pcd->step(pool, &trace).has_value());
  REQUIRE(pcd->step(pool, &next).has_value());
  REQUIRE(next.path.size() == 4);
  CHECK(next.path.front().bits == trace.path.back().bits);
  CHECK(next.path.back().bits == pcd->chain_states().bits);

  REQUIRE(noise->step(pool, &trace).has_value());
  REQUIRE(trace.path.size() == 3);
  CHECK(!(trace.path.front().bits == rows_of(trace.batch, 0, trace.path.front().rows()).bits));
}

TEST_CASE("of a long path its beginning and its end are kept") {
  ThreadPool pool(1);
  const TracedRun run{"cd-50", [](TrainingSettings& s) { s.method = Method::Cd, s.k = 50; }};
  const auto trainer = trainer_of(run);
  UpdateTrace trace;
  REQUIRE(trainer->step(pool, &trace).has_value());
  CHECK(trace.path.size() == kTracedSteps + 1);
  CHECK(trace.path.back().bits == trainer->chain_states().bits);
}
