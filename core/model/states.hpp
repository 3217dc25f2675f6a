// States: visible states of many cases: bits or numbers, as the kind of units stores them (VisibleUnits), or
// numbers where probabilities stand for bits. A plain value; thread-compatible.
#pragma once

#include <utility>

#include "core/math/bits.hpp"
#include "core/math/matrix.hpp"

namespace rbm {

class OwnRows;

struct States {
  BitMatrix bits;
  Matrix values;
  bool is_real = false;  // which of the two holds the states; the other one is empty

  States() = default;
  States(BitMatrix states) : bits(std::move(states)) {}
  States(Matrix states) : values(std::move(states)), is_real(true) {}

  Index rows() const { return is_real ? values.rows() : bits.rows(); }
  Index cols() const { return is_real ? values.cols() : bits.cols(); }
  Index size() const { return rows() * cols(); }
  bool empty() const { return rows() == 0 || cols() == 0; }
  float at(Index r, Index c) const { return is_real ? values(r, c) : (bits.get(r, c) ? 1.0f : 0.0f); }
};

/// Zeros of the same kind.
void resize(States& states, Index rows, Index cols);
/// Row `from_row` of `from` becomes row `row` of `to`, which has the same kind and width.
void copy_row(const States& from, Index from_row, States& to, Index row);
/// Exchanges row `row` of two of the same kind and width.
void swap_rows(States& a, States& b, Index row);
/// Rows [first, first + count).
States rows_of(const States& states, Index first, Index count);
/// `count` rows from the first on, again from the first where there are fewer. At least one row.
States repeated(const States& states, Index count);
/// Every rank comes with its own rows, and leaves with all of them.
void gather(const OwnRows& own, States& states);
/// The states as numbers: bits as 0 and 1.
void unpack(const States& in, Matrix& out);

}  // namespace rbm
