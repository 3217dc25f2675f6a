// Chains that several ranks share: the same digits as by one process.
#include <doctest/doctest.h>

#include <functional>
#include <vector>

#include "core/evaluation/likelihood.hpp"
#include "core/evaluation/tempering.hpp"
#include "core/math/shares.hpp"
#include "core/model/units/visible_units.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/parallel/thread_ranks.hpp"

using namespace rbm;

namespace {

/// 70 visible units and 140 hidden ones: more than a block of each.
Model binary_model() {
  return oracle::random_model(70, 140, 0.2, 0.5, 5);
}

Model gaussian_model() {
  Model model = binary_model();
  model.visible_type = VisibleType::Gaussian;
  model.log_variance = Eigen::VectorXf::LinSpaced(70, -0.5f, 0.5f);
  return model;
}

Model joint_model() {
  Model model = binary_model();
  model.label_weights.resize(3, model.hidden());
  for (Index y = 0; y < 3; ++y) model.label_weights(y, 10 * y) = 1.5f;
  model.label_bias = Eigen::VectorXf::LinSpaced(3, -0.5f, 0.5f);
  return model;
}

VisibleBase base_of(const Model& model) {
  VisibleBase base = model.visible_base();
  base.bias *= 0.5f;
  return base;
}

/// What `work` finds by itself is what each of two and of five ranks finds, of which some have few chains or none.
void check_same(const std::function<std::vector<double>(ThreadPool&)>& work) {
  ThreadPool alone;
  const std::vector<double> expected = work(alone);
  for (const int ranks : {2, 5}) {
    oracle::ThreadRanks(ranks).run([&](Communicator& rank) {
      ThreadPool pool(1 + rank.rank() % 2, &rank);
      CHECK(work(pool) == expected);
    });
  }
}

void append(const States& states, std::vector<double>& out) {
  for (Index r = 0; r < states.rows(); ++r) {
    for (Index c = 0; c < states.cols(); ++c) out.push_back(double{states.at(r, c)});
  }
}

}  // namespace

TEST_CASE("several ranks anneal as one process does, for every kind of model and fewer chains than ranks") {
  for (const Model& model : {binary_model(), gaussian_model(), joint_model()}) {
    for (const Index chains : {3, 13}) {
      CAPTURE(chains);
      States starts = empty_states(units_of(model), chains, model.visible());
      ThreadPool alone;
      units_of(model).draw_alone(base_of(model), {3, Stream::Window, 0}, starts, alone);
      check_same([&](ThreadPool& pool) {
        const auto found = estimate_log_z(model, base_of(model), starts, 7,
                                          {.chains = chains, .steps = 25, .seed = 4}, pool);
        REQUIRE(found.has_value());
        std::vector<double> out = found->log_weights;
        out.insert(out.end(), {found->log_z, found->forward, found->reverse, found->standard_error,
                               found->effective_sample_size});
        append(found->samples, out);
        return out;
      });
    }
  }
}

TEST_CASE(
    "ranks that hold their own columns of the weights anneal as one process does, in 16 bits and in floats") {
  for (const Model& whole : {binary_model(), gaussian_model(), joint_model()}) {
    constexpr Index kRuns = 13;
    States starts = empty_states(units_of(whole), 2, whole.visible());
    ThreadPool alone;
    units_of(whole).draw_alone(base_of(whole), {3, Stream::Window, 0}, starts, alone);
    check_same([&](ThreadPool& pool) {
      Model model = whole;
      if (!pool.ranks().is_alone()) model.weights = own_columns(whole.weights, pool.ranks());
      const auto found =
          estimate_log_z(model, base_of(whole), starts, 7, {.chains = kRuns, .steps = 25, .seed = 4}, pool);
      REQUIRE(found.has_value());
      std::vector<double> out = found->log_weights;
      out.insert(out.end(), {found->log_z, found->forward, found->reverse});
      append(found->samples, out);
      return out;
    });
  }
}

TEST_CASE("several ranks temper as one process does") {
  const Model model = binary_model();
  const Trajectory ladder = straight_line(model, base_of(model));
  for (const Index chains : {3, 13}) {
    CAPTURE(chains);
    check_same([&](ThreadPool& pool) {
      const auto found = tempered_log_z(
          ladder, {.chains = chains, .sweeps_per_rung = 3, .sweeps = 31, .burn_in = 4, .seed = 2}, pool);
      REQUIRE(found.has_value());
      std::vector<double> out = found->acceptance;
      out.insert(out.end(),
                 {found->log_z.log_z, found->log_z.forward, found->log_z.reverse, found->log_z.standard_error,
                  found->log_z.effective_sample_size, static_cast<double>(found->round_trips)});
      return out;
    });
  }
}

TEST_CASE("an annealing that one rank cancels ends for all of them") {
  const Model model = binary_model();
  oracle::ThreadRanks(3).run([&](Communicator& rank) {
    ThreadPool pool(1, &rank);
    const auto found =
        annealed_importance_sampling(model, base_of(model), {.chains = 5, .steps = 50}, pool,
                                     [&](double done) { return rank.rank() != 1 || done < 0.5; });
    CHECK(!found.has_value());
  });
}
