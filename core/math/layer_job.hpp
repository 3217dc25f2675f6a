// What one layer pass has to do; shared by the kernels for binary and for real-valued states.
#pragma once

#include <cstdint>
#include <limits>

#include "core/math/kernels.hpp"
#include "core/result.hpp"

namespace rbm {

/// Of a pass of which each rank makes the sums over its own inputs alone: where they go.
struct PartialSums {
  Index first_input;   // of this rank, a row of the rounded weights
  std::int32_t* sums;  // [tiles × rows × 64]
  Index rows;

  std::int32_t* row(Index tile, Index r) const { return sums + (tile * rows + r) * 64; }
};

struct LayerJob {
  const Matrix& weights;
  const float* bias;
  float beta;
  RandomKey key;
  LayerOutputs out;
  /// Of a pass over the rows of two: the first of them are this one's, the others those of `next`.
  Index own_rows = std::numeric_limits<Index>::max();
  const LayerJob* next = nullptr;
  /// Where it is not null, the sums of rounded weights end there.
  const PartialSums* partial = nullptr;

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
