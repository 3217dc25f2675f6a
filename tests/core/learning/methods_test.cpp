// Fast weights, tempering, optimizers and constraints.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "core/data/batches.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/evaluation/partition_function.hpp"
#include "core/learning/preset.hpp"
#include "core/learning/trainer.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/learning/training_runs.hpp"

using namespace rbm;

namespace {

double largest_difference(const Model& a, const Model& b) {
  const auto x = oracle::flattened(a), y = oracle::flattened(b);
  double worst = 0;
  for (std::size_t n = 0; n < x.size(); ++n) worst = std::max(worst, std::abs(x[n] - y[n]));
  return worst;
}

TrainingSettings on_bars(Method method) {
  TrainingSettings s;
  s.method = method;
  s.hidden = 8;
  s.batch = 14;
  s.chains = 500;
  s.k = method == Method::Tempering ? 1 : 5;
  s.validation = 0;
  s.initial_sd = 0.1f;
  s.learning_rate = 0.5f;
  s.decay_updates = 5000;
  s.final_rate = 0;
  s.average = 0.99f;
  s.binarization = Binarization::Threshold;
  s.fast_rate = 0.05f;
  s.temperatures = 6;
  return s;
}

double exact_log_likelihood(const Model& model, const Dataset& data, ThreadPool& pool) {
  BitMatrix v(data.count(), data.shape.pixels());
  for (Index r = 0; r < v.rows(); ++r) {
    for (Index i = 0; i < v.cols(); ++i) v.set(r, i, data.image(r)[i] >= 128);
  }
  std::vector<double> energies(static_cast<std::size_t>(v.rows()));
  Matrix scratch;
  free_energies(model, v, energies, scratch, pool);
  const auto log_z = exact_log_z(model, pool);
  REQUIRE(log_z.has_value());
  return -mean_of(energies).value - *log_z;
}

}  // namespace

TEST_CASE("FPCD has fast weights unless it is told to have none") {
  TrainingSettings settings;
  settings.hidden = 12;
  settings.batch = settings.chains = 20;
  settings.validation = 0;
  const auto pcd = oracle::trained(settings, oracle::grey_dataset(50), 5, 1);
  settings.method = Method::Fpcd;
  const auto fpcd = oracle::trained(settings, oracle::grey_dataset(50), 5, 1);
  CHECK(largest_difference(pcd->model(), fpcd->model()) > 0);
}

TEST_CASE("without fast weights FPCD is PCD, and with them the model still does not hold them") {
  const auto data = oracle::grey_dataset(200);
  TrainingSettings pcd = oracle::small_run();
  pcd.optimizer = Optimizer::Nesterov;  // takes the same road through the update as FPCD,
  pcd.arithmetic = Arithmetic::Single;  // whose sums are floats
  TrainingSettings fpcd = pcd;
  fpcd.method = Method::Fpcd;
  fpcd.fast_rate = 0;
  CHECK(oracle::flattened(oracle::trained(pcd, data, 60, 2)->model()) ==
        oracle::flattened(oracle::trained(fpcd, data, 60, 2)->model()));
  fpcd.fast_rate = 0.1f;
  CHECK(largest_difference(oracle::trained(pcd, data, 60, 2)->model(),
                           oracle::trained(fpcd, data, 60, 2)->model()) > 1e-3);

  // One update from the same state: the chains are stirred only afterwards, so the model is that of PCD.
  CHECK(oracle::flattened(oracle::trained(pcd, data, 1, 2)->model()) ==
        oracle::flattened(oracle::trained(fpcd, data, 1, 2)->model()));
}

TEST_CASE("FPCD's fast weights move its chains alone: neither the model nor what the data say of it") {
  const auto data = oracle::grey_dataset(200);
  TrainingSettings settings = oracle::small_run();
  settings.binarization = Binarization::Threshold;
  settings.method = Method::Fpcd;
  settings.fast_rate = 0.5f;
  settings.learning_rate = 0;
  ThreadPool pool(2);
  Trainer trainer(settings, data);
  const Model before = trainer.model();
  for (int t = 0; t < 20; ++t) REQUIRE(trainer.step(pool).has_value());
  CHECK(oracle::flattened(trainer.model()) == oracle::flattened(before));
  const States batch = states_of(*data, trainer.batch_rows(), Binarization::Threshold, {}, pool);
  Matrix expected;
  hidden_probabilities(before, batch, expected, pool);
  CHECK(expected.view() == trainer.batch_hidden().view());
}

TEST_CASE("fast weights of an earlier part of the run do not come back") {
  const auto data = oracle::grey_dataset(200);
  TrainingSettings settings = oracle::small_run();
  settings.optimizer = Optimizer::Nesterov;
  settings.decay_updates = 0;
  settings.method = Method::Fpcd;
  settings.fast_rate = 0.1f;
  settings.arithmetic = Arithmetic::Single;
  const auto run = [&](Method last) {
    ThreadPool pool(2);
    Trainer trainer(settings, data);
    for (const Method method : {Method::Fpcd, Method::Pcd, last}) {
      TrainingSettings now = settings;
      now.method = method;
      if (method == last) now.fast_rate = 0;  // which is PCD
      if (trainer.updates() > 0) trainer.configure(now);
      for (int t = 0; t < 5; ++t) REQUIRE(trainer.step(pool).has_value());
    }
    return oracle::flattened(trainer.model());
  };
  CHECK(run(Method::Fpcd) == run(Method::Pcd));
}

TEST_CASE("the update by rule is the fused update") {
  const auto data = oracle::grey_dataset(200);
  TrainingSettings fused = oracle::small_run();
  fused.momentum = 0.4f;
  fused.l1 = 0.001f;
  fused.l2 = 0.002f;
  TrainingSettings by_rule = fused;
  by_rule.max_norm = 1e5f;  // never reached, but not fused
  CHECK(largest_difference(oracle::trained(fused, data, 5, 2)->averaged(),
                           oracle::trained(by_rule, data, 5, 2)->averaged()) < 2e-6);
}

TEST_CASE("Nesterov's and Adam's first steps are those of their definitions") {
  const auto data = oracle::grey_dataset(200);
  TrainingSettings plain = oracle::small_run();
  plain.decay_updates = 0;
  plain.average = 0;
  const auto start = oracle::flattened(Trainer(plain, data).model());
  const auto step = oracle::flattened(oracle::trained(plain, data, 1, 1)->model());
  TrainingSettings nesterov = plain, adam = plain;
  nesterov.optimizer = Optimizer::Nesterov;
  nesterov.momentum = 0.6f;
  adam.optimizer = Optimizer::Adam;
  const auto looked_ahead = oracle::flattened(oracle::trained(nesterov, data, 1, 1)->model());
  const auto normalized = oracle::flattened(oracle::trained(adam, data, 1, 1)->model());
  for (std::size_t n = 0; n < start.size(); ++n) {
    const double change = step[n] - start[n];
    CHECK(std::abs((looked_ahead[n] - start[n]) - 1.6 * change) < 1e-6);
    if (std::abs(change) > 1e-5)
      CHECK(std::abs((normalized[n] - start[n]) - std::copysign(plain.learning_rate, change)) < 1e-4);
  }
}

TEST_CASE("no unit's weights grow beyond the largest norm") {
  TrainingSettings s = oracle::small_run();
  s.max_norm = 0.3f;
  const auto trainer = oracle::trained(s, oracle::grey_dataset(200), 100, 2);
  const auto& w = trainer->model().weights;
  double largest = 0;
  for (Index j = 0; j < w.cols(); ++j)
    largest = std::max(largest, static_cast<double>(w.view().col(j).norm()));
  CHECK(largest < 0.3001);
  CHECK(largest > 0.2999);
}

TEST_CASE("a sparsity target is what the mean activities come to") {
  TrainingSettings s = oracle::small_run();
  s.decay_updates = 0;
  s.sparsity_target = 0.05f;
  s.sparsity_cost = 4;
  const double sparse = oracle::trained(s, oracle::grey_dataset(200), 1500, 2)->mean_activity().mean();
  s.sparsity_cost = 0;
  const double free = oracle::trained(s, oracle::grey_dataset(200), 1500, 2)->mean_activity().mean();
  CHECK(std::abs(sparse - 0.05) < 0.03);
  CHECK(free > 0.2);
}

TEST_CASE("every persistent method learns bars and stripes" * doctest::test_suite("long")) {
  // The optimum is −2.639; CD-1 stays below −2.85 (measured outside this program).
  const auto data = oracle::dataset_of({3, 3, 1}, oracle::bars_and_stripes(3));
  ThreadPool pool(2);
  for (const Method method : {Method::Pcd, Method::Fpcd, Method::Tempering}) {
    const auto trainer = oracle::trained(on_bars(method), data, 5000, 2);
    CAPTURE(name(method));
    CHECK(exact_log_likelihood(trainer->averaged(), *data, pool) > -2.80);
  }
}

TEST_CASE("runs of every method and optimizer go on bit for bit from a checkpoint") {
  const auto data = oracle::grey_dataset(200);
  for (const Method method : {Method::Fpcd, Method::Tempering}) {
    for (const Optimizer optimizer : {Optimizer::Sgd, Optimizer::Adam}) {
      TrainingSettings s = oracle::small_run();
      s.method = method;
      s.optimizer = optimizer;
      s.learning_rate = 0.01f;
      s.temperatures = 3;
      ThreadPool pool(2);
      const auto whole = oracle::trained(s, data, 30, 2);
      const auto half = oracle::trained(s, data, 15, 1);
      auto resumed = Trainer::resume(half->checkpoint(), data, "memory");
      REQUIRE(resumed.has_value());
      for (int t = 0; t < 15; ++t) REQUIRE((*resumed)->step(pool).has_value());
      CAPTURE(name(method));
      CAPTURE(name(optimizer));
      CHECK(oracle::flattened(whole->model()) == oracle::flattened((*resumed)->model()));
      CHECK(oracle::flattened(whole->averaged()) == oracle::flattened((*resumed)->averaged()));
    }
  }
}

TEST_CASE("every preset is valid, says what it is for and takes a first step") {
  const auto presets = all_presets();
  REQUIRE(presets.size() >= 6);
  for (const Preset& preset : presets) {
    CAPTURE(preset.id);
    CHECK(!preset.title.empty());
    CHECK(preset.description.size() > 40);
    CHECK(preset.updates > 0);
    CHECK(preset.settings.decay_updates <= preset.updates);
    CHECK(find_preset(preset.id)->settings == preset.settings);
  }
  const auto unknown = find_preset("nonsense");
  REQUIRE(!unknown.has_value());
  CHECK(unknown.error().message.find("classifier, colour, density") != std::string::npos);
}

TEST_CASE(
    "a run that diverges falls back to one state as a whole, whatever its optimizer and whoever asks for "
    "norms") {
  const auto data = oracle::grey_dataset(200);
  TrainingSettings s = oracle::small_run();
  s.optimizer = Optimizer::Nesterov;
  s.learning_rate = 60;
  s.decay_updates = 0;
  s.average = 0;
  s.momentum = 0.9f;
  ThreadPool pool(2);
  Trainer trainer(s, data);
  bool failed = false;
  for (int t = 0; t < 5000 && !failed; ++t) {
    trainer.ask_norms();
    failed = !trainer.step(pool).has_value();
  }
  REQUIRE(failed);
  const auto same = oracle::trained(s, data, static_cast<int>(trainer.updates()), 2);
  CHECK(oracle::flattened(trainer.model()) == oracle::flattened(same->model()));
}
