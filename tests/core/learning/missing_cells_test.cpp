// Rows of which cells are missing: what is learned of them, against sums over all states, finite differences of
// log p(observed cells), and data that never had the cells.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/data/whitening.hpp"
#include "core/evaluation/observed_likelihood.hpp"
#include "core/evaluation/partition_function.hpp"
#include "core/learning/checkpoint_facts.hpp"
#include "core/learning/suggested_settings.hpp"
#include "core/learning/training_data.hpp"
#include "core/math/scalar.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/sampling/gibbs_chains.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/learning/training_runs.hpp"

using namespace rbm;

namespace {

constexpr std::uint32_t kBlock = 3;  // states of a unit of categories

Model model_with(VisibleType type, Index visible, Index hidden) {
  Model model = oracle::random_model(visible, hidden, 0.7, 0.4, 11);
  model.visible_type = type;
  if (units_of(type).has_variances()) model.log_variance = 0.4f * Eigen::VectorXf::Random(visible);
  if (units_of(type).learns() == DataForm::Categories) {
    const std::vector<std::vector<std::string>> names(static_cast<std::size_t>(visible / kBlock),
                                                      {"a", "b", "c"});
    model.states = std::make_shared<const UnitStates>(UnitStates{names, {}});
  }
  return model;
}

/// Samples of a model as rows to learn from, of which a share of the cells is missing at random.
std::shared_ptr<const Dataset> rows_with_gaps(const Model& model, Index rows, double share,
                                              std::uint64_t seed = 5) {
  ThreadPool pool(1);
  GibbsChains chains(rows, model.visible(), model.hidden(), seed);
  States start = empty_states(units_of(model), rows, model.visible());
  units_of(model).draw_noise(model, {seed, Stream::Window, 1}, start, pool);
  chains.start(start);
  Matrix transposed(model.hidden(), model.visible());
  transpose(model.weights, transposed, pool);
  chains.full_steps(model, transposed, 50, pool);
  auto data = std::make_shared<Dataset>();
  data->name = "rows with gaps";
  data->shape = model.shape;
  data->states = model.states;
  for (Index r = 0; r < rows; ++r) {
    for (Index i = 0; i < model.visible(); ++i) {
      const Index unit = model.states != nullptr ? i / kBlock : i;
      const bool is_gap = double{uniform({seed, Stream::Window, 2}, static_cast<std::uint32_t>(r),
                                         static_cast<std::uint32_t>(unit))} < share;
      const float x = is_gap ? 0.0f : chains.states().at(r, i);
      if (units_of(model).stores_numbers())
        data->values.push_back(x);
      else
        data->pixels.push_back(x > 0 ? 255 : 0);
      data->missing.push_back(is_gap ? 1 : 0);
    }
  }
  if (share == 0) data->missing.clear();
  return data;
}

double log_two_cosh(double x) {
  return std::abs(x) + std::log1p(std::exp(-2 * std::abs(x)));
}

/// What unit i, or the block that begins there, adds to log Σ over a state of the hidden layer: of what the row says,
/// or of all that it could say. x = W h.
double unit_log(const Model& model, const Dataset* data, Index r, Index i, const Eigen::VectorXd& x) {
  const auto value = [&](Index cell) {
    if (data->is_real()) return double{data->real_row(r)[cell]};
    return data->image(r)[cell] > 0 ? 1.0 : 0.0;
  };
  const double a = model.visible_bias[i];
  switch (model.visible_type) {
    case VisibleType::Gaussian: {
      const double variance = std::exp(double{model.log_variance[i]});
      if (data == nullptr)
        return 0.5 * std::log(2 * std::numbers::pi * variance) +
               (x[i] * x[i] + 2 * a * x[i]) / (2 * variance);
      return (-0.5 * (value(i) - a) * (value(i) - a) + value(i) * x[i]) / variance;
    }
    case VisibleType::Spins:
      return data == nullptr ? log_two_cosh(a + x[i]) : value(i) * (a + x[i]);
    case VisibleType::Categories: {
      std::vector<double> inputs;
      double own = 0;
      for (Index s = i; s < i + kBlock; ++s) {
        inputs.push_back(double{model.visible_bias[s]} + x[s]);
        if (data != nullptr) own += value(s) * inputs.back();
      }
      return data == nullptr ? log_sum_exp(inputs) : own;
    }
    default:
      return data == nullptr ? softplus(a + x[i]) : value(i) * (a + x[i]);
  }
}

/// log p(observed cells) of a row, or its mean over all rows where r < 0, as a mixture over the hidden states.
double log_p(const Model& model, const Dataset& data, Index r) {
  if (r < 0) {
    double sum = 0;
    for (Index row = 0; row < data.count(); ++row) sum += log_p(model, data, row);
    return sum / static_cast<double>(data.count());
  }
  const Index step = model.states != nullptr ? kBlock : 1;
  const Eigen::MatrixXd w = model.weights.view().cast<double>();
  std::vector<double> of_row, of_all;
  for (Index state = 0; state < Index{1} << model.hidden(); ++state) {
    Eigen::VectorXd h(model.hidden());
    for (Index j = 0; j < h.size(); ++j) h[j] = static_cast<double>(state >> j & 1);
    const Eigen::VectorXd x = w * h;
    double row = model.hidden_bias.cast<double>().dot(h), all = row;
    for (Index i = 0; i < model.visible(); i += step) {
      all += unit_log(model, nullptr, r, i, x);
      row += unit_log(model, data.is_missing(r, i) ? nullptr : &data, r, i, x);
    }
    of_row.push_back(row);
    of_all.push_back(all);
  }
  return log_sum_exp(of_row) - log_sum_exp(of_all);
}

/// A run of which the parameters move by exactly rate × gradient.
TrainingSettings plain(Method method, const Dataset& data, const Model& model) {
  TrainingSettings s;
  s.method = method;
  s.visible = model.visible_type;
  s.hidden = static_cast<int>(model.hidden());
  s.batch = static_cast<int>(data.count());
  s.binarization = Binarization::Threshold;
  s.centred = false;
  s.average = 0;
  s.l2 = 0;
  s.learning_rate = 0.01f;
  s.variance_rate = 1;
  return s;
}

/// All parameters in one list.
std::vector<float*> parameters_of(Model& model) {
  std::vector<float*> out;
  for (Index i = 0; i < model.visible(); ++i) {
    for (Index j = 0; j < model.hidden(); ++j) out.push_back(&model.weights(i, j));
  }
  for (auto* list : {&model.visible_bias, &model.hidden_bias, &model.log_variance}) {
    for (float& x : *list) out.push_back(&x);
  }
  return out;
}

Model without_last(const Model& model, Index left) {
  Model out = model;
  out.shape = {1, static_cast<int>(left), 1};
  out.weights.resize(left, model.hidden());
  out.weights.view() = model.weights.view().topRows(left);
  out.visible_bias.conservativeResize(left);
  if (out.log_variance.size() > 0) out.log_variance.conservativeResize(left);
  if (model.states != nullptr) {
    const auto& names = model.states->names;
    out.states = std::make_shared<const UnitStates>(UnitStates{{names.begin(), names.end() - 1}, {}});
  }
  return out;
}

}  // namespace

TEST_CASE("the likelihood of observed cells is what summing over all others gives, for every kind of units") {
  ThreadPool pool(2);
  for (const VisibleKind& kind : kVisibleKinds) {
    for (const Index hidden : {Index{4}, Index{9}}) {
      CAPTURE(std::string(kind.units().name()));
      CAPTURE(hidden);
      const Model model = model_with(kind.type, 6, hidden);
      const auto data = rows_with_gaps(model, 12, 0.4);
      const States v = first_states(*data, 12, Binarization::Threshold, {}, pool);
      const auto energies = observed_free_energies(model, v, first_observed(*data, 12), pool);
      const auto log_z = exact_log_z(model, pool);
      REQUIRE((energies && log_z));
      for (Index r = 0; r < 12; ++r)
        CHECK(-(*energies)[static_cast<std::size_t>(r)] - *log_z ==
              doctest::Approx(log_p(model, *data, r)).epsilon(1e-5));
    }
  }
  const Model large = model_with(VisibleType::Binary, 20, 14);
  const auto sparse = rows_with_gaps(large, 5, 0.9);
  const States v = first_states(*sparse, 5, Binarization::Threshold, {}, pool);
  CHECK(!observed_free_energies(large, v, first_observed(*sparse, 5), pool));
}

TEST_CASE(
    "the method exact follows the slope of the likelihood of the observed cells, for every kind of units") {
  ThreadPool pool(2);
  for (const VisibleKind& kind : kVisibleKinds) {
    for (const Index hidden : {Index{3}, Index{8}}) {
      CAPTURE(std::string(kind.units().name()));
      CAPTURE(hidden);
      const Model model = model_with(kind.type, 6, hidden);
      const auto data = rows_with_gaps(model, 15, 0.35);
      const TrainingSettings s = plain(Method::Exact, *data, model);
      Trainer trainer(s, data, model);
      REQUIRE(trainer.step(pool));
      Model after = trainer.model(), moved = model;
      const auto to = parameters_of(after), at = parameters_of(moved);
      double worst = 0;
      for (std::size_t n = 0; n < at.size(); ++n) {
        constexpr float kStep = 1.0f / 128;
        const float before = *at[n];
        *at[n] = before + kStep;
        const double above = log_p(moved, *data, -1);
        *at[n] = before - kStep;
        const double slope = (above - log_p(moved, *data, -1)) / (2 * double{kStep});
        *at[n] = before;
        worst = std::max(worst, std::abs(double{*to[n] - before} / double{s.learning_rate} - slope));
      }
      CHECK(worst < 3e-4);
    }
  }
}

TEST_CASE("the methods that draw missing cells estimate that slope" * doctest::test_suite("long")) {
  ThreadPool pool(2);
  for (const VisibleKind& kind : kVisibleKinds) {
    CAPTURE(std::string(kind.units().name()));
    const Model model = model_with(kind.type, 6, 3);
    const auto data = rows_with_gaps(model, 40, 0.35);
    TrainingSettings s = plain(Method::Exact, *data, model);
    s.learning_rate = s.variance_rate = 0;
    Trainer exact(s, data, model);
    REQUIRE(exact.step(pool));
    const Gradient truth = exact.last_gradient(pool);
    s.method = Method::Pcd;
    s.chains = 200;
    s.k = 3;
    Trainer drawn(s, data, model);
    Gradient mean;
    constexpr int kUpdates = 1500;
    for (int t = 0; t < kUpdates; ++t) {
      REQUIRE(drawn.step(pool));
      const Gradient one = drawn.last_gradient(pool);
      t == 0 ? mean = one : mean += one;
    }
    mean *= -1.0 / kUpdates;
    mean += truth;
    CHECK(std::sqrt(mean.squared_norm() / truth.squared_norm()) < 0.06);
  }
}

TEST_CASE("contrastive divergence learns a column that is missing everywhere as if it were not there") {
  for (const VisibleKind& kind : kVisibleKinds) {
    for (const bool centred : {false, true}) {
      CAPTURE(std::string(kind.units().name()));
      CAPTURE(centred);
      const Model model = model_with(kind.type, 12, 4);
      const Index width = model.states != nullptr ? kBlock : 1, left = 12 - width;
      auto with = std::make_shared<Dataset>(*rows_with_gaps(model, 60, 0.2));
      auto without = std::make_shared<Dataset>(*with);
      const Model smaller = without_last(model, left);
      without->shape = smaller.shape;
      without->states = smaller.states;
      without->values.clear();
      without->pixels.clear();
      without->missing.clear();
      for (Index r = 0; r < with->count(); ++r) {
        for (Index i = 0; i < 12; ++i) {
          const auto cell = static_cast<std::size_t>(r * 12 + i);
          if (i >= left) {
            with->missing[cell] = 1;
          } else {
            without->missing.push_back(with->missing[cell]);
            if (with->is_real()) without->values.push_back(with->values[cell]);
            if (!with->is_real()) without->pixels.push_back(with->pixels[cell]);
          }
        }
      }
      clear_missing(*with);
      TrainingSettings s = plain(Method::Cd, *with, model);
      s.batch = 20;
      s.centred = centred;
      Trainer a(s, with, model), b(s, without, smaller);
      ThreadPool pool(2);
      for (int t = 0; t < 60; ++t) {
        REQUIRE(a.step(pool));
        REQUIRE(b.step(pool));
      }
      const Model of_a = without_last(a.model(), left);
      CHECK((of_a.weights.view() - b.model().weights.view()).cwiseAbs().maxCoeff() < 1e-5f);
      CHECK((of_a.hidden_bias - b.model().hidden_bias).cwiseAbs().maxCoeff() < 1e-5f);
      CHECK((of_a.visible_bias - b.model().visible_bias).cwiseAbs().maxCoeff() < 1e-5f);
      CHECK(a.model().weights.view().bottomRows(width) == model.weights.view().bottomRows(width));
    }
  }
}

TEST_CASE("a third of the cells missing costs little of what the rest can tell" *
          doctest::test_suite("long")) {
  ThreadPool pool(2);
  const Model truth = model_with(VisibleType::Binary, 8, 3);
  const auto all = rows_with_gaps(truth, 3000, 0), gaps = rows_with_gaps(truth, 3000, 0.3),
             fresh = rows_with_gaps(truth, 2000, 0, 77);
  const auto learned = [&](const std::shared_ptr<const Dataset>& data, Method method, float rate,
                           int updates) {
    TrainingSettings s = plain(method, *data, truth);
    s.batch = 50;
    s.learning_rate = rate;
    s.decay_updates = static_cast<std::uint64_t>(updates);
    s.initial_sd = 0.3f;
    return log_p(oracle::trained(s, data, updates, 2)->averaged(), *fresh, -1);
  };
  const double best = log_p(truth, *fresh, -1), complete = learned(all, Method::Exact, 0.2f, 1500);
  CAPTURE(best);
  CAPTURE(complete);
  for (const auto& [method, rate, updates] :
       {std::tuple{Method::Exact, 0.2f, 1500}, {Method::Pcd, 0.05f, 4000}}) {
    const double found = learned(gaps, method, rate, updates);
    CAPTURE(found);
    CHECK(found > complete - 0.03);
    CHECK(found < best + 0.03);
  }
}

TEST_CASE("runs of rows with missing cells go on bit for bit, on any number of threads") {
  for (const Method method : {Method::Cd, Method::Pcd, Method::Fpcd, Method::Tempering, Method::Exact}) {
    CAPTURE(kind_of(method).name);
    const Model model = model_with(VisibleType::Categories, 12, 5);
    const auto data = rows_with_gaps(model, 60, 0.3);
    TrainingSettings s = plain(method, *data, model);
    s.batch = 20;
    s.average = 0.9f;
    const auto whole = oracle::trained(s, data, 14, 1), half = oracle::trained(s, data, 7, 3);
    auto rest = Trainer::resume(half->checkpoint(), data, "half");
    REQUIRE(rest);
    ThreadPool pool(2);
    for (int t = 0; t < 7; ++t) REQUIRE((*rest)->step(pool));
    CHECK(same_parameters(whole->model(), (*rest)->model()));
    CHECK(same_parameters(whole->averaged(), (*rest)->averaged()));
  }
}

TEST_CASE("rows are made, described and told apart by the cells that are there") {
  ThreadPool pool(1);
  Dataset data;
  data.name = "table";
  data.shape = {1, 2, 1};
  data.values = {1, 10, 3, NAN, NAN, 30, 5, 20};
  REQUIRE(mark_missing(data));
  CHECK(pixel_means(data) == Eigen::Vector2f(3, 20));
  CHECK(variances(data)[0] == doctest::Approx(8.0 / 3));
  TrainingSettings s;
  s.visible = VisibleType::Gaussian;
  s.whitening = Whitening::Standardize;
  s.validation = 1;
  const auto rows = training_data(data, s, pool);
  REQUIRE(rows);
  const Dataset& train = *rows->train;
  REQUIRE(train.count() == 3);
  CHECK(pixel_means(train).cwiseAbs().maxCoeff() < 1e-6f);
  for (Index r = 0; r < 3; ++r) {
    for (Index c = 0; c < 2; ++c) CHECK((!train.is_missing(r, c) || train.real_row(r)[c] == 0));
  }
  s.whitening = Whitening::Zca;
  CHECK(!training_data(data, s, pool));

  Dataset signs = data;
  signs.values = {1, -1, -1, 0.5f, 0.5f, 1, 1, -1};
  CHECK(with_suggested_units(signs, {}).visible == VisibleType::Spins);
  const auto none = fingerprint_of(first_rows(data, 4), first_rows(data, 0), false);
  Dataset first = first_rows(data, 1), last = data;
  last.values.erase(last.values.begin(), last.values.begin() + 2);
  last.missing.erase(last.missing.begin(), last.missing.begin() + 2);
  CHECK(fingerprint_of(last, first, false) == none);
  last.missing[1] = 0;
  CHECK(fingerprint_of(last, first, false) != none);
}
