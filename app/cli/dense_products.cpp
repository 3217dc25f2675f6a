#include "app/cli/dense_products.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "core/math/kernels.hpp"
#include "core/math/random.hpp"

namespace lab::cli {

// The part of OpenBLAS's interface that is used, with the constants of cblas.h.
struct DenseProducts::Blas {
  static constexpr int kRowMajor = 101, kPlain = 111, kTransposed = 112;
  using Sgemm = void (*)(int, int, int, int, int, int, float, const float*, int, const float*, int, float,
                         float*, int);
  Sgemm sgemm = nullptr;
  void (*set_threads)(int) = nullptr;
  const char* (*config)() = nullptr;

  static std::unique_ptr<Blas> load() {
    // Never closed: its threads would outlive their code.
    void* library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return nullptr;
    auto blas = std::make_unique<Blas>();
    blas->sgemm = reinterpret_cast<Sgemm>(dlsym(library, "cblas_sgemm"));
    blas->set_threads = reinterpret_cast<void (*)(int)>(dlsym(library, "openblas_set_num_threads"));
    blas->config = reinterpret_cast<const char* (*)()>(dlsym(library, "openblas_get_config"));
    if (blas->sgemm == nullptr || blas->set_threads == nullptr || blas->config == nullptr) return nullptr;
    return blas;
  }
};

DenseProducts::DenseProducts(int threads) : blas_(Blas::load()), pool_(blas_ != nullptr ? 1 : threads) {
  if (blas_ != nullptr) {
    blas_->set_threads(threads);
    library_ = blas_->config();
    library_.erase(library_.find_last_not_of(' ') + 1);
  } else {
    library_ = "Eigen (" + std::string(Eigen::SimdInstructionSetsInUse()) + ")";
  }
}

DenseProducts::~DenseProducts() = default;

std::string DenseProducts::trouble() const {
  const std::string_view simd = rbm::simd_name();
  const bool is_wide = simd.starts_with("AVX3");
  if (library_.find(" Prescott") == std::string::npos || (!is_wide && simd != "AVX2")) return {};
  return fmt::format(
      "OpenBLAS does not know this processor and makes its products for Prescott: with OPENBLAS_CORETYPE={} in "
      "the environment the dense bound is what this machine can do.",
      is_wide ? "SkylakeX" : "Haswell");
}

void DenseProducts::prepare(const UpdateShape& shape) {
  shape_ = shape;
  const auto size = [](rbm::Index rows, rbm::Index cols) { return static_cast<std::size_t>(rows * cols); };
  std::uint32_t row = 0;
  const auto fill = [&](Values& values, std::size_t count, float scale) {
    values.resize(count);
    ++row;
    for (std::size_t i = 0; i < count; ++i)
      values[i] = scale * rbm::uniform({1, rbm::Stream::Synthetic, 0}, row, static_cast<std::uint32_t>(i));
  };
  fill(weights_, size(shape.visible, shape.hidden), 0.1f);
  fill(visible_, size(2 * shape.batch, shape.visible), 1.0f);
  fill(hidden_, size(2 * shape.batch, shape.hidden), 1.0f);
  products_.resize(size(shape.batch, std::max(shape.visible, shape.hidden)));
  gradient_.resize(weights_.size());
}

void DenseProducts::run_update() {
  const auto [p, q, batch, k] = shape_;
  const float* second = visible_.data() + batch * p;
  multiply(false, false, batch, q, p, visible_.data(), p, weights_.data(), q, products_.data(), q);
  for (int step = 0; step < k; ++step) {
    multiply(false, true, batch, p, q, hidden_.data(), q, weights_.data(), q, products_.data(), p);
    multiply(false, false, batch, q, p, second, p, weights_.data(), q, products_.data(), q);
  }
  multiply(true, false, p, q, 2 * batch, visible_.data(), p, hidden_.data(), q, gradient_.data(), q);
}

void DenseProducts::multiply(bool transpose_a, bool transpose_b, rbm::Index m, rbm::Index n, rbm::Index k,
                             const float* a, rbm::Index lda, const float* b, rbm::Index ldb, float* c,
                             rbm::Index ldc) {
  if (blas_ != nullptr) {
    const auto number = [](rbm::Index x) { return static_cast<int>(x); };
    blas_->sgemm(Blas::kRowMajor, transpose_a ? Blas::kTransposed : Blas::kPlain,
                 transpose_b ? Blas::kTransposed : Blas::kPlain, number(m), number(n), number(k), 1.0f, a,
                 number(lda), b, number(ldb), 0.0f, c, number(ldc));
    return;
  }
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Operand = Eigen::Map<const Rows, Eigen::Unaligned, Eigen::OuterStride<>>;
  const rbm::Index threads = pool_.threads();
  pool_.run(threads, [&](rbm::Index t) {
    const rbm::Index first = m * t / threads, count = m * (t + 1) / threads - first;
    Eigen::Map<Rows, Eigen::Unaligned, Eigen::OuterStride<>> out(c + first * ldc, count, n,
                                                                 Eigen::OuterStride<>(ldc));
    const Operand right(b, transpose_b ? n : k, transpose_b ? k : n, Eigen::OuterStride<>(ldb));
    const Operand left(transpose_a ? a + first : a + first * lda, transpose_a ? k : count,
                       transpose_a ? count : k, Eigen::OuterStride<>(lda));
    if (transpose_a) {
      out.noalias() = left.transpose() * right;
    } else if (transpose_b) {
      out.noalias() = left * right.transpose();
    } else {
      out.noalias() = left * right;
    }
  });
}

}  // namespace lab::cli
