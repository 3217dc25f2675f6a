// Files that hold the numbers of a row that are not 0, with their columns: libsvm, scipy.sparse. Internal to
// core/data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/data/dataset.hpp"

namespace rbm {

/// What such a file holds, row after row; columns are counted from 0 and lie below `width`.
struct SparseNumbers {
  std::vector<std::size_t> starts{0};  // of the rows; then the end of the last one
  std::vector<std::uint32_t> columns;
  std::vector<double> values;
  std::size_t width = 0;
  bool adds = false;  // numbers of one cell add up; else the last one holds

  std::size_t rows() const { return starts.size() - 1; }
};

/// Fails where there are more columns than a model can have.
Result<void> check_width(const SparseNumbers& numbers, const std::string& path);
/// Whether all their zeros would take more memory than is given for that.
bool is_large(const SparseNumbers& numbers);
/// All of them, zeros and all [rows × width].
std::vector<double> with_zeros(const SparseNumbers& numbers);
/// A data set for such rows, which has none yet: its name, order and shape.
Dataset dataset_for(const SparseNumbers& numbers, const SourceOptions& options, const std::string& path);
/// Rows of grey values without their zeros: `sparse` of `data`, which dataset_for() made. What the numbers mean is
/// what set_numbers() says of them and 0; fractions from 0 to 1 are grey values, too. Fails on others.
Result<void> set_sparse(Dataset* data, SparseNumbers numbers, const SourceOptions& options,
                        const std::string& path);

}  // namespace rbm
