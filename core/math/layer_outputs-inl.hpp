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
#include "core/math/simd-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace rbm {
namespace HWY_NAMESPACE {

/// Writes what the job wants of units 64 · tile … 64 · tile + 63 of one row, from sums = bias + x W, which
/// it overwrites. Sums of units that are not there may be anything finite.
HWY_INLINE void finish_block(const LayerJob& job, const PhiloxKeys& keys, Index row, Index tile,
                             float* HWY_RESTRICT sums) {
  const FloatTag d;
  const Index column = tile * 64, used = std::min<Index>(64, job.weights.cols() - column);
  const auto width = static_cast<std::size_t>(std::min<Index>(64, job.weights.stride() - column));
  const FloatVec beta = constant(job.beta);
  for (Index k = 0; k < 64; k += kLanes) hn::Store(hn::Mul(beta, hn::Load(d, sums + k)), d, sums + k);
  if (job.out.inputs != nullptr) {
    std::fill(sums + used, sums + 64, 0.0f);
    std::copy_n(sums, width, job.out.inputs->row(row) + column);
  }
  if (job.out.probabilities == nullptr && job.out.states == nullptr) return;
#pragma GCC unroll 4
  for (Index k = 0; k < 64; k += kLanes) hn::Store(sigmoid(hn::Load(d, sums + k)), d, sums + k);
  std::fill(sums + used, sums + 64, 0.0f);  // a unit that is not there never fires
  if (job.out.probabilities != nullptr) std::copy_n(sums, width, job.out.probabilities->row(row) + column);
  if (job.out.states == nullptr) return;
  HWY_ALIGN std::uint32_t bits[64];
  random_block(keys, job.first_row + static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(tile), bits);
  job.out.states->row(row)[tile] = compare_block(bits, sums);
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace rbm
HWY_AFTER_NAMESPACE();

#endif
