// The inner product loop for real-valued states. Compiled once per instruction set; uses fused multiply-add
// where there is one, so results differ in the last bits between instruction sets (never between numbers of
// threads).

#if defined(RBM_CORE_MATH_DENSE_SUMS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef RBM_CORE_MATH_DENSE_SUMS_INL_HPP
#undef RBM_CORE_MATH_DENSE_SUMS_INL_HPP
#else
#define RBM_CORE_MATH_DENSE_SUMS_INL_HPP
#endif

#include "core/math/selection_lists.hpp"
#include "core/math/simd-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace rbm {
namespace HWY_NAMESPACE {

constexpr Index kDenseDepth = 256;  // terms of a panel: 16 KB

/// A matrix operand read as a(row, term) = data[row · row_step + term · term_step].
struct Operand {
  const float* data;
  Index row_step, term_step;
};

/// panel[term][0 … kSubtile − 1] = scale · source row `term`: contiguous, so that no two rows share a cache
/// set.
HWY_INLINE void pack_panel(const float* HWY_RESTRICT source, Index stride, Index terms, float scale,
                           float* HWY_RESTRICT panel) {
  const FloatTag d;
  for (Index t = 0; t < terms; ++t) {
    for (Index k = 0; k < kSubtile; k += kLanes) {
      hn::Store(hn::Mul(constant(scale), hn::Load(d, source + t * stride + k)), d, panel + t * kSubtile + k);
    }
  }
}

template <Index Rows>
HWY_INLINE void add_products(const Operand& a, Index row, Index terms, const float* HWY_RESTRICT panel,
                             float* HWY_RESTRICT sums) {
  const FloatTag d;
  constexpr Index kWide = kSubtile / kLanes;
  FloatVec acc[Rows][kWide];
#pragma GCC unroll 8
  for (Index r = 0; r < Rows; ++r) {
#pragma GCC unroll 16
    for (Index v = 0; v < kWide; ++v) acc[r][v] = hn::Load(d, sums + (row + r) * kSubtile + v * kLanes);
  }
  const float* from = a.data + row * a.row_step;
  for (Index t = 0; t < terms; ++t, from += a.term_step) {
    FloatVec b[kWide];
#pragma GCC unroll 16
    for (Index v = 0; v < kWide; ++v) b[v] = hn::Load(d, panel + t * kSubtile + v * kLanes);
#pragma GCC unroll 8
    for (Index r = 0; r < Rows; ++r) {
      const FloatVec factor = constant(from[r * a.row_step]);
#pragma GCC unroll 16
      for (Index v = 0; v < kWide; ++v) acc[r][v] = hn::MulAdd(factor, b[v], acc[r][v]);
    }
  }
#pragma GCC unroll 8
  for (Index r = 0; r < Rows; ++r) {
#pragma GCC unroll 16
    for (Index v = 0; v < kWide; ++v) hn::Store(acc[r][v], d, sums + (row + r) * kSubtile + v * kLanes);
  }
}

/// sums[row][k] += Σ_term a(row, term) · panel[term][k] for all rows, `terms` ≤ kDenseDepth.
HWY_INLINE void add_dense(const Operand& a, Index rows, Index terms, const float* HWY_RESTRICT panel,
                          float* HWY_RESTRICT sums) {
  constexpr Index kRows = kLanes == 16 ? 8 : kLanes == 8 ? 4 : 2;  // as many as the registers hold
  Index r = 0;
  for (; r + kRows <= rows; r += kRows) add_products<kRows>(a, r, terms, panel, sums);
  for (; r < rows; ++r) add_products<1>(a, r, terms, panel, sums);
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace rbm
HWY_AFTER_NAMESPACE();

#endif
