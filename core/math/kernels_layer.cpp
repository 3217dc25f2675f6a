// Half-steps of block Gibbs sampling, from binary states and from real values.
//
// A task makes 64 units (one word of states, one block of random numbers) of up to 256 rows. For binary
// states the sums of pairs of weights are made once for a subtile of columns and serve all rows, which saves
// a third of the additions on digits, where neighbouring pixels are on together; the table of a block of
// inputs stays in the L1 cache while all rows pass over it.
#include <algorithm>
#include <bit>

#include "core/math/kernels.hpp"
#include "core/math/layer_job.hpp"
#include "core/math/scratch.hpp"
#include "core/math/selection_lists.hpp"
#include "core/math/simd_target.hpp"
#include "core/result.hpp"

#define HWY_DISABLED_TARGETS HWY_SSSE3
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/math/kernels_layer.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/math/dense_sums-inl.hpp"
#include "core/math/layer_outputs-inl.hpp"
#include "core/math/simd-inl.hpp"
#include "core/math/table_sums-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace rbm {
namespace HWY_NAMESPACE {

/// The sums of one task's 64 units, by subtile: each one's are contiguous and share the L1 cache with a
/// table.
struct TileSums {
  explicit TileSums(Index rows) : rows_(rows), sums_(thread_scratch(4 * rows * kSubtile)) {}
  float* operator[](Index s) const { return sums_ + s * rows_ * kSubtile; }

 private:
  Index rows_;
  float* sums_;
};

HWY_INLINE Index subtiles_of(const LayerJob& job, Index tile) {
  return std::min<Index>(4, divide_up(job.weights.cols() - tile * 64, kSubtile));
}

/// Every row starts with the bias.
HWY_INLINE void start_sums(const LayerJob& job, Index tile, Index rows, const TileSums& sums) {
  const FloatTag d;
  alignas(64) float bias[64] = {};
  std::copy_n(job.bias + tile * 64, std::min<Index>(64, job.weights.cols() - tile * 64), bias);
  for (Index s = 0; s < subtiles_of(job, tile); ++s) {
    for (Index r = 0; r < rows; ++r) {
      for (Index k = 0; k < kSubtile; k += kLanes) {
        hn::Store(hn::Load(d, bias + s * kSubtile + k), d, sums[s] + r * kSubtile + k);
      }
    }
  }
}

HWY_INLINE void finish_rows(const LayerJob& job, Index tile, Index first_row, Index rows,
                            const TileSums& sums) {
  const PhiloxKeys keys(job.key);
  for (Index r = 0; r < rows; ++r) {
    const Index at = r * kSubtile;
    finish_block(job, keys, first_row + r, tile, {sums[0] + at, sums[1] + at, sums[2] + at, sums[3] + at});
  }
}

/// Units 64 · tile … of one chunk of rows; row 0 of the lists is row first_row of the job.
void layer_tile(const LayerJob& job, const PairLists& lists, Index first_row, Index chunk, Index tile) {
  alignas(64) float table[PairLists::kTableEntries * kSubtile];
  const Matrix& w = job.weights;
  const Index rows = lists.chunk_size(chunk);
  const TileSums sums(rows + 1);
  start_sums(job, tile, rows + 1, sums);
  // Blocks outside, subtiles inside: the four read neighbouring cache lines of the same rows of weights.
  const Index subtiles = subtiles_of(job, tile);
  const auto source = [&](Index b, Index s) {
    return w.row(lists.block_begin(b)) + tile * 64 + s * kSubtile;
  };
  for (Index b = 0; b < lists.blocks(); ++b) {
    for (Index s = 0; s < subtiles; ++s) {
      build_pair_table(source(b, s), w.stride(), lists.block_size(b), table);
      // The weights of the next table, from a cache farther away: a stride that crosses pages escapes the
      // processor's own prefetching.
      FetchAhead next{nullptr, w.stride(), 0};
      if (s + 1 < subtiles) {
        next = {source(b, s + 1), w.stride(), lists.block_size(b)};
      } else if (b + 1 < lists.blocks()) {
        next = {source(b + 1, 0), w.stride(), lists.block_size(b + 1)};
      } else if (tile * 64 + 64 < w.cols()) {
        next = {source(0, 4), w.stride(), lists.block_size(0)};  // most likely this thread's next tile
      }
      walk_table<false>(table, lists.part(chunk, b), rows, sums[s], next);
    }
  }
  finish_rows(job, tile, first_row + lists.chunk_begin(chunk), rows, sums);
}

/// The same for few rows, which would not repay the tables: the same additions in the same order, without.
void layer_tile_of_row(const LayerJob& job, const BitMatrix& x, Index row, Index tile) {
  const FloatTag d;
  const Matrix& w = job.weights;
  const Index column = tile * 64, width = subtiles_of(job, tile) * kSubtile;
  alignas(64) float sums[64] = {};
  std::copy_n(job.bias + column, std::min<Index>(64, w.cols() - column), sums);
  for (Index word = 0; word < x.words_per_row(); ++word) {
    for (std::uint64_t left = x.row(row)[word]; left != 0;) {
      const int pair = std::countr_zero(left) / 2;
      const std::uint64_t code = (left >> (2 * pair)) & 3u;
      left &= ~(std::uint64_t{3} << (2 * pair));
      const float* weights = w.row(word * 64 + 2 * pair) + column;
      if (code == 2) weights += w.stride();
      for (Index k = 0; k < width; k += kLanes) {
        FloatVec entry = hn::Load(d, weights + k);
        if (code == 3) entry = hn::Add(entry, hn::Load(d, weights + w.stride() + k));
        hn::Store(hn::Add(hn::Load(d, sums + k), entry), d, sums + k);
      }
    }
  }
  finish_block(job, PhiloxKeys(job.key), row, tile, {sums, sums + 16, sums + 32, sums + 48});
}

/// Units 64 · tile … of rows first_row … first_row + rows − 1 from real-valued states.
void dense_layer_tile(const LayerJob& job, const Matrix& x, Index first_row, Index rows, Index tile) {
  alignas(64) float panel[kDenseDepth * kSubtile];
  const TileSums sums(rows);
  const Matrix& w = job.weights;
  start_sums(job, tile, rows, sums);
  for (Index first = 0; first < w.rows(); first += kDenseDepth) {
    const Index terms = std::min(kDenseDepth, w.rows() - first);
    for (Index s = 0; s < subtiles_of(job, tile); ++s) {
      pack_panel(w.row(first) + tile * 64 + s * kSubtile, w.stride(), terms, 1.0f, panel);
      add_dense({x.row(first_row) + first, x.stride(), 1}, rows, terms, panel, sums[s]);
    }
  }
  finish_rows(job, tile, first_row, rows, sums);
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace rbm
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rbm {
HWY_EXPORT(layer_tile);
HWY_EXPORT(layer_tile_of_row);
HWY_EXPORT(dense_layer_tile);

void layer_pass(const BitMatrix& x, const Matrix& weights, const float* bias, float beta,
                const RandomKey& key, std::uint32_t first_row, const LayerOutputs& out, ThreadPool& pool) {
  RBM_ASSERT(x.cols() == weights.rows());
  const LayerJob job{weights, bias, beta, key, first_row, out};
  job.check(x.rows());
  choose_simd();
  const Index tiles = divide_up(weights.cols(), 64);
  constexpr Index kFewRows = 6, kRowsAtOnce = 1024;
  if (x.rows() <= kFewRows) {
    const auto kernel = HWY_DYNAMIC_DISPATCH(layer_tile_of_row);
    pool.run(tiles, [&](Index tile) {
      for (Index r = 0; r < x.rows(); ++r) kernel(job, x, r, tile);
    });
    return;
  }
  const auto kernel = HWY_DYNAMIC_DISPATCH(layer_tile);
  static thread_local PairLists own_lists;
  PairLists& lists = own_lists;  // the caller's, whichever thread runs a task
  for (Index first = 0; first < x.rows(); first += kRowsAtOnce) {
    lists.resize(std::min(kRowsAtOnce, x.rows() - first), x.cols());
    pool.run(lists.chunks() * lists.blocks(),
             [&](Index task) { lists.fill(x, first, task / lists.blocks(), task % lists.blocks()); });
    pool.run(lists.chunks() * tiles,
             [&](Index task) { kernel(job, lists, first, task % lists.chunks(), task / lists.chunks()); });
  }
}

void layer_pass(const Matrix& x, const Matrix& weights, const float* bias, float beta, const RandomKey& key,
                std::uint32_t first_row, const LayerOutputs& out, ThreadPool& pool) {
  RBM_ASSERT(x.cols() == weights.rows());
  const LayerJob job{weights, bias, beta, key, first_row, out};
  job.check(x.rows());
  choose_simd();
  const auto kernel = HWY_DYNAMIC_DISPATCH(dense_layer_tile);
  const Index tiles = divide_up(weights.cols(), 64), chunks = divide_up(x.rows(), PairLists::kChunkRows);
  pool.run(tiles * chunks, [&](Index task) {
    const Index row = task % chunks * PairLists::kChunkRows;
    kernel(job, x, row, std::min(PairLists::kChunkRows, x.rows() - row), task / chunks);
  });
}

}  // namespace rbm
#endif
