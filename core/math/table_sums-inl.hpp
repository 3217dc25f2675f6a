// Tables of sums and the walk of rows of states through them: see selection_lists.hpp. Compiled once per
// instruction set.

#if defined(RBM_CORE_MATH_TABLE_SUMS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef RBM_CORE_MATH_TABLE_SUMS_INL_HPP
#undef RBM_CORE_MATH_TABLE_SUMS_INL_HPP
#else
#define RBM_CORE_MATH_TABLE_SUMS_INL_HPP
#endif

#include <algorithm>
#include <bit>

#include "core/math/selection_lists.hpp"
#include "core/math/simd-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace rbm {
namespace HWY_NAMESPACE {

/// Entries of a table are cache lines of floats, or of 16-bit integers: so many numbers and vectors of them.
template <class Tag>
constexpr Index kWidthOf = kEntryBytes / static_cast<Index>(sizeof(hn::TFromD<Tag>));
template <class Tag>
constexpr Index kVectorsOf = kWidthOf<Tag> / static_cast<Index>(hn::MaxLanes(Tag()));

HWY_INLINE void store_padding_entry(float* HWY_RESTRICT table) {
  for (Index k = 0; k < kSubtile; k += kLanes) hn::Store(constant(-0.0f), FloatTag(), table + k);
}

/// The sums of pairs of `count` inputs: rows of a matrix from `source` on, kSubtile columns wide.
HWY_INLINE void build_pair_table(const float* HWY_RESTRICT source, Index stride, Index count,
                                 float* HWY_RESTRICT table) {
  const FloatTag d;
  store_padding_entry(table);
  float* entry = table + kSubtile;
  Index i = 0;
  for (; i + 2 <= count; i += 2, entry += 3 * kSubtile, source += 2 * stride) {
    for (Index k = 0; k < kSubtile; k += kLanes) {
      const FloatVec even = hn::Load(d, source + k), odd = hn::Load(d, source + stride + k);
      hn::Store(even, d, entry + k);
      hn::Store(odd, d, entry + kSubtile + k);
      hn::Store(hn::Add(even, odd), d, entry + 2 * kSubtile + k);
    }
  }
  if (i < count) std::copy_n(source, kSubtile, entry);  // a last input without a partner
}

/// The sums of groups of four of `count` inputs times `scale`.
HWY_INLINE void build_nibble_table(const float* HWY_RESTRICT source, Index stride, Index count, float scale,
                                   float* HWY_RESTRICT table) {
  const FloatTag d;
  const FloatVec factor = constant(scale);
  store_padding_entry(table);
  float* entry = table + kSubtile;
  for (Index i = 0; i < count; i += 4, entry += 15 * kSubtile, source += 4 * stride) {
    for (Index k = 0; k < kSubtile; k += kLanes) {
      FloatVec values[4], sums[16];
#pragma GCC unroll 4
      for (Index bit = 0; bit < 4; ++bit) {
        const Index from = i + bit < count ? bit * stride : 0;  // sums of inputs past the end are never used
        values[bit] = hn::Mul(factor, hn::Load(d, source + from + k));
      }
#pragma GCC unroll 16
      for (unsigned code = 1; code < 16; ++code) {
        const unsigned top = std::bit_floor(code);
        const FloatVec value = values[std::countr_zero(top)];
        sums[code] = code == top ? value : hn::Add(sums[code - top], value);
      }
#pragma GCC unroll 16
      for (Index code = 1; code < 16; ++code) hn::Store(sums[code], d, entry + (code - 1) * kSubtile + k);
    }
  }
}

/// Asks for cache lines of `count` rows (one each) of a matrix, so many per call that `groups` calls reach
/// all.
struct FetchAhead {
  const void* first = nullptr;  // null: nothing
  Index stride = 0, count = 0;  // in bytes; rows

  FetchAhead() = default;
  template <class T>
  FetchAhead(const T* first_row, Index row_stride, Index rows)
      : first(first_row), stride(row_stride * static_cast<Index>(sizeof(T))), count(rows) {}

  HWY_INLINE void operator()(Index group, Index groups) const {
    if (first == nullptr) return;
    const Index end = count * (group + 1) / groups;
    for (Index i = count * group / groups; i < end; ++i)
      __builtin_prefetch(static_cast<const char*>(first) + i * stride, 0, 2);
  }
};

/// Adds entries to the sums [row × width] of Count of a group's four rows, from First on; with FromZero the
/// sums start anew.
template <Index First, Index Count, bool FromZero, class Tag>
HWY_INLINE void add_entries(Tag d, const hn::TFromD<Tag>* HWY_RESTRICT table, const std::uint16_t* rows,
                            const std::uint64_t* HWY_RESTRICT steps, Index length,
                            hn::TFromD<Tag>* HWY_RESTRICT sums) {
  constexpr Index kVectors = kVectorsOf<Tag>, kWidth = kWidthOf<Tag>, kStep = kWidth / kVectors;
  const auto* base = reinterpret_cast<const char*>(table);
  hn::Vec<Tag> acc[Count][kVectors];
#pragma GCC unroll 4
  for (Index g = 0; g < Count; ++g) {
#pragma GCC unroll 32
    for (Index v = 0; v < kVectors; ++v) {
      acc[g][v] = FromZero ? hn::Zero(d) : hn::Load(d, sums + rows[First + g] * kWidth + v * kStep);
    }
  }
  for (Index j = 0; j < length; ++j) {
    // One load for four offsets: loads are what this loop is short of.
    const std::uint64_t offsets = steps[j];
#pragma GCC unroll 4
    for (Index g = 0; g < Count; ++g) {
      const auto* entry =
          reinterpret_cast<const hn::TFromD<Tag>*>(base + ((offsets >> (16 * (First + g))) & 0xFFFFu));
#pragma GCC unroll 32
      for (Index v = 0; v < kVectors; ++v) acc[g][v] = hn::Add(acc[g][v], hn::Load(d, entry + v * kStep));
    }
  }
#pragma GCC unroll 4
  for (Index g = 0; g < Count; ++g) {
#pragma GCC unroll 32
    for (Index v = 0; v < kVectors; ++v) {
      hn::Store(acc[g][v], d, sums + rows[First + g] * kWidth + v * kStep);
    }
  }
}

/// Adds to the sums [row × width] of a chunk's rows, or to zero, what their lists select. Touches the row
/// after the last one too. Calls between_groups(g, groups) before each group of four rows: the walk needs
/// nothing from beyond the L1 cache, so that what comes next can be fetched meanwhile.
template <bool FromZero, class Tag, class Part, class Between>
HWY_INLINE void walk_table(Tag d, const hn::TFromD<Tag>* HWY_RESTRICT table, const Part& part, Index rows,
                           hn::TFromD<Tag>* HWY_RESTRICT sums, const Between& between_groups) {
  static_assert(PairLists::kGroup == 4 && NibbleLists::kGroup == 4);
  const std::uint64_t* steps = part.steps.data();
  const std::uint16_t* group = part.rows.data();
  const Index groups = divide_up(rows, 4);
  for (Index g = 0; g < groups; ++g, group += 4) {
    between_groups(g, groups);
    const Index length = part.lengths[static_cast<std::size_t>(g)];
    if (length == 0 && !FromZero) continue;
    if constexpr (kVectorsOf<Tag> <= 2) {
      add_entries<0, 4, FromZero>(d, table, group, steps, length, sums);
    } else if constexpr (kVectorsOf<Tag> == 4) {  // 16 registers hold the sums of two rows
      add_entries<0, 2, FromZero>(d, table, group, steps, length, sums);
      add_entries<2, 2, FromZero>(d, table, group, steps, length, sums);
    } else {
      add_entries<0, 1, FromZero>(d, table, group, steps, length, sums);
      add_entries<1, 1, FromZero>(d, table, group, steps, length, sums);
      add_entries<2, 1, FromZero>(d, table, group, steps, length, sums);
      add_entries<3, 1, FromZero>(d, table, group, steps, length, sums);
    }
    steps += length;
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace rbm
HWY_AFTER_NAMESPACE();

#endif
