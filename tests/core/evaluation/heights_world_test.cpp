// The world of two heights: its knobs, and that its chains draw what its density says.
#include "core/evaluation/heights_world.hpp"

#include <doctest/doctest.h>

#include <numeric>

namespace {

using rbm::HeightsWorld;

TEST_CASE("a unit alone is on for the share that its knob says, wherever the hills stand") {
  for (const float mean : {150.0f, 164.0f, 190.0f}) {
    for (const float shift : {-20.0f, 5.0f, 25.0f}) {
      HeightsWorld::Knobs knobs;
      knobs.mean = mean;
      knobs.shift[0] = shift;
      knobs.share[0] = 0.3f;
      const HeightsWorld world(knobs);
      REQUIRE(world.components().size() == 2);
      CHECK(world.components()[1].share == doctest::Approx(0.3).epsilon(1e-3));
      CHECK(world.components()[1].mean == doctest::Approx(double{mean + shift}));
    }
  }
}

TEST_CASE("every unit is on for the share that its knob says, however the units pull at each other") {
  for (const float deviation : {4.0f, 6.0f, 15.0f}) {
    HeightsWorld::Knobs knobs;
    knobs.units = 3;
    knobs.deviation = deviation;
    knobs.shift = {16, -10, 12};
    knobs.share = {0.5f, 0.2f, 0.35f};
    const HeightsWorld world(knobs);
    REQUIRE(world.components().size() == 8);
    for (unsigned j = 0; j < 3; ++j) {
      double on = 0;
      for (const auto& part : world.components()) on += (part.hidden >> j) & 1U ? part.share : 0;
      CHECK(on == doctest::Approx(double{knobs.share[j]}).epsilon(2e-3));
    }
  }
}

TEST_CASE("two and three units begin with three and four hills that can be seen") {
  for (const int units : {2, 3}) {
    HeightsWorld::Knobs knobs;
    knobs.units = units;
    const HeightsWorld world(knobs);
    int hills = 0;
    for (double cm = HeightsWorld::kLowest + 1; cm < HeightsWorld::kHighest; cm += 0.5)
      hills += world.density(cm) > world.density(cm - 0.5) && world.density(cm) >= world.density(cm + 0.5);
    CHECK(hills == units + 1);
  }
}

TEST_CASE("the chains' histogram becomes the exact density, for one to three hidden units" *
          doctest::test_suite("long")) {
  rbm::ThreadPool pool(1);
  for (int units = 1; units <= HeightsWorld::kMostUnits; ++units) {
    CAPTURE(units);
    HeightsWorld::Knobs knobs;
    knobs.units = units;
    HeightsWorld world(knobs);
    CHECK(world.distance() == 1);
    world.step(1, pool);
    const double early = world.distance();
    world.step(2000, pool);
    const auto bars = world.histogram();
    CHECK(std::accumulate(bars.begin(), bars.end(), 0.0) * HeightsWorld::kBin ==
          doctest::Approx(1).epsilon(0.001));
    // 400,000 correlated draws in some 60 bins: 0.01 is many standard deviations away; the seed is fixed.
    CHECK(world.distance() < 0.01);
    CHECK(world.distance() < early);
  }
}

TEST_CASE("a turned knob empties the histogram and keeps the chains where they are") {
  rbm::ThreadPool pool(1);
  HeightsWorld world;
  world.step(50, pool);
  const double before = world.height();
  HeightsWorld::Knobs knobs = world.knobs();
  knobs.shift[0] += 5;
  world.set(knobs);
  CHECK(world.drawn() == 0);
  CHECK(world.height() == before);
  knobs.units = 3;
  world.set(knobs);
  CHECK(world.components().size() == 8);
  CHECK(world.height() == before);
}

}  // namespace
