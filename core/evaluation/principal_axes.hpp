// Principal axes: the directions in which rows of numbers differ most, for maps of hidden codes. Pure
// functions; any thread.
#pragma once

#include "core/math/matrix.hpp"

namespace rbm {

struct PrincipalAxes {
  Eigen::VectorXd mean;       // [cols]
  Eigen::MatrixXd axes;       // [cols × count], of length 1 and at right angles
  Eigen::VectorXd variances;  // of the rows along each axis, falling

  /// Where a row lies: (x − mean) · axes [count].
  Eigen::VectorXd place(const float* row) const;
};

/// The `count` leading eigenvectors of the rows' covariance, by subspace iteration (Halko, Martinsson and
/// Tropp 2011) from a fixed start: same input, same bits. The component of each axis with the largest size is
/// positive. Axes whose variance is 0 are 0. At least one row, 1 ≤ count.
PrincipalAxes principal_axes(const Matrix& rows, int count);

}  // namespace rbm
