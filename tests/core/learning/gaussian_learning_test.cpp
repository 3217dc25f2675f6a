// Learning of Gaussian units: every gradient against finite differences, and the statistics of what was
// learned.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "core/data/batches.hpp"
#include "core/data/whitening.hpp"
#include "core/evaluation/likelihood.hpp"
#include "core/learning/suggested_settings.hpp"
#include "core/learning/trainer.hpp"
#include "core/learning/training_data.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"

using namespace rbm;

namespace {

/// Two correlated values a row around two centres, on different scales.
std::shared_ptr<const Dataset> two_hills(Index rows) {
  auto data = std::make_shared<Dataset>();
  data->name = "two hills";
  data->shape = {1, 3, 1};
  for (Index r = 0; r < rows; ++r) {
    const auto n = [&](std::uint32_t unit) {
      return normal({1, Stream::Synthetic, 0}, static_cast<std::uint32_t>(r), unit);
    };
    const float side = r % 3 == 0 ? 1.5f : -0.5f;
    data->values.push_back(side + 0.4f * n(0));
    data->values.push_back(-side + 0.6f * n(1));
    data->values.push_back(0.3f + 0.8f * n(2));
  }
  return data;
}

TrainingSettings settings_for(const Dataset& data) {
  TrainingSettings s;
  s.visible = VisibleType::Gaussian;
  s.hidden = 4;
  s.batch = static_cast<int>(data.count());
  s.chains = 64;
  s.validation = 0;
  s.learning_rate = 1e-3f;
  s.decay_updates = 0;
  s.variance_rate = 1;
  s.average = 0;
  s.centred = false;
  s.initial_sd = 0.3f;
  s.threads = 1;
  return s;
}

/// −F(v) in double, from the definition.
double log_weight(const Model& m, const float* v) {
  double sum = 0;
  std::vector<double> inputs(static_cast<std::size_t>(m.hidden()));
  for (Index j = 0; j < m.hidden(); ++j) inputs[static_cast<std::size_t>(j)] = m.hidden_bias[j];
  for (Index i = 0; i < m.visible(); ++i) {
    const double variance = std::exp(double{m.log_variance[i]}), d = double{v[i]} - m.visible_bias[i];
    sum -= d * d / (2 * variance);
    for (Index j = 0; j < m.hidden(); ++j)
      inputs[static_cast<std::size_t>(j)] += double{v[i]} / variance * m.weights(i, j);
  }
  for (const double x : inputs) sum += std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
  return sum;
}

/// What an update climbs while its chains stand still.
double objective(const Model& m, const Dataset& data, const Matrix& chains) {
  double positive = 0, negative = 0;
  for (Index r = 0; r < data.count(); ++r) positive += log_weight(m, data.real_row(r)) / double(data.count());
  for (Index r = 0; r < chains.rows(); ++r) negative += log_weight(m, chains.row(r)) / double(chains.rows());
  return positive - negative;
}

}  // namespace

TEST_CASE("an update of Gaussian units is the gradient by finite differences, log variances included") {
  const auto data = two_hills(90);
  for (const bool centred : {false, true}) {
    TrainingSettings s = settings_for(*data);
    s.centred = centred;
    Trainer trainer(s, data);
    ThreadPool pool(2);
    for (int t = 0; t < 50; ++t) REQUIRE(trainer.step(pool).has_value());
    const Model before = trainer.model();
    const Eigen::VectorXf lambda = trainer.mean_activity();
    REQUIRE(trainer.step(pool).has_value());
    const Model& after = trainer.model();
    const Matrix& chains = trainer.chain_states().values;

    const auto slope = [&](auto parameter) {
      constexpr float kStep = 1e-2f;
      Model up = before, down = before;
      parameter(up) += kStep;
      parameter(down) -= kStep;
      const double width = double{parameter(up)} - double{parameter(down)};
      return (objective(up, *data, chains) - objective(down, *data, chains)) / width;
    };
    const auto moved = [&](auto parameter) {
      Model a = after, b = before;
      return (double{parameter(a)} - double{parameter(b)}) / double{s.learning_rate};
    };
    const auto agrees = [&](auto parameter) {
      CHECK(moved(parameter) == doctest::Approx(slope(parameter)).epsilon(0.002).scale(1));
    };
    for (Index i = 0; i < 3; ++i) {
      agrees([i](Model& m) -> float& { return m.log_variance[i]; });
      if (centred) continue;  // whose direction is another one for the rest
      agrees([i](Model& m) -> float& { return m.visible_bias[i]; });
      for (Index j = 0; j < 4; ++j) agrees([i, j](Model& m) -> float& { return m.weights(i, j); });
    }
    for (Index j = 0; j < 4 && !centred; ++j) agrees([j](Model& m) -> float& { return m.hidden_bias[j]; });
    if (!centred) continue;
    // The centred gradient: ∇W = G − dv λᵀ − μ dhᵀ, Δa = dv − ∇W λ, with μ the data's mean over σ².
    Eigen::VectorXd mu(3), dv(3), dh(4);
    Eigen::MatrixXd wanted(3, 4);
    for (Index i = 0; i < 3; ++i) {
      double mean = 0;
      for (Index r = 0; r < data->count(); ++r) mean += double{data->real_row(r)[i]} / double(data->count());
      mu[i] = mean / std::exp(double{before.log_variance[i]});
      dv[i] = slope([i](Model& m) -> float& { return m.visible_bias[i]; });
      for (Index j = 0; j < 4; ++j)
        wanted(i, j) = slope([i, j](Model& m) -> float& { return m.weights(i, j); });
    }
    for (Index j = 0; j < 4; ++j) dh[j] = slope([j](Model& m) -> float& { return m.hidden_bias[j]; });
    wanted -= dv * lambda.cast<double>().transpose() + mu * dh.transpose();
    const Eigen::VectorXd bias = dv - wanted * lambda.cast<double>();
    for (Index i = 0; i < 3; ++i) {
      CHECK(moved([i](Model& m) -> float& { return m.visible_bias[i]; }) ==
            doctest::Approx(bias[i]).epsilon(0.003).scale(1));
      for (Index j = 0; j < 4; ++j)
        CHECK(moved([i, j](Model& m) -> float& { return m.weights(i, j); }) ==
              doctest::Approx(wanted(i, j)).epsilon(0.003).scale(1));
    }
  }
}

TEST_CASE("an update of the method exact is the slope of the exact log-density, log variances included") {
  const auto data = two_hills(90);
  TrainingSettings s = settings_for(*data);
  s.method = Method::Exact;
  Trainer trainer(s, data);
  ThreadPool pool(2);
  for (int t = 0; t < 50; ++t) REQUIRE(trainer.step(pool).has_value());
  const Model before = trainer.model();
  REQUIRE(trainer.step(pool).has_value());
  const Model& after = trainer.model();
  const auto log_density = [&](const Model& model) {
    return objective(model, *data, Matrix(1, 3)) + log_weight(model, Matrix(1, 3).row(0)) -
           exact_log_z(model, pool).value();
  };
  const auto agrees = [&](auto parameter) {
    Model up = before, down = before, to = after, from = before;
    parameter(up) += 1e-2f;
    parameter(down) -= 1e-2f;
    const double slope =
        (log_density(up) - log_density(down)) / (double{parameter(up)} - double{parameter(down)});
    const double moved = (double{parameter(to)} - double{parameter(from)}) / double{s.learning_rate};
    CHECK(moved == doctest::Approx(slope).epsilon(0.002).scale(1));
  };
  for (Index i = 0; i < 3; ++i) {
    agrees([i](Model& m) -> float& { return m.log_variance[i]; });
    agrees([i](Model& m) -> float& { return m.visible_bias[i]; });
    for (Index j = 0; j < 4; ++j) agrees([i, j](Model& m) -> float& { return m.weights(i, j); });
  }
  for (Index j = 0; j < 4; ++j) agrees([j](Model& m) -> float& { return m.hidden_bias[j]; });
}

TEST_CASE("clipping shortens the whole step to the norm that is allowed") {
  const auto data = two_hills(90);
  TrainingSettings s = settings_for(*data);
  ThreadPool pool(1);
  s.learning_rate = 1;  // the gradient itself
  Trainer free(s, data);
  const Model start = free.model();
  REQUIRE(free.step(pool).has_value());
  const Eigen::MatrixXf whole = free.model().weights.view() - start.weights.view();
  s.clip = whole.norm() / 3;
  Trainer clipped(s, data);
  REQUIRE(clipped.step(pool).has_value());
  const Eigen::MatrixXf part = clipped.model().weights.view() - start.weights.view();
  CHECK((3 * part - whole).norm() < 1e-4 * whole.norm());
  const double share = 1.0 / 3;
  for (Index i = 0; i < 3; ++i) {
    CHECK(clipped.model().log_variance[i] - start.log_variance[i] ==
          doctest::Approx(share * (free.model().log_variance[i] - start.log_variance[i])).epsilon(0.02));
  }
}

TEST_CASE("chains of a learned Gaussian model keep the data's mean and variance" *
          doctest::test_suite("long")) {
  const auto data = two_hills(3000);
  TrainingSettings s = settings_for(*data);
  s.batch = 100;
  s.chains = 500;
  s.centred = true;
  s.learning_rate = 0.05f;
  s.decay_updates = 6000;
  s.final_rate = 0;
  for (const auto& [method, start, k] :
       {std::tuple{Method::Pcd, ChainStart::Data, 1}, std::tuple{Method::Cd, ChainStart::Noise, 20}}) {
    s.method = method;
    s.start = start;
    s.k = k;
    Trainer trainer(s, data);
    ThreadPool pool(2);
    for (int t = 0; t < 6000; ++t) REQUIRE(trainer.step(pool).has_value());
    const auto chains = trainer.chain_states().values.view().cast<double>();
    const Eigen::VectorXf mean = pixel_means(*data), spread = variances(*data);
    const double n = static_cast<double>(chains.rows());
    for (Index i = 0; i < 3; ++i) {
      const double found = chains.col(i).mean(), variance = (chains.col(i).array() - found).square().mean();
      // Five standard errors of the chains' own chance, and a tenth of the deviation for the learning.
      CHECK(std::abs(found - mean[i]) <
            5 * std::sqrt(double{spread[i]} / n) + 0.1 * std::sqrt(double{spread[i]}));
      CHECK(std::abs(variance / double{spread[i]} - 1) < 0.1 + 5 * std::sqrt(2 / n));
    }
  }
}

TEST_CASE("the exact log-likelihood of natural patches agrees with forward and reverse annealing" *
          doctest::test_suite("long")) {
  ThreadPool pool(2);
  const auto photographs = load_dataset("photographs", {.patches = 4000});
  REQUIRE(photographs.has_value());
  TrainingSettings s;
  s.visible = VisibleType::Gaussian;
  s.whitening = Whitening::Zca;
  s.hidden = 12;
  s.validation = 500;
  s.learning_rate = 0.03f;
  s.variance_rate = 0.02f;
  s.decay_updates = 1500;
  s.final_rate = 0;
  s.average = 0;
  const auto data = training_data(*photographs, s, pool);
  REQUIRE(data.has_value());
  Trainer trainer(s, data->train);
  for (int t = 0; t < 1500; ++t) REQUIRE(trainer.step(pool).has_value());
  const Model& model = trainer.model();
  const auto exact = exact_log_z(model, pool);
  REQUIRE(exact.has_value());

  const Eigen::VectorXf spread = variances(*data->train);
  const VisibleBase base = units_of(model).base_of({state_means(*data->train, Binarization::None), spread});
  const States starts = first_states(*data->train, 300, Binarization::None, {}, pool);
  const auto found =
      estimate_log_z(model, base, starts, 200, {.chains = 300, .steps = 2000, .seed = 5}, pool);
  REQUIRE(found.has_value());
  CHECK(found->refused == "");
  CHECK(found->standard_error < 0.05);
  CHECK(std::abs(found->log_z - *exact) < 5 * found->standard_error);
  CHECK(std::abs(found->forward - *exact) < 0.15);
  CHECK(std::abs(found->reverse - *exact) < 0.15);
}

TEST_CASE("Gaussian runs give the same bits for any number of threads, and resume to them") {
  const auto data = two_hills(300);
  TrainingSettings s = settings_for(*data);
  s.batch = 30;
  s.average = 0.99f;
  s.clip = 5;
  s.langevin_steps = 3;
  const auto run = [&](int threads, int updates) {
    Trainer trainer(s, data);
    ThreadPool pool(threads);
    for (int t = 0; t < updates; ++t) REQUIRE(trainer.step(pool).has_value());
    return trainer.checkpoint();
  };
  const TensorFile whole = run(1, 60), other = run(2, 60), half = run(2, 30);
  auto resumed = Trainer::resume(half, data, "half");
  REQUIRE(resumed.has_value());
  ThreadPool pool(2);
  for (int t = 0; t < 30; ++t) REQUIRE((*resumed)->step(pool).has_value());
  const TensorFile again = (*resumed)->checkpoint();
  REQUIRE(whole.tensors.size() == again.tensors.size());
  for (const auto& [name, tensor] : whole.tensors) {
    CHECK_MESSAGE(tensor.bytes == other.tensors.at(name).bytes, name);
    CHECK_MESSAGE(tensor.bytes == again.tensors.at(name).bytes, name);
  }
}

TEST_CASE("pixels that never vary do not disturb the others") {
  // As in pictures with a white margin. Their noise was so small once that v / σ² was thousands.
  Dataset pictures;
  pictures.shape = {10, 10, 3};
  for (std::uint32_t r = 0; r < 300; ++r) {
    const bool side = r % 2 == 0;
    for (std::uint32_t i = 0; i < 300; ++i) {
      const float value =
          (side == (i % 2 == 0) ? 170.0f : 80.0f) + 20 * normal({8, Stream::Synthetic, 0}, r, i);
      pictures.pixels.push_back(i < 200 ? 255 : static_cast<std::uint8_t>(std::clamp(value, 0.0f, 255.0f)));
    }
  }
  TrainingSettings s = suggested_for(pictures, {});
  s.hidden = 20;
  s.validation = 0;
  ThreadPool pool(2);
  const auto made = training_data(pictures, s, pool);
  REQUIRE(made.has_value());
  Trainer trainer(s, made->train);
  for (int t = 0; t < 1000; ++t) REQUIRE(trainer.step(pool).has_value());
  Matrix rows(300, 300), hidden, transposed(20, 300), back;
  for (Index r = 0; r < 300; ++r) made->train->row(r, rows.row(r));
  hidden_probabilities(trainer.averaged(), rows, hidden, pool);
  transpose(trainer.averaged().weights, transposed, pool);
  visible_probabilities(trainer.averaged(), transposed, hidden, back, pool);
  // Standardized: 1 where nothing is learned; the two kinds leave little more than their own noise, 0.17.
  const double error = (rows.view().rightCols(100) - back.view().rightCols(100)).array().square().mean();
  CHECK(error < 0.25);
}

TEST_CASE("chains that run away from the data are a fault, though every parameter is a sensible number") {
  const auto data = two_hills(300);
  TrainingSettings s = settings_for(*data);
  s.batch = 50;
  s.learning_rate = 0;
  Model model = Trainer(s, data).model();
  ThreadPool pool(1);
  const auto fails = [&](float mean) {
    model.visible_bias.setConstant(mean);
    Trainer trainer(s, data, model);
    for (int t = 0; t < 99; ++t) REQUIRE(trainer.step(pool).has_value());
    const auto done = trainer.step(pool);
    if (!done) CHECK(done.error().message.find("lower the learning rate") != std::string::npos);
    return !done;
  };
  CHECK(!fails(3));
  CHECK(fails(50));
}

TEST_CASE("a Gaussian model comes back from its file as it was") {
  const auto data = two_hills(100);
  TrainingSettings s = settings_for(*data);
  ThreadPool pool(1);
  auto made = training_data(*data, s, pool);
  REQUIRE(made.has_value());
  s.batch = 50;
  Trainer trainer(s, made->train);
  REQUIRE(trainer.step(pool).has_value());
  const Model model = trainer.described_model();
  TensorFile file = tensors_from_model(model);
  const auto back = model_from_tensors(file, "file");
  REQUIRE(back.has_value());
  CHECK(back->visible_type == VisibleType::Gaussian);
  CHECK(back->log_variance == model.log_variance);
  REQUIRE(back->space != nullptr);
  CHECK(back->space->scale == model.space->scale);
  CHECK(back->space->mean == model.space->mean);
  CHECK(hides_in_noise(*back));
  file.tensors.erase("log_variance");
  CHECK(model_from_tensors(file, "file").error().message.find("log_variance") != std::string::npos);
  file.metadata["visible_units"] = "potts";
  CHECK(model_from_tensors(file, "file").error().message.find("potts") != std::string::npos);
}
