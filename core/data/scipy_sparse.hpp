// The .npz files of scipy.sparse.save_npz: a matrix in compressed rows (csr) over several arrays. Internal to core/data.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/data/sparse_rows.hpp"
#include "core/model/tensor_formats.hpp"

namespace rbm {

/// The matrix of such a file; nothing when it is none. Fails where it is damaged or not in compressed rows.
Result<std::optional<SparseNumbers>> sparse_in(const TensorFile& file, const NpzExtras& extras,
                                               const std::string& path);

/// Its rows with all their zeros, as the array data of the file.
void put_with_zeros(const SparseNumbers& numbers, TensorFile& file);

/// Its rows without their zeros. `kept` says which of them stayed: all.
Result<Dataset> sparse_images(SparseNumbers numbers, const SourceOptions& options, const std::string& path,
                              std::vector<bool>* kept);

}  // namespace rbm
