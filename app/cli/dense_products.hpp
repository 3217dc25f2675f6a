// The dense bound of `rbm bench`: what a program would need that does nothing but the matrix products of one
// update, densely. OpenBLAS where CMake found it, loaded when a bound is measured so that no other subcommand
// carries its threads; else Eigen, split over the same number of threads. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/math/matrix.hpp"
#include "core/math/thread_pool.hpp"

namespace lab::cli {

/// Shapes of one update: k full Gibbs steps after the positive phase, as many chains as cases.
struct UpdateShape {
  rbm::Index visible = 784, hidden = 500, batch = 100;
  int k = 1;
};

class DenseProducts {
 public:
  explicit DenseProducts(int threads);
  ~DenseProducts();

  /// "OpenBLAS 0.3.21 …" or "Eigen …".
  const std::string& library() const { return library_; }
  /// Why the bound would be too low, one sentence: OpenBLAS that does not know this processor takes its oldest kernels.
  /// Empty where nothing speaks against it.
  std::string trouble() const;

  /// Sizes the operands and fills them with values of the size that training has.
  void prepare(const UpdateShape& shape);
  /// 2k + 1 half-steps and the two outer products of one update, these in one call of twice the depth, which
  /// is the fastest way known to do them.
  void run_update();

 private:
  struct Blas;
  /// c [m × n] = op(a) · op(b), depth k; all row-major with the leading dimensions given.
  void multiply(bool transpose_a, bool transpose_b, rbm::Index m, rbm::Index n, rbm::Index k, const float* a,
                rbm::Index lda, const float* b, rbm::Index ldb, float* c, rbm::Index ldc);

  std::unique_ptr<Blas> blas_;  // null: Eigen
  rbm::ThreadPool pool_;
  std::string library_;
  UpdateShape shape_;
  using Values = std::vector<float, rbm::CacheAlignedAllocator<float>>;
  Values weights_, visible_, hidden_, products_, gradient_;  // visible_, hidden_: both phases, 2 · batch rows
};

}  // namespace lab::cli
