// The likelihood at every point of a run's curves.
#include "core/run/likelihood_meter.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include "core/learning/training_data.hpp"
#include "core/run/column_tensor.hpp"
#include "core/run/loading.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"

namespace {

using namespace rbm;

/// 19 visible and as many hidden units: too many to enumerate in passing, few enough for a test.
TrainingSettings settings_of_shifter(int threads = 1) {
  TrainingSettings s;
  s.data = "shifter:8";
  s.hidden = 19;
  s.batch = 20;
  s.chains = 50;
  s.validation = 60;
  s.decay_updates = 0;
  s.average = 0.98f;
  s.threads = threads;
  return s;
}

std::unique_ptr<Run> shifter_run(int threads = 1) {
  auto run = begin_run({.settings = settings_of_shifter(threads), .length = {.updates = 700}});
  REQUIRE(run.has_value());
  return std::move(*run);
}

void run_to(Run& run, std::uint64_t update) {
  while (run.trainer().updates() < update) REQUIRE(run.step().has_value());
}

void finish(Run& run) {
  while (run.is_measuring()) run.await_measurement();
}

LikelihoodSource source_of(const CurvePoint& point) {
  return static_cast<LikelihoodSource>(point.log_likelihood_from);
}

/// Every number of the likelihood of every point, missing ones as 0.
std::vector<double> likelihoods_of(const Run& run) {
  std::vector<double> out;
  for (const CurvePoint& p : run.monitoring().points()) {
    for (const double x : {p.log_likelihood, p.log_likelihood_spread, p.log_likelihood_lower,
                           p.log_likelihood_upper, p.effective_sample_size, p.log_likelihood_from})
      out.push_back(std::isnan(x) ? 0 : x);
  }
  return out;
}

std::unique_ptr<Run> resumed(const Run& run, int threads) {
  auto out = resume_run(run.checkpoint(), "c.safetensors",
                        {.settings = settings_of_shifter(threads), .length = {.updates = 700}});
  REQUIRE(out.has_value());
  return std::move(*out);
}

}  // namespace

TEST_CASE("every point of a run has a likelihood, and it is close to the enumerated one") {
  const auto run = shifter_run(2);
  ThreadPool pool(2);
  std::map<LikelihoodSource, int> sources;
  while (run->trainer().updates() < 700) {
    REQUIRE(run->step().has_value());
    if (!Monitoring::is_due(run->trainer().updates())) continue;
    finish(*run);
    const CurvePoint& point = run->monitoring().points().back();
    const double exact = -point.free_energy_validation - *exact_log_z(*run->view().model, pool);
    CHECK(std::abs(point.log_likelihood - exact) < 0.3);
    ++sources[source_of(point)];
    if (source_of(point) != LikelihoodSource::Annealing) continue;
    CHECK(point.log_likelihood_lower <= point.log_likelihood);
    CHECK(point.log_likelihood <= point.log_likelihood_upper);
  }
  CHECK(sources[LikelihoodSource::Riding] >= 4);     // 300 to 600
  CHECK(sources[LikelihoodSource::Annealing] >= 8);  // before them, and 700, where the run ends
}

TEST_CASE(
    "the likelihood of a run depends neither on threads nor on where it was resumed, and changes no weight") {
  const auto whole = shifter_run(1);
  run_to(*whole, 450);
  REQUIRE(whole->ask_bracket().has_value());
  run_to(*whole, 500);
  finish(*whole);

  const auto first = shifter_run(3);
  run_to(*first, 450);  // chains ride
  REQUIRE(first->ask_bracket().has_value());
  const auto second = resumed(*first, 1);
  run_to(*second, 500);
  CHECK(second->is_measuring());
  const auto third = resumed(*second, 2);  // in the middle of an annealing
  CHECK(third->is_measuring());
  finish(*third);
  CHECK(likelihoods_of(*third) == likelihoods_of(*whole));
  run_to(*whole, 600);
  run_to(*third, 600);
  CHECK(likelihoods_of(*third) == likelihoods_of(*whole));

  const auto without = shifter_run(1);
  without->measure_likelihood(false);
  run_to(*without, 600);
  CHECK(std::isnan(without->monitoring().points().back().log_likelihood));
  CHECK(same_parameters(without->trainer().model(), whole->trainer().model()));
}

TEST_CASE("a bracket that is asked for is that of this point or of the next one, once") {
  const auto run = shifter_run(1);
  run_to(*run, 300);
  const auto& points = run->monitoring().points();
  CHECK(source_of(points.back()) == LikelihoodSource::Riding);
  REQUIRE(run->ask_bracket().has_value());
  CHECK(run->is_bracket_asked());
  CHECK(run->is_measuring());
  finish(*run);
  CHECK(points.back().update == 300);
  // So many steps cost more than to enumerate these 19 units.
  CHECK(source_of(points.back()) == LikelihoodSource::Exact);
  ThreadPool pool(1);
  const double exact = -points.back().free_energy_validation - *exact_log_z(*run->view().model, pool);
  CHECK(points.back().log_likelihood_lower <= points.back().log_likelihood);
  CHECK(points.back().log_likelihood <= points.back().log_likelihood_upper);
  CHECK(std::abs(points.back().log_likelihood - exact) < 1e-9);

  run_to(*run, 310);
  REQUIRE(run->ask_bracket().has_value());
  CHECK_FALSE(run->is_measuring());
  run_to(*run, 400);
  CHECK(run->is_measuring());
  finish(*run);
  CHECK(source_of(points.back()) == LikelihoodSource::Exact);
  CHECK_FALSE(run->is_bracket_asked());
  run_to(*run, 500);
  CHECK(source_of(points.back()) == LikelihoodSource::Riding);

  run->measure_likelihood(false);
  const auto refused = run->ask_bracket();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("turn it on") != std::string::npos);
}

TEST_CASE("what rides and what an annealing finds are joined by their precisions") {
  TrainingSettings settings = settings_of_shifter();  // too large to be enumerated
  settings.data = "shifter:11";
  settings.hidden = 24;
  settings.learning_rate = 1;
  const RunLength length{.updates = 700};
  const auto run = begin_run({.settings = settings, .length = length});
  REQUIRE(run.has_value());
  run_to(**run, 690);
  const auto last_point = [&](double variance) {
    TensorFile file = (*run)->checkpoint();
    file.tensors.at("run/likelihood_variance") = column_tensor("F64", std::vector<double>{variance});
    std::vector<std::uint64_t> counters;
    REQUIRE(take_column(file.tensors.at("run/likelihood_counters"), "U64", counters));
    counters.back() = 690;  // the update after which log Z had that variance
    file.tensors.at("run/likelihood_counters") = column_tensor("U64", counters);
    auto out = resume_run(file, "c.safetensors", {.settings = settings, .length = length});
    REQUIRE(out.has_value());
    run_to(**out, 700);
    finish(**out);
    return (*out)->monitoring().points().back();
  };
  const CurvePoint sure = last_point(0), unsure = last_point(0.01), lost = last_point(1e12);
  const auto variance_of = [](const CurvePoint& p) {
    return p.log_likelihood_spread * p.log_likelihood_spread;
  };
  const double annealed = variance_of(lost);  // what the chains said is worth nothing
  const auto ridden = [&](const CurvePoint& p) { return 1 / (1 / variance_of(p) - 1 / annealed); };
  CHECK(std::abs(ridden(unsure) - ridden(sure) - 0.01) < 1e-6);
  const auto gain = [&](const CurvePoint& p) { return ridden(p) / (ridden(p) + annealed); };
  const double whole = lost.log_likelihood - sure.log_likelihood;
  REQUIRE(std::abs(whole) > 1e-5);
  CHECK(std::abs((unsure.log_likelihood - sure.log_likelihood) / whole -
                 (gain(unsure) - gain(sure)) / (1 - gain(sure))) < 1e-3);
  for (const CurvePoint* p : {&sure, &unsure}) {  // what is found is within its bracket or has none
    CHECK((std::isnan(p->log_likelihood_lower) ||
           (p->log_likelihood_lower < p->log_likelihood && p->log_likelihood < p->log_likelihood_upper)));
  }
}

TEST_CASE("a checkpoint of before brackets could be asked for, or readings were joined, goes on") {
  const auto run = shifter_run(1);
  run_to(*run, 320);
  const TensorFile whole = run->checkpoint();
  CHECK(whole.tensors.at("run/likelihood_counters").shape == std::vector<std::int64_t>{6});
  for (const std::int64_t count : {3, 5}) {
    TensorFile file = whole;
    Tensor& counters = file.tensors.at("run/likelihood_counters");
    counters.shape = {count};
    counters.bytes.resize(static_cast<std::size_t>(8 * count));
    CHECK(file.tensors.erase("run/likelihood_variance") == 1);
    CHECK(resume_run(file, "c.safetensors", {.settings = settings_of_shifter()}).has_value());
  }
}

TEST_CASE("a checkpoint whose likelihood meter is damaged is refused with its name") {
  const auto run = shifter_run(1);
  run_to(*run, 320);
  TensorFile file = run->checkpoint();
  file.tensors.at("run/likelihood_log_weights").bytes.resize(16);
  const auto torn = resume_run(file, "c.safetensors", {.settings = settings_of_shifter()});
  REQUIRE_FALSE(torn.has_value());
  CHECK(torn.error().message.find("c.safetensors is damaged") == 0);
}

TEST_CASE("small models are exact at every point") {
  TrainingSettings settings = settings_of_shifter();
  settings.hidden = 6;
  const auto run = begin_run({.settings = settings});
  REQUIRE(run.has_value());
  run_to(**run, 60);
  CHECK_FALSE((*run)->is_measuring());
  ThreadPool pool(1);
  const CurvePoint& point = (*run)->monitoring().points().back();
  CHECK(source_of(point) == LikelihoodSource::Exact);
  CHECK(point.log_likelihood == -point.free_energy_validation - *exact_log_z(*(*run)->view().model, pool));
  CHECK(point.log_likelihood_lower == point.log_likelihood_upper);
  CHECK(point.log_likelihood_spread == 0);
}

TEST_CASE("where annealing is refused an estimate stands, and more steps bring the bracket") {
  TrainingSettings settings = settings_of_shifter();
  settings.learning_rate = 0;  // the model stays as it is
  ThreadPool pool(1);
  const auto data = load_dataset(settings.data);
  REQUIRE(data.has_value());
  auto rows = training_data(*data, settings, pool);
  REQUIRE(rows.has_value());
  Model model = oracle::random_model(rows->train->shape.pixels(), 19, 20, .5, 3);
  model.shape = rows->train->shape;
  auto trainer = std::make_unique<Trainer>(settings, rows->train, model);
  Run run(std::move(trainer), RunData{std::move(*rows), settings});
  run_to(run, 200);
  finish(run);
  const auto& points = run.monitoring().points();
  CHECK(source_of(points.front()) == LikelihoodSource::Refused);
  CHECK(points.front().effective_sample_size < kLeastEffectiveSampleSize);
  CHECK(std::isnan(points.front().log_likelihood_lower));
  for (const CurvePoint& point : points) CHECK(std::isfinite(point.log_likelihood));
  CHECK(std::isfinite(points.back().log_likelihood_lower));
  const double exact = -points.back().free_energy_validation - *exact_log_z(model, pool);
  CHECK(std::abs(points.back().log_likelihood - exact) < 0.2);
}
