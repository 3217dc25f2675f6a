// When updates are due, with moments that the test makes up.
#include "core/session/pacer.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

using rbm::Pacer;

namespace {

/// How many updates a second of this clock brings, an update taking no time; looked at every millisecond.
int updates_between(Pacer& pacer, double from_s, double to_s) {
  int made = 0;
  for (double now = from_s; now < to_s; now += 0.001) {
    // More than one a look is what a slow machine does, too.
    for (int n = 0; n < 100 && pacer.wait_s(now) <= 0; ++n) {
      pacer.made(now);
      ++made;
    }
  }
  return made;
}

}  // namespace

TEST_CASE("a pace brings so many updates a second, and the first one at once") {
  for (const double rate : {0.1, 0.5, 1.0, 7.0, 250.0}) {
    Pacer pacer;
    pacer.set(rate);
    CAPTURE(rate);
    CHECK(pacer.wait_s(5) == 0);
    CHECK(updates_between(pacer, 5, 25) == doctest::Approx(20 * rate).epsilon(0.01).scale(100));
    CHECK(pacer.is_slow_motion() == (rate < 1));
  }
}

TEST_CASE("without a pace nothing waits") {
  Pacer pacer;
  for (int n = 0; n < 10; ++n) {
    CHECK(pacer.wait_s(3) == 0);
    pacer.made(3);
  }
  CHECK(pacer.updates_per_second(3) == 0);
}

TEST_CASE("time at rest brings no update nearer, and a faster pace ends a long wait") {
  Pacer pacer;
  pacer.set(0.1);
  REQUIRE(pacer.wait_s(100) == 0);
  pacer.made(100);
  CHECK(pacer.wait_s(104) == doctest::Approx(6));
  pacer.rest(true, 104);
  pacer.rest(false, 1000);
  CHECK(pacer.wait_s(1000) == doctest::Approx(6));
  pacer.set(2);
  CHECK(pacer.wait_s(1000) == 0);
}

TEST_CASE(
    "a run that begins slowly has twenty updates in its first second at most, and nothing holds it after "
    "ten") {
  Pacer pacer;
  pacer.open_slowly();
  CHECK(pacer.is_opening());
  CHECK(pacer.opening_left_s(50) == Pacer::kOpening_s);
  const int first = updates_between(pacer, 50, 51);
  CHECK(first >= 20);
  CHECK(first <= 40);
  CHECK(updates_between(pacer, 51, 52) > first);
  CHECK(pacer.opening_left_s(52) == doctest::Approx(8).epsilon(0.01));
  updates_between(pacer, 52, 60.01);
  CHECK(!pacer.is_opening());
  CHECK(pacer.updates_per_second(60.01) == 0);
  CHECK(pacer.wait_s(60.01) == 0);
}

TEST_CASE("the slow beginning starts with the training, and ends with a pace of one's own") {
  Pacer pacer;
  pacer.open_slowly();
  CHECK(pacer.updates_per_second(1000) == Pacer::kFirstRate);  // nothing was trained yet
  CHECK(pacer.wait_s(1000) == 0);
  pacer.made(1000);
  CHECK(pacer.wait_s(1000) > 0.04);
  pacer.set(0);
  CHECK(!pacer.is_opening());
  CHECK(pacer.wait_s(1000) == 0);
}
