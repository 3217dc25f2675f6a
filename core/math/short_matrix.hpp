// ShortMatrix: 16-bit whole numbers in units of 1/256, for sums that need half the memory of floats. A plain value;
// thread-compatible.
#pragma once

#include <cstdint>
#include <vector>

#include "core/math/matrix.hpp"

namespace rbm {

inline constexpr float kShortUnit = 1.0f / 256;

/// Row-major. Every row starts on a cache line: `stride()` is cols() rounded up to 32. The padding is zero.
class ShortMatrix {
 public:
  /// Zero-fills. Allocates only when the new size exceeds every earlier one.
  void resize(Index rows, Index cols) {
    rows_ = rows;
    cols_ = cols;
    stride_ = (cols + 31) / 32 * 32;
    data_.assign(static_cast<std::size_t>(rows_ * stride_), std::int16_t{0});
  }

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  Index stride() const { return stride_; }

  std::int16_t* row(Index r) { return data_.data() + r * stride_; }
  const std::int16_t* row(Index r) const { return data_.data() + r * stride_; }

 private:
  std::vector<std::int16_t, CacheAlignedAllocator<std::int16_t>> data_;
  Index rows_ = 0, cols_ = 0, stride_ = 0;
};

/// Weights that are rounded to 1/256, and limited to ±128.
struct RoundedWeights {
  ShortMatrix weights, transposed;  // [visible × hidden], [hidden × visible]
};

}  // namespace rbm
