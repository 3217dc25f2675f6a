// Parallel trajectory tempering against enumeration: what a run leaves behind, its files, and log Z along it.
#include "core/sampling/trajectory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "core/evaluation/tempering.hpp"
#include "core/learning/trajectory_recorder.hpp"
#include "core/model/labels.hpp"
#include "core/model/model_file.hpp"
#include "tests/core/data/files.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/learning/training_runs.hpp"

using namespace rbm;

namespace {

/// A trajectory by hand: a model with its weights and biases scaled, as a run might have gone through them.
Trajectory scaled_ladder(const Model& model, const std::vector<float>& scales) {
  Trajectory out;
  out.base.bias = Eigen::VectorXf::LinSpaced(model.visible(), -.3f, .4f);
  for (const float scale : scales) {
    Model part = model;
    part.weights.view() *= scale;
    part.visible_bias *= scale;
    part.hidden_bias *= scale;
    out.points.push_back({static_cast<std::uint64_t>(100 * scale), std::make_shared<const Model>(part)});
  }
  return out;
}

/// Two far peaks, 0000 and 1111, that plain Gibbs sampling does not cross between.
Model two_far_peaks() {
  return oracle::make_model({{9, -9}, {9, -9}, {9, -9}, {9, -9}}, {-4, -4, -4, -4}, {-6, 14});
}

constexpr int kUpdates = 1500;

struct Run {
  std::unique_ptr<Trainer> trainer;
  Trajectory trajectory;
};

Run recorded_run(int threads) {
  TrainingSettings settings = oracle::small_run();
  settings.hidden = 12;
  settings.learning_rate = 0.2f;
  settings.decay_updates = kUpdates;
  ThreadPool pool(threads);
  Run run{std::make_unique<Trainer>(settings, oracle::grey_dataset(300)), {}};
  TrajectoryRecorder recorder(*run.trainer);
  for (int t = 0; t < kUpdates; ++t) {
    REQUIRE(run.trainer->step(pool).has_value());
    recorder.observe(*run.trainer);
  }
  run.trajectory = recorder.trajectory(*run.trainer);
  return run;
}

}  // namespace

TEST_CASE("chains along a trajectory see both of two peaks that Gibbs sampling does not cross between" *
          doctest::test_suite("long")) {
  ThreadPool pool(2);
  const Model peaks = two_far_peaks();
  constexpr Index kChains = 2000;
  TrajectorySampler sampler(scaled_ladder(peaks, {.2f, .4f, .6f, .8f, 1}), kChains, 3);
  REQUIRE(sampler.climb(0, pool));  // no Gibbs sweep: the weights and the exchanges alone lead there
  const auto shares = [&] {
    std::vector<double> out(16, 0);
    for (Index c = 0; c < kChains; ++c) out[oracle::state_number(sampler.states().bits, c)] += 1.0 / kChains;
    return out;
  };
  const std::vector<double> climbed = shares();
  for (int s = 0; s < 400; ++s) sampler.sweep(pool);
  const std::vector<double> seen = shares();
  std::vector<double> p(16, 0);
  std::vector<double> energies(16);
  Matrix scratch;
  free_energies(peaks, oracle::all_states(4), energies, scratch, pool);
  double z = 0;
  for (double f : energies) z += std::exp(-f);
  for (std::size_t v = 0; v < 16; ++v) p[v] = std::exp(-energies[v]) / z;
  // 4 standard errors of a share of 2000 chains: a false alarm once in 16,000.
  for (const std::size_t v : {std::size_t{0}, std::size_t{15}}) {
    CAPTURE(v);
    CHECK(std::abs(seen[v] - p[v]) < 4 * std::sqrt(p[v] * (1 - p[v]) / kChains));
    CHECK(p[v] > 0.2);
    CHECK(std::abs(climbed[v] - p[v]) < 0.1);  // the weights alone, resampled on each rung
  }
}

TEST_CASE("the rungs of a ladder are as far apart as their overlap allows, and the climb can be stopped") {
  ThreadPool pool(2);
  const Model model = oracle::random_model(30, 20, .6, .5, 8);
  TrajectorySampler sampler(scaled_ladder(model, {1}), 400, 1);
  double last = -1;
  REQUIRE(sampler.climb(20, pool, [&](double share) {
    CHECK(share > last);
    last = share;
    return true;
  }));
  for (int s = 0; s < 200; ++s) sampler.sweep(pool);
  const ReplicaExchange& replicas = sampler.replicas();
  CHECK(replicas.rungs() > 3);
  // Half of the weights effective means a symmetric divergence of about 1.4, at which normal differences
  // exchange 0.4.
  for (Index pair = 0; pair + 2 < replicas.rungs(); ++pair) {
    CHECK(replicas.swaps(pair).share() > 0.25);
    CHECK(replicas.swaps(pair).share() < 0.75);
  }
  TrajectorySampler stopped(scaled_ladder(model, {1}), 400, 1);
  CHECK_FALSE(stopped.climb(20, pool, [](double share) { return share < 0.3; }));
}

TEST_CASE("log Z along a trajectory agrees with enumeration within its error, and its bracket holds it") {
  ThreadPool pool(2);
  const Model model = oracle::random_model(9, 7, 1.1, .5, 3);
  const double exact = *exact_log_z(model, pool);
  int inside = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto found = tempered_log_z(
        scaled_ladder(model, {.25f, .5f, .75f, 1}),
        {.chains = 100, .sweeps_per_rung = 20, .sweeps = 200, .burn_in = 50, .seed = seed}, pool);
    REQUIRE(found.has_value());
    CHECK(found->log_z.refused.empty());
    CHECK(found->log_z.method == "ptt");
    CHECK(std::ranges::min(found->acceptance) > 0.2);
    CAPTURE(seed);
    CAPTURE(found->log_z.standard_error);
    // Ten blocks: Student's t with 9 degrees of freedom passes 6 once in 5000.
    CHECK(std::abs(found->log_z.log_z - exact) < 6 * found->log_z.standard_error);
    CHECK(found->log_z.standard_error < 0.05);
    inside += std::abs(found->log_z.log_z - exact) < 2.3 * found->log_z.standard_error
                  ? 1
                  : 0;  // 95 % of Student's t
  }
  CHECK(inside >= 7);  // of 10: fewer once in 1000
}

TEST_CASE("tempering straight up to a model agrees with enumeration, too") {
  ThreadPool pool(2);
  const Model model = oracle::random_model(12, 8, 1, .5, 6);
  const auto found =
      tempered_log_z(straight_line(model, {Eigen::VectorXf::Zero(12)}),
                     {.chains = 200, .sweeps_per_rung = 20, .sweeps = 400, .burn_in = 50}, pool);
  REQUIRE(found.has_value());
  CHECK(found->log_z.method == "tempering");
  CHECK(std::abs(found->log_z.log_z - *exact_log_z(model, pool)) < 6 * found->log_z.standard_error);
  CHECK(found->log_z.standard_error < 0.02);
}

TEST_CASE("tempering whose chains have not gone all the way is refused and not believed") {
  ThreadPool pool(2);
  const Model model = oracle::random_model(60, 30, .8, 1, 3);
  const TemperingSettings few{.chains = 10, .sweeps_per_rung = 5, .sweeps = 20, .burn_in = 0};
  const auto found = tempered_log_z(straight_line(model, {Eigen::VectorXf::Zero(60)}), few, pool);
  REQUIRE(found.has_value());
  CHECK(found->log_z.refused.find("all the way up a ladder of") != std::string::npos);

  Model joint = model;
  add_label_units(joint, Eigen::VectorXf::Constant(3, 1.f / 3), .1f, 1);
  CHECK_FALSE(tempered_log_z(straight_line(joint, {Eigen::VectorXf::Zero(60)}), few, pool).has_value());
  CHECK_FALSE(tempered_log_z({}, few, pool).has_value());
  const auto cancelled = tempered_log_z(straight_line(model, {Eigen::VectorXf::Zero(60)}), few, pool,
                                        [](double done) { return done < 0.6; });
  REQUIRE_FALSE(cancelled.has_value());
  CHECK(cancelled.error().code == ErrorCode::Cancelled);
}

TEST_CASE("a recorded run gives along its models the likelihood that enumeration gives") {
  ThreadPool pool(2);
  const Run run = recorded_run(2);
  const auto& kept = run.trajectory.points;
  REQUIRE(kept.size() >= 3);
  for (std::size_t n = 1; n < kept.size(); ++n) CHECK(kept[n - 1].update < kept[n].update);
  CHECK(kept.back().update == kUpdates);
  CHECK(same_parameters(*kept.back().model, run.trainer->averaged()));
  const auto found = tempered_log_z(
      run.trajectory, {.chains = 100, .sweeps_per_rung = 30, .sweeps = 600, .burn_in = 100, .seed = 2}, pool);
  REQUIRE(found.has_value());
  CHECK(found->log_z.refused.empty());
  const double exact = *exact_log_z(run.trainer->averaged(), pool);
  CAPTURE(found->log_z.standard_error);
  CHECK(std::abs(found->log_z.log_z - exact) < 6 * found->log_z.standard_error);
  CHECK(found->log_z.standard_error < 0.1);
}

TEST_CASE("recording a trajectory leaves the run as it is, and is the same for any number of threads") {
  const Run one = recorded_run(1), three = recorded_run(3);
  TrainingSettings settings = one.trainer->settings();
  const auto alone = oracle::trained(settings, oracle::grey_dataset(300), kUpdates, 2);
  CHECK(same_parameters(alone->model(), one.trainer->model()));
  REQUIRE(one.trajectory.points.size() == three.trajectory.points.size());
  for (std::size_t n = 0; n < one.trajectory.points.size(); ++n) {
    const TrajectoryPoint &a = one.trajectory.points[n], &b = three.trajectory.points[n];
    CHECK(a.update == b.update);
    CHECK(same_parameters(*a.model, *b.model));
  }
  ThreadPool first(1), second(3);
  const TemperingSettings few{.chains = 20, .sweeps_per_rung = 3, .sweeps = 20, .burn_in = 5, .seed = 4};
  CHECK(tempered_log_z(one.trajectory, few, first)->log_z.log_z ==
        tempered_log_z(three.trajectory, few, second)->log_z.log_z);
}

TEST_CASE("a trajectory is the same after it was saved and loaded") {
  const files::Folder folder;
  const Run run = recorded_run(2);
  for (const std::string name : {"run.safetensors", "run.npz"}) {
    CAPTURE(name);
    const std::string path = folder.path(name);
    REQUIRE(save_trajectory(path, run.trajectory).has_value());
    const auto loaded = load_trajectory(path);
    REQUIRE(loaded.has_value());
    CHECK(loaded->base.bias == run.trajectory.base.bias);
    REQUIRE(loaded->points.size() == run.trajectory.points.size());
    for (std::size_t n = 0; n < loaded->points.size(); ++n) {
      const TrajectoryPoint &a = loaded->points[n], &b = run.trajectory.points[n];
      CHECK(a.update == b.update);
      CHECK(same_parameters(*a.model, *b.model));
    }
  }
}

TEST_CASE("a file that is no trajectory is refused with a sentence that names it") {
  const files::Folder folder;
  const std::string path = folder.path("model.safetensors");
  REQUIRE(save_model(path, oracle::golden_model()).has_value());
  const auto model = load_trajectory(path);
  REQUIRE_FALSE(model.has_value());
  CHECK(model.error().message.find(path + " is not a trajectory") != std::string::npos);

  const Run run = recorded_run(1);
  REQUIRE(save_trajectory(path, run.trajectory).has_value());
  auto file = read_tensors(path);
  REQUIRE(file.has_value());
  const auto broken = [&](const char* tensor, auto change) {
    TensorFile copy = *file;
    change(copy.tensors.at(tensor));
    REQUIRE(write_tensors(path, copy).has_value());
    return load_trajectory(path).has_value();
  };
  CHECK(broken("1/weights", [](Tensor&) {}));
  CHECK_FALSE(broken("1/weights", [](Tensor& t) { std::swap(t.shape[0], t.shape[1]); }));
  CHECK_FALSE(broken("base_bias", [](Tensor& t) {
    t.shape[0] -= 1;
    t.bytes.erase(t.bytes.end() - 4, t.bytes.end());
  }));
  for (const char* updates : {"", "1 two", "1  2", " 1", "-1", "1 2 ", "4 3", "0", "99999999999999999999"}) {
    CAPTURE(updates);
    TensorFile other = *file;
    other.metadata.at("trajectory_updates") = updates;
    REQUIRE(write_tensors(path, other).has_value());
    CHECK_FALSE(load_trajectory(path).has_value());
  }
  TensorFile copy = *file;
  copy.tensors.erase("1/weights");
  REQUIRE(write_tensors(path, copy).has_value());
  CHECK_FALSE(load_trajectory(path).has_value());
}
