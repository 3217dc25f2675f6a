#include "core/evaluation/code_map.hpp"

#include <algorithm>
#include <numeric>

#include "core/model/pictures.hpp"

namespace rbm {

Matrix CodeMap::place(const Matrix& hidden) const {
  Matrix out(hidden.rows(), 2);
  for (Index r = 0; r < hidden.rows(); ++r) {
    const Eigen::VectorXd at = axes.place(hidden.row(r));
    out(r, 0) = static_cast<float>(at[0]);
    out(r, 1) = static_cast<float>(at[1]);
  }
  return out;
}

CodeMap code_map(const Model& model, const Dataset& data, Index most, ThreadPool& pool) {
  const Index count = std::min(most, data.count());
  RBM_ASSERT(count > 0 && data.shape.pixels() == picture_shape(model).pixels());
  CodeMap out;
  out.images.resize(static_cast<std::size_t>(count));
  std::iota(out.images.begin(), out.images.end(), 0U);
  Matrix pictures(count, data.shape.pixels()), codes;
  for (Index n = 0; n < count; ++n) data.row(n, pictures.row(n));
  hidden_probabilities(model, states_from_pictures(model, pictures, pool), codes, pool);
  out.axes = principal_axes(codes, 2);
  out.places = out.place(codes);
  const Eigen::MatrixXd centred = codes.view().cast<double>().rowwise() - out.axes.mean.transpose();
  const double total = centred.squaredNorm() / static_cast<double>(count);
  out.share = total > 0 ? out.axes.variances.sum() / total : 0;
  return out;
}

void keep_directions(const CodeMap& before, CodeMap& map) {
  if (before.axes.axes.rows() != map.axes.axes.rows()) return;
  for (Index k = 0; k < 2; ++k) {
    if (before.axes.axes.col(k).dot(map.axes.axes.col(k)) >= 0) continue;
    map.axes.axes.col(k) *= -1;
    for (Index r = 0; r < map.places.rows(); ++r) map.places(r, k) *= -1;
  }
}

}  // namespace rbm
