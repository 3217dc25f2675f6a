// The kernels that touch every element once; the products are in kernels_layer.cpp, kernels_update.cpp and
// kernels_dense.cpp.
#include "core/math/kernels.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "core/math/simd_target.hpp"
#include "core/result.hpp"

#define HWY_DISABLED_TARGETS HWY_SSSE3
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/math/kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/math/short_sums-inl.hpp"
#include "core/math/simd-inl.hpp"
#include "core/math/transpose-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace rbm {
namespace HWY_NAMESPACE {

/// Draws one row of states. fill(block, c, used) writes the probabilities of units c … c + used − 1 and
/// returns false if they are all zero.
template <class Fill>
HWY_INLINE void sample_row(const RandomKey& key, std::uint32_t row, Index cols, std::uint64_t* states,
                           const Fill& fill) {
  const PhiloxKeys keys(key);
  alignas(64) std::uint32_t bits[64];
  alignas(64) float block[64];
  for (Index c = 0; c < cols; c += 64) {
    const Index used = std::min<Index>(64, cols - c);
    std::fill(block + used, block + 64, 0.0f);  // a unit that is not there never fires
    states[c / 64] = 0;
    if (!fill(block, c, used)) continue;
    random_block(keys, row, static_cast<std::uint32_t>(c / 64), bits);
    states[c / 64] = compare_block(bits, block);
  }
}

void sample_float_row(const RandomKey& key, std::uint32_t row, Index cols, std::uint64_t* states,
                      const float* probabilities) {
  sample_row(key, row, cols, states, [&](float* block, Index c, Index used) {
    std::copy_n(probabilities + c, used, block);
    return true;
  });
}

void sample_grey_row(const RandomKey& key, std::uint32_t row, Index cols, std::uint64_t* states,
                     const std::uint8_t* grey) {
  sample_row(key, row, cols, states, [&](float* block, Index c, Index used) {
    std::uint32_t any = 0;
    for (Index u = 0; u < used; ++u) {
      any |= grey[c + u];
      block[u] = static_cast<float>(grey[c + u]) / 255.0f;
    }
    return any != 0;  // the margins of images are black
  });
}

void sigmoid_row(float* x, Index cols) {
  const FloatTag d;
  const Index padded = (cols + 15) / 16 * 16;
  for (Index c = 0; c < padded; c += kLanes) hn::Store(sigmoid(hn::Load(d, x + c)), d, x + c);
  std::fill(x + cols, x + padded, 0.0f);
}

/// Sixteen running sums in double, one for each remainder of the column modulo 16, added up in the end: the
/// same order for any vector width.
class SixteenSums {
 public:
  HWY_INLINE SixteenSums() {
    for (auto& sum : sums_) sum = hn::Zero(Doubles());
  }
  /// values: 16 floats on a vector boundary.
  HWY_INLINE void add(const float* HWY_RESTRICT values) {
    const Doubles d;
    const hn::Rebind<float, Doubles> floats;
#pragma GCC unroll 16
    for (std::size_t k = 0; k < kCount; ++k) {
      sums_[k] = hn::Add(sums_[k], hn::PromoteTo(d, hn::Load(floats, values + k * kWidth)));
    }
  }
  HWY_INLINE double total() const {
    alignas(64) double lanes[16];
    for (std::size_t k = 0; k < kCount; ++k) hn::Store(sums_[k], Doubles(), lanes + k * kWidth);
    double total = 0;
    for (const double lane : lanes) total += lane;
    return total;
  }

 private:
  using Doubles = hn::CappedTag<double, 8>;
  static constexpr std::size_t kWidth = hn::MaxLanes(Doubles()), kCount = 16 / kWidth;
  hn::Vec<Doubles> sums_[kCount];
};

double softplus_row(const float* x, Index cols) {
  const FloatTag d;
  alignas(64) float values[16];
  SixteenSums sums;
  for (Index c = 0; c < cols; c += 16) {
    for (Index k = 0; k < 16; k += kLanes) hn::Store(softplus(hn::Load(d, x + c + k)), d, values + k);
    if (cols - c < 16) std::fill(values + (cols - c), values + 16, 0.0f);
    sums.add(values);
  }
  return sums.total();
}

double selected_sum_row(const std::uint64_t* bits, Index cols, const float* w) {
  const FloatTag d;
  alignas(64) float last[16] = {};  // w is not padded
  std::copy_n(w + cols / 16 * 16, cols % 16, last);
  alignas(64) float values[16];
  SixteenSums sums;
  for (Index c = 0; c < cols; c += 16) {
    const std::uint64_t chosen = (bits[c / 64] >> (c % 64)) & 0xFFFFu;
    if (chosen == 0) continue;
    const float* from = cols - c < 16 ? last : w + c;
    for (Index k = 0; k < 16; k += kLanes) {
      std::uint8_t bytes[8];
      const std::uint64_t lanes = chosen >> k;
      std::memcpy(bytes, &lanes, sizeof bytes);
      hn::Store(hn::IfThenElseZero(hn::LoadMaskBits(d, bytes), hn::LoadU(d, from + k)), d, values + k);
    }
    sums.add(values);
  }
  return sums.total();
}

/// Sums of columns first … last − 1 over all rows.
void column_sums(const Matrix& x, Index first, Index last, float* sums) {
  for (Index block = first; block < last; block += 64) {
    const Index width = std::min<Index>(64, last - block);
    double totals[64] = {};
    for (Index r = 0; r < x.rows(); ++r) {
      const float* row = x.row(r) + block;
      for (Index k = 0; k < width; ++k) totals[k] += static_cast<double>(row[k]);
    }
    for (Index k = 0; k < width; ++k) sums[block + k] = static_cast<float>(totals[k]);
  }
}

/// How many rows of x have each bit of one word on.
void column_counts(const BitMatrix& x, Index word, std::uint64_t* HWY_RESTRICT counts) {
  for (Index k = 0; k < 64; ++k) counts[k] = 0;
  for (Index r = 0; r < x.rows(); ++r) {
    const std::uint64_t bits = x.row(r)[word];
    for (Index k = 0; k < 64; ++k) counts[k] += (bits >> k) & 1u;
  }
}

/// The 64 rows of out from `first` on.
void transpose_stripe(const Matrix& in, Matrix& out, Index first) {
  const Index last = std::min(first + 64, in.cols());
  for (Index r = 0; r < in.rows(); r += 16) {
    for (Index c = first; c < last; c += 16) transpose_block(in, r, c, out);
  }
}

void round_row(const float* x, Index cols, float scale, std::int16_t* out) {
  const FloatVec factor = constant(scale);
  for (Index c = 0; c < (cols + 15) / 16 * 16; c += kLanes)
    round_floats(hn::Load(FloatTag(), x + c), factor, out + c);
}

bool row_is_finite(const float* x, Index cols) {
  const FloatTag d;
  const Index padded = (cols + 15) / 16 * 16;
  FloatVec sum = hn::Zero(d);
  // x · 0 is zero for a finite x and NaN for any other.
  for (Index c = 0; c < padded; c += kLanes) sum = hn::Add(sum, hn::Mul(hn::Load(d, x + c), hn::Zero(d)));
  return hn::AllTrue(d, hn::Eq(sum, hn::Zero(d)));
}

// NOLINTNEXTLINE(google-readability-namespace-comments)
}  // namespace HWY_NAMESPACE
}  // namespace rbm
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace rbm {
HWY_EXPORT(sample_float_row);
HWY_EXPORT(sample_grey_row);
HWY_EXPORT(sigmoid_row);
HWY_EXPORT(softplus_row);
HWY_EXPORT(selected_sum_row);
HWY_EXPORT(column_sums);
HWY_EXPORT(column_counts);
HWY_EXPORT(transpose_stripe);
HWY_EXPORT(round_row);
HWY_EXPORT(row_is_finite);

namespace {

constexpr Index kRowsPerTask = 8;

/// row(r) for every row, some rows to a task.
template <class RowTask>
void for_rows(Index rows, ThreadPool& pool, const RowTask& row) {
  pool.run((rows + kRowsPerTask - 1) / kRowsPerTask, [&](Index task) {
    const Index last = std::min(rows, (task + 1) * kRowsPerTask);
    for (Index r = task * kRowsPerTask; r < last; ++r) row(r);
  });
}

}  // namespace

void sample_bernoulli(const Matrix& probabilities, const RandomKey& key, BitMatrix& states,
                      ThreadPool& pool) {
  RBM_ASSERT(states.rows() == probabilities.rows() && states.cols() == probabilities.cols());
  choose_simd();
  const auto kernel = HWY_DYNAMIC_DISPATCH(sample_float_row);
  for_rows(states.rows(), pool, [&](Index r) {
    kernel(key, static_cast<std::uint32_t>(r), states.cols(), states.row(r), probabilities.row(r));
  });
}

void sample_grey(std::span<const std::uint8_t* const> grey, const RandomKey& key, BitMatrix& states,
                 ThreadPool& pool) {
  RBM_ASSERT(states.rows() == static_cast<Index>(grey.size()));
  choose_simd();
  const auto kernel = HWY_DYNAMIC_DISPATCH(sample_grey_row);
  for_rows(states.rows(), pool, [&](Index r) {
    kernel(key, static_cast<std::uint32_t>(r), states.cols(), states.row(r),
           grey[static_cast<std::size_t>(r)]);
  });
}

void sigmoid_in_place(Matrix& x, ThreadPool& pool) {
  choose_simd();
  const auto kernel = HWY_DYNAMIC_DISPATCH(sigmoid_row);
  for_rows(x.rows(), pool, [&](Index r) { kernel(x.row(r), x.cols()); });
}

void softplus_sums(const Matrix& x, std::span<double> sums, ThreadPool& pool) {
  RBM_ASSERT(static_cast<Index>(sums.size()) == x.rows());
  choose_simd();
  const auto kernel = HWY_DYNAMIC_DISPATCH(softplus_row);
  for_rows(x.rows(), pool, [&](Index r) { sums[static_cast<std::size_t>(r)] = kernel(x.row(r), x.cols()); });
}

void selected_sums(const BitMatrix& x, const float* w, std::span<double> sums, ThreadPool& pool) {
  RBM_ASSERT(static_cast<Index>(sums.size()) == x.rows());
  choose_simd();
  const auto kernel = HWY_DYNAMIC_DISPATCH(selected_sum_row);
  for_rows(x.rows(), pool,
           [&](Index r) { sums[static_cast<std::size_t>(r)] = kernel(x.row(r), x.cols(), w); });
}

void column_means(const Matrix& x, std::span<float> means, ThreadPool& pool) {
  RBM_ASSERT(static_cast<Index>(means.size()) == x.cols());
  choose_simd();
  const auto kernel = HWY_DYNAMIC_DISPATCH(column_sums);
  const float scale = x.rows() > 0 ? 1.0f / static_cast<float>(x.rows()) : 0.0f;
  pool.run((x.cols() + 63) / 64, [&](Index task) {
    const Index first = task * 64, last = std::min(first + 64, x.cols());
    kernel(x, first, last, means.data());
    for (Index c = first; c < last; ++c) means[static_cast<std::size_t>(c)] *= scale;
  });
}

void column_means(const BitMatrix& x, std::span<float> means, ThreadPool& pool) {
  RBM_ASSERT(static_cast<Index>(means.size()) == x.cols());
  choose_simd();
  const auto kernel = HWY_DYNAMIC_DISPATCH(column_counts);
  const float scale = x.rows() > 0 ? 1.0f / static_cast<float>(x.rows()) : 0.0f;
  pool.run((x.cols() + 63) / 64, [&](Index word) {
    alignas(64) std::uint64_t counts[64];
    kernel(x, word, counts);
    const Index used = std::min<Index>(64, x.cols() - word * 64);
    for (Index k = 0; k < used; ++k) {
      means[static_cast<std::size_t>(word * 64 + k)] = static_cast<float>(counts[k]) * scale;
    }
  });
}

void transpose(const Matrix& in, Matrix& out, ThreadPool& pool) {
  transpose_columns(in, {0, in.cols()}, out, pool);
}

void transpose_columns(const Matrix& in, Places columns, Matrix& out, ThreadPool& pool) {
  RBM_ASSERT(out.rows() == in.cols() && out.cols() == in.rows() && columns.begin % 64 == 0);
  choose_simd();
  const auto kernel = HWY_DYNAMIC_DISPATCH(transpose_stripe);
  pool.run((columns.size() + 63) / 64, [&](Index task) { kernel(in, out, columns.begin + task * 64); });
}

void round_to_short(const Matrix& in, Places columns, float scale, ShortMatrix& out, ThreadPool& pool) {
  choose_simd();
  const auto kernel = HWY_DYNAMIC_DISPATCH(round_row);
  const Places rows = in.held_rows();
  if (out.rows() != in.rows() || out.cols() != in.cols() || out.held_rows() != rows ||
      out.held_columns() != in.held_columns())
    out.hold(in.rows(), in.cols(), rows, in.held_columns());
  if (columns.size() == 0) return;
  for_rows(rows.size(), pool, [&](Index row) {
    const Index r = rows.begin + row;
    kernel(in.row(r) + columns.begin, columns.size(), scale, out.row(r) + columns.begin);
  });
}

void round_weights(const Matrix& weights, const Matrix& transposed, RoundedWeights& out, ThreadPool& pool) {
  round_to_short(weights, weights.held_columns(), 1 / kShortUnit, out.weights, pool);
  Matrix own_rows;
  const Matrix* turned = &transposed;
  if (!weights.is_whole()) {
    own_rows.hold(weights.cols(), weights.rows(), weights.held_columns(), {0, weights.rows()});
    transpose_columns(weights, weights.held_columns(), own_rows, pool);
    turned = &own_rows;
  }
  round_to_short(*turned, turned->held_columns(), 1 / kShortUnit, out.transposed, pool);
}

bool all_finite(const Matrix& x, ThreadPool& pool) {
  choose_simd();
  const auto kernel = HWY_DYNAMIC_DISPATCH(row_is_finite);
  std::atomic<bool> finite{true};
  const Places held = x.held_columns();
  if (held.size() == 0) return true;
  for_rows(x.rows(), pool, [&](Index r) {
    if (finite.load(std::memory_order_relaxed) && !kernel(x.row(r) + held.begin, held.size())) {
      finite.store(false, std::memory_order_relaxed);
    }
  });
  return finite.load(std::memory_order_relaxed);
}

}  // namespace rbm
#endif
