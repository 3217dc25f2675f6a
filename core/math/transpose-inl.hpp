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

/// out[c][r] = in[r][c] for 16 × 16 floats, each row on a cache line.
HWY_INLINE void transpose_16x16(const float* HWY_RESTRICT in, Index in_stride, float* HWY_RESTRICT out,
                                Index out_stride) {
#if HWY_TARGET == HWY_SCALAR
  for (Index r = 0; r < 16; ++r) {
    for (Index c = 0; c < 16; ++c) out[c * out_stride + r] = in[r * in_stride + c];
  }
#else
  const hn::Full128<float> d;
  const hn::Full128<std::uint64_t> pairs;
  for (Index c = 0; c < 16; c += 4) {
    for (Index r = 0; r < 16; r += 4) {
      const float* from = in + r * in_stride + c;
      float* to = out + c * out_stride + r;
      const auto row0 = hn::Load(d, from), row1 = hn::Load(d, from + in_stride);
      const auto row2 = hn::Load(d, from + 2 * in_stride), row3 = hn::Load(d, from + 3 * in_stride);
      const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, row0, row1));
      const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(d, row2, row3));
      const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, row0, row1));
      const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, row2, row3));
      hn::Store(hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23)), d, to);
      hn::Store(hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23)), d, to + out_stride);
      hn::Store(hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23)), d, to + 2 * out_stride);
      hn::Store(hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23)), d, to + 3 * out_stride);
    }
  }
#endif
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
