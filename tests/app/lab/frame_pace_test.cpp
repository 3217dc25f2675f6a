#include "app/lab/frame_pace.hpp"

#include <doctest/doctest.h>

namespace {

using lab::FrameCause;
using lab::FramePace;

/// Frames in ten seconds, each of which takes so long; `cause` is that of all.
int frames_in_ten_seconds(const FrameCause& cause, double frame_s) {
  FramePace pace;
  int frames = 0;
  // Up to second 60 the pace finds out how long frames take.
  for (double now = 0; now < 70;) {
    const double delay = pace.delay(now, cause);
    if (delay > 1e-6) {
      now += delay;
      continue;
    }
    pace.begin_frame(now);
    (void)pace.takes_news(now, cause);
    now += frame_s;
    pace.end_frame(now);
    frames += now >= 60 ? 1 : 0;
  }
  return frames;
}

}  // namespace

TEST_CASE("frame pace: a run that trains is drawn thirty times a second, eight times by software") {
  CHECK(frames_in_ten_seconds({.training = true}, 0.002) == doctest::Approx(300).epsilon(0.02));
  CHECK(frames_in_ten_seconds({.training = true, .software = true}, 0.002) ==
        doctest::Approx(80).epsilon(0.02));
}

TEST_CASE("frame pace: software frames take a quarter of the time, a sixtieth without the focus") {
  const FrameCause training{.training = true, .software = true};
  CHECK(frames_in_ten_seconds(training, 0.05) == doctest::Approx(50).epsilon(0.03));
  CHECK(frames_in_ten_seconds(training, 0.1) == doctest::Approx(25).epsilon(0.05));
  const FrameCause beside{.training = true, .focused = false, .software = true};
  CHECK(frames_in_ten_seconds(beside, 0.02) == doctest::Approx(7.5).epsilon(0.1));
  CHECK(frames_in_ten_seconds(beside, 0.001) == doctest::Approx(20).epsilon(0.06));
  // However slow, what happens is seen.
  CHECK(frames_in_ten_seconds(beside, 0.5) == doctest::Approx(5).epsilon(0.25));
}

TEST_CASE("frame pace: hardware does not take the training's cores, so that it does not yield") {
  CHECK(frames_in_ten_seconds({.training = true}, 0.02) == doctest::Approx(300).epsilon(0.02));
  CHECK(frames_in_ten_seconds({.training = true, .focused = false}, 0.2) ==
        doctest::Approx(20).epsilon(0.06));
}

TEST_CASE("frame pace: what moves and what the user does is drawn as often as the screen shows it") {
  CHECK(frames_in_ten_seconds({.moving = true, .refresh_hz = 144}, 0.001) ==
        doctest::Approx(1440).epsilon(0.02));
  CHECK(frames_in_ten_seconds({.moving = true, .software = true}, 0.02) ==
        doctest::Approx(300).epsilon(0.02));
  CHECK(frames_in_ten_seconds({.input = true, .training = true, .focused = false, .software = true}, 0.02) ==
        doctest::Approx(300).epsilon(0.02));
}

TEST_CASE(
    "frame pace: what the training made is news at its own rate, however often the user's input is drawn") {
  struct Count {
    int frames = 0, news = 0;
  };
  const auto in_ten_seconds = [](const FrameCause& cause, double input_every_s) {
    FramePace pace;
    Count count;
    double next_input = 0;
    for (double now = 0; now < 10; now += 0.001) {
      if (now >= next_input) {
        pace.see_input(now);
        next_input += input_every_s;
      }
      if (pace.delay(now, cause) > 1e-6) continue;
      pace.begin_frame(now);
      count.news += pace.takes_news(now, cause) ? 1 : 0;
      pace.end_frame(now + 0.005);
      ++count.frames;
    }
    return count;
  };
  const Count software = in_ten_seconds({.training = true, .software = true}, 0.01);
  CHECK(software.frames == doctest::Approx(300).epsilon(0.03));
  CHECK(software.news ==
        doctest::Approx(37.5).epsilon(0.06));  // each frame answers, and leaves them out once
  const Count hardware = in_ten_seconds({.training = true}, 0.01);
  CHECK(hardware.frames == doctest::Approx(590).epsilon(0.03));
  CHECK(hardware.news == doctest::Approx(295).epsilon(0.03));
  // What moves does not slow down where the user touches something.
  CHECK(in_ten_seconds({.moving = true, .training = true, .software = true}, 1).frames ==
        doctest::Approx(300).epsilon(0.04));
  // Between two presses the frame that answers is followed by two that settle, then by some a second.
  const Count pressed = in_ten_seconds({.training = true, .software = true}, 1);
  CHECK(pressed.frames > 80);
  CHECK(pressed.frames < 130);
  CHECK(pressed.news == doctest::Approx(80).epsilon(0.15));
}

TEST_CASE("frame pace: nothing is drawn where nothing happens, and input is drawn at once") {
  FramePace pace;
  double now = 100;
  for (int i = 0; i < 3; ++i) {  // the first frames settle
    CHECK(pace.delay(now, {}) == 0);
    pace.begin_frame(now);
    pace.end_frame(now + 0.01);
    now += 0.1;
  }
  CHECK(pace.delay(now, {}) == 0.5);
  CHECK(pace.delay(now, {.focused = false}) == 0.5);
  pace.see_input(now);
  CHECK(pace.delay(now, {.focused = false}) == 0);
  for (int i = 0; i < 3; ++i) {
    pace.begin_frame(now);
    pace.end_frame(now + 0.01);
    now += 0.1;
  }
  CHECK(pace.delay(now + 0.2, {}) == 0.5);
  pace.owe(2);
  CHECK(pace.delay(now + 0.2, {}) == 0);
}
