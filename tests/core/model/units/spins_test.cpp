// Spins against enumeration, the binary model that they are, and finite differences.
#include <doctest/doctest.h>

#include <cmath>

#include "core/evaluation/exact_gradient.hpp"
#include "core/evaluation/tempering.hpp"
#include "core/learning/suggested_settings.hpp"
#include "core/learning/training_data.hpp"
#include "core/math/scalar.hpp"
#include "core/model/model_file.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/sampling/gibbs_chains.hpp"
#include "tests/core/model/units/slope.hpp"

using namespace rbm;

namespace {

Model spin_model(Index visible, Index hidden, float size, std::uint64_t seed) {
  Model m = initial_model({1, static_cast<int>(visible), 1}, hidden, Eigen::VectorXf::Constant(visible, 0.5f),
                          size, seed);
  m.visible_type = VisibleType::Spins;
  const RandomKey key{seed, Stream::InitialWeights, 7};
  for (Index i = 0; i < visible; ++i)
    m.visible_bias[i] = 0.5f * normal(key, 0, static_cast<std::uint32_t>(i));
  for (Index j = 0; j < hidden; ++j) m.hidden_bias[j] = 0.5f * normal(key, 1, static_cast<std::uint32_t>(j));
  return m;
}

/// v = 2x − 1: W' = 2W, a' = 2a, b' = b − Σ_i W_i, and −aᵀ1 more in every log weight.
Model binary_twin(const Model& spins) {
  Model out = spins;
  out.visible_type = VisibleType::Binary;
  out.weights.view() *= 2.0f;
  out.visible_bias *= 2.0f;
  out.hidden_bias -= spins.weights.view().colwise().sum().transpose();
  return out;
}

BitMatrix all_bits(Index units) {
  BitMatrix out(Index{1} << units, units);
  for (Index n = 0; n < out.rows(); ++n) {
    for (Index i = 0; i < units; ++i) out.set(n, i, (n >> i & 1) != 0);
  }
  return out;
}

Matrix signs_of(const BitMatrix& bits) {
  Matrix out(bits.rows(), bits.cols());
  for (Index r = 0; r < bits.rows(); ++r) {
    for (Index i = 0; i < bits.cols(); ++i) out(r, i) = bits.get(r, i) ? 1.0f : -1.0f;
  }
  return out;
}

}  // namespace

TEST_CASE("a spin model has the likelihood of its binary twin") {
  ThreadPool pool(2);
  for (const Index hidden : {3, 9}) {  // either layer is the smaller one
    const Model spins = spin_model(6, hidden, 0.7f, 3);
    const Model twin = binary_twin(spins);
    const BitMatrix bits = all_bits(6);
    const auto a = exact_gradient(spins, signs_of(bits), pool);
    const auto b = exact_gradient(twin, bits, pool);
    REQUIRE((a.has_value() && b.has_value()));
    CHECK(std::abs(a->log_likelihood - b->log_likelihood) < 1e-6);
    CHECK(std::abs(a->log_z - (b->log_z - spins.visible_bias.cast<double>().sum())) < 1e-6);
    CHECK(std::abs(*exact_log_z(spins, pool) - a->log_z) < 1e-9);
  }
}

TEST_CASE("the exact gradient of spins is the slope of the likelihood") {
  ThreadPool pool(1);
  Model model = spin_model(5, 4, 0.6f, 5);
  const States v = signs_of([] {
    BitMatrix bits(3, 5);
    bits.set(0, 1, true), bits.set(0, 4, true), bits.set(2, 0, true);
    return bits;
  }());
  const auto exact = exact_gradient(model, v, pool);
  REQUIRE(exact.has_value());
  const auto slope = [&](float& parameter) { return oracle::slope_of_likelihood(model, parameter, v, pool); };
  CHECK(std::abs(slope(model.weights(2, 1)) - exact->gradient.weights(2, 1)) < 1e-4);
  CHECK(std::abs(slope(model.visible_bias[3]) - exact->gradient.visible_bias[3]) < 1e-4);
  CHECK(std::abs(slope(model.hidden_bias[2]) - exact->gradient.hidden_bias[2]) < 1e-4);
}

TEST_CASE("annealing and tempering find log Z of spins") {
  ThreadPool pool(2);
  const Model model = spin_model(8, 5, 0.6f, 9);
  const double exact = *exact_log_z(model, pool);
  const VisibleBase base = Eigen::VectorXf(Eigen::VectorXf::Constant(8, 0.2f));
  const auto ais = annealed_importance_sampling(model, base, {.chains = 500, .steps = 300}, pool);
  REQUIRE(ais.has_value());
  CHECK(std::abs(ais->log_z - exact) < 0.05);
  const auto tempered = tempered_log_z(straight_line(model, base), {.chains = 50, .sweeps = 400}, pool);
  REQUIRE(tempered.has_value());
  CHECK(std::abs(tempered->log_z.log_z - exact) < 0.05);
}

TEST_CASE("Gibbs chains of spins stay −1 and +1 and have the model's means") {
  ThreadPool pool(2);
  const Model model = spin_model(4, 3, 0.6f, 11);
  Matrix transposed(3, 4);
  transpose(model.weights, transposed, pool);
  GibbsChains chains(4000, 4, 3, 2);
  chains.start_from_noise(model, pool);
  chains.full_steps(model, transposed, 60, pool);
  // ∂ log Z / ∂a = E[v].
  const auto gradient = exact_gradient(model, Matrix(1, 4), pool);  // of v = 0: minus the model's means
  REQUIRE(gradient.has_value());
  for (Index i = 0; i < 4; ++i) {
    double mean = 0;
    for (Index r = 0; r < 4000; ++r) {
      const float v = chains.states().values(r, i);
      REQUIRE((v == 1 || v == -1));
      mean += double{v} / 4000;
    }
    CHECK(std::abs(mean + gradient->gradient.visible_bias[i]) < 0.08);  // five deviations
  }
}

TEST_CASE("spins are suggested for −1 and +1, and cut grey values at one half") {
  ThreadPool pool(1);
  Dataset data;
  data.name = "signs";
  data.shape = {1, 2, 1};
  data.values = {-1, 1, 1, 1, -1, -1, 1, -1};
  const TrainingSettings settings = with_suggested_units(data, {});
  CHECK(settings.visible == VisibleType::Spins);
  data.values[0] = 3;
  CHECK(with_suggested_units(data, {}).visible == VisibleType::Gaussian);
  Dataset grey;
  grey.name = "grey";
  grey.shape = {1, 2, 1};
  grey.pixels = {0, 127, 128, 255};
  const Model model = spin_model(2, 1, 0.1f, 1);
  const auto rows = data_for(model, grey, pool);
  REQUIRE(rows.has_value());
  CHECK(rows->values == std::vector<float>{-1, -1, 1, 1});
  Matrix pictures;
  to_pictures(model, signs_of(all_bits(2)), pictures, pool);
  CHECK((pictures(0, 0) == 0 && pictures(1, 0) == 1));
  const auto back = model_from_tensors(tensors_from_model(model), "file");
  REQUIRE(back.has_value());
  CHECK((back->visible_type == VisibleType::Spins && same_parameters(*back, model)));
}
