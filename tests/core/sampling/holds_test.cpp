// Held units against the enumerated conditional, and that they never move.
#include "core/sampling/holds.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/sampling/gibbs_chains.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/evaluation/explained_models.hpp"

using namespace rbm;

namespace {

Holds held_bits(Index visible, Index hidden) {
  Holds out;
  out.visible_mask.assign(static_cast<std::size_t>(visible), 0);
  out.visible = BitMatrix(1, visible);
  out.hidden_mask.assign(static_cast<std::size_t>(hidden), 0);
  out.hidden_on.assign(static_cast<std::size_t>(hidden), 0);
  return out;
}

}  // namespace

TEST_CASE(
    "held pixels, hidden units and the label do not move in 1,000 steps, whatever the chains start from") {
  Model model;
  oracle::fill_normal(model, 5, 4, 3, 2);
  const Matrix transposed = oracle::transposed(model);
  ThreadPool pool(2);
  Holds holds = held_bits(5, 4);
  holds.visible_mask[1] = holds.visible_mask[4] = 1;
  holds.visible.bits.set(0, 4, true);
  holds.hidden_mask[0] = holds.hidden_mask[2] = 1;
  holds.hidden_on[2] = 1;
  holds.label = 1;
  GibbsChains chains(20, 5, 4, 3);
  chains.hold(holds);
  chains.start_from_noise(model, pool);
  bool stays = true, moves = false;
  const bool first = chains.visible().get(0, 0);
  for (int half = 0; half <= 2000; ++half) {
    for (Index c = 0; c < 20; ++c) {
      stays = stays && !chains.visible().get(c, 1) && chains.visible().get(c, 4) &&
              chains.labels()[static_cast<std::size_t>(c)] == 1;
      if (half > 0) stays = stays && !chains.hidden().get(c, 0) && chains.hidden().get(c, 2);
    }
    moves = moves || chains.visible().get(0, 0) != first;
    half % 7 == 6 ? chains.redraw(model, transposed, pool) : chains.half_step(model, transposed, pool);
  }
  CHECK(stays);
  CHECK(moves);
}

TEST_CASE("what is filled in follows the conditional distribution of the rest, given what is held") {
  Model model = oracle::golden_model();
  model.weights.view() *= 2;
  const oracle::Enumeration exact(model);
  const Matrix transposed = oracle::transposed(model);
  ThreadPool pool(2);
  // Pixel 2 off, hidden unit 1 on.
  Holds holds = held_bits(4, 3);
  holds.visible_mask[2] = 1;
  holds.hidden_mask[1] = holds.hidden_on[1] = 1;
  constexpr Index kChains = 500;
  GibbsChains chains(kChains, 4, 3, 21);
  chains.start_from_noise(model, pool);
  chains.hold(holds);
  chains.full_steps(model, transposed, 100, pool);
  std::vector<double> counts(16, 0.0), expected(16, 0.0);
  for (int look = 0; look < 60; ++look) {
    chains.full_steps(model, transposed, 20, pool);
    for (Index c = 0; c < kChains; ++c) ++counts[oracle::state_number(chains.visible(), c)];
  }
  double total = 0;
  for (std::size_t v = 0; v < 16; ++v) {
    for (std::size_t h = 0; h < 8; ++h) {
      if ((v >> 2 & 1) == 0 && (h >> 1 & 1) == 1) expected[v] += exact.p_v()[v] * exact.p_h_given_v(h, v);
    }
    total += expected[v];
  }
  std::vector<double> seen, shares;
  for (std::size_t v = 0; v < 16; ++v) {
    if ((v >> 2 & 1) != 0) {
      CHECK(counts[v] == 0);
      continue;
    }
    seen.push_back(counts[v]);
    shares.push_back(expected[v] / total);
  }
  CHECK(oracle::chi_square(seen, shares) < 24.3);  // 7 degrees of freedom, false-alarm rate 0.001, seed 21
}

TEST_CASE("holds outlive a start, and holds without any let everything go") {
  const Model model = oracle::golden_model();
  const Matrix transposed = oracle::transposed(model);
  ThreadPool pool(1);
  Holds holds = held_bits(4, 3);
  holds.visible_mask[0] = 1;
  holds.visible.bits.set(0, 0, true);
  GibbsChains chains(30, 4, 3, 5);
  chains.hold(holds);
  chains.start(BitMatrix(30, 4));
  CHECK(chains.visible().get(7, 0));
  CHECK(chains.visible_probabilities()(7, 0) == 1);
  chains.full_steps(model, transposed, 5, pool);
  CHECK(chains.visible().get(7, 0));
  chains.hold({});
  chains.full_steps(model, transposed, 5, pool);
  int on = 0;
  for (Index c = 0; c < 30; ++c) on += chains.visible().get(c, 0);
  CHECK((on > 0 && on < 30));
}

TEST_CASE("chains without holds draw the same bits as ever") {
  const Model model = oracle::golden_model();
  const Matrix transposed = oracle::transposed(model);
  ThreadPool pool(1);
  GibbsChains plain(10, 4, 3, 6), freed(10, 4, 3, 6);
  freed.hold({});
  plain.full_steps(model, transposed, 20, pool);
  freed.full_steps(model, transposed, 20, pool);
  CHECK(plain.visible() == freed.visible());
}

TEST_CASE("pixels of a picture are held as each kind of units has them") {
  ThreadPool pool(1);
  const std::vector<oracle::Explained> models = oracle::models_with_states();
  const auto binary = hold_pixels(models[0].model, std::vector<float>{0.9f, 0.1f, 0.5f, 0, 1, 1},
                                  std::vector<float>{1, 1, 0, 0, 0.5f, 0.4f}, pool);
  REQUIRE(binary.has_value());
  CHECK(binary->visible_mask == std::vector<std::uint8_t>{1, 1, 0, 0, 1, 0});
  CHECK(
      (binary->visible.bits.get(0, 0) && !binary->visible.bits.get(0, 1) && binary->visible.bits.get(0, 4)));
  const auto spins = hold_pixels(models[2].model, std::vector<float>{1, 0, 0, 0, 0},
                                 std::vector<float>{1, 1, 0, 0, 0}, pool);
  REQUIRE(spins.has_value());
  CHECK((spins->visible.values(0, 0) == 1 && spins->visible.values(0, 1) == -1));
  // Columns of four and two states: holding one state holds the column.
  const auto words = hold_pixels(models[3].model, std::vector<float>{0, 0, 0, 1, 1, 0, 0, 0},
                                 std::vector<float>{0, 0, 1, 0, 0, 0, 0, 0}, pool);
  REQUIRE(words.has_value());
  CHECK(words->visible_mask == std::vector<std::uint8_t>{1, 1, 1, 1, 0, 0});
  const auto none =
      hold_pixels(models[0].model, std::vector<float>(6, 1.0f), std::vector<float>(6, 0.0f), pool);
  REQUIRE(none.has_value());
  CHECK_FALSE(none->any());
  CHECK_FALSE(hold_pixels(oracle::stack(), std::vector<float>(6), std::vector<float>(6), pool).has_value());
  const Model whitened = oracle::real_models()[2].model;
  CHECK_FALSE(hold_pixels(whitened, std::vector<float>(4), std::vector<float>(4), pool).has_value());
  CHECK(hold_pixels(oracle::real_models()[1].model, std::vector<float>(4), std::vector<float>(4, 1.0f), pool)
            .has_value());
}
