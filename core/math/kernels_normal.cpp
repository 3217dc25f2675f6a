// Normal random numbers: samples of Gaussian units around their means.
#include <algorithm>

#include "core/math/kernels.hpp"
#include "core/math/selection_lists.hpp"
#include "core/math/simd_target.hpp"
#include "core/result.hpp"

#define HWY_DISABLED_TARGETS HWY_SSSE3
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/math/kernels_normal.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/math/simd-inl.hpp"

#ifndef RBM_CORE_MATH_NORMAL_JOB
#define RBM_CORE_MATH_NORMAL_JOB
namespace rbm {

struct NormalJob {
  const Matrix& means;
  const NormalDraw& draw;
  RandomKey key;
  Matrix& values;
};

}  // namespace rbm
#endif

HWY_BEFORE_NAMESPACE();
namespace rbm {
namespace HWY_NAMESPACE {

/// log x for positive normal x: Cephes' logf, with the mantissa in [√½, √2).
HWY_INLINE FloatVec logarithm(FloatVec x) {
  const FloatTag d;
  const hn::RebindToSigned<FloatTag> di;
  const auto kRootHalf = hn::Set(di, 0x3F3504F3);
  const auto bits = hn::Sub(hn::BitCast(di, x), kRootHalf);
  const FloatVec e = hn::ConvertTo(d, hn::ShiftRight<23>(bits));
  const auto mantissa = hn::Add(hn::And(bits, hn::Set(di, 0x007FFFFF)), kRootHalf);
  const FloatVec f = hn::Sub(hn::BitCast(d, mantissa), constant(1.0f)), z = hn::Mul(f, f);
  FloatVec p = constant(7.0376836292e-2f);
  p = hn::Add(hn::Mul(p, f), constant(-1.1514610310e-1f));
  p = hn::Add(hn::Mul(p, f), constant(1.1676998740e-1f));
  p = hn::Add(hn::Mul(p, f), constant(-1.2420140846e-1f));
  p = hn::Add(hn::Mul(p, f), constant(1.4249322787e-1f));
  p = hn::Add(hn::Mul(p, f), constant(-1.6668057665e-1f));
  p = hn::Add(hn::Mul(p, f), constant(2.0000714765e-1f));
  p = hn::Add(hn::Mul(p, f), constant(-2.4999993993e-1f));
  p = hn::Add(hn::Mul(p, f), constant(3.3333331174e-1f));
  FloatVec y = hn::Mul(hn::Mul(p, f), z);
  y = hn::Add(y, hn::Mul(e, constant(-2.12194440e-4f)));
  y = hn::Sub(y, hn::Mul(z, constant(0.5f)));
  return hn::Add(hn::Add(f, y), hn::Mul(e, constant(0.693359375f)));
}

struct CosineSine {
  FloatVec cosine, sine;
};

/// Of 2π · turn, 0 ≤ turn < 1: the nearest quarter turn and Cephes' polynomials for the eighth around it.
HWY_INLINE CosineSine cosine_sine(FloatVec turn) {
  const FloatTag d;
  const hn::RebindToSigned<FloatTag> di;
  const FloatVec quarters = hn::Mul(turn, constant(4.0f));
  const FloatVec shifted = hn::Add(quarters, constant(12582912.0f));  // rounds; see exponential()
  const auto quadrant = hn::BitCast(di, shifted);
  const FloatVec rest = hn::Sub(quarters, hn::Sub(shifted, constant(12582912.0f)));
  const FloatVec x = hn::Mul(rest, constant(1.57079632679489662f)), z = hn::Mul(x, x);
  FloatVec s = constant(-1.9515295891e-4f);
  s = hn::Add(hn::Mul(s, z), constant(8.3321608736e-3f));
  s = hn::Add(hn::Mul(s, z), constant(-1.6666654611e-1f));
  s = hn::Add(hn::Mul(hn::Mul(s, z), x), x);
  FloatVec c = constant(2.443315711809948e-5f);
  c = hn::Add(hn::Mul(c, z), constant(-1.388731625493765e-3f));
  c = hn::Add(hn::Mul(c, z), constant(4.166664568298827e-2f));
  c = hn::Add(hn::Sub(hn::Mul(hn::Mul(c, z), z), hn::Mul(z, constant(0.5f))), constant(1.0f));
  const auto one = hn::Set(di, 1), two = hn::Set(di, 2);
  const auto odd = hn::RebindMask(d, hn::Eq(hn::And(quadrant, one), one));
  // Quadrants 1 and 2 turn the cosine's sign, 2 and 3 the sine's.
  const auto of_cosine = hn::ShiftLeft<30>(hn::And(hn::Add(quadrant, one), two));
  const auto of_sine = hn::ShiftLeft<30>(hn::And(quadrant, two));
  return {hn::Xor(hn::IfThenElse(odd, s, c), hn::BitCast(d, of_cosine)),
          hn::Xor(hn::IfThenElse(odd, c, s), hn::BitCast(d, of_sine))};
}

/// numbers[u] = standard normal number u of the block: Box and Muller's, units k and k + 32 making numbers k
/// and k + 32.
HWY_INLINE void normal_block(const PhiloxKeys& keys, std::uint32_t row, std::uint32_t group,
                             float* HWY_RESTRICT numbers) {
  const FloatTag d;
  const hn::RebindToUnsigned<FloatTag> du;
  const hn::RebindToSigned<FloatTag> di;
  alignas(64) std::uint32_t bits[64];
  random_block(keys, row, group, bits);
  for (Index k = 0; k < 32; k += kLanes) {
    const auto first = hn::BitCast(di, hn::ShiftRight<8>(hn::Load(du, bits + k)));
    const auto second = hn::BitCast(di, hn::ShiftRight<8>(hn::Load(du, bits + 32 + k)));
    // 1 − u in (0, 1], so that its logarithm is finite.
    const FloatVec u = hn::Mul(hn::Sub(constant(16777216.0f), hn::ConvertTo(d, first)), constant(0x1p-24f));
    const FloatVec turn = hn::Mul(hn::ConvertTo(d, second), constant(0x1p-24f));
    const FloatVec radius = hn::Sqrt(hn::Max(hn::Zero(d), hn::Mul(constant(-2.0f), logarithm(u))));
    const CosineSine direction = cosine_sine(turn);
    hn::Store(hn::Mul(radius, direction.cosine), d, numbers + k);
    hn::Store(hn::Mul(radius, direction.sine), d, numbers + 32 + k);
  }
}

void normal_rows(const NormalJob& job, Index first, Index last) {
  const FloatTag d;
  const PhiloxKeys keys(job.key);
  const NormalDraw& draw = job.draw;
  alignas(64) float numbers[64];
  for (Index r = first; r < last; ++r) {
    const float* means = job.means.row(r);
    float* values = job.values.row(r);
    for (Index column = 0; column < job.means.cols(); column += 64) {
      normal_block(keys, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(column / 64), numbers);
      const Index width = std::min<Index>(64, job.means.stride() - column);
      for (Index k = 0; k < width; k += kLanes) {
        const Index c = column + k;
        const FloatVec mean = hn::Load(d, means + c);
        FloatVec value = hn::Add(mean, hn::Mul(hn::Load(d, draw.deviations + c), hn::Load(d, numbers + k)));
        if (draw.kept != 0)
          value = hn::Add(value, hn::Mul(constant(draw.kept), hn::Sub(hn::Load(d, values + c), mean)));
        hn::Store(value, d, values + c);
      }
    }
    std::fill(values + job.means.cols(), values + job.means.stride(), 0.0f);
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace rbm
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rbm {
HWY_EXPORT(normal_rows);

void draw_normal(const Matrix& means, const NormalDraw& draw, const RandomKey& key, Matrix& values,
                 ThreadPool& pool) {
  RBM_ASSERT(values.rows() == means.rows() && values.cols() == means.cols());
  choose_simd();
  constexpr Index kRowsPerTask = 8;
  const NormalJob job{means, draw, key, values};
  const auto kernel = HWY_DYNAMIC_DISPATCH(normal_rows);
  pool.run(divide_up(means.rows(), kRowsPerTask), [&](Index task) {
    kernel(job, task * kRowsPerTask, std::min(means.rows(), (task + 1) * kRowsPerTask));
  });
}

}  // namespace rbm
#endif
