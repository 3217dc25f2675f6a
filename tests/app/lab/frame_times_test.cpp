// The measurement of frames: every view once, with times that are some. How long they are is no test's matter.
#include "app/lab/frame_times.hpp"

#include <doctest/doctest.h>

#include <string>

#include "app/panels/views.hpp"
#include "tests/core/run/small_run.hpp"

namespace {

TEST_CASE("frames of every view are timed on a run that trains, without a window") {
  rbm::TrainingSettings settings = rbm::oracle::small_settings();
  const auto times = lab::measure_frames(settings, 1280, 800, 3);
  REQUIRE(times.has_value());
  REQUIRE(times->size() == lab::views().size());
  for (std::size_t n = 0; n < times->size(); ++n) {
    CHECK((*times)[n].view == lab::views()[n].id);
    CHECK((*times)[n].median_ms > 0);
    CHECK((*times)[n].high_ms >= (*times)[n].median_ms);
    CHECK((*times)[n].longest_ms >= (*times)[n].high_ms);
  }
  settings.data = "no such data";
  const auto none = lab::measure_frames(settings, 1280, 800, 3);
  REQUIRE(!none.has_value());
  CHECK(none.error().message.find("no such data") != std::string::npos);
}

}  // namespace
