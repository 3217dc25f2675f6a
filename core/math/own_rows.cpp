#include "core/math/own_rows.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "core/math/shares.hpp"
#include "core/parallel/communicator.hpp"

namespace rbm {

OwnRows::OwnRows(Index all, ThreadPool& pool, bool is_divided) : all_(all), own_{0, all}, pool_(pool) {
  if (!is_divided || pool.ranks().is_alone()) return;
  own_ = own_share(all, pool.ranks());
  alone_.emplace(pool.threads());
}

void OwnRows::gather(Matrix& rows) const {
  gather_matrix(rows, rows.stride());
}

void OwnRows::gather(BitMatrix& rows) const {
  gather_matrix(rows, rows.words_per_row());
}

template <class AnyMatrix>
void OwnRows::gather_matrix(AnyMatrix& rows, Index of_row) const {
  RBM_ASSERT(rows.rows() == count());
  if (!alone_) return;
  AnyMatrix all(all_, rows.cols());
  std::copy_n(rows.row(0), count() * of_row, all.row(first()));
  gather_bytes(all.row(0), static_cast<std::size_t>(of_row) * sizeof(*all.row(0)));
  rows = std::move(all);
}

void OwnRows::gather(std::vector<double>& numbers, Index of_row) const {
  RBM_ASSERT(std::ssize(numbers) == count() * of_row);
  if (!alone_) return;
  std::vector<double> all(static_cast<std::size_t>(all_ * of_row));
  std::copy(numbers.begin(), numbers.end(), all.begin() + first() * of_row);
  gather_bytes(all.data(), static_cast<std::size_t>(of_row) * sizeof(double));
  numbers = std::move(all);
}

void OwnRows::gather_bytes(void* all, std::size_t row_bytes) const {
  Communicator& ranks = pool_.ranks();
  std::vector<std::size_t> ends;
  for (Index rank = 0; rank < ranks.size(); ++rank)
    ends.push_back(static_cast<std::size_t>(share_of(all_, rank, ranks.size()).end) * row_bytes);
  ranks.gather({static_cast<std::byte*>(all), ends.back()}, ends);
}

}  // namespace rbm
