// BitMatrix: binary states, one bit each. Row r is a run of 64-bit words, bit c of the row is bit c % 64 of
// word c / 64. A plain value; thread-compatible.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "core/math/matrix.hpp"

namespace rbm {

class ThreadPool;

class BitMatrix {
 public:
  BitMatrix() = default;
  BitMatrix(Index rows, Index cols) { resize(rows, cols); }

  /// Zero-fills. Rows are padded to whole 64-byte lines; the padding bits are zero and stay zero.
  void resize(Index rows, Index cols) {
    rows_ = rows;
    cols_ = cols;
    words_per_row_ = (cols + 511) / 512 * 8;
    words_.assign(static_cast<std::size_t>(rows_ * words_per_row_), 0);
  }
  void set_zero() { words_.assign(words_.size(), 0); }

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  Index words_per_row() const { return words_per_row_; }
  bool empty() const { return rows_ == 0 || cols_ == 0; }
  Index size() const { return rows_ * cols_; }

  std::uint64_t* row(Index r) { return words_.data() + r * words_per_row_; }
  const std::uint64_t* row(Index r) const { return words_.data() + r * words_per_row_; }

  bool get(Index r, Index c) const { return (row(r)[c >> 6] >> (c & 63)) & 1u; }
  void set(Index r, Index c, bool on) {
    const std::uint64_t mask = std::uint64_t{1} << (c & 63);
    std::uint64_t& word = row(r)[c >> 6];
    word = on ? word | mask : word & ~mask;
  }
  /// How many bits of row r are on.
  Index count(Index r) const {
    Index n = 0;
    for (Index w = 0; w < words_per_row_; ++w) n += std::popcount(row(r)[w]);
    return n;
  }
  bool operator==(const BitMatrix&) const = default;

 private:
  std::vector<std::uint64_t, CacheAlignedAllocator<std::uint64_t>> words_;
  Index rows_ = 0, cols_ = 0, words_per_row_ = 0;
};

/// True where the padding has bits that are on: they would be taken for units that are not there. Of what was read.
bool has_stray_bits(const BitMatrix& bits);

/// out becomes the transpose of in: [in.cols() × in.rows()].
void transpose(const BitMatrix& in, BitMatrix& out);
void transpose(const BitMatrix& in, BitMatrix& out, ThreadPool& pool);

/// out[r, c] = bit as 0.0f or 1.0f.
void unpack(const BitMatrix& in, Matrix& out);

}  // namespace rbm
