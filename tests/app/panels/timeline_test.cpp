// The slider through the moments of a run, without a window.
#include "app/panels/timeline.hpp"

#include <doctest/doctest.h>

namespace {

using namespace lab;

rbm::TimelineReport timeline_of(std::vector<std::uint64_t> updates,
                                std::optional<std::uint64_t> looking_at = {}) {
  return {std::make_shared<const std::vector<std::uint64_t>>(std::move(updates)), 3000000, 256000000,
          looking_at};
}

}  // namespace

TEST_CASE(
    "steps go from moment to moment, end at the first one, and after the last one is the run as it is") {
  const auto live = timeline_of({0, 10, 20});
  CHECK(moment_beside(live, -1)->update == 20u);
  CHECK(moment_beside(live, -2)->update == 10u);
  CHECK(moment_beside(live, -9)->update == 0u);
  CHECK_FALSE(moment_beside(live, 1).has_value());
  const auto middle = timeline_of({0, 10, 20}, 10);
  CHECK(moment_beside(middle, -1)->update == 0u);
  CHECK(moment_beside(middle, 1)->update == 20u);
  REQUIRE(moment_beside(middle, 2).has_value());
  CHECK_FALSE(moment_beside(middle, 2)->update.has_value());
  CHECK_FALSE(moment_beside(timeline_of({0, 10}, 0), -1).has_value());
  CHECK_FALSE(moment_beside(timeline_of({}), -1).has_value());
  CHECK_FALSE(moment_beside({}, -1).has_value());
  // One that was thinned out while it is looked at still has neighbours.
  CHECK(moment_beside(timeline_of({0, 20, 40}, 10), -1)->update == 0u);
}

TEST_CASE(
    "the banner says which update of how many is shown, and is not there while nothing is looked back at") {
  rbm::Snapshot snapshot;
  snapshot.progress.updates = 5400;
  snapshot.monitoring.timeline = timeline_of({0, 1200});
  CHECK(looking_back_sentence(snapshot) == "");
  snapshot.monitoring.timeline = timeline_of({0, 1200}, 1200);
  CHECK(looking_back_sentence(snapshot) == "Update 1 200 of 5 400 – looking back");
}
