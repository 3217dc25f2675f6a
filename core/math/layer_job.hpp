// What one layer pass has to do; shared by the kernels for binary and for real-valued states.
#pragma once

#include <limits>

#include "core/math/kernels.hpp"
#include "core/result.hpp"

namespace rbm {

struct LayerJob {
  const Matrix& weights;
  const float* bias;
  float beta;
  RandomKey key;
  LayerOutputs out;
  /// Of a pass over the rows of two: the first of them are this one's, the others those of `next`.
  Index own_rows = std::numeric_limits<Index>::max();
  const LayerJob* next = nullptr;

  void check(Index rows) const {
    const auto fits = [&](const auto* x) {
      return x == nullptr || (x->rows() == rows && x->cols() == weights.cols());
    };
    RBM_ASSERT(fits(out.inputs) && fits(out.probabilities) && fits(out.states));
    RBM_ASSERT(out.rounded == nullptr ||
               (out.rounded->rows() == weights.rows() && out.rounded->cols() == weights.cols()));
  }
};

}  // namespace rbm
