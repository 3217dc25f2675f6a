// How a layer is shared between ranks (core/parallel): in blocks of 64 units, the tiles of the kernels, each rank's next
// to each other, so that every sum stays inside one rank and no bit depends on their number. A matrix whose columns are
// such units is whole once the ranks have met in a function below. No meeting where the pool's process is alone.
#pragma once

#include "core/math/bits.hpp"
#include "core/math/matrix.hpp"
#include "core/math/short_matrix.hpp"

namespace rbm {

class Communicator;
class ThreadPool;

/// Places begin … end − 1.
struct RankShare {
  Index begin = 0, end = 0;
  Index size() const { return end - begin; }
};

/// Of `count` things in a row the share of a rank, and of this one.
RankShare share_of(Index count, Index rank, Index ranks);
RankShare own_share(Index count, const Communicator& ranks);

/// Every rank comes with its own columns, in blocks of 64, and leaves with all of them.
void gather_columns(Matrix& matrix, ThreadPool& pool);
void gather_columns(BitMatrix& matrix, ThreadPool& pool);

/// Every rank comes with its own rows, in blocks of 64, and leaves with its own columns.
void exchange_rows_for_columns(Matrix& matrix, ThreadPool& pool);
void exchange_rows_for_columns(ShortMatrix& matrix, ThreadPool& pool);

}  // namespace rbm
