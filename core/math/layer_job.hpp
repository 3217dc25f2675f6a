// What one layer pass has to do; shared by the kernels for binary and for real-valued states.
#pragma once

#include "core/math/kernels.hpp"
#include "core/result.hpp"

namespace rbm {

struct LayerJob {
  const Matrix& weights;
  const float* bias;
  float beta;
  RandomKey key;
  std::uint32_t first_row;
  LayerOutputs out;

  void check(Index rows) const {
    const auto fits = [&](const auto* x) {
      return x == nullptr || (x->rows() == rows && x->cols() == weights.cols());
    };
    RBM_ASSERT(fits(out.inputs) && fits(out.probabilities) && fits(out.states));
  }
};

}  // namespace rbm
