// A run that has lost a part of its data says so, and no other run does.
#include "core/run/collapse.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/run/run.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/learning/training_runs.hpp"

using namespace rbm;

namespace {

/// Two clusters of the same size, far from each other in six columns.
std::shared_ptr<const Dataset> two_clusters(std::uint32_t rows) {
  auto data = std::make_shared<Dataset>();
  data->name = "two clusters";
  data->shape = {1, 6, 1};
  for (std::uint32_t r = 0; r < rows; ++r) {
    for (std::uint32_t i = 0; i < 6; ++i)
      data->values.push_back((r % 2 == 0 ? 1.0f : -1.0f) + 0.2f * normal({2, Stream::Synthetic, 0}, r, i));
  }
  return data;
}

States states_of_all(const Dataset& data) {
  Matrix out(data.count(), data.shape.pixels());
  for (Index r = 0; r < out.rows(); ++r) std::copy_n(data.real_row(r), out.cols(), out.row(r));
  return out;
}

/// A hidden unit that says which of two hills v is in: −1 or +1 in each column, with p(h = 1) of a half.
Model two_hills() {
  Model model = oracle::make_model({{2}, {2}, {2}, {2}, {2}, {2}}, {-1, -1, -1, -1, -1, -1}, {0});
  model.visible_type = VisibleType::Gaussian;
  model.log_variance = Eigen::VectorXf::Constant(6, std::log(0.04f));
  return model;
}

/// Hills so wide that chains go from one to the other.
Model hills_with_a_pass() {
  Model model = two_hills();
  model.log_variance.setConstant(std::log(3.0f));
  return model;
}

/// So many chains at rows of the one cluster, the others at rows of the other one.
States chains_at(const States& rows, Index in_first, Index chains) {
  States out = rows_of(rows, 0, chains);
  for (Index c = 0; c < chains; ++c) copy_row(rows, 2 * c + (c < in_first ? 0 : 1), out, c);
  return out;
}

std::unique_ptr<Run> run_on(std::shared_ptr<const Dataset> data, const TrainingSettings& settings) {
  auto none = std::make_shared<Dataset>();
  none->shape = data->shape;
  if (data->is_real()) none->values.reserve(1);
  return std::make_unique<Run>(std::make_unique<Trainer>(settings, data),
                               RunData{{data, none, data, none}, settings});
}

/// What it had to say on the way: at how many points, and what last.
struct Said {
  int points = 0;
  std::string last;
};
Said said_by(Run& run, int updates) {
  Said out;
  for (int t = 1; t <= updates; ++t) {
    REQUIRE(run.step());
    if (!Monitoring::is_due(static_cast<std::uint64_t>(t)) || run.collapse().empty()) continue;
    ++out.points;
    out.last = run.collapse();
  }
  return out;
}

TrainingSettings on_clusters(Method method) {
  TrainingSettings s;
  s.visible = VisibleType::Gaussian;
  s.method = method;
  s.hidden = 4;
  s.validation = 0;
  s.initial_sd = 0.3f;
  s.learning_rate = 0.1f;
  s.decay_updates = 0;
  s.average = 0.99f;
  s.threads = 1;
  return s;
}

CurvePoint point(std::uint64_t update, double likelihood, double gap, double reconstruction) {
  CurvePoint out;
  out.update = update;
  out.log_likelihood = out.log_likelihood_lower = out.log_likelihood_upper = likelihood;
  out.free_energy_validation = gap;
  out.reconstruction_train = reconstruction;
  return out;
}

}  // namespace

TEST_CASE("rows in clusters are grouped by cluster") {
  const auto data = two_clusters(200);
  const States rows = states_of_all(*data);
  const RowGroups two = groups_of(rows, 2);
  REQUIRE(two.shares.size() == 2);
  CHECK(two.shares[0] == doctest::Approx(0.5));
  for (std::size_t r = 2; r < two.of_row.size(); ++r) CHECK(two.of_row[r] == two.of_row[r - 2]);
  CHECK(two.of_row[0] != two.of_row[1]);
  const RowGroups eight = groups_of(rows, 8);  // none of which has rows of both
  std::vector<int> sides(8, 0);
  for (std::size_t r = 0; r < eight.of_row.size(); ++r)
    sides[static_cast<std::size_t>(eight.of_row[r])] |= r % 2 == 0 ? 1 : 2;
  for (const int side : sides) CHECK(side != 3);
  CHECK(groups_of(oracle::rows_of({"10", "10", "01"}), 8).shares.size() == 2);
}

TEST_CASE("a part of the data is cut off where no chain leaves it or comes to it, and only there") {
  ThreadPool pool(1);
  const States rows = states_of_all(*two_clusters(400));
  const RowGroups groups = groups_of(rows, 8);
  const auto found = [&](const Model& model, Index in_first, Index chains) {
    return cut_off_part(model, rows, groups, chains_at(rows, in_first, chains), 1, pool);
  };
  const auto lost = found(two_hills(), 0, 100);
  REQUIRE(lost);
  CHECK(lost->share == doctest::Approx(0.5));
  CHECK(lost->there == 0);
  CHECK(lost->of == 100);
  CHECK(lost->is_lost);
  CHECK(found(two_hills(), 97, 100)->is_lost);
  REQUIRE(found(two_hills(), 50, 100));
  CHECK_FALSE(found(two_hills(), 50, 100)->is_lost);
  CHECK_FALSE(found(two_hills(), 0, 10)->is_lost);  // too few chains to tell chance from loss
  // A model that has learned nothing yet lets its chains go everywhere, one with a low pass between its hills, too.
  Model unlearned = two_hills();
  unlearned.weights.set_zero();
  unlearned.visible_bias.setZero();
  unlearned.log_variance.setZero();
  CHECK_FALSE(found(unlearned, 0, 100));
  CHECK_FALSE(found(hills_with_a_pass(), 0, 100));
}

TEST_CASE("chains that mix never raise an alarm: below 1 % of looks, with 95 % confidence") {
  ThreadPool pool(1);
  const States rows = states_of_all(*two_clusters(400));
  const RowGroups groups = groups_of(rows, 8);
  int alarms = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    States chains = rows_of(rows, 0, 100);
    for (std::uint32_t c = 0; c < 100; ++c)
      copy_row(rows, random_below({seed, Stream::Window, 0}, c, 0, 400), chains, c);
    alarms += cut_off_part(hills_with_a_pass(), rows, groups, chains, seed, pool).has_value();
  }
  CHECK(alarms == 0);
}

TEST_CASE(
    "PCD that loses one of two far clusters says so with what to change; the methods that cross are quiet" *
    doctest::test_suite("long")) {
  const auto data = two_clusters(400);
  auto hot = run_on(data, on_clusters(Method::Pcd));
  const Said said = said_by(*hot, 3000);
  CHECK(said.points > 0);
  CHECK(said.last.find("The chains do not mix") == 0);
  CHECK(said.last.find("tempering or exact") != std::string::npos);
  for (const Method method : {Method::Tempering, Method::Exact}) {
    CAPTURE(name(method));
    auto run = run_on(data, on_clusters(method));
    CHECK(said_by(*run, 3000).points == 0);
  }
}

TEST_CASE("runs that fare well say nothing from their first update on" * doctest::test_suite("long")) {
  TrainingSettings s = oracle::small_run();
  s.hidden = 16;
  s.chains = 100;
  for (const Method method : {Method::Cd, Method::Pcd, Method::Fpcd}) {
    for (const std::uint64_t seed : {1, 2, 3}) {
      s.method = method;
      s.seed = seed;
      auto run = run_on(oracle::grey_dataset(200), s);
      CHECK(said_by(*run, 1500).points == 0);
    }
  }
}

TEST_CASE("a fall of the likelihood is told from over-fitting and from noise") {
  const std::vector<CurvePoint> rising{point(500, -9, 0, 1), point(1000, -5, 0, 0.5), point(1500, -3, 0, 0.4),
                                       point(2000, -3.5, 0, 0.3)};
  CHECK_FALSE(likelihood_fall(rising));
  std::vector<CurvePoint> fallen = rising;
  fallen.push_back(point(2500, -7, 0, 0.2));
  CHECK_FALSE(likelihood_fall(fallen));  // once
  fallen.push_back(point(3000, -12, 0, 0.1));
  const auto fall = likelihood_fall(fallen);
  REQUIRE(fall);
  CHECK(fall->nats == doctest::Approx(4));
  CHECK(fall->since == 1500);
  auto over_fitted = fallen;  // the gap has grown by as much
  over_fitted[4].free_energy_validation = 5;
  over_fitted[5].free_energy_validation = 10;
  CHECK_FALSE(likelihood_fall(over_fitted));
  auto hot = fallen;  // everything has become worse, which is another trouble
  hot[4].reconstruction_train = hot[5].reconstruction_train = 2;
  CHECK_FALSE(likelihood_fall(hot));
  auto wide = fallen;
  wide[4].log_likelihood_upper = wide[5].log_likelihood_upper = -4;
  CHECK_FALSE(likelihood_fall(wide));
}
