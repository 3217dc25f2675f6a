// Principal axes against the eigenvectors of the whole covariance.
#include "core/evaluation/principal_axes.hpp"

#include <doctest/doctest.h>

#include <Eigen/Eigenvalues>
#include <cmath>

#include "core/math/random.hpp"

using namespace rbm;

namespace {

/// Rows with a few strong directions among many weak ones.
Matrix cloud(Index rows, Index cols) {
  Matrix out(rows, cols);
  const RandomKey key{4, Stream::Synthetic, 0};
  for (Index r = 0; r < rows; ++r) {
    const auto row = static_cast<std::uint32_t>(r);
    for (Index c = 0; c < cols; ++c) {
      out(r, c) = 0.4f + 0.3f * normal(key, row, static_cast<std::uint32_t>(c));
      for (std::uint32_t k = 0; k < 3; ++k)
        out(r, c) += normal(key, row, 5000 + k) * std::cos(static_cast<float>((k + 1) * c)) /
                     static_cast<float>(k + 1);
    }
  }
  return out;
}

}  // namespace

TEST_CASE("principal axes and their variances are those of the whole covariance, signs fixed") {
  const Matrix rows = cloud(300, 60);
  const PrincipalAxes found = principal_axes(rows, 3);
  Eigen::MatrixXd x = rows.view().cast<double>();
  const Eigen::RowVectorXd mean = x.colwise().mean();
  x.rowwise() -= mean;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> whole(x.transpose() * x / 300.0);
  for (Index k = 0; k < 3; ++k) {
    CAPTURE(k);
    const double variance = whole.eigenvalues()[59 - k];
    Eigen::VectorXd axis = whole.eigenvectors().col(59 - k);
    Index largest = 0;
    axis.cwiseAbs().maxCoeff(&largest);
    if (axis[largest] < 0) axis = -axis;
    CHECK(found.variances[k] == doctest::Approx(variance).epsilon(1e-6));
    CHECK((found.axes.col(k) - axis).norm() < 1e-6);
    double squares = 0, sum = 0;
    for (Index r = 0; r < 300; ++r) {
      const double at = found.place(rows.row(r))[k];
      squares += at * at;
      sum += at;
    }
    CHECK(squares / 300 == doctest::Approx(variance).epsilon(1e-6));
    CHECK(std::abs(sum) < 1e-6);
  }
}

TEST_CASE("the same rows give the same axes bit for bit") {
  const Matrix rows = cloud(50, 20);
  CHECK(principal_axes(rows, 2).axes == principal_axes(rows, 2).axes);
}

TEST_CASE("rows that do not differ, or in one direction only, have no further axes") {
  Matrix rows(5, 4);
  CHECK(principal_axes(rows, 2).axes.isZero());
  for (Index r = 0; r < 5; ++r) rows(r, 2) = static_cast<float>(r);
  const PrincipalAxes one = principal_axes(rows, 2);
  CHECK(one.axes.col(0).isApprox(Eigen::VectorXd{{0, 0, 1, 0}}));
  CHECK(one.variances[0] == doctest::Approx(2));
  CHECK(one.axes.col(1).isZero());
  CHECK(principal_axes(Matrix(3, 1), 2).axes.isZero());
}
