// The end of a layer pass, while the sums are still in the cache: sigmoid, random numbers, states. Compiled
// once per instruction set.

#if defined(RBM_CORE_MATH_LAYER_OUTPUTS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef RBM_CORE_MATH_LAYER_OUTPUTS_INL_HPP
#undef RBM_CORE_MATH_LAYER_OUTPUTS_INL_HPP
#else
#define RBM_CORE_MATH_LAYER_OUTPUTS_INL_HPP
#endif

#include <algorithm>

#include "core/math/layer_job.hpp"
#include "core/math/selection_lists.hpp"
#include "core/math/simd-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace rbm {
namespace HWY_NAMESPACE {

/// Zeros behind the last unit of a row, up to the end of its subtile.
HWY_INLINE void clear_padding(Matrix* x, Index row) {
  if (x == nullptr) return;
  std::fill(x->row(row) + x->cols(), x->row(row) + divide_up(x->cols(), kSubtile) * kSubtile, 0.0f);
}

/// Writes what the job wants of units 64 · tile … 64 · tile + 63 of one row, from bias + x W: sums[s] holds
/// those of subtile s, for as many subtiles as the layer has there.
HWY_INLINE void finish_block(const LayerJob& job, const PhiloxKeys& keys, Index row, Index tile,
                             const float* const (&sums)[4]) {
  const FloatTag d;
  const Index column = tile * 64, used = std::min<Index>(64, job.weights.cols() - column);
  const LayerOutputs& out = job.out;
  float* inputs = out.inputs != nullptr ? out.inputs->row(row) + column : nullptr;
  float* probabilities = out.probabilities != nullptr ? out.probabilities->row(row) + column : nullptr;
  const bool wants_sigmoid = probabilities != nullptr || out.states != nullptr;
  const FloatVec beta = constant(job.beta);
  alignas(64) float block[64];
  for (Index s = 0; s < divide_up(used, kSubtile); ++s) {
    for (Index k = 0; k < kSubtile; k += kLanes) {
      const Index c = s * kSubtile + k;
      const FloatVec input = hn::Mul(beta, hn::Load(d, sums[s] + k));
      if (inputs != nullptr) hn::Store(input, d, inputs + c);
      if (!wants_sigmoid) continue;
      const FloatVec probability = sigmoid(input);
      hn::Store(probability, d, block + c);
      if (probabilities != nullptr) hn::Store(probability, d, probabilities + c);
    }
  }
  if (used < 64) {
    clear_padding(out.inputs, row);
    clear_padding(out.probabilities, row);
    std::fill(block + used, block + 64, 0.0f);  // a unit that is not there never fires
  }
  if (out.states == nullptr) return;
  alignas(64) std::uint32_t bits[64];
  random_block(keys, static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(tile), bits);
  out.states->row(row)[tile] = compare_block(bits, block);
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace rbm
HWY_AFTER_NAMESPACE();

#endif
