// Matrix: the dense float storage that the kernels work on. A plain value; thread-compatible.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <new>
#include <vector>

#include "core/result.hpp"

namespace rbm {

using Index = Eigen::Index;

/// std::allocator with 64-byte alignment: a cache line, and the widest SIMD register.
template <class T>
struct CacheAlignedAllocator {
  using value_type = T;
  CacheAlignedAllocator() = default;
  template <class U>
  CacheAlignedAllocator(const CacheAlignedAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{64})); }
  void deallocate(T* p, std::size_t) { ::operator delete (p, std::align_val_t{64}); }
  template <class U>
  bool operator==(const CacheAlignedAllocator<U>&) const {
    return true;
  }
};

/// Places begin … end − 1.
struct Places {
  Index begin = 0, end = 0;
  Index size() const { return end - begin; }
  bool operator==(const Places&) const = default;
};

/// Row-major float matrix. Every row starts on a 64-byte boundary: `stride()` is cols() rounded up to 16
/// floats. The padding columns are zero, and every function of core/math leaves them zero.
/// It may hold a part of its rows and columns alone (core/math/shares.hpp): then nobody reads or writes the others.
class Matrix {
 public:
  using EigenView = Eigen::Map<Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>,
                               Eigen::Aligned64, Eigen::OuterStride<>>;
  using ConstEigenView =
      Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>,
                 Eigen::Aligned64, Eigen::OuterStride<>>;

  Matrix() = default;
  Matrix(Index rows, Index cols) { resize(rows, cols); }

  /// Zero-fills. Allocates only when the new size exceeds every earlier one.
  void resize(Index rows, Index cols) { hold(rows, cols, {0, rows}, {0, cols}); }
  /// The same for a matrix of which this part alone is held, columns from a multiple of 16 on.
  void hold(Index rows, Index cols, Places held_rows, Places held_columns) {
    rows_ = rows;
    cols_ = cols;
    held_rows_ = held_rows;
    held_columns_ = held_columns;
    stride_ = (held_columns.size() + 15) / 16 * 16;
    origin_ = held_rows.begin * stride_ + held_columns.begin;
    data_.assign(static_cast<std::size_t>(held_rows.size() * stride_), 0.0f);
  }
  /// Of the shape of another one, and of the same part.
  void resize_like(const Matrix& other) {
    hold(other.rows_, other.cols_, other.held_rows_, other.held_columns_);
  }
  void set_zero() { data_.assign(data_.size(), 0.0f); }

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  Index stride() const { return stride_; }
  bool empty() const { return rows_ == 0 || cols_ == 0; }
  Index size() const { return rows_ * cols_; }
  Places held_rows() const { return held_rows_; }
  Places held_columns() const { return held_columns_; }
  bool is_whole() const { return held_rows_ == Places{0, rows_} && held_columns_ == Places{0, cols_}; }

  float* row(Index r) { return data_.data() + (r * stride_ - origin_); }
  const float* row(Index r) const { return data_.data() + (r * stride_ - origin_); }
  float& operator()(Index r, Index c) { return data_[static_cast<std::size_t>(r * stride_ + c - origin_)]; }
  float operator()(Index r, Index c) const {
    return data_[static_cast<std::size_t>(r * stride_ + c - origin_)];
  }

  /// Of a whole one.
  EigenView view() {
    RBM_ASSERT(is_whole());
    return EigenView(data_.data(), rows_, cols_, Eigen::OuterStride<>(stride_));
  }
  ConstEigenView view() const {
    RBM_ASSERT(is_whole());
    return held();
  }
  /// Of the part that is held.
  ConstEigenView held() const {
    return ConstEigenView(data_.data(), held_rows_.size(), held_columns_.size(),
                          Eigen::OuterStride<>(stride_));
  }

 private:
  std::vector<float, CacheAlignedAllocator<float>> data_;
  Index rows_ = 0, cols_ = 0, stride_ = 0;
  Places held_rows_, held_columns_;
  Index origin_ = 0;  // where row 0 and column 0 would lie before the first element
};

}  // namespace rbm
