#include "core/model/states.hpp"

#include <algorithm>

#include "core/math/own_rows.hpp"

namespace rbm {

void resize(States& states, Index rows, Index cols) {
  states.is_real ? states.values.resize(rows, cols) : states.bits.resize(rows, cols);
}

void copy_row(const States& from, Index from_row, States& to, Index row) {
  if (from.is_real) {
    std::copy_n(from.values.row(from_row), from.values.stride(), to.values.row(row));
  } else {
    std::copy_n(from.bits.row(from_row), from.bits.words_per_row(), to.bits.row(row));
  }
}

void swap_rows(States& a, States& b, Index row) {
  if (a.is_real) {
    std::swap_ranges(a.values.row(row), a.values.row(row) + a.values.stride(), b.values.row(row));
  } else {
    std::swap_ranges(a.bits.row(row), a.bits.row(row) + a.bits.words_per_row(), b.bits.row(row));
  }
}

States rows_of(const States& states, Index first, Index count) {
  States out;
  out.is_real = states.is_real;
  resize(out, count, states.cols());
  for (Index r = 0; r < count; ++r) copy_row(states, first + r, out, r);
  return out;
}

States repeated(const States& states, Index count) {
  States out;
  out.is_real = states.is_real;
  resize(out, count, states.cols());
  for (Index r = 0; r < count; ++r) copy_row(states, r % states.rows(), out, r);
  return out;
}

void gather(const OwnRows& own, States& states) {
  states.is_real ? own.gather(states.values) : own.gather(states.bits);
}

void unpack(const States& in, Matrix& out) {
  if (in.is_real) {
    out = in.values;
    return;
  }
  out.resize(in.rows(), in.cols());
  unpack(in.bits, out);
}

}  // namespace rbm
