// The gradient of one task's part of the weights, from tables of the sums of four cases each. Compiled once per
// instruction set.

#if defined(RBM_CORE_MATH_GRADIENT_TILE_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef RBM_CORE_MATH_GRADIENT_TILE_INL_HPP
#undef RBM_CORE_MATH_GRADIENT_TILE_INL_HPP
#else
#define RBM_CORE_MATH_GRADIENT_TILE_INL_HPP
#endif

#include <algorithm>
#include <array>

#include "core/math/dense_sums-inl.hpp"
#include "core/math/short_sums-inl.hpp"
#include "core/math/simd-inl.hpp"
#include "core/math/table_sums-inl.hpp"
#include "core/math/update_job.hpp"

HWY_BEFORE_NAMESPACE();
namespace rbm {
namespace HWY_NAMESPACE {

/// Which part of the weights a task owns, and its gradient, by subtile.
struct Tile {
  Index first_row, rows, column, subtiles;
  float* sums[4];  // [rows + 1][kSubtile]
};

/// Adds the phase's term of the gradient to subtile s; to zero where `first` says so. Meanwhile the rows of
/// `next` there are fetched.
HWY_INLINE void add_phase(const SignedPhase& phase, const Tile& tile, Index first_chunk, Index s, bool first,
                          const Matrix* next) {
  const PhaseStatistics& statistics = phase.statistics;
  const Index cases = statistics.hidden->rows(), column = tile.column + s * kSubtile;
  if (statistics.values != nullptr || cases == 0) {
    alignas(64) float panel[kDenseDepth * kSubtile];
    if (first) std::fill_n(tile.sums[s], tile.rows * kSubtile, 0.0f);
    for (Index begin = 0; begin < cases; begin += kDenseDepth) {
      const Index terms = std::min(kDenseDepth, cases - begin);
      pack_panel(statistics.hidden->row(begin) + column, statistics.hidden->stride(), terms, phase.scale,
                 panel);
      add_dense({statistics.values->row(begin) + tile.first_row, 1, statistics.values->stride()}, tile.rows,
                terms, panel, tile.sums[s]);
    }
    return;
  }
  alignas(64) float table[NibbleLists::kTableEntries * kSubtile];
  const NibbleLists& lists = phase.lists;
  const Index last_chunk = std::min(lists.chunks(), first_chunk + kTaskChunks);
  for (Index b = 0; b < lists.blocks(); ++b) {
    build_nibble_table(statistics.hidden->row(lists.block_begin(b)) + column, statistics.hidden->stride(),
                       lists.block_size(b), phase.scale, table);
    for (Index chunk = first_chunk; chunk < last_chunk; ++chunk) {
      float* sums = tile.sums[s] + (lists.chunk_begin(chunk) - tile.first_row) * kSubtile;
      FetchAhead fetch;
      if (next != nullptr && b == 0) {
        fetch = {next->row(lists.chunk_begin(chunk)) + column, next->stride(), lists.chunk_size(chunk)};
      }
      if (first && b == 0) {
        walk_table<true>(FloatTag(), table, lists.part(chunk, b), lists.chunk_size(chunk), sums, fetch);
      } else {
        walk_table<false>(FloatTag(), table, lists.part(chunk, b), lists.chunk_size(chunk), sums, fetch);
      }
    }
  }
}

/// The whole gradient of subtiles 2 · pair and 2 · pair + 1, in 16 bits: one signed sum over both phases. `next`: rows of
/// which matrices to fetch meanwhile; null for none.
HWY_INLINE void fixed_gradient(const UpdateJob& job, const Tile& tile, Index first_chunk, Index pair,
                               const std::array<const Matrix*, 2>& next, std::int16_t* HWY_RESTRICT sums) {
  alignas(64) std::int16_t table[NibbleLists::kTableEntries * kShortWidth];
  const Index column = tile.column + pair * kShortWidth;
  for (std::size_t k = 0; k < 2; ++k) {
    const ShortMatrix& hidden = (*job.rounded_hidden)[k];
    const NibbleLists& lists = job.phases[k].lists;
    const Index last_chunk = std::min(lists.chunks(), first_chunk + kTaskChunks);
    for (Index b = 0; b < lists.blocks(); ++b) {
      build_short_table<4>(hidden.row(lists.block_begin(b)) + column, hidden.stride(), lists.block_size(b),
                           table, nullptr);
      for (Index chunk = first_chunk; chunk < last_chunk; ++chunk) {
        std::int16_t* rows = sums + (lists.chunk_begin(chunk) - tile.first_row) * kShortWidth;
        FetchAhead fetch;
        if (next[k] != nullptr && b == 0)
          fetch = {next[k]->row(lists.chunk_begin(chunk)) + column, next[k]->stride(),
                   lists.chunk_size(chunk)};
        if (k == 0 && b == 0) {
          walk_table<true>(ShortTag(), table, lists.part(chunk, b), lists.chunk_size(chunk), rows, fetch);
        } else {
          walk_table<false>(ShortTag(), table, lists.part(chunk, b), lists.chunk_size(chunk), rows, fetch);
        }
      }
    }
  }
  const FloatVec scale = constant(job.phases[0].scale * kShortUnit);
  for (Index s = 2 * pair; s < std::min(2 * pair + 2, tile.subtiles); ++s) {
    const std::int16_t* from = sums + (s - 2 * pair) * kSubtile;
    for (Index r = 0; r < tile.rows; ++r) {
      for (Index c = 0; c < kSubtile; c += kLanes)
        hn::Store(hn::Mul(scale, floats_of(from + r * kShortWidth + c)), FloatTag(),
                  tile.sums[s] + r * kSubtile + c);
    }
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace rbm
HWY_AFTER_NAMESPACE();

#endif
