// PictureSpace: how pictures were centred and scaled, or whitened, before a model saw them, so that its
// filters and samples can be shown as pictures. x = (p − mean) · forward and p = mean + x · backward, with
// pictures p in [0, 1] as rows. A plain value, immutable once it is shared.
#pragma once

#include "core/math/matrix.hpp"

namespace rbm {

struct PictureSpace {
  Eigen::VectorXf mean;  // [pixels]
  Eigen::VectorXf scale;  // [pixels] standard deviations, where forward is the diagonal matrix of 1 / scale …
  Matrix forward, backward;  // … or both in full [pixels × pixels]; then scale is empty

  bool is_diagonal() const { return scale.size() > 0; }
};

}  // namespace rbm
