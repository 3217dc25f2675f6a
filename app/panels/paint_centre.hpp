// Centring a drawing as MNIST was: the centre of mass of the ink goes to the middle of the field. Without it
// a model that has only seen centred digits misreads a drawing that is a little off. Pure functions; any
// thread.
#pragma once

#include <span>

namespace lab {

struct Shift {
  int x = 0, y = 0;  // pixels to the right and down
  bool operator==(const Shift&) const = default;
};

/// The whole-pixel shift that brings the centre of mass to within half a pixel of (width + 1) / 2, (height +
/// 1) / 2, where pixel (x, y) covers [x, x + 1) × [y, y + 1): MNIST's digits have theirs between 14 and 15 of
/// 28 in both directions, so none of them moves. Never so far that ink leaves the field; zero for an empty
/// drawing. ink: width × height values ≥ 0, row-major.
Shift centring_shift(std::span<const float> ink, int width, int height);

/// out becomes ink moved by the shift; what moves in from outside is empty. The two must not overlap.
void move_ink(std::span<const float> ink, int width, int height, Shift shift, std::span<float> out);

}  // namespace lab
