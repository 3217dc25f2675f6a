// Sums over the cases of both phases of an update: the gradient of the biases, centred or not.
//
// Two passes: first one number of every case, by blocks of 64 cases; then one of every unit, by blocks of 64
// units, each block of one thread. Lanes are columns or cases, and sums over columns are sixteen, by the
// column modulo 16: the same order for any vector width.
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <functional>
#include <span>
#include <vector>

#include "core/math/kernels.hpp"
#include "core/math/selection_lists.hpp"
#include "core/math/shares.hpp"
#include "core/math/simd_target.hpp"
#include "core/parallel/communicator.hpp"
#include "core/result.hpp"

#define HWY_DISABLED_TARGETS HWY_SSSE3
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/math/kernels_differences.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/math/simd-inl.hpp"

#ifndef RBM_CORE_MATH_DIFFERENCES_JOB
#define RBM_CORE_MATH_DIFFERENCES_JOB
namespace rbm {

using AlignedFloats = std::vector<float, CacheAlignedAllocator<float>>;

/// Scratch of one call; padded with zeros to whole blocks of 64.
struct CaseNumbers {
  AlignedFloats hidden;   // h · λ of every case
  AlignedFloats visible;  // v · μ of every case
  float* lanes;           // [cases × 16], the sixteen sums of h · λ so far
};

struct DifferencesJob {
  std::array<const PhaseStatistics*, 2> phases;
  std::array<float, 2> scales;  // 1 / cases, the second one negative
  const PhaseDifferences& out;
  std::array<CaseNumbers, 2>& cases;
  const float *visible_offset, *hidden_offset;  // padded to 16 floats, or null
  Places own_hidden;                            // of several ranks this one's units
};

constexpr Index kBlockUnits = 64;

/// In their order.
inline float total_of(const float* lanes) {
  float total = 0;
  for (Index k = 0; k < 16; ++k) total += lanes[k];
  return total;
}

}  // namespace rbm
#endif

HWY_BEFORE_NAMESPACE();
namespace rbm {
namespace HWY_NAMESPACE {

HWY_INLINE auto mask_of(std::uint64_t bits) {
  std::uint8_t bytes[8];
  std::memcpy(bytes, &bits, sizeof bytes);
  return hn::LoadMaskBits(FloatTag(), bytes);
}

/// lanes[c modulo 16] += x[c] · w[c] over `padded` floats, a multiple of 16.
HWY_INLINE void add_products(const float* HWY_RESTRICT x, const float* HWY_RESTRICT w, Index padded,
                             float* HWY_RESTRICT lanes) {
  const FloatTag d;
  constexpr Index kVectors16 = 16 / kLanes;
  FloatVec sums[kVectors16];
  for (Index v = 0; v < kVectors16; ++v) sums[v] = hn::Load(d, lanes + v * kLanes);
  for (Index c = 0; c < padded; c += 16) {
#pragma GCC unroll 16
    for (Index v = 0; v < kVectors16; ++v) {
      const Index at = c + v * kLanes;
      sums[v] = hn::Add(sums[v], hn::Mul(hn::Load(d, x + at), hn::Load(d, w + at)));
    }
  }
  for (Index v = 0; v < kVectors16; ++v) hn::Store(sums[v], d, lanes + v * kLanes);
}

/// The numbers of cases 64 · block … of one phase; of h · λ the share of this rank's units.
void case_block(const DifferencesJob& job, Index phase, Index block) {
  const PhaseStatistics& statistics = *job.phases[static_cast<std::size_t>(phase)];
  CaseNumbers& numbers = job.cases[static_cast<std::size_t>(phase)];
  const Index first = block * 64, count = std::min<Index>(64, statistics.hidden->rows() - first);
  float* visible = numbers.visible.data() + first;
  const Index begin = job.own_hidden.begin, padded = divide_up(job.own_hidden.size(), 16) * 16;
  for (Index r = 0; r < count; ++r) {
    add_products(statistics.hidden->row(first + r) + begin, job.hidden_offset + begin, padded,
                 numbers.lanes + (first + r) * 16);
  }
  if (statistics.values != nullptr) {
    for (Index r = 0; r < count; ++r) {
      alignas(64) float lanes[16] = {};
      add_products(statistics.values->row(first + r), job.visible_offset, statistics.values->stride(), lanes);
      visible[r] = total_of(lanes);
    }
    return;
  }
  const FloatTag d;
  const BitMatrix& bits = *statistics.bits_transposed;
  FloatVec sums[64 / kLanes];
  for (auto& sum : sums) sum = hn::Zero(d);
  for (Index i = 0; i < bits.rows(); ++i) {
    const std::uint64_t word = bits.row(i)[block];
    if (word == 0) continue;
    const FloatVec offset = constant(job.visible_offset[i]);
#pragma GCC unroll 64
    for (Index v = 0; v < 64 / kLanes; ++v) {
      sums[v] = hn::Add(sums[v], hn::IfThenElseZero(mask_of(word >> (v * kLanes)), offset));
    }
  }
  for (Index v = 0; v < 64 / kLanes; ++v) hn::Store(sums[v], d, visible + v * kLanes);
}

/// For 16 columns of x: their sums, and their sums weighted by a number of every row (null: left out). In
/// float over 128 rows, in double beyond.
HWY_INLINE void column_sums_16(const Matrix& x, Index column, const float* HWY_RESTRICT row_weights,
                               double* HWY_RESTRICT plain, double* HWY_RESTRICT weighted) {
  const FloatTag d;
  constexpr Index kVectors16 = 16 / kLanes, kRowsInFloat = 128;
  std::fill_n(plain, 16, 0.0);
  std::fill_n(weighted, 16, 0.0);
  for (Index begin = 0; begin < x.rows(); begin += kRowsInFloat) {
    const Index end = std::min(begin + kRowsInFloat, x.rows());
    FloatVec sums[kVectors16], products[kVectors16];
    for (Index v = 0; v < kVectors16; ++v) sums[v] = products[v] = hn::Zero(d);
    for (Index r = begin; r < end; ++r) {
      const float* row = x.row(r) + column;
      const FloatVec weight = row_weights != nullptr ? constant(row_weights[r]) : hn::Zero(d);
#pragma GCC unroll 16
      for (Index v = 0; v < kVectors16; ++v) {
        const FloatVec value = hn::Load(d, row + v * kLanes);
        sums[v] = hn::Add(sums[v], value);
        products[v] = hn::Add(products[v], hn::Mul(weight, value));
      }
    }
    alignas(64) float lanes[2][16];
    for (Index v = 0; v < kVectors16; ++v) {
      hn::Store(sums[v], d, lanes[0] + v * kLanes);
      hn::Store(products[v], d, lanes[1] + v * kLanes);
    }
    for (Index k = 0; k < 16; ++k) {
      plain[k] += static_cast<double>(lanes[0][k]);
      weighted[k] += static_cast<double>(lanes[1][k]);
    }
  }
}

/// Σ_case weight · bit of one row of transposed states.
HWY_INLINE float selected_row_sum(const std::uint64_t* bits, Index cases, const float* HWY_RESTRICT weights) {
  const FloatTag d;
  constexpr Index kVectors16 = 16 / kLanes;
  FloatVec sums[kVectors16];
  for (auto& sum : sums) sum = hn::Zero(d);
  for (Index c = 0; c < cases; c += 16) {
    const std::uint64_t chosen = (bits[c / 64] >> (c % 64)) & 0xFFFFu;
    if (chosen == 0) continue;
#pragma GCC unroll 16
    for (Index v = 0; v < kVectors16; ++v) {
      const FloatVec weight = hn::Load(d, weights + c + v * kLanes);
      sums[v] = hn::Add(sums[v], hn::IfThenElseZero(mask_of(chosen >> (v * kLanes)), weight));
    }
  }
  alignas(64) float lanes[16];
  for (Index v = 0; v < kVectors16; ++v) hn::Store(sums[v], d, lanes + v * kLanes);
  for (Index width = 8; width > 0; width /= 2) {
    for (Index k = 0; k < width; ++k) lanes[k] += lanes[k + width];
  }
  return lanes[0];
}

/// Adds the phase's share to 64 columns of a real-valued layer: means, and products where they are wanted.
HWY_INLINE void add_columns(const Matrix& x, Index first, float scale, const float* row_weights,
                            std::span<float> means, std::span<float> products) {
  alignas(64) double plain[16], weighted[16];
  const Index last = std::min(first + kBlockUnits, x.cols());
  for (Index column = first; column < last; column += 16) {
    column_sums_16(x, column, row_weights, plain, weighted);
    for (Index k = 0; k < std::min<Index>(16, last - column); ++k) {
      const auto at = static_cast<std::size_t>(column + k);
      means[at] += scale * static_cast<float>(plain[k]);
      if (row_weights != nullptr) products[at] += scale * static_cast<float>(weighted[k]);
    }
  }
}

void hidden_block(const DifferencesJob& job, Index block) {
  const PhaseDifferences& out = job.out;
  const bool centred = job.hidden_offset != nullptr;
  const Index first = block * kBlockUnits, hidden = static_cast<Index>(out.hidden.size());
  const auto used = static_cast<std::size_t>(std::min(kBlockUnits, hidden - first));
  const auto part = [&](std::span<float> x) { return x.subspan(static_cast<std::size_t>(first), used); };
  std::ranges::fill(part(out.hidden), 0.0f);
  if (centred) std::ranges::fill(part(out.hidden_product), 0.0f);
  for (std::size_t phase = 0; phase < 2; ++phase) {
    add_columns(*job.phases[phase]->hidden, first, job.scales[phase],
                centred ? job.cases[phase].visible.data() : nullptr, out.hidden, out.hidden_product);
    if (phase == 0) std::ranges::copy(part(out.hidden), part(out.hidden_mean).begin());
  }
}

void visible_block(const DifferencesJob& job, Index block) {
  const PhaseDifferences& out = job.out;
  const bool centred = job.hidden_offset != nullptr;
  const Index first = block * kBlockUnits, visible = static_cast<Index>(out.visible.size());
  const Index last = std::min(first + kBlockUnits, visible);
  for (Index i = first; i < last; ++i) {
    out.visible[static_cast<std::size_t>(i)] = 0;
    if (centred) out.visible_product[static_cast<std::size_t>(i)] = 0;
  }
  for (std::size_t phase = 0; phase < 2; ++phase) {
    const PhaseStatistics& statistics = *job.phases[phase];
    const float scale = job.scales[phase];
    const float* weights = centred ? job.cases[phase].hidden.data() : nullptr;
    if (statistics.values != nullptr) {
      add_columns(*statistics.values, first, scale, weights, out.visible, out.visible_product);
      continue;
    }
    const BitMatrix& bits = *statistics.bits_transposed;
    for (Index i = first; i < last; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const Index count = bits.count(i);
      out.visible[at] += scale * static_cast<float>(count);
      if (centred && count != 0) {
        out.visible_product[at] += scale * selected_row_sum(bits.row(i), bits.cols(), weights);
      }
    }
  }
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace rbm
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rbm {
HWY_EXPORT(case_block);
HWY_EXPORT(hidden_block);
HWY_EXPORT(visible_block);

namespace {

/// The sums of h · λ go from rank to rank, each of which adds what its own units have.
void add_case_numbers(DifferencesJob& job, ThreadPool& pool) {
  const auto kernel = HWY_DYNAMIC_DISPATCH(case_block);
  const std::array<Index, 2> rows{job.phases[0]->hidden->rows(), job.phases[1]->hidden->rows()};
  static thread_local AlignedFloats own_lanes;
  own_lanes.assign(static_cast<std::size_t>(16 * (rows[0] + rows[1])), 0.0f);
  job.cases[0].lanes = own_lanes.data();
  job.cases[1].lanes = own_lanes.data() + 16 * rows[0];
  const Index blocks = divide_up(rows[0], 64), next_blocks = divide_up(rows[1], 64);
  const auto add = [&] {
    pool.run(blocks + next_blocks,
             [&](Index task) { kernel(job, task < blocks ? 0 : 1, task < blocks ? task : task - blocks); });
  };
  // By reference: a function of more than that would be put on the heap.
  pool.ranks().relay(std::as_writable_bytes(std::span(own_lanes)), std::ref(add));
  for (CaseNumbers& numbers : job.cases) {
    for (Index r = 0; r < rows[&numbers == &job.cases[0] ? 0 : 1]; ++r)
      numbers.hidden[static_cast<std::size_t>(r)] = total_of(numbers.lanes + 16 * r);
  }
}

void copy_padded(const float* from, Index count, AlignedFloats& to) {
  to.assign(static_cast<std::size_t>(divide_up(count, 16) * 16), 0.0f);
  std::copy_n(from, count, to.begin());
}

}  // namespace

void phase_differences(const PhaseStatistics& positive, const PhaseStatistics& negative,
                       const PhaseDifferences& out, ThreadPool& pool) {
  const auto visible = static_cast<Index>(out.visible.size()), hidden = static_cast<Index>(out.hidden.size());
  const bool centred = out.hidden_offset != nullptr;
  RBM_ASSERT(centred == (out.visible_offset != nullptr) && out.hidden_mean.size() == out.hidden.size());
  RBM_ASSERT(!centred || (out.visible_product.size() == out.visible.size() &&
                          out.hidden_product.size() == out.hidden.size()));
  choose_simd();
  static thread_local std::array<CaseNumbers, 2> own_cases;
  static thread_local std::array<AlignedFloats, 2> own_offsets;
  auto& cases = own_cases;  // the caller's, whichever thread runs a task
  auto& offsets = own_offsets;
  DifferencesJob job{{&positive, &negative},         {}, out, cases, nullptr, nullptr,
                     own_units(hidden, pool.ranks())};
  for (std::size_t k = 0; k < 2; ++k) {
    const PhaseStatistics& phase = *job.phases[k];
    RBM_ASSERT(phase.hidden != nullptr && phase.hidden->cols() == hidden);
    RBM_ASSERT((phase.values == nullptr) != (phase.bits_transposed == nullptr));
    const Index rows = phase.hidden->rows();
    RBM_ASSERT(phase.values == nullptr || (phase.values->rows() == rows && phase.values->cols() == visible));
    RBM_ASSERT(phase.bits_transposed == nullptr ||
               (phase.bits_transposed->rows() == visible && phase.bits_transposed->cols() == rows));
    job.scales[k] = rows > 0 ? (k == 0 ? 1.0f : -1.0f) / static_cast<float>(rows) : 0.0f;
    const auto padded = static_cast<std::size_t>(divide_up(rows, 64) * 64);
    cases[k].hidden.assign(padded, 0.0f);
    cases[k].visible.assign(padded, 0.0f);
  }
  if (centred) {
    copy_padded(out.visible_offset, visible, offsets[0]);
    copy_padded(out.hidden_offset, hidden, offsets[1]);
    job.visible_offset = offsets[0].data();
    job.hidden_offset = offsets[1].data();
    add_case_numbers(job, pool);
  }
  const Places hidden_blocks = own_share(divide_up(hidden, kBlockUnits), pool.ranks());
  const auto of_hidden = HWY_DYNAMIC_DISPATCH(hidden_block);
  const auto of_visible = HWY_DYNAMIC_DISPATCH(visible_block);
  pool.run(hidden_blocks.size() + divide_up(visible, kBlockUnits), [&](Index task) {
    if (task < hidden_blocks.size()) {
      of_hidden(job, hidden_blocks.begin + task);
    } else {
      of_visible(job, task - hidden_blocks.size());
    }
  });
  gather_units(out.hidden, pool.ranks());
  gather_units(out.hidden_mean, pool.ranks());
  if (centred) gather_units(out.hidden_product, pool.ranks());
}

}  // namespace rbm
#endif
