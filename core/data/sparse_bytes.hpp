// SparseBytes: rows of bytes of which most are 0, held as the places and values of the others. A plain value.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "core/math/matrix.hpp"

namespace rbm {

class SparseBytes {
 public:
  Index rows() const { return std::ssize(starts_) - 1; }
  bool empty() const { return rows() == 0; }

  /// A row more. The columns grow from one to the next.
  void add_row(std::span<const std::uint32_t> columns, std::span<const std::uint8_t> values) {
    columns_.insert(columns_.end(), columns.begin(), columns.end());
    values_.insert(values_.end(), values.begin(), values.end());
    starts_.push_back(columns_.size());
  }
  /// Puts the row into `out`, zeros and all.
  void write(Index row, std::span<std::uint8_t> out) const {
    std::ranges::fill(out, std::uint8_t{0});
    for_each(row, [&](std::uint32_t column, std::uint8_t value) { out[column] = value; });
  }
  /// Calls visit(column, value) for what is not 0.
  template <class Visit>
  void for_each(Index row, Visit visit) const {
    for (std::size_t i = start(row); i < start(row + 1); ++i) visit(columns_[i], values_[i]);
  }
  std::span<const std::uint8_t> values() const { return values_; }
  /// These rows, in this order.
  SparseBytes rows_of(std::span<const std::uint32_t> rows) const {
    SparseBytes out;
    for (const std::uint32_t r : rows) {
      const std::size_t count = start(Index{r} + 1) - start(r);
      out.add_row(std::span(columns_).subspan(start(r), count), std::span(values_).subspan(start(r), count));
    }
    return out;
  }

 private:
  std::size_t start(Index row) const { return starts_[static_cast<std::size_t>(row)]; }

  std::vector<std::size_t> starts_{0};
  std::vector<std::uint32_t> columns_;
  std::vector<std::uint8_t> values_;
};

}  // namespace rbm
