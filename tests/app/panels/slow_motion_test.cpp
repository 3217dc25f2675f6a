// The film of one update, and the words of its speed.
#include "app/panels/slow_motion.hpp"

#include <doctest/doctest.h>

#include <string>

#include "app/panels/speed_control.hpp"
#include "app/panels/update_caption.hpp"

namespace {

using namespace lab;

TEST_CASE("while it plays, all phases together take the period, each the same part of it") {
  SlowMotion film;
  film.follow(1, true, 6, 100);
  CHECK(film.phase() == UpdatePhase::Batch);
  double now = 100;
  for (int phase = 0; phase < SlowMotion::kPhases; ++phase) {
    for (int n = 0; n < 10; ++n) {
      now += 0.1;
      film.follow(1, true, 6, now - 0.05);
      CHECK(static_cast<int>(film.phase()) == phase);
    }
  }
  film.follow(1, true, 6, now + 100);
  CHECK(film.phase() == UpdatePhase::Added);  // and waits there for the next update
  film.follow(2, true, 6, now + 101);
  CHECK(film.phase() == UpdatePhase::Batch);
}

TEST_CASE("at rest a key is a phase, which moves for a moment and then stands still") {
  SlowMotion film;
  film.follow(1, false, 10, 0);
  for (int phase = 1; phase < SlowMotion::kPhases; ++phase) {
    CHECK(film.next());
    CHECK(static_cast<int>(film.phase()) == phase);
    CHECK(film.share() == 0);
    CHECK(film.is_moving());
    for (double now = 0; now < 3; now += 0.1) film.follow(1, false, 10, 10 * phase + now);
    CHECK(!film.is_moving());
    CHECK(film.share() > 0.99);
    CHECK(static_cast<int>(film.phase()) == phase);
  }
  CHECK(!film.next());
  CHECK(film.back());
  CHECK(film.phase() == UpdatePhase::Change);
  for (int n = 0; n < 4; ++n) CHECK(film.back());
  CHECK(!film.back());
}

TEST_CASE("the speed says itself") {
  CHECK(speed_text(0) == "Full speed");
  CHECK(speed_text(1) == "1 update/s");
  CHECK(speed_text(20) == "20 updates/s");
  CHECK(speed_text(0.1) == "1 update in 10\u00a0s");
  CHECK(speed_text(0.25) == "1 update in 4\u00a0s");
  CHECK(opening_sentence({}).empty());
  const std::string first =
      opening_sentence({.updates_per_second = 20, .is_opening = true, .opening_left_s = 9.2});
  CHECK(first.find("20 updates a second") != std::string::npos);
  CHECK(first.find("within 10\u00a0s") != std::string::npos);
}

TEST_CASE("the captions name the method's own phases, and every method has some") {
  rbm::UpdateTrace trace;
  trace.update = 7;
  std::string last;
  for (const rbm::MethodKind* method : rbm::method_kinds()) {
    trace.settings.method = method->id;
    const PhaseCaption words = caption(UpdatePhase::Chains, trace, 3);
    CHECK(words.says == method->start);
    CHECK(words.explains.starts_with(method->moves));
    CHECK(words.says.ends_with("."));
    CHECK(words.says + words.explains != last);
    last = words.says + words.explains;
  }
  CHECK(caption(UpdatePhase::Added, trace, 3).says.find("update 7 ") != std::string::npos);
  CHECK(caption(UpdatePhase::Data, trace, 3).explains.find("unit 3") != std::string::npos);
}

}  // namespace
