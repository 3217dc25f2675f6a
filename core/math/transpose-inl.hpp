// Transposing in registers. Compiled once per instruction set.

#if defined(RBM_CORE_MATH_TRANSPOSE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef RBM_CORE_MATH_TRANSPOSE_INL_HPP
#undef RBM_CORE_MATH_TRANSPOSE_INL_HPP
#else
#define RBM_CORE_MATH_TRANSPOSE_INL_HPP
#endif

#include <algorithm>

#include "core/math/simd-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace rbm {
namespace HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR
/// Transposes each 4 × 4 block of four rows within its 128 bits: rows[k], block b becomes column 4 b + k.
HWY_INLINE void transpose_within_blocks(FloatVec (&rows)[4]) {
  const FloatTag d;
  const hn::Repartition<std::uint64_t, FloatTag> pairs;
  const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, rows[0], rows[1]));
  const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(d, rows[2], rows[3]));
  const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, rows[0], rows[1]));
  const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, rows[2], rows[3]));
  rows[0] = hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23));
  rows[1] = hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23));
  rows[2] = hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23));
  rows[3] = hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23));
}
#endif

/// out[c][r] = in[r][c] for kLanes × kLanes floats on vector boundaries.
HWY_INLINE void transpose_square(const float* HWY_RESTRICT in, [[maybe_unused]] Index in_stride,
                                 float* HWY_RESTRICT out, [[maybe_unused]] Index out_stride) {
#if HWY_TARGET == HWY_SCALAR
  *out = *in;
#else
  const FloatTag d;
  constexpr Index kBlocks = kLanes / 4;
  FloatVec v[kBlocks][4];  // v[g][k], block b: column 4 b + k of rows 4 g … 4 g + 3
#pragma GCC unroll 4
  for (Index g = 0; g < kBlocks; ++g) {
#pragma GCC unroll 4
    for (Index k = 0; k < 4; ++k) v[g][k] = hn::Load(d, in + (4 * g + k) * in_stride);
    transpose_within_blocks(v[g]);
  }
  // What is left is to transpose the blocks themselves.
#pragma GCC unroll 4
  for (Index k = 0; k < 4; ++k) {
#if HWY_MAX_BYTES == 64
    const FloatVec even01 = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(v[1][k]), v[0][k]);
    const FloatVec odd01 = hn::OddEvenBlocks(v[1][k], hn::SwapAdjacentBlocks(v[0][k]));
    const FloatVec even23 = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(v[3][k]), v[2][k]);
    const FloatVec odd23 = hn::OddEvenBlocks(v[3][k], hn::SwapAdjacentBlocks(v[2][k]));
    hn::Store(hn::ConcatLowerLower(d, even23, even01), d, out + k * out_stride);
    hn::Store(hn::ConcatLowerLower(d, odd23, odd01), d, out + (4 + k) * out_stride);
    hn::Store(hn::ConcatUpperUpper(d, even23, even01), d, out + (8 + k) * out_stride);
    hn::Store(hn::ConcatUpperUpper(d, odd23, odd01), d, out + (12 + k) * out_stride);
#elif HWY_MAX_BYTES == 32
    hn::Store(hn::ConcatLowerLower(d, v[1][k], v[0][k]), d, out + k * out_stride);
    hn::Store(hn::ConcatUpperUpper(d, v[1][k], v[0][k]), d, out + (4 + k) * out_stride);
#else
    hn::Store(v[0][k], d, out + k * out_stride);
#endif
  }
#endif
}

/// out[c][r] = in[r][c] for 16 × 16 floats, each row on a cache line.
HWY_INLINE void transpose_16x16(const float* HWY_RESTRICT in, Index in_stride, float* HWY_RESTRICT out,
                                Index out_stride) {
  for (Index c = 0; c < 16; c += kLanes) {
    for (Index r = 0; r < 16; r += kLanes) {
      transpose_square(in + r * in_stride + c, in_stride, out + c * out_stride + r, out_stride);
    }
  }
}

/// The same for the upper left rows × cols of the block, at its matrix's edge; touches nothing else of out.
HWY_INLINE void transpose_edge(const float* HWY_RESTRICT in, Index in_stride, Index rows, Index cols,
                               float* HWY_RESTRICT out, Index out_stride) {
  for (Index c = 0; c < cols; ++c) {
    for (Index r = 0; r < rows; ++r) out[c * out_stride + r] = in[r * in_stride + c];
  }
}

/// Either of them, for a block that begins at (row, column) of `in`.
HWY_INLINE void transpose_block(const Matrix& in, Index row, Index column, Matrix& out) {
  const Index rows = std::min<Index>(16, in.rows() - row), cols = std::min<Index>(16, in.cols() - column);
  if (rows == 16 && cols == 16) {
    transpose_16x16(in.row(row) + column, in.stride(), out.row(column) + row, out.stride());
  } else {
    transpose_edge(in.row(row) + column, in.stride(), rows, cols, out.row(column) + row, out.stride());
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace rbm
HWY_AFTER_NAMESPACE();

#endif
