// The two-heights page without its window: its knobs, and that its chains draw what its density says.
#include <doctest/doctest.h>

#include <numeric>

#include "app/panels/heights_world.hpp"

namespace {

using lab::HeightsWorld;

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

TEST_CASE("the chains' histogram becomes the exact density, for one to three hidden units") {
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
    CHECK(std::accumulate(bars.begin(), bars.end(), 0.0) * HeightsWorld::kBin == doctest::Approx(1).epsilon(0.001));
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
