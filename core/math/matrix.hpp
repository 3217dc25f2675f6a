// Matrix: the dense float storage that the kernels work on. A plain value; thread-compatible.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <new>
#include <vector>

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

/// Row-major float matrix. Every row starts on a 64-byte boundary: `stride()` is cols() rounded up to 16
/// floats. The padding columns are zero, and every function of core/math leaves them zero.
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
  void resize(Index rows, Index cols) {
    rows_ = rows;
    cols_ = cols;
    stride_ = (cols + 15) / 16 * 16;
    data_.assign(static_cast<std::size_t>(rows_ * stride_), 0.0f);
  }
  void set_zero() { data_.assign(data_.size(), 0.0f); }

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  Index stride() const { return stride_; }
  bool empty() const { return rows_ == 0 || cols_ == 0; }
  Index size() const { return rows_ * cols_; }

  float* row(Index r) { return data_.data() + r * stride_; }
  const float* row(Index r) const { return data_.data() + r * stride_; }
  float& operator()(Index r, Index c) { return data_[static_cast<std::size_t>(r * stride_ + c)]; }
  float operator()(Index r, Index c) const { return data_[static_cast<std::size_t>(r * stride_ + c)]; }

  EigenView view() { return EigenView(data_.data(), rows_, cols_, Eigen::OuterStride<>(stride_)); }
  ConstEigenView view() const {
    return ConstEigenView(data_.data(), rows_, cols_, Eigen::OuterStride<>(stride_));
  }

 private:
  std::vector<float, CacheAlignedAllocator<float>> data_;
  Index rows_ = 0, cols_ = 0, stride_ = 0;
};

}  // namespace rbm
