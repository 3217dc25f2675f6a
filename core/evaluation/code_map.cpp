#include "core/evaluation/code_map.hpp"

#include <algorithm>
#include <numeric>

#include "core/data/batches.hpp"
#include "core/model/observed.hpp"
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

States states_of_rows(const Model& model, const Dataset& pictures, std::span<const std::uint32_t> rows,
                      ThreadPool& pool) {
  Matrix seen(std::ssize(rows), pictures.shape.pixels());
  for (Index r = 0; r < seen.rows(); ++r) pictures.row(rows[static_cast<std::size_t>(r)], seen.row(r));
  States out = states_from_pictures(model, seen, pool);
  // Neither stacks nor whitening that mixes cells take rows with missing ones.
  const bool mixes = model.below != nullptr || (model.space != nullptr && !model.space->is_diagonal());
  if (!pictures.has_missing() || mixes) return out;
  BitMatrix observed = observed_of(pictures, rows);
  if (model.states != nullptr) {
    const BitMatrix of_cells = std::move(observed);
    observed = BitMatrix(of_cells.rows(), model.visible());
    model.states->for_each([&](Index unit, Index first, Index count) {
      for (Index r = 0; r < of_cells.rows(); ++r)
        for (Index s = 0; s < count; ++s)
          observed.set(r, first + s, of_cells.get(r, s * model.states->units() + unit));
    });
  }
  keep_observed(observed, out);
  return out;
}

CodeMap code_map(const Model& model, const Dataset& data, Index most, ThreadPool& pool) {
  const Index count = std::min(most, data.count());
  RBM_ASSERT(count > 0 && data.shape.pixels() == picture_shape(model).pixels());
  CodeMap out;
  out.images.resize(static_cast<std::size_t>(count));
  std::iota(out.images.begin(), out.images.end(), 0U);
  Matrix codes;
  hidden_probabilities(model, states_of_rows(model, data, out.images, pool), codes, pool);
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
