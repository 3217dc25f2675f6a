// The exact report of a small world: its numbers against enumeration, and when the worker makes one.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <functional>
#include <new>
#include <numeric>
#include <thread>

#include "core/session/exact_meter.hpp"
#include "core/session/session.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/session/waiting.hpp"

namespace {

using namespace rbm;
using oracle::wait_for;

ExactJob golden_job(Method method) {
  ExactJob job;
  job.model = job.trained = std::make_shared<const Model>(oracle::golden_model());
  job.rows = std::make_shared<const States>(oracle::rows_of({"1010", "0111", "1100", "1100"}));
  job.settings.method = method;
  job.settings.chains = 50;
  job.settings.temperatures = 4;
  job.chains = States(BitMatrix(50, 4));
  job.update = 7;
  return job;
}

ExactReport report_of(const ExactJob& job) {
  return measure_exactly(job, [](double) { return true; });
}

TrainingSettings small_world() {
  TrainingSettings s;
  s.data = "bars-and-stripes:3";
  s.hidden = 5;
  s.batch = 14;
  s.chains = 20;
  s.validation = 0;
  s.threads = 1;
  return s;
}

}  // namespace

TEST_CASE("an exact report has the numbers of the enumeration") {
  const ExactJob job = golden_job(Method::Pcd);
  const ExactReport report = report_of(job);
  const oracle::Enumeration exact(*job.model);
  CHECK(report.refused == "");
  CHECK(report.update == 7);
  CHECK(report.rows == 4);
  CHECK(std::abs(report.log_likelihood - exact.log_likelihood(job.rows->bits)) < 1e-12);
  CHECK(std::abs(report.log_z - exact.log_z()) < 1e-12);
  // Two states with a quarter, one with a half.
  CHECK(std::abs(report.data_entropy - 1.5 * std::log(2.0)) < 1e-12);
  double divergence = 0, mass = 0;
  const std::vector<double> data = oracle::frequencies(job.rows->bits);
  for (std::size_t v = 0; v < data.size(); ++v) {
    if (data[v] == 0) continue;
    divergence += data[v] * std::log(data[v] / exact.p_v()[v]);
    mass += exact.p_v()[v];
  }
  CHECK(std::abs(report.divergence() - divergence) < 1e-12);
  CHECK(std::abs(report.mass_on_data - mass) < 1e-12);
  REQUIRE(report.has_distribution);
  REQUIRE(report.states.size() == 16);
  for (std::size_t n = 0; n < 16; ++n) {
    const StateProbability& s = report.states[n];
    CHECK(std::abs(s.model - exact.p_v()[s.state]) < 1e-12);
    CHECK(s.data == data[s.state]);
    if (n > 0) CHECK(report.states[n - 1].model >= s.model);
  }
}

TEST_CASE("an exact report compares CD-1, CD-10, persistent chains and tempering, named by what they are") {
  const ExactReport pcd = report_of(golden_job(Method::Pcd));
  REQUIRE(pcd.methods.size() == kComparedMethods);
  CHECK(pcd.methods[0].name == "CD-1");
  CHECK(pcd.methods[1].name == "CD-10");
  CHECK(pcd.methods[2].name == "PCD-1");
  CHECK(pcd.methods[2].note == "from the chains of this run");
  CHECK(pcd.methods[3].name == "Tempering");
  // Ten steps mix this model; chains that all stand at 0000 do not say much of it.
  CHECK(pcd.methods[1].of_mean.all.cosine > 0.99);
  CHECK(pcd.methods[2].of_mean.all.cosine < pcd.methods[1].of_mean.all.cosine - 0.005);
  CHECK(pcd.methods[3].of_mean.all.cosine > 0.98);

  ExactJob cd = golden_job(Method::Cd);
  cd.settings.k = 3;
  const ExactReport found = report_of(cd);
  CHECK(found.methods[1].name == "CD-3");
  CHECK(found.methods[2].name == "PCD-3");
  CHECK(found.methods[2].note.find("its own") != std::string::npos);
  ExactJob fast = golden_job(Method::Fpcd);
  fast.settings.fast_rate = 0.1f;
  CHECK(report_of(fast).methods[2].name == "FPCD-1");
}

TEST_CASE("an exact report of Gaussian units has a likelihood and gradients, and no list of states") {
  ExactJob job = golden_job(Method::Pcd);
  Model model = oracle::golden_model();
  model.visible_type = VisibleType::Gaussian;
  model.log_variance = Eigen::VectorXf::Zero(4);
  job.model = job.trained = std::make_shared<const Model>(model);
  Matrix rows(5, 4), chains(50, 4);
  rows.view().setRandom();
  job.rows = std::make_shared<const States>(rows);
  job.chains = States(chains);
  const ExactReport report = report_of(job);
  CHECK(report.refused == "");
  CHECK_FALSE(report.has_distribution);
  CHECK(std::isfinite(report.log_likelihood));
  CHECK(report.methods[0].name == "CD-1");
  CHECK(report.methods[3].name == "Tempering");
}

TEST_CASE(
    "a session reports exactly while somebody looks, to the last update of a pause, and starts anew with a "
    "reset") {
  Session session(small_world(), true);
  wait_for(session, [](const Snapshot& s) { return s.progress.updates > 50; });
  CHECK(session.snapshot()->likelihood.exact == nullptr);
  session.post(command::Watch{.needs = {.exact = true}});
  wait_for(session, [](const Snapshot& s) {
    return s.likelihood.exact_points && s.likelihood.exact_points->size() >= 2;
  });
  session.post(command::Pause{});
  const auto rests = wait_for(session, [](const Snapshot& s) {
    return s.state == RunState::Paused && s.likelihood.exact &&
           s.likelihood.exact->update == s.progress.updates;
  });
  CHECK(rests->likelihood.exact->rows == 14);
  CHECK(rests->likelihood.exact->log_likelihood < -2.639057);  // −log 14, the best
  CHECK(rests->likelihood.exact->divergence() > 0);
  const auto& points = *rests->likelihood.exact_points;
  for (std::size_t n = 1; n < points.size(); ++n) CHECK(points[n].update > points[n - 1].update);
  CHECK(points.back().update == rests->progress.updates);

  TrainingSettings anew = small_world();
  anew.seed = 2;
  session.post(command::Reset{anew});
  const auto first = wait_for(session, [](const Snapshot& s) {
    return s.settings.seed == 2 && s.likelihood.exact && s.likelihood.exact->update == 0;
  });
  CHECK(first->likelihood.exact_points->size() == 1);
}

TEST_CASE("a session leaves a model alone that is too large to enumerate") {
  TrainingSettings large = small_world();
  large.data = "bars-and-stripes:5";
  large.batch = 60;
  large.hidden = 21;
  Session session(large, false);
  wait_for(session, [](const Snapshot& s) { return s.state == RunState::Paused; });
  session.post(command::Watch{.needs = {.exact = true}});
  const std::uint64_t number = session.post(command::Step{20});
  const auto done =
      wait_for(session, [&](const Snapshot& s) { return s.applied >= number && s.progress.updates == 20; });
  CHECK(done->likelihood.exact == nullptr);
}

TEST_CASE("after one update from rest, and after another setting, the report is made anew") {
  Session session(small_world(), false);
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  session.post(command::Watch{.needs = {.exact = true}});
  wait_for(session, [](const Snapshot& s) {
    return s.likelihood.exact != nullptr && s.likelihood.exact->update == 0;
  });
  session.post(command::Step{1});
  auto s = wait_for(session, [](const Snapshot& x) { return x.likelihood.exact->update == 1; });
  const auto persistent = static_cast<std::size_t>(ComparedMethod::Persistent);
  REQUIRE(s->likelihood.exact->methods.size() == kComparedMethods);
  CHECK(s->likelihood.exact->methods[persistent].name == "PCD-1");
  TrainingSettings other = small_world();
  other.k = 3;
  session.post(command::Configure{other});
  s = wait_for(session,
               [&](const Snapshot& x) { return x.likelihood.exact->methods[persistent].name == "PCD-3"; });
  CHECK(s->likelihood.exact->update == 1);
}

TEST_CASE("what work beside the training throws is told where its outcome is taken") {
  std::atomic<bool> ended = false;
  Background<int> background([&] { ended = true; });
  const auto wait = [&] {
    for (int i = 0; i < 120000 && !ended.exchange(false); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  background.start([](const Progress&) -> int { throw std::bad_alloc(); });
  wait();
  CHECK_FALSE(background.is_busy());
  const auto failed = background.take();
  REQUIRE(failed.has_value());
  CHECK_FALSE(failed->outcome.has_value());
  CHECK(failed->thrown.find("bad_alloc") != std::string::npos);
  CHECK_FALSE(background.take().has_value());
  background.start([](const Progress&) { return 7; });
  wait();
  CHECK(background.take()->outcome == 7);
}
