// What the chains panel computes without a window: where chains start, when steps are due, what a step is
// called.
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "app/panels/chain_runner.hpp"
#include "app/panels/chain_trace.hpp"
#include "app/panels/free_energy_rank.hpp"
#include "app/panels/large_chain.hpp"

namespace {

using namespace lab;
using rbm::BitMatrix;
using rbm::Index;

/// Pictures of 4 pixels; picture i has grey value 200 in the pixels of i's binary number, 100 elsewhere.
rbm::Dataset four_pixels(int count) {
  rbm::Dataset data;
  data.shape = {2, 2, 1};
  for (int i = 0; i < count; ++i) {
    for (int p = 0; p < 4; ++p) data.pixels.push_back((i >> p) & 1 ? 200 : 100);
  }
  return data;
}

int number(const BitMatrix& states, Index row) {
  int n = 0;
  for (Index c = 0; c < states.cols(); ++c) n |= int{states.get(row, c)} << c;
  return n;
}

/// Hidden unit j copies pixel j, pixel i copies hidden unit i, both with near certainty.
struct Copier {
  rbm::Model model;
  rbm::Matrix transposed;
  rbm::ThreadPool pool{1};
  explicit Copier(Index units) {
    model.shape = {1, static_cast<int>(units), 1};
    model.weights.resize(units, units);
    for (Index i = 0; i < units; ++i) model.weights(i, i) = 80;
    model.visible_bias = Eigen::VectorXf::Constant(units, -40);
    model.hidden_bias = Eigen::VectorXf::Constant(units, -40);
    transposed.resize(units, units);
    rbm::transpose(model.weights, transposed, pool);
  }
};

/// A model of so many pixels; nothing but its visible units matters here.
rbm::Model binary(int height, int width) {
  rbm::Model model;
  model.shape = {height, width, 1};
  model.weights.resize(model.shape.pixels(), 1);
  model.visible_bias = Eigen::VectorXf::Zero(model.shape.pixels());
  model.hidden_bias = Eigen::VectorXf::Zero(1);
  return model;
}

rbm::Result<rbm::States> start_at(ChainSource start, const ChainSources& sources, Index chains,
                                  const rbm::Model& model, std::uint64_t seed) {
  rbm::ThreadPool pool{1};
  return starting_states(start, sources, chains, model, seed, pool);
}

TEST_CASE("all chains of a chosen digit start at that digit, cut at one half") {
  const rbm::Dataset digits = four_pixels(16);
  const auto states = start_at(ChainSource::Digit, {.digits = &digits, .digit = 11}, 5, binary(2, 2), 1);
  REQUIRE(states.has_value());
  REQUIRE(states->rows() == 5);
  for (Index r = 0; r < 5; ++r) CHECK(number(states->bits, r) == 11);
}

TEST_CASE("chains from data start at different pictures of the data") {
  const rbm::Dataset data = four_pixels(8);
  const auto states = start_at(ChainSource::Data, {.data = &data}, 200, binary(2, 2), 7);
  REQUIRE(states.has_value());
  std::vector<int> seen(16);
  for (Index r = 0; r < 200; ++r) ++seen[static_cast<std::size_t>(number(states->bits, r))];
  // Missing one of 8 pictures in 200 draws: below 8 · (7/8)^200 = 2e-11.
  for (int i = 0; i < 8; ++i) CHECK(seen[static_cast<std::size_t>(i)] > 0);
  for (int i = 8; i < 16; ++i) CHECK(seen[static_cast<std::size_t>(i)] == 0);
}

TEST_CASE("noise is on in half of the pixels, and another seed gives other noise") {
  const auto a = start_at(ChainSource::Noise, {}, 64, binary(28, 28), 1);
  const auto b = start_at(ChainSource::Noise, {}, 64, binary(28, 28), 2);
  REQUIRE(a.has_value());
  REQUIRE(b.has_value());
  Index on = 0;
  for (Index r = 0; r < 64; ++r) on += a->bits.count(r);
  // Five standard deviations: false alarm below 1e-6.
  CHECK(std::abs(static_cast<double>(on) - 64 * 392) < 5 * std::sqrt(64 * 196.0));
  CHECK(a->bits != b->bits);
}

TEST_CASE("the drawing starts every chain, and only if there is one of the model's size") {
  const std::vector<float> ink{0.9f, 0.2f, 0.5f, 0.0f};
  const auto states = start_at(ChainSource::Painted, {.painted = ink}, 3, binary(2, 2), 1);
  REQUIRE(states.has_value());
  for (Index r = 0; r < 3; ++r) CHECK(number(states->bits, r) == 0b0101);
  CHECK(!start_at(ChainSource::Painted, {}, 3, binary(2, 2), 1));
  CHECK(!start_at(ChainSource::Painted, {.painted = ink}, 3, binary(3, 3), 1));
}

TEST_CASE("the training's chains are taken in order and repeated when they are fewer") {
  BitMatrix training(2, 4);
  training.set(0, 1, true);
  training.set(1, 3, true);
  const rbm::States kept = training;
  const auto states = start_at(ChainSource::Training, {.training = &kept}, 5, binary(2, 2), 1);
  REQUIRE(states.has_value());
  for (Index r = 0; r < 5; ++r) CHECK(number(states->bits, r) == (r % 2 == 0 ? 2 : 8));
}

TEST_CASE("a start without its source is refused with a sentence, not taken from elsewhere") {
  for (const ChainSource start :
       {ChainSource::Data, ChainSource::Digit, ChainSource::Painted, ChainSource::Training}) {
    const auto states = start_at(start, {}, 3, binary(2, 2), 1);
    REQUIRE(!states.has_value());
    CHECK(states.error().message.ends_with("."));
  }
}

TEST_CASE("a clock asks for the first step at once and then for the speed's share of the time") {
  StepClock clock;
  CHECK(clock.due(100.0, 2) == 1);
  CHECK(clock.due(100.25, 2) == 0);
  CHECK(clock.due(100.5, 2) == 1);
  int steps = 0;
  for (int frame = 1; frame <= 300; ++frame) steps += clock.due(100.5 + frame / 30.0, 20);
  CHECK(steps >= 199);
  CHECK(steps <= 200);
}

TEST_CASE("a clock does not make up for a long pause of its caller") {
  StepClock clock;
  clock.due(0, 60);
  CHECK(clock.due(30, 60) == 6);
  CHECK(clock.due(30, 60) == 0);
  StepClock slow;
  slow.due(0, 0.5);
  CHECK(slow.due(1000, 0.5) == 1);
}

TEST_CASE("the caption names the half-step that happened and the one that comes") {
  const std::string start = caption(rbm::Phase::Visible, 0, false).next;
  CHECK(start.find("p(h|v)") != std::string::npos);
  const StepCaption hidden = caption(rbm::Phase::Hidden, 1, false);
  CHECK(std::string(hidden.done).find("p(h|v)") != std::string::npos);
  CHECK(std::string(hidden.next).find("p(v|h)") != std::string::npos);
  const StepCaption visible = caption(rbm::Phase::Visible, 2, false);
  CHECK(std::string(visible.done).find("p(v|h)") != std::string::npos);
  CHECK(std::string(visible.next).find("p(h|v)") != std::string::npos);
  CHECK(std::string(caption(rbm::Phase::Hidden, 1, true).done) != hidden.done);
}

TEST_CASE("a slow film shows every half-step, a fast one whole steps") {
  Copier copier(8);
  ChainRunner runner;
  runner.start(rbm::States(BitMatrix(3, 8)), 8, 1);
  runner.set_speed(1);
  runner.play();
  runner.advance(copier.model, copier.transposed, copier.pool, 0);
  CHECK(runner.chains().half_steps() == 1);
  CHECK(runner.chains().phase() == rbm::Phase::Hidden);
  runner.advance(copier.model, copier.transposed, copier.pool, 0.49);
  CHECK(runner.chains().half_steps() == 1);
  runner.advance(copier.model, copier.transposed, copier.pool, 0.51);
  CHECK(runner.chains().half_steps() == 2);

  runner.set_speed(30);
  runner.advance(copier.model, copier.transposed, copier.pool, 0.55);
  CHECK(runner.chains().half_steps() == 4);
  CHECK(runner.chains().phase() == rbm::Phase::Visible);
}

TEST_CASE("steps asked for are all taken, whatever the frames, and then it rests") {
  Copier copier(8);
  ChainRunner runner;
  runner.start(rbm::States(BitMatrix(3, 8)), 8, 1);
  runner.run(25);
  for (int frame = 0; frame < 25 && runner.is_busy(); ++frame)
    runner.advance(copier.model, copier.transposed, copier.pool, frame);
  CHECK(!runner.is_busy());
  CHECK(runner.chains().half_steps() == 50);
  runner.advance(copier.model, copier.transposed, copier.pool, 100);
  CHECK(runner.chains().half_steps() == 50);
}

TEST_CASE("chains carry the picture through a model that copies, and leave a model of another shape alone") {
  Copier copier(8), other(9);
  BitMatrix start(2, 8);
  start.set(0, 3, true);
  start.set(1, 5, true);
  ChainRunner runner;
  runner.start(start, 8, 1);
  runner.full_step(copier.model, copier.transposed, copier.pool);
  CHECK(runner.chains().visible() == start);
  const auto version = runner.version();
  runner.half_step(other.model, other.transposed, other.pool);
  runner.full_step(other.model, other.transposed, other.pool);
  runner.redraw(other.model, other.transposed, other.pool);
  CHECK(runner.version() == version);
  CHECK(!runner.fits(other.model));
}

TEST_CASE("the share above counts the less probable data, ties by half") {
  const std::vector<double> data{1, 2, 2, 3};
  CHECK(share_above(data, 0) == 1.0);
  CHECK(share_above(data, 1.5) == 0.75);
  CHECK(share_above(data, 2) == 0.5);
  CHECK(share_above(data, 3) == 0.125);
  CHECK(share_above(data, 4) == 0.0);
  CHECK(std::isnan(share_above({}, 1)));
  CHECK(std::isnan(share_above(data, std::nan(""))));
}

TEST_CASE("every free energy falls into one of the four words, in order") {
  CHECK(familiarity(1.0) == Familiarity::Familiar);
  CHECK(familiarity(0.5) == Familiarity::Familiar);
  CHECK(familiarity(0.49) == Familiarity::Plausible);
  CHECK(familiarity(0.04) == Familiarity::Surprising);
  CHECK(familiarity(0.0) == Familiarity::Alien);
  CHECK(familiarity(std::nan("")) == Familiarity::Unknown);
}

TEST_CASE("the shown interval holds the data whole and does not let an outlier squeeze them") {
  const std::vector<double> data{-120, -110, -100};
  const std::vector<double> near{-125}, far{5000};
  const Interval with_near = shown_interval(data, near);
  CHECK(with_near.low < -125);
  CHECK(with_near.high > -100);
  const Interval with_far = shown_interval(data, far);
  CHECK(with_far.high < -50);
  CHECK(with_far.high >= -60);
  const Interval nothing = shown_interval({}, {});
  CHECK(nothing.high > nothing.low);
}

TEST_CASE("bins hold every finite value once, what lies outside is in the outermost bins") {
  std::vector<float> bins(4);
  const std::vector<double> values{0, 0.5, 1.5, 3.9, -10, 40, std::nan("")};
  bin_shares(values, {0, 4}, bins);
  CHECK(bins[0] == doctest::Approx(3.0 / 6));
  CHECK(bins[1] == doctest::Approx(1.0 / 6));
  CHECK(bins[2] == 0.0f);
  CHECK(bins[3] == doctest::Approx(2.0 / 6));
}

TEST_CASE("the last twelve pictures are kept, the start among them, and drawing again replaces the newest") {
  Copier copier(8);
  ChainRunner runner;
  BitMatrix start(2, 8);
  start.set(0, 3, true);
  start.set(1, 5, true);
  runner.start(start, 8, 1);
  REQUIRE(runner.moments().size() == 1);
  CHECK(runner.moments().front().half_steps == 0);
  CHECK(runner.moments().front().state[3] == 1);
  runner.half_step(copier.model, copier.transposed, copier.pool);
  CHECK(runner.moments().size() == 1);  // the picture is the same
  runner.half_step(copier.model, copier.transposed, copier.pool);
  CHECK(runner.moments().size() == 2);
  runner.redraw(copier.model, copier.transposed, copier.pool);
  CHECK(runner.moments().size() == 2);
  for (int n = 0; n < 20; ++n) runner.full_step(copier.model, copier.transposed, copier.pool);
  CHECK(runner.moments().size() == ChainRunner::kMoments);
  CHECK(runner.moments().front().half_steps == 20);
  CHECK(runner.moments().back().half_steps == 42);
  runner.watch(1);
  REQUIRE(runner.moments().size() == 1);
  CHECK(runner.moments().front().state[5] == 1);
  CHECK(runner.moments().front().state[3] == 0);
}

TEST_CASE("drawing again marks the units of the watched chain that have another state now, and no others") {
  // Every unit is on in half of the draws, whatever the other layer.
  Copier copier(64);
  copier.model.weights.set_zero();
  copier.model.hidden_bias.setZero();
  copier.model.visible_bias.setZero();
  rbm::transpose(copier.model.weights, copier.transposed, copier.pool);
  ChainRunner runner;
  runner.start(rbm::States(BitMatrix(3, 64)), 64, 1);
  runner.watch(2);
  runner.half_step(copier.model, copier.transposed, copier.pool);
  CHECK(runner.flipped().empty());
  const BitMatrix hidden = runner.chains().hidden();
  runner.redraw(copier.model, copier.transposed, copier.pool);
  REQUIRE(runner.flipped().size() == 64);
  int flips = 0;
  for (Index j = 0; j < 64; ++j) {
    CHECK((runner.flipped()[static_cast<std::size_t>(j)] != 0) ==
          (hidden.get(2, j) != runner.chains().hidden().get(2, j)));
    flips += runner.flipped()[static_cast<std::size_t>(j)];
  }
  CHECK(flips > 10);  // of 64 coins: fewer in one of 10^8 seeds
  runner.half_step(copier.model, copier.transposed, copier.pool);
  CHECK(runner.flipped().empty());
}

TEST_CASE("annealing ends at the model's own temperature, and a new start has it at once") {
  Copier copier(8);
  ChainRunner runner;
  runner.start(rbm::States(BitMatrix(3, 8)), 8, 1);
  runner.anneal();
  CHECK(runner.temperature() == ChainRunner::kHottest);
  float last = runner.temperature();
  for (int n = 0; n < ChainRunner::kAnnealingSteps; ++n) {
    CHECK(runner.is_annealing());
    // By halves and by whole steps alike.
    if (n % 2 == 0) {
      runner.full_step(copier.model, copier.transposed, copier.pool);
    } else {
      runner.half_step(copier.model, copier.transposed, copier.pool);
      runner.half_step(copier.model, copier.transposed, copier.pool);
    }
    CHECK(runner.temperature() < last);
    CHECK(runner.chains().temperature() == runner.temperature());
    last = runner.temperature();
  }
  CHECK(!runner.is_annealing());
  CHECK(runner.temperature() == 1);
  runner.set_temperature(3);
  runner.start(rbm::States(BitMatrix(3, 8)), 8, 2);
  CHECK(runner.temperature() == 1);
  CHECK(runner.chains().temperature() == 1);
}

TEST_CASE("a chain's trace is measured from the data's median on an axis that stands still") {
  std::vector<double> data;
  for (int n = 0; n <= 100; ++n) data.push_back(-200 + n);
  ChainTrace trace;
  trace.add(0, 1000, data);
  const double low = trace.low(), high = trace.high();
  CHECK(low < -50);
  CHECK(high > 50);
  CHECK(trace.points().back().above == doctest::Approx(1150));
  trace.add(2, -150, data);
  trace.add(4, -5000, data);
  CHECK(trace.low() == low);
  CHECK(trace.high() == high);
  // The model's own zero moves, and the width of the band a little: nothing of that is seen.
  std::vector<double> moved;
  for (const double f : data) moved.push_back(1.1 * f + 777);
  trace.add(6, 1.1 * -150 + 777, moved);
  CHECK(trace.points().back().above == doctest::Approx(0));
  CHECK(trace.high() == high);
  // A step that is drawn again takes the place of what it was.
  trace.add(6, 1.1 * -150 + 780, moved);
  CHECK(trace.points().size() == 4);
  CHECK(trace.points().back().above == doctest::Approx(3));
  for (double& f : moved) f *= 3;
  trace.add(8, 0, moved);
  CHECK(trace.high() > high);
  trace.add(9, 0, {});
  CHECK(trace.points().size() == 5);
}

TEST_CASE("steps are counted as a person would say it") {
  CHECK(steps_text(0) == "start");
  CHECK(steps_text(1) == "½ step");
  CHECK(steps_text(2) == "1 step");
  CHECK(steps_text(3) == "1½ steps");
  CHECK(steps_text(4) == "2 steps");
}

}  // namespace
