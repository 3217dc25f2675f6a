#include "core/evaluation/principal_axes.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <algorithm>

#include "core/math/random.hpp"
#include "core/result.hpp"

namespace rbm {
namespace {

constexpr int kSpare = 10;       // further directions, which carry off what lies close to the wanted ones
constexpr int kIterations = 40;  // by then (λ_spare / λ_wanted)^(2 · 40) is left of a wrong direction
constexpr double kNoVariance = 1e-12;

Eigen::MatrixXd orthonormal(const Eigen::MatrixXd& columns) {
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(columns);
  return qr.householderQ() * Eigen::MatrixXd::Identity(columns.rows(), columns.cols());
}

}  // namespace

Eigen::VectorXd PrincipalAxes::place(const float* row) const {
  const Eigen::VectorXd centred = Eigen::Map<const Eigen::VectorXf>(row, mean.size()).cast<double>() - mean;
  return axes.transpose() * centred;
}

PrincipalAxes principal_axes(const Matrix& rows, int count) {
  RBM_ASSERT(rows.rows() > 0 && count > 0);
  const Index cols = rows.cols();
  PrincipalAxes out;
  Eigen::MatrixXd x = rows.view().cast<double>();
  out.mean = x.colwise().mean().transpose();
  x.rowwise() -= out.mean.transpose();
  out.axes = Eigen::MatrixXd::Zero(cols, count);
  out.variances = Eigen::VectorXd::Zero(count);
  const Index width = std::min<Index>(count + kSpare, cols);
  Eigen::MatrixXd basis(cols, width);
  for (Index c = 0; c < width; ++c) {
    for (Index r = 0; r < cols; ++r)
      basis(r, c) = double{
          normal({1, Stream::Window, 0}, static_cast<std::uint32_t>(r), static_cast<std::uint32_t>(c))};
  }
  basis = orthonormal(basis);
  for (int n = 0; n < kIterations; ++n) basis = orthonormal(x.transpose() * (x * basis));
  // The best axes within the subspace.
  const Eigen::MatrixXd seen = x * basis;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(seen.transpose() * seen /
                                                              static_cast<double>(rows.rows()));
  const double most = std::max(0.0, solver.eigenvalues()[width - 1]);
  for (Index k = 0; k < std::min<Index>(count, width); ++k) {
    const double variance = solver.eigenvalues()[width - 1 - k];
    if (!(variance > kNoVariance * most) || !(variance > 0)) break;
    Eigen::VectorXd axis = basis * solver.eigenvectors().col(width - 1 - k);
    Index largest = 0;
    axis.cwiseAbs().maxCoeff(&largest);
    if (axis[largest] < 0) axis = -axis;
    out.axes.col(k) = axis;
    out.variances[k] = variance;
  }
  return out;
}

}  // namespace rbm
