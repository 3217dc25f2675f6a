// Explanations of pixels, units and pictures against sums over all states of the energy, for every kind of
// units.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/evaluation/dislike_map.hpp"
#include "core/evaluation/free_energy_parts.hpp"
#include "core/evaluation/pixel_evidence.hpp"
#include "core/evaluation/unit_effect.hpp"
#include "core/model/pictures.hpp"
#include "tests/core/evaluation/explained_models.hpp"

using namespace rbm;

namespace {

const std::vector<float> kHidden{0.9f, 0.2f, 0.6f, 0.35f};  // any hidden layer of up to four units

std::vector<float> hidden_of(const Model& model) {
  return {kHidden.begin(), kHidden.begin() + model.hidden()};
}

/// a_i + Σ_j W_ij h_j of one visible bit.
double input_by_hand(const Model& m, std::span<const float> h, Index bit) {
  double input = double{m.visible_bias[bit]};
  for (Index j = 0; j < m.hidden(); ++j)
    input += double{m.weights(bit, j)} * double{h[static_cast<std::size_t>(j)]};
  return input;
}

/// The expected picture of a hidden layer from the energy alone.
std::vector<double> picture_by_hand(const Model& m, std::span<const float> h) {
  const Index pixels = picture_shape(m).pixels();
  std::vector<double> units(static_cast<std::size_t>(m.visible())),
      out(static_cast<std::size_t>(pixels), 0.0);
  for (Index i = 0; i < m.visible(); ++i) units[static_cast<std::size_t>(i)] = input_by_hand(m, h, i);
  const auto sigma = [](double x) { return 1 / (1 + std::exp(-x)); };
  if (m.visible_type == VisibleType::Categories) {
    m.states->for_each([&](Index unit, Index first, Index count) {
      double sum = 0;
      for (Index s = 0; s < count; ++s) sum += std::exp(units[static_cast<std::size_t>(first + s)]);
      for (Index s = 0; s < count; ++s)
        out[static_cast<std::size_t>(s * m.states->units() + unit)] =
            std::exp(units[static_cast<std::size_t>(first + s)]) / sum;
    });
    return out;
  }
  for (std::size_t p = 0; p < out.size(); ++p) {
    if (m.visible_type == VisibleType::Binary) out[p] = sigma(units[p]);
    if (m.visible_type == VisibleType::Spins) out[p] = sigma(2 * units[p]);
    if (m.visible_type != VisibleType::Gaussian) continue;
    out[p] = units[p];
    if (m.space == nullptr) continue;
    const auto pixel = static_cast<Index>(p);
    out[p] = double{m.space->mean[pixel]};
    for (Index i = 0; i < m.visible(); ++i) {
      const double worth = m.space->is_diagonal() ? (i == pixel ? double{m.space->scale[i]} : 0.0)
                                                  : double{m.space->backward(i, pixel)};
      out[p] += worth * units[static_cast<std::size_t>(i)];
    }
  }
  return out;
}

std::vector<oracle::Explained> every_model() {
  std::vector<oracle::Explained> out = oracle::models_with_states();
  for (oracle::Explained& real : oracle::real_models()) out.push_back(std::move(real));
  return out;
}

}  // namespace

TEST_CASE("the parts of a pixel add up to its input, and are what the picture loses without each unit") {
  for (const oracle::Explained& e : every_model()) {
    CAPTURE(e.name);
    const std::vector<float> h = hidden_of(e.model);
    const bool real = e.model.visible_type == VisibleType::Gaussian;
    for (Index pixel = 0; pixel < picture_shape(e.model).pixels(); ++pixel) {
      const auto evidence = pixel_evidence(e.model, h, pixel);
      if (e.model.states != nullptr && pixel % 2 == 1 && pixel / 2 >= 2) {
        CHECK_FALSE(evidence.has_value());  // the second column has two states
        continue;
      }
      REQUIRE(evidence.has_value());
      CHECK(std::accumulate(evidence->parts.begin(), evidence->parts.end(), double{evidence->bias}) ==
            doctest::Approx(evidence->input).epsilon(1e-5));
      const auto bit = e.model.states != nullptr ? (pixel % 2 == 0 ? pixel / 2 : 4 + pixel / 2) : pixel;
      // Real-valued parts are grey values, the others those of the unit's input.
      const double input = real ? picture_by_hand(e.model, h)[static_cast<std::size_t>(pixel)]
                                : input_by_hand(e.model, h, bit);
      CHECK(double{evidence->input} == doctest::Approx(input).epsilon(1e-5));
      for (std::size_t j = 0; j < h.size(); ++j) {
        std::vector<float> without = h;
        without[j] = 0;
        const double rest = real ? picture_by_hand(e.model, without)[static_cast<std::size_t>(pixel)]
                                 : input_by_hand(e.model, without, bit);
        CHECK(double{evidence->parts[j]} == doctest::Approx(input - rest).epsilon(1e-4));
      }
    }
  }
}

TEST_CASE("the strongest parts for and against a pixel are those of the right sign, in order") {
  const std::vector<float> parts{0.5f, -2, 0, 3, -0.1f, 3};
  CHECK(strongest_for(parts, 2) == std::vector<int>{3, 5});
  CHECK(strongest_for(parts, 9) == std::vector<int>{3, 5, 0});
  CHECK(strongest_against(parts, 9) == std::vector<int>{1, 4});
  CHECK(strongest_against(parts, 0).empty());
}

TEST_CASE("a unit switched on or off changes the picture and the free energy as the energy says") {
  ThreadPool pool(2);
  for (const oracle::Explained& e : every_model()) {
    CAPTURE(e.name);
    const Model& m = e.model;
    const std::vector<float> h = hidden_of(m);
    for (Index j = 0; j < m.hidden(); ++j) {
      const UnitEffect effect =
          unit_effect(m, oracle::transposed_of(m), oracle::states_of_case(e), h, j, pool);
      const double f = oracle::free_energy_by_hand(m, oracle::row_of(e.v));
      const double on = oracle::free_energy_by_hand(m, oracle::row_of(e.v), j, true) - f;
      CHECK(effect.free_energy_on == doctest::Approx(on).epsilon(1e-4));
      CHECK(effect.free_energy_off ==
            doctest::Approx(oracle::free_energy_by_hand(m, oracle::row_of(e.v), j, false) - f).epsilon(1e-4));
      CHECK(double{effect.probability} == doctest::Approx(std::exp(-on)).epsilon(1e-4));
      const auto check = [&](std::span<const float> picture, float state) {
        std::vector<float> held = h;
        held[static_cast<std::size_t>(j)] = state;
        const std::vector<double> by_hand = picture_by_hand(m, held);
        REQUIRE(picture.size() == by_hand.size());
        for (std::size_t p = 0; p < by_hand.size(); ++p)
          CHECK(double{picture[p]} == doctest::Approx(by_hand[p]).epsilon(1e-4));
      };
      check(effect.on, 1);
      check(effect.off, 0);
      check(effect.present, h[static_cast<std::size_t>(j)]);
    }
  }
}

TEST_CASE(
    "the parts of a free energy add up to the sum over all states, and a unit's part is what it gives") {
  ThreadPool pool(2);
  for (const oracle::Explained& e : every_model()) {
    CAPTURE(e.name);
    const FreeEnergyParts parts = free_energy_parts(e.model, oracle::states_of_case(e), pool);
    const double f = oracle::free_energy_by_hand(e.model, oracle::row_of(e.v));
    CHECK(parts.total() == doctest::Approx(f).epsilon(1e-5));
    if (e.model.labels() > 0) continue;
    CHECK(parts.labels == 0);
    for (Index j = 0; j < e.model.hidden(); ++j) {
      // Without its share the unit would be off.
      const double off = oracle::free_energy_by_hand(e.model, oracle::row_of(e.v), j, false);
      CHECK(parts.units[static_cast<std::size_t>(j)] == doctest::Approx(f - off).epsilon(1e-4));
    }
  }
}

TEST_CASE("the parts of several pictures are the means of theirs") {
  ThreadPool pool(2);
  const oracle::Explained e = oracle::models_with_states()[1];
  Matrix both(2, e.v.cols());
  for (Index i = 0; i < e.v.cols(); ++i) both(0, i) = e.v(0, i), both(1, i) = 1 - e.v(0, i);
  const auto bits = [](const Matrix& m) { return oracle::states_of_case({"", Model{}, m}); };
  const FreeEnergyParts mean = free_energy_parts(e.model, bits(both), pool);
  const FreeEnergyParts first = free_energy_parts(e.model, rows_of(bits(both), 0, 1), pool),
                        second = free_energy_parts(e.model, rows_of(bits(both), 1, 1), pool);
  CHECK(mean.total() == doctest::Approx((first.total() + second.total()) / 2));
  CHECK(mean.visible == doctest::Approx((first.visible + second.visible) / 2));
  CHECK(mean.labels == doctest::Approx((first.labels + second.labels) / 2));
  CHECK(mean.units[2] == doctest::Approx((first.units[2] + second.units[2]) / 2));
}

TEST_CASE("the dislike map is F with each pixel flipped minus F, summed over all states") {
  ThreadPool pool(2);
  for (const oracle::Explained& e : oracle::models_with_states()) {
    CAPTURE(e.name);
    const Model& m = e.model;
    const auto map = dislike_map(m, oracle::states_of_case(e), pool);
    REQUIRE(map.has_value());
    const double f = oracle::free_energy_by_hand(m, oracle::row_of(e.v));
    std::vector<double> by_hand(static_cast<std::size_t>(picture_shape(m).pixels()), 0.0);
    const auto change = [&](const Matrix& v) {
      return oracle::free_energy_by_hand(m, oracle::row_of(v)) - f;
    };
    if (m.states != nullptr) {
      m.states->for_each([&](Index unit, Index first, Index count) {
        for (Index s = 0; s < count; ++s) {
          Matrix v = e.v;
          for (Index t = 0; t < count; ++t) v(0, first + t) = s == t ? 1.0f : 0.0f;
          by_hand[static_cast<std::size_t>(s * 2 + unit)] = change(v);
        }
      });
    }
    for (Index i = 0; m.states == nullptr && i < m.visible(); ++i) {
      Matrix v = e.v;
      v(0, i) = m.visible_type == VisibleType::Spins ? -v(0, i) : 1 - v(0, i);
      by_hand[static_cast<std::size_t>(i)] = change(v);
    }
    for (std::size_t p = 0; p < by_hand.size(); ++p)
      CHECK(double{(*map)[p]} == doctest::Approx(by_hand[p]).epsilon(1e-4));
  }
}

TEST_CASE("the dislike map of a large picture goes in pieces and is that of recomputation") {
  ThreadPool pool(2);
  Model m;
  oracle::fill_normal(m, 300, 7, 0, 5);
  m.weights.view() *= 0.3f;
  BitMatrix v(1, 300), flipped(1, 300);
  for (Index i = 0; i < 300; ++i) v.set(0, i, i % 3 == 0);
  const auto map = dislike_map(m, v, pool);
  REQUIRE(map.has_value());
  Matrix scratch;
  double f = 0, other = 0;
  free_energies(m, v, {&f, 1}, scratch, pool);
  for (Index i = 0; i < 300; ++i) {
    flipped = v;
    flipped.set(0, i, !v.get(0, i));
    free_energies(m, flipped, {&other, 1}, scratch, pool);
    CHECK(double{(*map)[static_cast<std::size_t>(i)]} == doctest::Approx(other - f).epsilon(1e-3));
  }
}

TEST_CASE("what cannot be explained is refused in a sentence") {
  ThreadPool pool(1);
  const Model stack = oracle::stack();
  const std::vector<float> h(3, 0.5f);
  const auto pixel = pixel_evidence(stack, h, 0);
  REQUIRE_FALSE(pixel.has_value());
  CHECK(pixel.error().message.find("stack") != std::string::npos);
  CHECK_FALSE(dislike_map(stack, BitMatrix(1, 4), pool).has_value());
  const oracle::Explained real = oracle::real_models()[0];
  const auto map = dislike_map(real.model, oracle::states_of_case(real), pool);
  REQUIRE_FALSE(map.has_value());
  CHECK(map.error().message.find("flipped") != std::string::npos);
  CHECK_FALSE(pixel_evidence(oracle::models_with_states()[0].model, kHidden, 6).has_value());
}
