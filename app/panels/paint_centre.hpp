// Centring and fitting a drawing as MNIST was: the ink is scaled to the size that the data's have, and its
// centre of mass goes to the middle of the field. Without it a model that has only seen centred digits
// misreads a drawing that is a little off, or small. Pure functions; any thread.
#pragma once

#include <span>

#include "core/data/dataset.hpp"

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

/// How large the pictures of the data are: the median, over the first of them, of the larger side of the box
/// around all values of at least one half; 20 of MNIST's 28. At least 1.
int usual_box(const rbm::Dataset& images);

/// out becomes ink scaled, without a change of its proportions, so that the larger side of its box is `box`
/// pixels, with the box in the middle of the field. Empty ink stays empty. The two must not overlap.
void fit_ink(std::span<const float> ink, int width, int height, int box, std::span<float> out);

/// out becomes ink moved by the shift; what moves in from outside is empty. The two must not overlap.
void move_ink(std::span<const float> ink, int width, int height, Shift shift, std::span<float> out);

}  // namespace lab
