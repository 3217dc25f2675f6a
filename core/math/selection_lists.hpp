// For a product of binary states with real numbers: which sums each row of states selects. Inputs are taken
// in groups of Bits; a group of bits that is not all zero selects one of 2^Bits − 1 sums of the group's
// inputs, which are made once for all rows ("the method of four Russians", Arlazarov, Dinic, Kronrod and
// Faradžev 1970). Pairs suit a product with weights, where a batch has few rows to repay the table; groups of
// four suit the gradient, where every visible unit is a row. See table_sums-inl.hpp for the sums.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "core/math/bits.hpp"

namespace rbm {

constexpr Index divide_up(Index n, Index by) {
  return (n + by - 1) / by;
}

constexpr Index kSubtile = 16;  // floats of a table's entry: one cache line, one register of the widest kind
constexpr Index kEntryBytes = kSubtile * static_cast<Index>(sizeof(float));

template <int Bits>
class SelectionLists {
 public:
  static constexpr Index kBits = Bits;
  static constexpr Index kSums = (Index{1} << Bits) - 1;
  /// At most so many inputs to a table of 20 to 25 KB: it stays in an L1 cache of 32 KB.
  static constexpr Index kBlockInputs = Bits == 2 ? 208 : 104;
  /// One entry of −0.0, which changes no number it is added to, not even the sign of a zero; then the sums.
  static constexpr Index kTableEntries = 1 + kBlockInputs / Bits * kSums;
  static constexpr Index kChunkRows = 256;  // rows that are put in order together
  static constexpr Index kGroup = 4;        // rows that walk through a table side by side

  /// Sizes the lists for `rows` rows of states of `inputs` units; allocates only when they grow.
  void resize(Index rows, Index inputs);

  Index rows() const { return rows_; }
  Index blocks() const { return blocks_; }
  Index chunks() const { return chunks_; }
  Index chunk_begin(Index chunk) const { return std::min(chunk * chunk_rows_, rows_); }
  Index chunk_size(Index chunk) const { return chunk_begin(chunk + 1) - chunk_begin(chunk); }
  Index block_begin(Index block) const { return std::min(block * block_inputs_, inputs_); }
  Index block_size(Index block) const { return block_begin(block + 1) - block_begin(block); }

  /// Makes the lists of one chunk and block from rows first_row … of x. Different (chunk, block) may be
  /// filled by different threads.
  void fill(const BitMatrix& x, Index first_row, Index chunk, Index block);

  /// The lists of one chunk and block. Rows are taken in groups of four of (almost) equal length.
  struct Part {
    /// The four rows of each group; chunk_size stands for a row that is not there.
    std::array<std::uint16_t, kChunkRows> rows;
    std::array<std::uint8_t, kChunkRows / kGroup> lengths;  // steps of each group
    /// Group after group, step after step: the byte offsets of four entries of the table, one for each row
    /// (the lowest 16 bits for its first). Entries have kEntryBytes; shorter lists are padded with 0.
    std::array<std::uint64_t, kChunkRows / kGroup*(kBlockInputs / Bits) + 4> steps;
  };
  const Part& part(Index chunk, Index block) const {
    return parts_[static_cast<std::size_t>(chunk * blocks_ + block)];
  }

 private:
  std::vector<Part> parts_;  // [chunks × blocks]
  Index rows_ = 0, inputs_ = 0, chunks_ = 0, blocks_ = 0, chunk_rows_ = 0, block_inputs_ = 0;
};

using PairLists = SelectionLists<2>;
using NibbleLists = SelectionLists<4>;

}  // namespace rbm
