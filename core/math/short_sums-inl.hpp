// Tables of sums of 16-bit whole numbers: twice as many to a cache line as floats. Sums wrap around and their order does
// not matter; who uses them makes sure that no final sum leaves the range. Compiled once per instruction set.

#if defined(RBM_CORE_MATH_SHORT_SUMS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef RBM_CORE_MATH_SHORT_SUMS_INL_HPP
#undef RBM_CORE_MATH_SHORT_SUMS_INL_HPP
#else
#define RBM_CORE_MATH_SHORT_SUMS_INL_HPP
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "core/math/selection_lists.hpp"
#include "core/math/short_matrix.hpp"
#include "core/math/simd-inl.hpp"
#include "core/math/table_sums-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace rbm {
namespace HWY_NAMESPACE {

using ShortTag = hn::CappedTag<std::int16_t, 32>;
using ShortVec = hn::Vec<ShortTag>;
using HalfShortTag = hn::Rebind<std::int16_t, FloatTag>;  // as many as floats
constexpr Index kShortWidth = kWidthOf<ShortTag>, kShortVectors = kVectorsOf<ShortTag>,
                kShortLanes = kShortWidth / kShortVectors;

/// The nearest whole numbers to scale · x; limited to 16 bits, and −2^15 for a NaN.
HWY_INLINE void round_floats(FloatVec x, FloatVec scale, std::int16_t* HWY_RESTRICT out) {
  hn::Store(hn::DemoteTo(HalfShortTag(), hn::NearestInt(hn::Mul(scale, x))), HalfShortTag(), out);
}

/// The same of 16 floats on a cache line.
HWY_INLINE void round_sixteen(const float* HWY_RESTRICT x, FloatVec scale, std::int16_t* HWY_RESTRICT out) {
#if HWY_TARGET == HWY_AVX2
  // Narrowing two vectors at once goes by blocks of 128 bits; what is in the middle changes places after it.
  const FloatTag d;
  const hn::CappedTag<std::int16_t, 16> narrow;
  const hn::RepartitionToWide<hn::RepartitionToWide<decltype(narrow)>> quarters;
  const auto mixed = hn::ReorderDemote2To(narrow, hn::NearestInt(hn::Mul(scale, hn::Load(d, x))),
                                          hn::NearestInt(hn::Mul(scale, hn::Load(d, x + kLanes))));
  const hn::Vec256<std::int64_t> parts = hn::BitCast(quarters, mixed);
  hn::Store(hn::BitCast(narrow, hn::Vec256<std::int64_t>{_mm256_permute4x64_epi64(parts.raw, 0xD8)}), narrow,
            out);
#else
  for (Index k = 0; k < kSubtile; k += kLanes) round_floats(hn::Load(FloatTag(), x + k), scale, out + k);
#endif
}

HWY_INLINE FloatVec floats_of(const std::int16_t* HWY_RESTRICT x) {
  const hn::RebindToSigned<FloatTag> di;
  return hn::ConvertTo(FloatTag(), hn::PromoteTo(di, hn::Load(HalfShortTag(), x)));
}

/// The largest and the least sum that any choice of the numbers so far can have, by column; limited to 16 bits.
class ShortBounds {
 public:
  ShortBounds() {
    highest_.fill(0);
    lowest_.fill(0);
  }
  HWY_INLINE ShortVec highest(Index v) const {
    return hn::Load(ShortTag(), highest_.data() + v * kShortLanes);
  }
  HWY_INLINE ShortVec lowest(Index v) const { return hn::Load(ShortTag(), lowest_.data() + v * kShortLanes); }
  HWY_INLINE void set(Index v, ShortVec highest, ShortVec lowest) {
    hn::Store(highest, ShortTag(), highest_.data() + v * kShortLanes);
    hn::Store(lowest, ShortTag(), lowest_.data() + v * kShortLanes);
  }
  /// False where a sum, or one of the numbers, could be a limited one.
  bool are_kept() const {
    constexpr int kLimit = 32767;
    return *std::max_element(highest_.begin(),
                             highest_.end())<kLimit&& * std::min_element(lowest_.begin(), lowest_.end())> -
           kLimit;
  }

 private:
  alignas(64) std::array<std::int16_t, kShortWidth> highest_, lowest_;
};

HWY_INLINE void widen_bounds(ShortVec x, ShortVec& highest, ShortVec& lowest) {
  const ShortVec zero = hn::Zero(ShortTag());
  highest = hn::SaturatedAdd(highest, hn::Max(x, zero));
  lowest = hn::SaturatedAdd(lowest, hn::Min(x, zero));
}

/// The sums of groups of Bits (2 or 4) of `count` inputs: rows of a matrix from `source` on, kShortWidth columns wide.
/// `bounds` may be null.
template <int Bits>
HWY_INLINE void build_short_table(const std::int16_t* HWY_RESTRICT source, Index stride, Index count,
                                  std::int16_t* HWY_RESTRICT table, ShortBounds* bounds) {
  static_assert(Bits == 2 || Bits == 4);
  constexpr unsigned kSums = (1u << Bits) - 1;
  const ShortTag d;
  std::fill_n(table, kShortWidth, std::int16_t{0});  // the padding of lists
  ShortVec highest[kShortVectors], lowest[kShortVectors];
#pragma GCC unroll 32
  for (Index v = 0; v < kShortVectors; ++v) {
    highest[v] = bounds != nullptr ? bounds->highest(v) : hn::Zero(d);
    lowest[v] = bounds != nullptr ? bounds->lowest(v) : hn::Zero(d);
  }
  std::int16_t* entry = table + kShortWidth;
  for (Index i = 0; i < count; i += Bits, source += Bits * stride, entry += kSums * kShortWidth) {
#pragma GCC unroll 32
    for (Index v = 0; v < kShortVectors; ++v) {
      ShortVec values[Bits], sums[kSums + 1];
#pragma GCC unroll 4
      for (Index bit = 0; bit < Bits; ++bit) {
        // What is past the end is never chosen, but must not count in the bounds.
        values[bit] = i + bit < count ? hn::Load(d, source + bit * stride + v * kShortLanes) : hn::Zero(d);
        if (bounds != nullptr) widen_bounds(values[bit], highest[v], lowest[v]);
      }
#pragma GCC unroll 16
      for (unsigned code = 1; code <= kSums; ++code) {
        const unsigned top = std::bit_floor(code);
        const ShortVec value = values[std::countr_zero(top)];
        sums[code] = code == top ? value : hn::Add(sums[code - top], value);
        hn::Store(sums[code], d, entry + (code - 1) * kShortWidth + v * kShortLanes);
      }
    }
  }
  if (bounds == nullptr) return;
  for (Index v = 0; v < kShortVectors; ++v) bounds->set(v, highest[v], lowest[v]);
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace rbm
HWY_AFTER_NAMESPACE();

#endif
