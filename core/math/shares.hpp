// How a layer is shared between ranks (core/parallel): in blocks of 64 units, the tiles of the kernels, each rank's next
// to each other, so that every sum stays inside one rank and no bit depends on their number. A matrix whose columns are
// such units is held by each rank whole, or its own columns of it alone: weights by hidden units, their transpose by
// visible ones. The transpose that is rounded for sums in 16 bits, which are exact in any order, is held by rows in place of
// that: by hidden units, too. No meeting where the pool's process is alone.
#pragma once

#include <functional>
#include <span>

#include "core/math/bits.hpp"
#include "core/math/matrix.hpp"
#include "core/math/short_matrix.hpp"

namespace rbm {

class Communicator;
class ThreadPool;

/// Of `count` things in a row the share of a rank, and of this one.
Places share_of(Index count, Index rank, Index ranks);
Places own_share(Index count, const Communicator& ranks);

/// Of a layer of so many units those of this rank, in blocks of 64. None of them are 0 to 0: then a row of no memory begins
/// nowhere else.
Places own_units(Index units, const Communicator& ranks);

/// Whether every rank has a part of so many units, and none has all of them.
bool can_be_shared(Index units, const Communicator& ranks);
/// Of a matrix that is whole the columns of this rank alone.
Matrix own_columns(const Matrix& whole, const Communicator& ranks);
/// Whether what is held suits the kernels of this rank: its own columns, or all of them.
bool has_own_columns(const Matrix& matrix, const Communicator& ranks);
bool has_own_columns(const ShortMatrix& matrix, const Communicator& ranks);

/// Every rank comes with its own columns, in blocks of 64, of a matrix that it holds whole and leaves with all of them.
void gather_columns(Matrix& matrix, ThreadPool& pool);
void gather_columns(BitMatrix& matrix, ThreadPool& pool);
/// The same of one number a unit.
void gather_units(std::span<float> numbers, Communicator& ranks);

/// From here to exchange_rows_for_columns() a matrix of which the ranks hold their own columns holds each one's own rows
/// in place of them, with all columns. One at a time.
void hold_own_rows(Matrix& matrix, ThreadPool& pool);
/// Every rank comes with its own rows, in blocks of 64, and leaves with its own columns.
void exchange_rows_for_columns(Matrix& matrix, ThreadPool& pool);

/// transposed = weightsᵀ, resized; of weights of which the ranks hold their own columns, each one's own columns.
void transpose_weights(const Matrix& weights, Matrix& transposed, ThreadPool& pool);

/// Calls visit(band, rows) for one band of whole rows after the other, on every rank: all of a matrix that is held whole,
/// else some rows at a time, which the ranks put together for it. `band` is to be read at these rows.
void for_row_bands(const Matrix& matrix, Communicator& ranks,
                   const std::function<void(const Matrix& band, Places rows)>& visit);

}  // namespace rbm
