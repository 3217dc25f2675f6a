#include "core/data/sparse_rows.hpp"

#include <algorithm>
#include <utility>

#include "core/data/numbers.hpp"
#include "core/data/readers.hpp"

namespace rbm {
namespace {

/// Beyond so many cells zeros are not held: 128 MiB as they are read.
constexpr std::uint64_t kMostCells = std::uint64_t{1} << 24;

/// A unit takes some 100 bytes and its weights; bytes of a whole mini-batch are put together for an update.
constexpr std::size_t kMostSparseColumns = std::size_t{1} << 22;

/// Every row in the order of its columns, each of them once.
SparseNumbers in_order(SparseNumbers numbers) {
  SparseNumbers out{.width = numbers.width, .adds = numbers.adds};
  std::vector<std::pair<std::uint32_t, double>> row;
  for (std::size_t r = 0; r < numbers.rows(); ++r) {
    row.clear();
    for (std::size_t i = numbers.starts[r]; i < numbers.starts[r + 1]; ++i)
      row.emplace_back(numbers.columns[i], numbers.values[i]);
    std::ranges::stable_sort(row, {}, &std::pair<std::uint32_t, double>::first);
    for (const auto& [column, value] : row) {
      if (out.columns.size() > out.starts.back() && out.columns.back() == column) {
        out.values.back() = (numbers.adds ? out.values.back() : 0) + value;
      } else {
        out.columns.push_back(column);
        out.values.push_back(value);
      }
    }
    out.starts.push_back(out.columns.size());
  }
  return out;
}

}  // namespace

Result<void> check_width(const SparseNumbers& numbers, const std::string& path) {
  if (numbers.width <= kMostSparseColumns) return {};
  return broken(path, "has " + std::to_string(numbers.width) + " columns, and at most " +
                          std::to_string(kMostSparseColumns) + " can be learned: number them without gaps.");
}

bool is_large(const SparseNumbers& numbers) {
  return numbers.width > kMostCells / std::max<std::uint64_t>(1, numbers.rows());
}

std::vector<double> with_zeros(const SparseNumbers& numbers) {
  std::vector<double> out(numbers.rows() * numbers.width);
  for (std::size_t r = 0; r < numbers.rows(); ++r) {
    for (std::size_t i = numbers.starts[r]; i < numbers.starts[r + 1]; ++i) {
      double& cell = out[r * numbers.width + numbers.columns[i]];
      cell = (numbers.adds ? cell : 0) + numbers.values[i];
    }
  }
  return out;
}

Dataset dataset_for(const SparseNumbers& numbers, const SourceOptions& options, const std::string& path) {
  Dataset data;
  data.name = file_name(path);
  data.order = order_of_table(options);
  data.shape = guessed_shape(static_cast<Index>(numbers.width));
  data.reading.width = numbers.width;
  return data;
}

Result<void> set_sparse(Dataset* data, SparseNumbers numbers, const SourceOptions& options,
                        const std::string& path) {
  SparseNumbers rows = in_order(std::move(numbers));
  // As one row of all that are there, and one zero.
  Dataset all;
  all.shape = {1, static_cast<int>(rows.values.size() + 1), 1};
  std::vector<double> there = std::move(rows.values);
  there.push_back(0);
  if (auto set = set_numbers(&all, std::move(there), options, path); !set) return set;
  if (all.is_real() && std::ranges::all_of(all.values, [](float x) { return x >= 0 && x <= 1; })) {
    auto bytes = as_bytes(all);
    if (!bytes) return Unexpected{bytes.error()};
    all = *std::move(bytes);
    all.notes.push_back(path + " holds fractions: without their zeros they were taken as grey values.");
  }
  if (all.is_real() || all.pixels.back() != 0)
    return broken(
        path,
        "is too large to be read with all its zeros, and its numbers are no grey values of which 0 is "
        "black: give it whole numbers from 0 to 255 or fractions up to 1, or fewer columns.");
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    const std::size_t first = rows.starts[r], count = rows.starts[r + 1] - first;
    data->sparse.add_row(std::span(rows.columns).subspan(first, count),
                         std::span(all.pixels).subspan(first, count));
  }
  data->reading.numbers = all.reading.numbers;
  data->reading.low = all.reading.low;
  data->reading.high = all.reading.high;
  data->notes.insert(data->notes.end(), all.notes.begin(), all.notes.end());
  return {};
}

}  // namespace rbm
