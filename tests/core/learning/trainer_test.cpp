#include "core/learning/trainer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "core/evaluation/monitor.hpp"
#include "core/evaluation/partition_function.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/learning/training_runs.hpp"

using namespace rbm;
using oracle::flattened;
using oracle::grey_dataset;
using oracle::small_run;
using oracle::trained;

namespace {

double exact_mean_log_likelihood(const Model& model, const std::vector<std::string>& rows) {
  ThreadPool pool(2);
  const BitMatrix data = oracle::rows_of(rows);
  std::vector<double> f(rows.size());
  Matrix scratch;
  free_energies(model, data, f, scratch, pool);
  return -mean_of(f).value - *exact_log_z(model, pool);
}

}  // namespace

TEST_CASE("persistent contrastive divergence learns bars and stripes to -2.80 nats or better" *
          doctest::test_suite("long")) {
  // The best possible is -log 14 = -2.639. Judged by exact log Z.
  const std::vector<std::string> pictures = oracle::bars_and_stripes(3);
  REQUIRE(pictures.size() == 14);
  TrainingSettings s;
  s.hidden = 8;
  s.batch = 14;
  s.chains = 500;
  s.k = 5;
  s.learning_rate = 0.5f;
  s.decay_updates = 10000;
  s.final_rate = 0;
  s.binarization = Binarization::Threshold;
  const auto trainer = trained(s, oracle::dataset_of({3, 3, 1}, pictures), 10000, 2);
  const double reached = exact_mean_log_likelihood(trainer->averaged(), pictures);
  CAPTURE(reached);
  CHECK(reached >= -2.80);
  CHECK(reached <= -std::log(14.0) + 1e-6);
}

TEST_CASE("sums in 16 bits learn bars and stripes as well" * doctest::test_suite("long")) {
  const std::vector<std::string> pictures = oracle::bars_and_stripes(3);
  TrainingSettings s;
  s.hidden = 8;
  s.batch = 14;
  s.chains = 14;  // as many as the batch has cases: the gradient is summed in 16 bits, too
  s.k = 50;
  s.learning_rate = 0.5f;
  s.decay_updates = 10000;
  s.final_rate = 0;
  s.binarization = Binarization::Threshold;
  s.arithmetic = Arithmetic::Fixed16;
  const auto trainer = trained(s, oracle::dataset_of({3, 3, 1}, pictures), 10000, 2);
  const double reached = exact_mean_log_likelihood(trainer->averaged(), pictures);
  CAPTURE(reached);
  CHECK(reached >= -2.80);
  CHECK(reached <= -std::log(14.0) + 1e-6);
}

TEST_CASE("the arithmetic changes during a run, and concerns the methods that read it alone") {
  ThreadPool pool(2);
  const auto data = oracle::grey_dataset(50);
  const auto weights_after = [&](Method method, const std::vector<Arithmetic>& parts) {
    TrainingSettings s = oracle::small_run();
    s.method = method;
    s.hidden = 12;  // few enough for the method exact
    s.arithmetic = parts.front();
    Trainer trainer(s, data);
    for (const Arithmetic arithmetic : parts) {
      s.arithmetic = arithmetic;
      trainer.configure(s);
      for (int t = 0; t < 15; ++t) REQUIRE(trainer.step(pool).has_value());
    }
    return trainer.model();
  };
  constexpr Arithmetic kSingle = Arithmetic::Single, kFixed = Arithmetic::Fixed16;
  for (const Method method : {Method::Cd, Method::Pcd}) {
    const Model single = weights_after(method, {kSingle, kSingle}),
                fixed = weights_after(method, {kFixed, kFixed});
    CHECK_FALSE(same_parameters(single, fixed));
    CHECK_FALSE(same_parameters(weights_after(method, {kFixed, kSingle}), fixed));
    CHECK_FALSE(same_parameters(weights_after(method, {kSingle, kFixed}), single));
    CHECK((single.weights.view() - fixed.weights.view()).cwiseAbs().maxCoeff() < 0.3f);
  }
  for (const Method method : {Method::Fpcd, Method::Tempering, Method::Exact})
    CHECK(
        same_parameters(weights_after(method, {kSingle, kSingle}), weights_after(method, {kFixed, kFixed})));
  // The transpose that FPCD's chains begin with is that of the weights as they are.
  TrainingSettings s = oracle::small_run();
  s.arithmetic = kFixed;
  Trainer trainer(s, data);
  for (int t = 0; t < 15; ++t) REQUIRE(trainer.step(pool).has_value());
  auto resumed = Trainer::resume(trainer.checkpoint(), data, "kept.safetensors");
  REQUIRE(resumed.has_value());
  s.method = Method::Fpcd;
  trainer.configure(s);
  (*resumed)->configure(s);
  for (int t = 0; t < 5; ++t) {
    REQUIRE(trainer.step(pool).has_value());
    REQUIRE((*resumed)->step(pool).has_value());
  }
  CHECK(same_parameters(trainer.model(), (*resumed)->model()));
}

TEST_CASE("weight decay shrinks the weights by rate times decay and leaves the biases alone") {
  const auto data = grey_dataset(100);
  TrainingSettings s = small_run();
  s.decay_updates = 0;
  s.average = 0;
  ThreadPool pool(1);
  for (const auto& [l1, l2] : {std::pair{0.0f, 0.3f}, std::pair{0.3f, 0.0f}}) {
    CAPTURE(l1);
    CAPTURE(l2);
    TrainingSettings decaying = s;
    decaying.l1 = l1;
    decaying.l2 = l2;
    Trainer plain(s, data), decayed(decaying, data);
    const Matrix start = plain.model().weights;
    REQUIRE(plain.step(pool).has_value());
    REQUIRE(decayed.step(pool).has_value());
    CHECK(plain.model().visible_bias == decayed.model().visible_bias);
    CHECK(plain.model().hidden_bias == decayed.model().hidden_bias);
    float worst = 0;
    for (Index i = 0; i < 72; ++i) {
      for (Index j = 0; j < 33; ++j) {
        const float w = start(i, j), sign = w > 0 ? 1.0f : -1.0f;
        const float expected = plain.model().weights(i, j) - s.learning_rate * (l2 * w + l1 * sign);
        worst = std::max(worst, std::abs(decayed.model().weights(i, j) - expected));
      }
    }
    CHECK(worst < 1e-7f);
  }
}

TEST_CASE("momentum repeats the last change of every parameter, scaled") {
  // The second update of a run with momentum is that of a run without it from the same state, plus m times
  // the first change.
  const auto data = grey_dataset(100);
  TrainingSettings s = small_run();
  s.average = 0;
  s.decay_updates = 0;
  ThreadPool pool(1);
  TrainingSettings with = s;
  with.momentum = 0.5f;
  Trainer plain(s, data), moving(with, data);
  const std::vector<double> start = flattened(plain.model());
  REQUIRE(plain.step(pool).has_value());
  REQUIRE(moving.step(pool).has_value());
  const std::vector<double> first = flattened(plain.model());
  CHECK(flattened(moving.model()) == first);
  REQUIRE(plain.step(pool).has_value());
  REQUIRE(moving.step(pool).has_value());
  const std::vector<double> second = flattened(plain.model()), moved = flattened(moving.model());
  double worst = 0;
  for (std::size_t n = 0; n < start.size(); ++n)
    worst = std::max(worst, std::abs(moved[n] - second[n] - 0.5 * (first[n] - start[n])));
  CHECK(worst < 1e-6);
}

TEST_CASE("pixels that never change are learned without harm") {
  // Pixel 0 is always on, pixel 8 always off, the rest random.
  std::mt19937 engine(2);
  std::vector<std::string> pictures;
  for (int n = 0; n < 60; ++n) {
    std::string picture = "1";
    for (int p = 0; p < 7; ++p) picture += engine() % 2 ? '1' : '0';
    pictures.push_back(picture + "0");
  }
  for (const bool is_centred : {true, false}) {
    TrainingSettings s = small_run();
    s.hidden = 6;
    s.centred = is_centred;
    s.decay_updates = 0;
    ThreadPool pool(1);
    const auto trainer = trained(s, oracle::dataset_of({3, 3, 1}, pictures), 2000, 1);
    CHECK(all_finite(trainer->averaged(), pool));
    const oracle::Enumeration exact(trainer->averaged());
    const std::vector<double> p = exact.statistics(exact.p_v()).v;
    CHECK(p[0] > 0.98);
    CHECK(p[8] < 0.02);
  }
}

TEST_CASE("at learning rate zero the chains move and the parameters do not") {
  TrainingSettings s = small_run();
  s.learning_rate = 0;
  const auto data = grey_dataset(50);
  Trainer trainer(s, data);
  ThreadPool pool(1);
  const std::vector<double> start = flattened(trainer.model());
  const BitMatrix chains = trainer.chain_states().bits;
  trainer.ask_norms();
  for (int t = 0; t < 5; ++t) REQUIRE(trainer.step(pool).has_value());
  CHECK(flattened(trainer.model()) == start);
  const std::vector<double> average = flattened(trainer.averaged());
  for (std::size_t n = 0; n < start.size(); ++n) CHECK(average[n] == doctest::Approx(start[n]));
  CHECK(trainer.chain_states().bits != chains);
  CHECK(trainer.relative_change() == 0);
  CHECK(trainer.updates() == 5);
  CHECK(trainer.images_seen() == 100);
  CHECK(trainer.epochs() == doctest::Approx(2));
}

TEST_CASE("the relative change is the length of an update over the length of the weights") {
  Trainer trainer(small_run(), grey_dataset(50));
  ThreadPool pool(1);
  for (int t = 0; t < 20; ++t) REQUIRE(trainer.step(pool).has_value());
  const Matrix before = trainer.model().weights;
  trainer.ask_norms();
  REQUIRE(trainer.step(pool).has_value());
  const double change = (trainer.model().weights.view() - before.view()).cast<double>().norm();
  const double length = trainer.model().weights.view().cast<double>().norm();
  CHECK(trainer.relative_change() == doctest::Approx(change / length).epsilon(0.05));
  const double asked = trainer.relative_change();
  REQUIRE(trainer.step(pool).has_value());
  CHECK(trainer.relative_change() == asked);
}

TEST_CASE("the average follows the weights, and without averaging the weights themselves are shown") {
  TrainingSettings s = small_run();
  s.average = 0.9f;
  s.decay_updates = 0;
  s.learning_rate = 0;
  const auto data = grey_dataset(50);
  const auto still = trained(s, data, 10, 1);
  CHECK((still->averaged().weights.view() - still->model().weights.view()).cwiseAbs().maxCoeff() < 1e-7f);
  s.learning_rate = 0.1f;
  const auto moving = trained(s, data, 300, 1);
  CHECK(moving->averaged().weights.view() != moving->model().weights.view());
  s.average = 0;
  const auto plain = trained(s, data, 300, 1);
  CHECK(&plain->averaged() == &plain->model());
  CHECK(plain->model().weights.view() ==
        moving->model().weights.view());  // averaging does not disturb training
}

TEST_CASE("the rate falls linearly to its final fraction") {
  TrainingSettings s;
  s.learning_rate = 0.2f;
  s.decay_updates = 1000;
  s.final_rate = 0.1f;
  CHECK(learning_rate_at(s, 0) == doctest::Approx(0.2));
  CHECK(learning_rate_at(s, 500) == doctest::Approx(0.1));
  CHECK(learning_rate_at(s, 900) == doctest::Approx(0.02));
  CHECK(learning_rate_at(s, 1000) == doctest::Approx(0.02));
  CHECK(learning_rate_at(s, 123456789) == doctest::Approx(0.02));
  s.decay_updates = 0;
  CHECK(learning_rate_at(s, 123456789) == doctest::Approx(0.2));
}
