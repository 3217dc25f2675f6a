// What the mouse did since the last frame.
#include "app/ui/pointer.hpp"

#include <doctest/doctest.h>

using namespace lab;

TEST_CASE(
    "a button is in use from its press to the frame after its release, a mouse that only moves is not") {
  ui::Pointer pointer;
  pointer.move({3, 4});
  CHECK_FALSE(pointer.is_in_use());
  pointer.press(0);
  CHECK(pointer.is_in_use());
  pointer.clear();
  CHECK(pointer.is_in_use());  // held
  pointer.press(1);
  pointer.release(0);
  pointer.clear();
  CHECK(pointer.is_in_use());  // the other one still is
  pointer.release(1);
  CHECK(pointer.is_in_use());  // what it drew is of this frame
  pointer.clear();
  CHECK_FALSE(pointer.is_in_use());
}
