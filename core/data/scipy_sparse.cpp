#include "core/data/scipy_sparse.hpp"

#include <cmath>
#include <cstring>

#include "core/data/readers.hpp"
#include "core/model/tensor_numbers.hpp"

namespace rbm {

Result<std::optional<SparseNumbers>> sparse_in(const TensorFile& file, const NpzExtras& extras,
                                               const std::string& path) {
  const auto format = extras.words.find("format");
  if (format == extras.words.end() || !file.tensors.contains("shape") || !file.tensors.contains("data"))
    return std::optional<SparseNumbers>();
  if (format->second != std::vector<std::string>{"csr"} || !file.tensors.contains("indices") ||
      !file.tensors.contains("indptr"))
    return broken(path, "is a sparse matrix but not of rows (csr): save x.tocsr().");
  const std::vector<double> shape = numbers_of<double>(file.tensors.at("shape")),
                            columns = numbers_of<double>(file.tensors.at("indices")),
                            starts = numbers_of<double>(file.tensors.at("indptr"));
  SparseNumbers out{.values = numbers_of<double>(file.tensors.at("data")), .adds = true};
  const auto damaged = [&] { return broken(path, "is a damaged sparse matrix: save it again."); };
  if (shape.size() != 2 || !(shape[0] >= 1) || !(shape[1] >= 1) || shape[0] > 1e9 || shape[1] > 1e9 ||
      static_cast<double>(starts.size()) != shape[0] + 1 || out.values.size() != columns.size() ||
      starts[0] != 0)
    return damaged();
  out.width = static_cast<std::size_t>(shape[1]);
  for (std::size_t r = 1; r < starts.size(); ++r) {
    if (!(starts[r] >= starts[r - 1]) || !(starts[r] <= static_cast<double>(columns.size())))
      return damaged();
    out.starts.push_back(static_cast<std::size_t>(starts[r]));
  }
  for (const double column : columns) {
    if (!(column >= 0) || !(column < shape[1])) return damaged();
    out.columns.push_back(static_cast<std::uint32_t>(column));
  }
  if (auto ok = check_width(out, path); !ok) return Unexpected{ok.error()};
  return std::optional(std::move(out));
}

void put_with_zeros(const SparseNumbers& numbers, TensorFile& file) {
  const std::vector<double> dense = with_zeros(numbers);
  Tensor tensor{
      "F32", {static_cast<std::int64_t>(numbers.rows()), static_cast<std::int64_t>(numbers.width)}, {}};
  tensor.bytes.resize(dense.size() * sizeof(float));
  for (std::size_t i = 0; i < dense.size(); ++i) {
    const auto value = static_cast<float>(dense[i]);
    std::memcpy(&tensor.bytes[i * sizeof value], &value, sizeof value);
  }
  file.tensors.insert_or_assign("data", std::move(tensor));
}

Result<Dataset> sparse_images(SparseNumbers numbers, const SourceOptions& options, const std::string& path,
                              std::vector<bool>* kept) {
  for (const double x : numbers.values) {
    if (!std::isfinite(static_cast<float>(x)))
      return broken(path, "is a sparse matrix with missing or infinite numbers: replace them.");
  }
  if (!options.missing.empty() || options.categories)
    return broken(path,
                  "is a large sparse matrix, read without its zeros: leave out --missing and --categories.");
  Dataset data = dataset_for(numbers, options, path);
  kept->assign(numbers.rows(), true);
  if (auto set = set_sparse(&data, std::move(numbers), options, path); !set) return Unexpected{set.error()};
  return data;
}

}  // namespace rbm
