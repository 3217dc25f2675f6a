// Which keys a frame sees, whatever happened since the one before.
#include "app/ui/key_queue.hpp"

#include <doctest/doctest.h>

namespace {

using lab::ui::KeyQueue;

constexpr int kControl = 341, kA = 65, kB = 66;

TEST_CASE("a tap between two frames is down in one frame and up in the next") {
  KeyQueue keys;
  keys.change(kA, true);
  keys.change(kA, false);
  CHECK_FALSE(keys.is_down(kA));
  keys.advance();
  CHECK(keys.is_down(kA));
  CHECK(keys.is_waiting());
  keys.advance();
  CHECK_FALSE(keys.is_down(kA));
  CHECK_FALSE(keys.is_waiting());
  keys.change(-1, true);  // a key that the window system does not know
  keys.change(KeyQueue::kKeys, true);
  keys.change(kB, false);  // of a letter that was typed
  CHECK_FALSE(keys.is_waiting());
}

TEST_CASE("every tap is seen, and a key that is held stays down") {
  KeyQueue keys;
  for (int n = 0; n < 3; ++n) {
    keys.change(kA, true);
    keys.change(kA, false);
  }
  int taps = 0;
  bool was_down = false;
  while (keys.is_waiting()) {
    keys.advance();
    taps += keys.is_down(kA) && !was_down;
    was_down = keys.is_down(kA);
  }
  CHECK(taps == 3);
  keys.change(kA, true);
  for (int n = 0; n < 3; ++n) {
    keys.advance();
    CHECK(keys.is_down(kA));
  }
}

TEST_CASE("keys keep their order: Ctrl of a tap is up before the next key is down") {
  KeyQueue keys;
  keys.change(kControl, true);
  keys.change(kA, true);
  keys.change(kA, false);
  keys.change(kControl, false);
  keys.change(kB, true);
  keys.advance();
  CHECK((keys.is_down(kControl) && keys.is_down(kA) && !keys.is_down(kB)));
  keys.advance();
  CHECK((!keys.is_down(kControl) && !keys.is_down(kA) && keys.is_down(kB)));
}

}  // namespace
