// OwnRows: chains or cases of which each rank computes its own, as a process by itself would: nothing of a row depends on
// another one, and its random numbers are those of its place among all (RandomKey::first_row). In the end all ranks have
// all rows. Where the pool's process is alone its own are all of them, and nothing is copied.
#pragma once

#include <optional>
#include <vector>

#include "core/math/bits.hpp"
#include "core/math/matrix.hpp"
#include "core/math/random.hpp"
#include "core/math/thread_pool.hpp"

namespace rbm {

class OwnRows {
 public:
  /// Of `all` rows; all ranks of the pool make one, with the same number. Undivided, each of them has all rows, and what it
  /// does with them it does together with the others.
  OwnRows(Index all, ThreadPool& pool, bool is_divided = true);

  Places places() const { return own_; }
  Index first() const { return own_.begin; }
  Index count() const { return own_.size(); }
  std::uint32_t first_row() const { return static_cast<std::uint32_t>(own_.begin); }
  /// To work on them with: of this process alone where they are divided.
  ThreadPool& pool() { return alone_ ? *alone_ : pool_; }

  /// Each rank comes with its own rows, and leaves with all of them. All call it, in the same order.
  void gather(Matrix& rows) const;
  void gather(BitMatrix& rows) const;
  /// Of numbers of which every row has as many, one row after the other.
  void gather(std::vector<double>& numbers, Index of_row = 1) const;

 private:
  /// Of matrices whose rows are so many elements long.
  template <class AnyMatrix>
  void gather_matrix(AnyMatrix& rows, Index of_row) const;
  void gather_bytes(void* all, std::size_t row_bytes) const;

  Index all_;
  Places own_;
  ThreadPool& pool_;
  std::optional<ThreadPool> alone_;  // where they are divided between several ranks
};

}  // namespace rbm
