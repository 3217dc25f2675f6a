// A map of pictures by their hidden codes: each lies where p(h|v) has its first two principal components. Any
// thread with its own pool.
#pragma once

#include <span>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/evaluation/principal_axes.hpp"
#include "core/model/model.hpp"

namespace rbm {

struct CodeMap {
  PrincipalAxes axes;                 // two of them
  std::vector<std::uint32_t> images;  // rows of the data set
  Matrix places;                      // of each image [images × 2]
  double share = 0;                   // of the codes' variance that the two directions hold

  /// Where other cases lie, from their p(h|v) [rows × hidden].
  Matrix place(const Matrix& hidden) const;
};

/// Rows of pictures of the model's shape as its visible units have them: 0 where cells are missing, so that the hidden
/// units do not see what is shown there.
States states_of_rows(const Model& model, const Dataset& pictures, std::span<const std::uint32_t> rows,
                      ThreadPool& pool);

/// Of the first `most` pictures of the data, which have the model's shape; at least one; by the cells that they have.
/// Same input, same bits.
CodeMap code_map(const Model& model, const Dataset& data, Index most, ThreadPool& pool);

/// Turns axes of `map` around where they point against those of `before`, so that a map that follows a model
/// that learns is not mirrored from one to the next.
void keep_directions(const CodeMap& before, CodeMap& map);

}  // namespace rbm
