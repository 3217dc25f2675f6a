#include "core/data/whitening.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>

#include "core/model/pictures.hpp"

namespace rbm {
namespace {

constexpr Index kMostRows = 50000;       // that means and covariances are taken from
constexpr Index kRowsAtOnce = 1000;      // bounds the memory
constexpr double kLeastVariance = 1e-6;  // of a grey value that is scaled: one that never changes stays 0
constexpr double kLeastShare = 1e-6;     // a column that varies by less of its mean only rounds
constexpr double kSmoothing = 0.1;       // of the mean eigenvalue

/// Calls visit(rows) with the rows of the data as [n × pixels], n ≤ kRowsAtOnce.
template <class Visit>
void in_pieces(const Dataset& data, Index rows, Visit visit) {
  for (Index first = 0; first < rows; first += kRowsAtOnce) {
    Matrix piece(std::min(kRowsAtOnce, rows - first), data.shape.pixels());
    for (Index r = 0; r < piece.rows(); ++r) data.row(first + r, piece.row(r));
    visit(first, piece);
  }
}

/// Calls visit(cell of a row, number) for those of the first rows that are not missing, and returns how many each cell
/// of a row has, at least 1.
template <class Visit>
Eigen::VectorXd visit_observed(const Dataset& data, Index rows, Visit visit) {
  Eigen::VectorXd counts = Eigen::VectorXd::Zero(data.shape.pixels());
  in_pieces(data, rows, [&](Index first, const Matrix& piece) {
    for (Index r = 0; r < piece.rows(); ++r) {
      for (Index c = 0; c < piece.cols(); ++c) {
        if (data.is_missing(first + r, c)) continue;
        visit(c, double{piece(r, c)});
        counts[c] += 1;
      }
    }
  });
  return counts.cwiseMax(1);
}

Eigen::VectorXd mean_row(const Dataset& data, Index rows) {
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(data.shape.pixels());
  if (data.has_missing()) {
    const Eigen::VectorXd counts = visit_observed(data, rows, [&](Index c, double x) { sum[c] += x; });
    return sum.cwiseQuotient(counts);
  }
  in_pieces(data, rows,
            [&](Index, const Matrix& piece) { sum += piece.view().cast<double>().colwise().sum(); });
  return sum / static_cast<double>(std::max<Index>(1, rows));
}

Eigen::VectorXd variance_row(const Dataset& data, Index rows, const Eigen::VectorXd& mean) {
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(mean.size());
  if (data.has_missing()) {
    const Eigen::VectorXd counts =
        visit_observed(data, rows, [&](Index c, double x) { sum[c] += (x - mean[c]) * (x - mean[c]); });
    return sum.cwiseQuotient(counts);
  }
  in_pieces(data, rows, [&](Index, const Matrix& piece) {
    sum +=
        (piece.view().cast<double>().rowwise() - mean.transpose()).array().square().matrix().colwise().sum();
  });
  return sum / static_cast<double>(std::max<Index>(1, rows));
}

/// What every value is divided by. Grey values have a unit, in which little is nothing; the columns of a
/// table have any, so little is measured by the column itself, and one that never changes is not scaled.
Eigen::VectorXd deviations_of(const Dataset& data, const Eigen::VectorXd& mean,
                              const Eigen::VectorXd& variance) {
  if (!data.is_real() || is_picture(data.shape)) return variance.cwiseMax(kLeastVariance).cwiseSqrt();
  Eigen::VectorXd deviations = variance.cwiseSqrt();
  for (Index i = 0; i < deviations.size(); ++i) {
    if (deviations[i] <= kLeastShare * std::abs(mean[i])) deviations[i] = 1;
  }
  return deviations;
}

Matrix matrix_of(const Eigen::MatrixXd& x) {
  Matrix out(x.rows(), x.cols());
  out.view() = x.cast<float>();
  return out;
}

void set_zca(const Dataset& data, Index rows, const Eigen::VectorXd& mean, PictureSpace& space) {
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Zero(mean.size(), mean.size());
  in_pieces(data, rows, [&](Index, const Matrix& piece) {
    const Eigen::MatrixXd centred = piece.view().cast<double>().rowwise() - mean.transpose();
    covariance.selfadjointView<Eigen::Lower>().rankUpdate(centred.transpose());
  });
  covariance /= static_cast<double>(rows);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
  const Eigen::ArrayXd values = solver.eigenvalues().array().max(0.0);
  const Eigen::ArrayXd deviations = (values + (values.mean() > 0 ? kSmoothing * values.mean() : 1.0)).sqrt();
  const Eigen::MatrixXd& directions = solver.eigenvectors();
  space.forward = matrix_of(directions * deviations.inverse().matrix().asDiagonal() * directions.transpose());
  space.backward = matrix_of(directions * deviations.matrix().asDiagonal() * directions.transpose());
}

}  // namespace

Result<PictureSpace> picture_space_of(const Dataset& data, Whitening whitening) {
  const Index pixels = data.shape.pixels(), rows = std::min(data.count(), kMostRows);
  PictureSpace space;
  if (whitening == Whitening::Zca && pixels > kMostZcaPixels) {
    return fail(ErrorCode::Unsupported, "ZCA whitening goes up to " + std::to_string(kMostZcaPixels) +
                                            " values a picture, and these have " + std::to_string(pixels) +
                                            ": use standardize, or smaller pictures or patches.");
  }
  if (whitening == Whitening::Zca && data.has_missing())
    return fail(ErrorCode::Unsupported,
                "ZCA whitening mixes all values of a row, and " + data.name +
                    " has rows with missing ones: use standardize, or leave such rows out "
                    "with --complete.");
  const Eigen::VectorXd mean = mean_row(data, rows);
  space.mean = mean.cast<float>();
  if (whitening == Whitening::Zca) {
    set_zca(data, rows, mean, space);
  } else {
    space.scale = deviations_of(data, mean, variance_row(data, rows, mean)).cast<float>();
  }
  return space;
}

Dataset real_rows(const Dataset& data, std::shared_ptr<const PictureSpace> space, ThreadPool& pool) {
  Dataset out = described_as(data);
  const Index pixels = data.shape.pixels();
  out.values.resize(static_cast<std::size_t>(data.count() * pixels));
  Matrix changed;
  in_pieces(data, data.count(), [&](Index first, const Matrix& piece) {
    const Matrix* rows = &piece;
    if (space != nullptr) {
      from_pictures(*space, piece, changed, pool);
      rows = &changed;
    }
    for (Index r = 0; r < piece.rows(); ++r)
      std::copy_n(rows->row(r), pixels, out.values.data() + (first + r) * pixels);
  });
  out.space = std::move(space);
  out.missing = data.missing;
  clear_missing(out);
  return out;
}

Eigen::VectorXf variances(const Dataset& data) {
  const Index rows = data.count();
  return variance_row(data, rows, mean_row(data, rows)).cast<float>();
}

}  // namespace rbm
