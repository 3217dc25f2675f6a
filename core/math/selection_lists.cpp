#include "core/math/selection_lists.hpp"

#include <bit>
#include <cstring>
#include <type_traits>

namespace rbm {
namespace {

/// For each value of a byte of states: the table offsets of its groups that are not all zero, packed to the
/// front, as if the byte were the first of its block.
template <int Bits>
struct ByteTable {
  static constexpr std::size_t kGroups = 8 / Bits;
  std::array<std::array<std::uint16_t, kGroups>, 256> offsets{};
  std::array<std::uint8_t, 256> counts{};
  constexpr ByteTable() {
    constexpr std::size_t kSums = (std::size_t{1} << Bits) - 1;
    for (std::size_t byte = 0; byte < 256; ++byte) {
      for (std::size_t group = 0; group < kGroups; ++group) {
        const std::size_t code = (byte >> (Bits * group)) & kSums;
        if (code == 0) continue;
        const std::size_t entry = kSums * group + code;  // entry 0 is the padding
        offsets[byte][counts[byte]++] = static_cast<std::uint16_t>(entry * kEntryBytes);
      }
    }
  }
};
template <int Bits>
constexpr ByteTable<Bits> kBytes;

}  // namespace

template <int Bits>
void SelectionLists<Bits>::resize(Index rows, Index inputs) {
  static_assert(kTableEntries * kEntryBytes < 65536, "offsets are 16 bits wide");
  static_assert(kBlockInputs / Bits < 256, "lengths are 8 bits wide");
  rows_ = rows;
  inputs_ = inputs;
  chunks_ = divide_up(rows, kChunkRows);
  blocks_ = divide_up(inputs, kBlockInputs);
  // Parts of nearly equal size; blocks begin at whole bytes of states.
  chunk_rows_ = chunks_ > 0 ? divide_up(divide_up(rows, chunks_), kGroup) * kGroup : 0;
  block_inputs_ = blocks_ > 0 ? divide_up(divide_up(inputs, blocks_), 8) * 8 : 0;
  const auto parts = static_cast<std::size_t>(chunks_ * blocks_);
  if (parts_.size() < parts) parts_.resize(parts);
}

namespace {

/// The lists of a chunk's rows one by one, before they are put into groups. They are written eight bytes at a
/// time, so there is room for more than the longest.
template <int Bits>
struct RowLists {
  using Lists = SelectionLists<Bits>;
  std::array<std::array<std::uint16_t, Lists::kBlockInputs / Bits + 8>, Lists::kChunkRows + 1> lists;
  std::array<std::uint8_t, Lists::kChunkRows + 1> lengths;
};

/// Writes the offsets of all groups of `bytes` bytes of states that are not zero; returns how many.
template <int Bits>
std::uint8_t list_row(const unsigned char* states, Index bytes, std::uint16_t* list) {
  // The offsets of a byte's groups fill one word of 8 or 4 bytes, moved on to the byte's place at once.
  using Word = std::conditional_t<Bits == 2, std::uint64_t, std::uint32_t>;
  constexpr auto kByteStep = static_cast<Word>(8 / Bits * SelectionLists<Bits>::kSums * kEntryBytes);
  constexpr auto kStep = static_cast<Word>(kByteStep * static_cast<Word>(0x0001000100010001u));
  std::uint16_t* end = list;
  Word place = 0;
  for (Index k = 0; k < bytes; ++k, place += kStep) {
    Word offsets;
    std::memcpy(&offsets, kBytes<Bits>.offsets[states[k]].data(), sizeof offsets);
    offsets += place;
    std::memcpy(end, &offsets, sizeof offsets);  // what is too much is overwritten by the next byte's
    end += kBytes<Bits>.counts[states[k]];
  }
  return static_cast<std::uint8_t>(end - list);
}

/// Four offsets of each of four rows become four steps.
void transpose_offsets(const std::array<const std::uint16_t*, 4>& rows, std::uint64_t* steps) {
  std::array<std::uint64_t, 4> r;
  for (std::size_t k = 0; k < 4; ++k) std::memcpy(&r[k], rows[k], sizeof r[k]);
  constexpr std::uint64_t kEven = 0x0000FFFF0000FFFFu, kLow = 0x00000000FFFFFFFFu;
  const std::uint64_t even01 = (r[0] & kEven) | (r[1] & kEven) << 16,
                      odd01 = (r[0] >> 16 & kEven) | (r[1] & ~kEven);
  const std::uint64_t even23 = (r[2] & kEven) | (r[3] & kEven) << 16,
                      odd23 = (r[2] >> 16 & kEven) | (r[3] & ~kEven);
  steps[0] = (even01 & kLow) | even23 << 32;
  steps[1] = (odd01 & kLow) | odd23 << 32;
  steps[2] = even01 >> 32 | (even23 & ~kLow);
  steps[3] = odd01 >> 32 | (odd23 & ~kLow);
}

}  // namespace

template <int Bits>
void SelectionLists<Bits>::fill(const BitMatrix& x, Index first_row, Index chunk, Index block) {
  static_assert(std::endian::native == std::endian::little, "bytes of states are read from their words");
  Part& out = parts_[static_cast<std::size_t>(chunk * blocks_ + block)];
  RowLists<Bits> own;
  const auto rows = static_cast<std::size_t>(chunk_size(chunk));
  const Index first_byte = block_begin(block) / 8, bytes = divide_up(block_size(block), 8);
  std::array<std::uint16_t, kBlockInputs / Bits + 2> places{};  // how many rows are shorter
  for (std::size_t r = 0; r < rows; ++r) {
    const auto* states =
        reinterpret_cast<const unsigned char*>(x.row(first_row + chunk_begin(chunk) + static_cast<Index>(r)));
    own.lengths[r] = list_row<Bits>(states + first_byte, bytes, own.lists[r].data());
    ++places[own.lengths[r] + std::size_t{1}];
  }
  own.lengths[rows] = 0;
  // Counting sort by length: rows side by side then have (almost) the same number of steps, and the number
  // changes seldom from group to group, which the branch predictor rewards.
  const std::size_t groups = (rows + kGroup - 1) / kGroup, missing = groups * kGroup - rows;
  std::fill_n(out.rows.begin(), missing, static_cast<std::uint16_t>(rows));
  for (std::size_t k = 1; k < places.size(); ++k)
    places[k] = static_cast<std::uint16_t>(places[k] + places[k - 1]);
  for (std::size_t r = 0; r < rows; ++r)
    out.rows[missing + places[own.lengths[r]]++] = static_cast<std::uint16_t>(r);
  std::uint64_t* steps = out.steps.data();
  for (std::size_t g = 0; g < groups; ++g) {
    const std::size_t length = own.lengths[out.rows[g * kGroup + kGroup - 1]];
    std::array<const std::uint16_t*, 4> lists;
    for (std::size_t k = 0; k < kGroup; ++k) {
      const std::size_t row = out.rows[g * kGroup + k];
      for (std::size_t j = own.lengths[row]; j < length; ++j) own.lists[row][j] = 0;
      lists[k] = own.lists[row].data();
    }
    // Whole fours; the next group overwrites what is too much, and the last has room behind it.
    for (std::size_t j = 0; j < length; j += 4) {
      transpose_offsets(lists, steps + j);
      for (auto& list : lists) list += 4;
    }
    out.lengths[g] = static_cast<std::uint8_t>(length);
    steps += length;
  }
}

template class SelectionLists<2>;
template class SelectionLists<4>;

}  // namespace rbm
