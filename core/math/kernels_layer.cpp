// Half-steps of block Gibbs sampling, from binary states and from real values.
//
// A task makes 64 units (one word of states, one block of random numbers) of up to 256 rows. For binary
// states the sums of pairs of weights are made once for a subtile of columns and serve all rows, which saves
// a third of the additions on digits, where neighbouring pixels are on together; the table of a block of
// inputs stays in the L1 cache while all rows pass over it.
#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstddef>
#include <span>
#include <vector>

#include "core/math/kernels.hpp"
#include "core/math/layer_job.hpp"
#include "core/math/scratch.hpp"
#include "core/math/selection_lists.hpp"
#include "core/math/shares.hpp"
#include "core/math/simd_target.hpp"
#include "core/parallel/communicator.hpp"
#include "core/result.hpp"

#define HWY_DISABLED_TARGETS HWY_SSSE3
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/math/kernels_layer.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/math/dense_sums-inl.hpp"
#include "core/math/layer_outputs-inl.hpp"
#include "core/math/short_sums-inl.hpp"
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

/// Calls finish(part, keys, row of the part, r) for `rows` rows of a pass from first_row on, r from 0.
template <class Finish>
HWY_INLINE void for_rows_of_parts(const LayerJob& job, Index first_row, Index rows, const Finish& finish) {
  const Index of_first = std::clamp<Index>(job.own_rows - first_row, 0, rows);
  const PhiloxKeys keys(job.key);
  for (Index r = 0; r < of_first; ++r) finish(job, keys, first_row + r, r);
  if (of_first == rows) return;
  const PhiloxKeys next_keys(job.next->key);
  for (Index r = of_first; r < rows; ++r) finish(*job.next, next_keys, first_row + r - job.own_rows, r);
}

HWY_INLINE void finish_rows(const LayerJob& job, Index tile, Index first_row, Index rows,
                            const TileSums& sums) {
  for_rows_of_parts(
      job, first_row, rows, [&](const LayerJob& part, const PhiloxKeys& keys, Index row, Index r) {
        const Index at = r * kSubtile;
        finish_block(part, keys, row, tile, {sums[0] + at, sums[1] + at, sums[2] + at, sums[3] + at});
      });
}

/// The weights of the table after that of block b and subtile s, from a cache farther away: a stride that crosses pages
/// escapes the processor's own prefetching. `source(b, s)` are its first ones; after the last table of a tile of
/// `of_tile` subtiles most likely comes this thread's next tile.
template <class Lists, class AnyMatrix, class Source>
HWY_INLINE FetchAhead rows_of_next_table(const Lists& lists, Index b, Index s, Index subtiles, Index of_tile,
                                         Index tile, const AnyMatrix& w, const Source& source) {
  if (s + 1 < subtiles) return {source(b, s + 1), w.stride(), lists.block_size(b)};
  if (b + 1 < lists.blocks()) return {source(b + 1, 0), w.stride(), lists.block_size(b + 1)};
  if (tile * 64 + 64 < w.cols()) return {source(0, of_tile), w.stride(), lists.block_size(0)};
  return {};
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
      walk_table<false>(FloatTag(), table, lists.part(chunk, b), rows, sums[s],
                        rows_of_next_table(lists, b, s, subtiles, 4, tile, w, source));
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
  for_rows_of_parts(job, row, 1, [&](const LayerJob& part, const PhiloxKeys& keys, Index of_part, Index) {
    finish_block(part, keys, of_part, tile, {sums, sums + 16, sums + 32, sums + 48});
  });
}

/// The end of a row's units 64 · tile …: bias plus whole numbers of 1/256; numbers(c) has kLanes of them from c on.
template <class Numbers>
HWY_INLINE void finish_whole(const LayerJob& job, const PhiloxKeys& keys, Index row, Index tile,
                             const float* HWY_RESTRICT bias, const Numbers& numbers) {
  const FloatTag d;
  alignas(64) float block[64];
  for (Index s = 0; s < subtiles_of(job, tile); ++s) {
#pragma GCC unroll 16
    for (Index k = 0; k < kSubtile; k += kLanes) {
      const Index c = s * kSubtile + k;
      hn::Store(hn::Add(hn::Load(d, bias + c), hn::Mul(constant(kShortUnit), numbers(c))), d, block + c);
    }
  }
  finish_block(job, keys, row, tile, {block, block + 16, block + 32, block + 48});
}

/// The biases of units 64 · tile …, and zeros behind the last.
HWY_INLINE void copy_bias(const LayerJob& job, Index tile, float (&bias)[64]) {
  std::fill(bias, bias + 64, 0.0f);
  std::copy_n(job.bias + tile * 64, std::min<Index>(64, job.weights.cols() - tile * 64), bias);
}

HWY_INLINE Index first_input_of(const LayerJob& job) {
  return job.partial != nullptr ? job.partial->first_input : 0;
}

/// layer_tile() with the rounded weights. False, and nothing is written, where a sum could leave 16 bits.
template <class Lists>
HWY_INLINE bool short_layer_tile(const LayerJob& job, const Lists& lists, Index first_row, Index chunk,
                                 Index tile) {
  alignas(64) std::int16_t table[Lists::kTableEntries * kShortWidth];
  const ShortMatrix& w = *job.out.rounded;
  const Index rows = lists.chunk_size(chunk);
  const Index subtiles = std::min<Index>(2, divide_up(w.cols() - tile * 64, kShortWidth)),
              first_input = first_input_of(job);
  auto* sums = reinterpret_cast<std::int16_t*>(thread_scratch(2 * (rows + 1) * kSubtile));
  std::array<ShortBounds, 2> bounds;
  const auto source = [&](Index b, Index s) {
    return w.row(first_input + lists.block_begin(b)) + tile * 64 + s * kShortWidth;
  };
  for (Index b = 0; b < lists.blocks(); ++b) {
    for (Index s = 0; s < subtiles; ++s) {
      build_short_table<Lists::kBits>(source(b, s), w.stride(), lists.block_size(b), table,
                                      &bounds[static_cast<std::size_t>(s)]);
      const FetchAhead next = rows_of_next_table(lists, b, s, subtiles, 2, tile, w, source);
      std::int16_t* of_subtile = sums + s * (rows + 1) * kShortWidth;
      if (b == 0) {
        walk_table<true>(ShortTag(), table, lists.part(chunk, b), rows, of_subtile, next);
      } else {
        walk_table<false>(ShortTag(), table, lists.part(chunk, b), rows, of_subtile, next);
      }
    }
  }
  if (!bounds[0].are_kept() || !bounds[1].are_kept()) return false;
  if (job.partial != nullptr) {
    for (Index r = 0; r < rows; ++r) {
      std::int32_t* out = job.partial->row(tile, first_row + lists.chunk_begin(chunk) + r);
      for (Index s = 0; s < subtiles; ++s)
        std::copy_n(sums + (s * (rows + 1) + r) * kShortWidth, kShortWidth, out + s * kShortWidth);
    }
    return true;
  }
  alignas(64) float bias[64];
  copy_bias(job, tile, bias);
  for_rows_of_parts(job, first_row + lists.chunk_begin(chunk), rows,
                    [&](const LayerJob& part, const PhiloxKeys& keys, Index row, Index r) {
                      const std::int16_t* const subtile_sums[] = {sums + r * kShortWidth,
                                                                  sums + (rows + 1 + r) * kShortWidth};
                      finish_whole(part, keys, row, tile, bias, [&](Index c) {
                        return floats_of(subtile_sums[c / kShortWidth] + c % kShortWidth);
                      });
                    });
  return true;
}

/// The same for one row, without tables and in 32 bits, which hold any sum.
void short_layer_tile_of_row(const LayerJob& job, const BitMatrix& x, Index row, Index tile) {
  const ShortMatrix& w = *job.out.rounded;
  const Index width = subtiles_of(job, tile) * kSubtile, first_input = first_input_of(job);
  alignas(64) std::int32_t sums[64] = {};
  for (Index word = 0; word < x.words_per_row(); ++word) {
    for (std::uint64_t left = x.row(row)[word]; left != 0; left &= left - 1) {
      const std::int16_t* weights = w.row(first_input + word * 64 + std::countr_zero(left)) + tile * 64;
      for (Index c = 0; c < width; ++c) sums[c] += weights[c];
    }
  }
  if (job.partial != nullptr) {
    std::copy_n(sums, 64, job.partial->row(tile, row));
    return;
  }
  alignas(64) float bias[64];
  copy_bias(job, tile, bias);
  for_rows_of_parts(job, row, 1, [&](const LayerJob& part, const PhiloxKeys& keys, Index of_part, Index) {
    finish_whole(part, keys, of_part, tile, bias, [&](Index c) {
      return hn::ConvertTo(FloatTag(), hn::Load(hn::RebindToSigned<FloatTag>(), sums + c));
    });
  });
}

/// The end of units 64 · tile … of all rows, whose sums are those of `parts` ranks, each [rows × 64] and so far apart.
void finish_parts(const LayerJob& job, Index tile, const std::int32_t* first, Index rows, Index parts,
                  Index stride) {
  const hn::RebindToSigned<FloatTag> di;
  const PhiloxKeys keys(job.key);
  alignas(64) float bias[64];
  copy_bias(job, tile, bias);
  for (Index r = 0; r < rows; ++r) {
    finish_whole(job, keys, r, tile, bias, [&](Index c) {
      const std::int32_t* numbers = first + r * 64 + c;
      auto sum = hn::Load(di, numbers);
      for (Index part = 1; part < parts; ++part) sum = hn::Add(sum, hn::Load(di, numbers + part * stride));
      return hn::ConvertTo(FloatTag(), sum);
    });
  }
}

bool short_pair_tile(const LayerJob& job, const PairLists& lists, Index first_row, Index chunk, Index tile) {
  return short_layer_tile(job, lists, first_row, chunk, tile);
}
bool short_nibble_tile(const LayerJob& job, const NibbleLists& lists, Index first_row, Index chunk,
                       Index tile) {
  return short_layer_tile(job, lists, first_row, chunk, tile);
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
HWY_EXPORT(short_pair_tile);
HWY_EXPORT(short_nibble_tile);
HWY_EXPORT(short_layer_tile_of_row);
HWY_EXPORT(finish_parts);
HWY_EXPORT(dense_layer_tile);

namespace {

constexpr Index kRowsAtOnce = 1024;

/// Calls tile(lists, first_row, chunk, tile) for these tiles and all rows of x, with the lists of so many rows at once.
template <class Lists, class TileTask>
void for_tiles(const BitMatrix& x, Places tiles, ThreadPool& pool, const TileTask& tile) {
  static thread_local Lists own_lists;
  Lists& lists = own_lists;  // the caller's, whichever thread runs a task
  for (Index first = 0; first < x.rows(); first += kRowsAtOnce) {
    lists.resize(std::min(kRowsAtOnce, x.rows() - first), x.cols());
    pool.run(lists.chunks() * lists.blocks(),
             [&](Index task) { lists.fill(x, first, task / lists.blocks(), task % lists.blocks()); });
    pool.run(lists.chunks() * tiles.size(), [&](Index task) {
      tile(lists, first, task % lists.chunks(), tiles.begin + task / lists.chunks());
    });
  }
}

/// Whether the sums of four inputs are worth making for a 16-bit pass: they are five times as many as those of two, and
/// fewer are added for each row. Looks at some rows; any choice gives the same bits.
bool suits_nibbles(const BitMatrix& x) {
  constexpr Index kLook = 8;
  const Index stride = divide_up(x.rows(), kLook);
  Index pairs = 0, nibbles = 0;
  const auto count = [](std::uint64_t bits) { return static_cast<Index>(std::bitset<64>(bits).count()); };
  for (Index r = 0; r < x.rows(); r += stride) {
    for (Index word = 0; word < x.words_per_row(); ++word) {
      const std::uint64_t bits = x.row(r)[word], two = (bits | bits >> 1) & 0x5555555555555555u;
      pairs += count(two);
      nibbles += count((two | two >> 2) & 0x1111111111111111u);
    }
  }
  const Index groups = divide_up(x.rows(), PairLists::kChunkRows) * x.cols();
  return stride * (pairs - nibbles) > groups / 4 * NibbleLists::kSums - groups / 2 * PairLists::kSums;
}

template <class Lists, class Kernel>
void short_pass(const LayerJob& job, const BitMatrix& x, Places tiles, const Kernel& kernel,
                ThreadPool& pool) {
  const auto row_kernel = HWY_DYNAMIC_DISPATCH(short_layer_tile_of_row);
  for_tiles<Lists>(x, tiles, pool, [&](const Lists& lists, Index first, Index chunk, Index tile) {
    if (kernel(job, lists, first, chunk, tile)) return;
    const Index begin = first + lists.chunk_begin(chunk);
    for (Index r = begin; r < begin + lists.chunk_size(chunk); ++r) row_kernel(job, x, r, tile);
  });
}

void short_pass(const LayerJob& job, const BitMatrix& x, Places tiles, ThreadPool& pool) {
  if (suits_nibbles(x))
    return short_pass<NibbleLists>(job, x, tiles, HWY_DYNAMIC_DISPATCH(short_nibble_tile), pool);
  short_pass<PairLists>(job, x, tiles, HWY_DYNAMIC_DISPATCH(short_pair_tile), pool);
}

using AlignedIntegers = std::vector<std::int32_t, CacheAlignedAllocator<std::int32_t>>;

/// Each rank makes the sums over its own inputs for all units, and ends those of its own units: sums of whole numbers are
/// the same in any order.
void run_pass_by_rows(LayerJob job, const BitMatrix& x, ThreadPool& pool) {
  choose_simd();
  Communicator& ranks = pool.ranks();
  const Index tiles = divide_up(job.weights.cols(), 64), of_tile = x.rows() * 64;
  const Places inputs = own_units(x.cols(), ranks), own = own_share(tiles, ranks);
  RBM_ASSERT(job.next == nullptr && job.out.rounded->held_rows().begin <= inputs.begin &&
             job.out.rounded->held_rows().end >= inputs.end);
  static thread_local AlignedIntegers leaving, coming;
  leaving.assign(static_cast<std::size_t>(tiles * of_tile), 0);
  coming.resize(static_cast<std::size_t>(ranks.size() * own.size() * of_tile));
  const PartialSums partial{inputs.begin, leaving.data(), x.rows()};
  job.partial = &partial;
  static thread_local BitMatrix own_states;
  own_states.resize(x.rows(), inputs.size());
  for (Index r = 0; r < x.rows() && inputs.size() > 0; ++r)
    std::copy_n(x.row(r) + inputs.begin / 64, divide_up(inputs.size(), 64), own_states.row(r));
  if (inputs.size() > 0) short_pass(job, own_states, {0, tiles}, pool);
  std::vector<std::size_t> out_ends, in_ends;
  for (Index rank = 0; rank < ranks.size(); ++rank) {
    const auto bytes = [&](Index units) {
      return sizeof(std::int32_t) * static_cast<std::size_t>(units * of_tile);
    };
    out_ends.push_back(bytes(share_of(tiles, rank, ranks.size()).end));
    in_ends.push_back(bytes((rank + 1) * own.size()));
  }
  ranks.exchange(std::as_bytes(std::span(leaving)), out_ends, std::as_writable_bytes(std::span(coming)),
                 in_ends);
  const auto finish = HWY_DYNAMIC_DISPATCH(finish_parts);
  const std::int32_t* sums = coming.data();  // the caller's, whichever thread runs a task
  pool.run(own.size(), [&](Index task) {
    finish(job, own.begin + task, sums + task * of_tile, x.rows(), ranks.size(), own.size() * of_tile);
  });
}

void run_pass(const LayerJob& job, const BitMatrix& x, ThreadPool& pool) {
  choose_simd();
  const bool is_short = job.out.rounded != nullptr;
  if (is_short && job.out.rounded_by_rows && !pool.ranks().is_alone()) return run_pass_by_rows(job, x, pool);
  RBM_ASSERT(is_short ? has_own_columns(*job.out.rounded, pool.ranks())
                      : has_own_columns(job.weights, pool.ranks()));
  const Places tiles = own_share(divide_up(job.weights.cols(), 64), pool.ranks());
  constexpr Index kFewRows = 6;
  if (x.rows() <= kFewRows) {
    const auto kernel =
        is_short ? HWY_DYNAMIC_DISPATCH(short_layer_tile_of_row) : HWY_DYNAMIC_DISPATCH(layer_tile_of_row);
    pool.run(tiles.size(), [&](Index task) {
      for (Index r = 0; r < x.rows(); ++r) kernel(job, x, r, tiles.begin + task);
    });
    return;
  }
  if (is_short) return short_pass(job, x, tiles, pool);
  const auto kernel = HWY_DYNAMIC_DISPATCH(layer_tile);
  for_tiles<PairLists>(x, tiles, pool, [&](const PairLists& lists, Index first, Index chunk, Index tile) {
    kernel(job, lists, first, chunk, tile);
  });
}

void gather_outputs(const LayerOutputs& out, ThreadPool& pool) {
  if (out.inputs != nullptr) gather_columns(*out.inputs, pool);
  if (out.probabilities != nullptr && !out.own_probabilities) gather_columns(*out.probabilities, pool);
  if (out.states != nullptr) gather_columns(*out.states, pool);
}

}  // namespace

void layer_pass(const BitMatrix& x, const Matrix& weights, const float* bias, float beta,
                const RandomKey& key, const LayerOutputs& out, ThreadPool& pool) {
  RBM_ASSERT(x.cols() == weights.rows());
  const LayerJob job{weights, bias, beta, key, out};
  job.check(x.rows());
  run_pass(job, x, pool);
  gather_outputs(out, pool);
}

void layer_pass(const LayerRows& first, const LayerRows& second, const Matrix& weights, const float* bias,
                ThreadPool& pool) {
  const Index rows = first.x.rows();
  RBM_ASSERT(first.x.cols() == weights.rows() && second.x.cols() == weights.rows());
  LayerJob next{weights, bias, 1.0f, second.key, second.out};
  LayerJob job{weights, bias, 1.0f, first.key, first.out, rows, &next};
  job.check(rows);
  next.check(second.x.rows());
  static thread_local BitMatrix joint;
  if (joint.rows() != rows + second.x.rows() || joint.cols() != weights.rows())
    joint.resize(rows + second.x.rows(), weights.rows());
  std::copy_n(first.x.row(0), rows * joint.words_per_row(), joint.row(0));
  std::copy_n(second.x.row(0), second.x.rows() * joint.words_per_row(), joint.row(rows));
  run_pass(job, joint, pool);
  gather_outputs(first.out, pool);
  gather_outputs(second.out, pool);
}

void layer_pass(const Matrix& x, const Matrix& weights, const float* bias, float beta, const RandomKey& key,
                const LayerOutputs& out, ThreadPool& pool) {
  RBM_ASSERT(x.cols() == weights.rows());
  const LayerJob job{weights, bias, beta, key, out};
  job.check(x.rows());
  RBM_ASSERT(has_own_columns(weights, pool.ranks()));
  choose_simd();
  const auto kernel = HWY_DYNAMIC_DISPATCH(dense_layer_tile);
  const Places tiles = own_share(divide_up(weights.cols(), 64), pool.ranks());
  const Index chunks = divide_up(x.rows(), PairLists::kChunkRows);
  pool.run(tiles.size() * chunks, [&](Index task) {
    const Index row = task % chunks * PairLists::kChunkRows;
    kernel(job, x, row, std::min(PairLists::kChunkRows, x.rows() - row), tiles.begin + task / chunks);
  });
  gather_outputs(out, pool);
}

}  // namespace rbm
#endif
