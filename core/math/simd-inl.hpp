// Vector functions shared by the kernels, compiled once per instruction set (hence no #pragma once: see
// Highway's quick reference, "-inl.h"). Everything here rounds the same on every one of them: no fused
// multiply-add, and polynomials in place of library calls.

#if defined(RBM_CORE_MATH_SIMD_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef RBM_CORE_MATH_SIMD_INL_HPP
#undef RBM_CORE_MATH_SIMD_INL_HPP
#else
#define RBM_CORE_MATH_SIMD_INL_HPP
#endif

#include <hwy/highway.h>

#include <array>
#include <cstring>

#include "core/math/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace rbm {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// At most 16 lanes: rows are padded to 16 floats, so every kernel works on whole vectors.
using FloatTag = hn::CappedTag<float, 16>;
using FloatVec = hn::Vec<FloatTag>;
constexpr Index kLanes = static_cast<Index>(hn::MaxLanes(FloatTag()));

HWY_INLINE FloatVec constant(float x) {
  return hn::Set(FloatTag(), x);
}

/// x limited to [low, high]; a NaN stays one.
HWY_INLINE FloatVec clamp(FloatVec x, float low, float high) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
  // These instructions return their second operand if either is a NaN.
  return hn::Min(constant(high), hn::Max(constant(low), x));
#else
  x = hn::IfThenElse(hn::Lt(x, constant(low)), constant(low), x);
  return hn::IfThenElse(hn::Lt(constant(high), x), constant(high), x);
#endif
}

/// e^x for −87 ≤ x ≤ 87, relative error below 1e-7. Cody and Waite's reduction to |r| ≤ ln 2 / 2 and the
/// polynomial of Cephes' expf.
HWY_INLINE FloatVec exponential(FloatVec x) {
  const FloatTag d;
  const hn::RebindToSigned<FloatTag> di;
  // Adding 1.5 · 2^23 rounds to the nearest integer, which then stands in the low bits.
  const FloatVec shifted = hn::Add(hn::Mul(x, constant(1.44269504088896341f)), constant(12582912.0f));
  const FloatVec n = hn::Sub(shifted, constant(12582912.0f));
  FloatVec r = hn::Sub(x, hn::Mul(n, constant(0.693359375f)));
  r = hn::Sub(r, hn::Mul(n, constant(-2.12194440e-4f)));
  FloatVec p = constant(1.9875691500e-4f);
  p = hn::Add(hn::Mul(p, r), constant(1.3981999507e-3f));
  p = hn::Add(hn::Mul(p, r), constant(8.3334519073e-3f));
  p = hn::Add(hn::Mul(p, r), constant(4.1665795894e-2f));
  p = hn::Add(hn::Mul(p, r), constant(1.6666665459e-1f));
  p = hn::Add(hn::Mul(p, r), constant(5.0000001201e-1f));
  p = hn::Add(hn::Add(hn::Mul(p, hn::Mul(r, r)), r), constant(1.0f));
  return hn::BitCast(d, hn::Add(hn::BitCast(di, p), hn::ShiftLeft<23>(hn::BitCast(di, shifted))));
}

/// σ(x) = 1 / (1 + e^−x), for x < −87 that of −87 (1.6e-38). Keeps its relative precision on both sides.
HWY_INLINE FloatVec sigmoid(FloatVec x) {
  const FloatVec one = constant(1.0f);
  return hn::Div(one, hn::Add(one, exponential(hn::Neg(clamp(x, -87.0f, 87.0f)))));
}

/// ζ(x) = log(1 + e^x) = max(x, 0) + log1p(e^−|x|), with log1p(e) = 2 artanh(e / (2 + e)) by its series.
HWY_INLINE FloatVec softplus(FloatVec x) {
  const FloatVec e = exponential(clamp(hn::Neg(hn::Abs(x)), -87.0f, 0.0f));
  const FloatVec s = hn::Div(e, hn::Add(e, constant(2.0f)));
  const FloatVec z = hn::Mul(s, s);
  FloatVec p = constant(1.0f / 15);
  p = hn::Add(hn::Mul(p, z), constant(1.0f / 13));
  p = hn::Add(hn::Mul(p, z), constant(1.0f / 11));
  p = hn::Add(hn::Mul(p, z), constant(1.0f / 9));
  p = hn::Add(hn::Mul(p, z), constant(1.0f / 7));
  p = hn::Add(hn::Mul(p, z), constant(1.0f / 5));
  p = hn::Add(hn::Mul(p, z), constant(1.0f / 3));
  p = hn::Add(hn::Mul(hn::Mul(p, z), s), s);
  return hn::Add(hn::Max(hn::Zero(FloatTag()), x), hn::Add(p, p));
}

/// The ten round keys of Philox4x32-10.
struct PhiloxKeys {
  explicit PhiloxKeys(const RandomKey& key) {
    std::uint32_t low = static_cast<std::uint32_t>(key.seed);
    std::uint32_t high = static_cast<std::uint32_t>(key.seed >> 32);
    for (std::size_t i = 0; i < 10; ++i, low += 0x9E3779B9, high += 0xBB67AE85) {
      first[i] = low;
      second[i] = high;
    }
    seed = {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)};
    step = static_cast<std::uint32_t>(key.step);
    first_row = key.first_row;
    tail =
        static_cast<std::uint32_t>(key.stream) << 16 | (static_cast<std::uint32_t>(key.step >> 32) & 0xFFFFu);
  }
  std::array<std::uint64_t, 10> first, second;
  std::array<std::uint32_t, 2> seed;
  std::uint32_t step, tail, first_row;
};

/// bits[u] = random_bits(key, row, 64 · group + u) for u = 0 … 63. Counters sit in 64-bit lanes, so that the
/// high half of a product is one shift away and the low half needs nothing at all.
HWY_INLINE void random_block(const PhiloxKeys& keys, std::uint32_t row, std::uint32_t group,
                             std::uint32_t* HWY_RESTRICT bits) {
#if HWY_TARGET == HWY_SCALAR  // one lane: no halves to speak of
  for (std::uint32_t lane = 0; lane < 16; ++lane) {
    const auto words = philox({group * 16 + lane, keys.first_row + row, keys.step, keys.tail}, keys.seed);
    for (std::size_t word = 0; word < 4; ++word) bits[16 * word + lane] = words[word];
  }
#else
  const hn::CappedTag<std::uint64_t, 8> dw;
  const hn::Repartition<std::uint32_t, decltype(dw)> du;
  using Wide = hn::Vec<decltype(dw)>;
  constexpr std::size_t kWide = hn::MaxLanes(dw);
  const auto multiplier0 = hn::Set(du, 0xD2511F53u), multiplier1 = hn::Set(du, 0xCD9E8D57u);
  for (std::size_t base = 0; base < 16; base += 2 * kWide) {
    // Counters base, base + 2, … in the first chain and base + 1, base + 3, … in the second: interleaved
    // they hide each other's latency, and in the end their low halves slot into one vector.
    const Wide first = hn::ShiftLeft<1>(hn::Iota(dw, 0));
    std::array<std::array<Wide, 4>, 2> c;
    for (std::size_t chain = 0; chain < 2; ++chain) {
      c[chain][0] = hn::Add(first, hn::Set(dw, group * 16 + base + chain));
      c[chain][1] = hn::Set(dw, keys.first_row + row);
      c[chain][2] = hn::Set(dw, keys.step);
      c[chain][3] = hn::Set(dw, keys.tail);
    }
#pragma GCC unroll 10
    for (std::size_t round = 0; round < 10; ++round) {
      const Wide key0 = hn::Set(dw, keys.first[round]), key1 = hn::Set(dw, keys.second[round]);
#pragma GCC unroll 2
      for (std::size_t chain = 0; chain < 2; ++chain) {
        auto& s = c[chain];
        const Wide product0 = hn::MulEven(hn::BitCast(du, s[0]), multiplier0);
        const Wide product1 = hn::MulEven(hn::BitCast(du, s[2]), multiplier1);
        s[0] = hn::Xor(hn::Xor(hn::ShiftRight<32>(product1), s[1]), key0);
        s[1] = product1;
        s[2] = hn::Xor(hn::Xor(hn::ShiftRight<32>(product0), s[3]), key1);
        s[3] = product0;
      }
    }
    for (std::size_t word = 0; word < 4; ++word) {
      const auto odd = hn::BitCast(du, hn::ShiftLeft<32>(c[1][word]));
      hn::Store(hn::OddEven(odd, hn::BitCast(du, c[0][word])), du, bits + 16 * word + base);
    }
  }
#endif
}

/// Bit u of the result: uniform(key, row, 64 · group + u) < probabilities[u], given the block's random bits.
HWY_INLINE std::uint64_t compare_block(const std::uint32_t* HWY_RESTRICT bits,
                                       const float* HWY_RESTRICT probabilities) {
  const FloatTag d;
  const hn::RebindToUnsigned<FloatTag> du;
  const hn::RebindToSigned<FloatTag> di;
  std::uint64_t word = 0;
#pragma GCC unroll 16
  for (Index u = 0; u < 64; u += kLanes) {
    const auto whole = hn::BitCast(di, hn::ShiftRight<8>(hn::Load(du, bits + u)));
    const FloatVec uniform = hn::Mul(hn::ConvertTo(d, whole), constant(0x1p-24f));
    std::uint8_t bytes[8] = {};  // StoreMaskBits writes at least one
    hn::StoreMaskBits(d, hn::Lt(uniform, hn::LoadU(d, probabilities + u)), bytes);
    std::uint64_t part = 0;
    std::memcpy(&part, bytes, (kLanes + 7) / 8);
    word |= part << u;
  }
  return word;
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace rbm
HWY_AFTER_NAMESPACE();

#endif
