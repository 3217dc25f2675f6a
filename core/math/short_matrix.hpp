// ShortMatrix: 16-bit whole numbers in units of 1/256, for sums that need half the memory of floats. A plain value;
// thread-compatible.
#pragma once

#include <cstdint>
#include <vector>

#include "core/math/matrix.hpp"

namespace rbm {

inline constexpr float kShortUnit = 1.0f / 256;

/// Row-major. Every row starts on a cache line: `stride()` is cols() rounded up to 32. The padding is zero.
/// It may hold a part alone, as a Matrix may.
class ShortMatrix {
 public:
  /// Zero-fills. Allocates only when the new size exceeds every earlier one.
  void resize(Index rows, Index cols) { hold(rows, cols, {0, rows}, {0, cols}); }
  /// The same for a matrix of which this part alone is held, columns from a multiple of 32 on.
  void hold(Index rows, Index cols, Places held_rows, Places held_columns) {
    rows_ = rows;
    cols_ = cols;
    held_rows_ = held_rows;
    held_columns_ = held_columns;
    stride_ = (held_columns.size() + 31) / 32 * 32;
    origin_ = held_rows.begin * stride_ + held_columns.begin;
    data_.assign(static_cast<std::size_t>(held_rows.size() * stride_), std::int16_t{0});
  }

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  Index stride() const { return stride_; }

  Places held_rows() const { return held_rows_; }
  Places held_columns() const { return held_columns_; }
  bool is_whole() const { return held_rows_ == Places{0, rows_} && held_columns_ == Places{0, cols_}; }

  std::int16_t* row(Index r) { return data_.data() + (r * stride_ - origin_); }
  const std::int16_t* row(Index r) const { return data_.data() + (r * stride_ - origin_); }

 private:
  std::vector<std::int16_t, CacheAlignedAllocator<std::int16_t>> data_;
  Index rows_ = 0, cols_ = 0, stride_ = 0;
  Places held_rows_, held_columns_;
  Index origin_ = 0;
};

/// Weights that are rounded to 1/256, and limited to ±128.
struct RoundedWeights {
  ShortMatrix weights, transposed;  // [visible × hidden], [hidden × visible]
};

}  // namespace rbm
