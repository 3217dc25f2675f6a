// Categories against enumeration and finite differences.
#include <doctest/doctest.h>

#include <cmath>

#include "core/evaluation/exact_gradient.hpp"
#include "core/evaluation/tempering.hpp"
#include "core/learning/suggested_settings.hpp"
#include "core/learning/trainer.hpp"
#include "core/learning/training_data.hpp"
#include "core/math/scalar.hpp"
#include "core/model/model_file.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/sampling/gibbs_chains.hpp"
#include "tests/core/model/units/slope.hpp"

using namespace rbm;

namespace {

std::shared_ptr<const UnitStates> three_units() {
  return std::make_shared<const UnitStates>(UnitStates{
      {{"red", "green", "blue"}, {"no", "yes"}, {"a", "b", "c", "d"}}, {"colour", "answer", "letter"}});
}

Model category_model(Index hidden, float size, std::uint64_t seed) {
  const auto states = three_units();
  Model m = initial_model({1, 9, 1}, hidden, Eigen::VectorXf::Constant(9, 0.5f), size, seed);
  m.visible_type = VisibleType::Categories;
  m.states = states;
  const RandomKey key{seed, Stream::InitialWeights, 7};
  for (Index i = 0; i < 9; ++i) m.visible_bias[i] = 0.6f * normal(key, 0, static_cast<std::uint32_t>(i));
  for (Index j = 0; j < hidden; ++j) m.hidden_bias[j] = 0.5f * normal(key, 1, static_cast<std::uint32_t>(j));
  return m;
}

/// All 24 states.
BitMatrix all_states() {
  BitMatrix out(24, 9);
  for (Index n = 0; n < 24; ++n)
    out.set(n, n % 3, true), out.set(n, 3 + n / 3 % 2, true), out.set(n, 5 + n / 6, true);
  return out;
}

double log_z_by_hand(const Model& model, ThreadPool& pool) {
  std::vector<double> energies(24);
  Matrix scratch;
  free_energies(model, all_states(), energies, scratch, pool);
  for (double& f : energies) f = -f;
  return log_sum_exp(energies);
}

/// One table of 200 rows whose second and third columns follow the first.
Dataset table() {
  Dataset out;
  out.name = "table";
  out.shape = {1, 3, 1};
  out.state_names = three_units()->names;
  out.columns = three_units()->columns;
  for (int r = 0; r < 200; ++r)
    out.pixels.insert(out.pixels.end(),
                      {static_cast<std::uint8_t>(r % 3), static_cast<std::uint8_t>(r % 3 == 1),
                       static_cast<std::uint8_t>(r % 3 + (r % 5 == 0))});
  return out;
}

}  // namespace

TEST_CASE("log Z of categories is the sum over all states, whichever layer is summed") {
  ThreadPool pool(2);
  for (const Index hidden : {3, 8}) {
    const Model model = category_model(hidden, 0.8f, 3);
    CHECK(std::abs(*exact_log_z(model, pool) - log_z_by_hand(model, pool)) < 1e-5);
  }
}

TEST_CASE("the exact gradient of categories is the slope of the likelihood") {
  ThreadPool pool(1);
  for (const Index hidden : {3, 8}) {
    Model model = category_model(hidden, 0.6f, 5);
    const States v = rows_of(States(all_states()), 3, 4);
    const auto exact = exact_gradient(model, v, pool);
    REQUIRE(exact.has_value());
    const auto slope = [&](float& parameter) {
      return oracle::slope_of_likelihood(model, parameter, v, pool);
    };
    CHECK(std::abs(slope(model.weights(6, 1)) - exact->gradient.weights(6, 1)) < 1e-4);
    CHECK(std::abs(slope(model.visible_bias[1]) - exact->gradient.visible_bias[1]) < 1e-4);
    CHECK(std::abs(slope(model.hidden_bias[2]) - exact->gradient.hidden_bias[2]) < 1e-4);
  }
}

TEST_CASE("annealing and tempering find log Z of categories") {
  ThreadPool pool(2);
  const Model model = category_model(4, 0.8f, 9);
  const double exact = log_z_by_hand(model, pool);
  const VisibleBase base{Eigen::VectorXf(Eigen::VectorXf::LinSpaced(9, -.3f, .3f)), {}, model.states};
  const auto ais = annealed_importance_sampling(model, base, {.chains = 500, .steps = 300}, pool);
  REQUIRE(ais.has_value());
  CHECK(std::abs(ais->log_z - exact) < 0.05);
  const auto tempered = tempered_log_z(straight_line(model, base), {.chains = 50, .sweeps = 400}, pool);
  REQUIRE(tempered.has_value());
  CHECK(std::abs(tempered->log_z.log_z - exact) < 0.05);
}

TEST_CASE("Gibbs chains of categories have one state a unit, and hold a clamped unit as a whole") {
  ThreadPool pool(2);
  const Model model = category_model(4, 0.8f, 11);
  Matrix transposed(4, 9);
  transpose(model.weights, transposed, pool);
  GibbsChains chains(4000, 9, 4, 2);
  chains.start_from_noise(model, pool);
  chains.full_steps(model, transposed, 60, pool);
  const double log_z = log_z_by_hand(model, pool);
  std::vector<double> energies(24), seen(24, 0);
  Matrix scratch;
  free_energies(model, all_states(), energies, scratch, pool);
  const BitMatrix& v = chains.states().bits;
  for (Index r = 0; r < 4000; ++r) {
    Index number = 0, factor = 1;
    model.states->for_each([&](Index, Index first, Index count) {
      Index on = 0, which = 0;
      for (Index s = 0; s < count; ++s) {
        if (v.get(r, first + s)) ++on, which = s;
      }
      REQUIRE(on == 1);
      number += factor * which;
      factor *= count;
    });
    seen[static_cast<std::size_t>(number)] += 1.0 / 4000;
  }
  for (std::size_t n = 0; n < 24; ++n)  // five deviations
    CHECK(std::abs(seen[n] - std::exp(-energies[n] - log_z)) < 5 * 0.5 / std::sqrt(4000.0));
  const std::vector<std::uint8_t> mask{0, 1, 0, 0, 0, 0, 0, 0, 0};
  chains.clamp(mask);
  const States before = chains.states();
  chains.full_steps(model, transposed, 3, pool);
  bool holds = true;
  for (Index r = 0; r < 4000; ++r) {
    for (Index s = 0; s < 3; ++s) holds &= before.bits.get(r, s) == chains.states().bits.get(r, s);
  }
  CHECK(holds);
}

TEST_CASE("categories are learned from a table, with names in the file and states found by name") {
  ThreadPool pool(1);
  const Dataset data = table();
  TrainingSettings settings = with_suggested_units(data, {});
  CHECK(settings.visible == VisibleType::Categories);
  settings.hidden = 6;
  settings.batch = 20;
  settings.validation = 0;
  settings.average = 0;
  const auto made = training_data(data, settings, pool);
  REQUIRE(made.has_value());
  CHECK(made->train->shape == ImageShape{1, 9, 1});
  CHECK(made->train_pictures->shape == ImageShape{4, 3, 1});
  Trainer trainer(settings, made->train);
  const States rows = first_states(*made->train, 200, Binarization::Threshold, {}, pool);
  const double before = exact_gradient(trainer.model(), rows, pool)->log_likelihood;
  for (int n = 0; n < 400; ++n) REQUIRE(trainer.step(pool).has_value());
  const double after = exact_gradient(trainer.model(), rows, pool)->log_likelihood;
  CHECK(after > before + 0.5);
  const auto back = model_from_tensors(tensors_from_model(trainer.model()), "file");
  REQUIRE(back.has_value());
  CHECK((back->states->names == data.state_names && back->states->columns == data.columns));
  CHECK(back->weights.view() == trainer.model().weights.view());

  Dataset other = data;
  std::swap(other.state_names[0][0], other.state_names[0][2]);  // the same words, numbered otherwise
  for (std::size_t i = 0; i < other.pixels.size(); i += 3)
    other.pixels[i] = static_cast<std::uint8_t>(2 - other.pixels[i]);
  CHECK(data_for(*back, other, pool)->pixels == data_for(*back, data, pool)->pixels);
  CHECK(data_for(*back, *made->train_pictures, pool)->count() == made->train->count());
  other.state_names[1][1] = "perhaps";
  CHECK(data_for(*back, other, pool).error().message.find("perhaps") != std::string::npos);
}

TEST_CASE("a file that names unknown visible units is refused with the known ones") {
  TensorFile file = tensors_from_model(category_model(2, 0.1f, 1));
  file.metadata["visible_units"] = "quarks";
  const auto found = model_from_tensors(file, "file.npz");
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error().message.find("quarks") != std::string::npos);
  CHECK(found.error().message.find("binary, gaussian, spins, categories") != std::string::npos);
}
