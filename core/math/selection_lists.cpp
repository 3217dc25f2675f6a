#include "core/math/selection_lists.hpp"

#include <cstring>

namespace rbm {
namespace {

constexpr Index kEntryBytes = kSubtile * static_cast<Index>(sizeof(float));

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

template <int Bits>
void SelectionLists<Bits>::fill(const BitMatrix& x, Index first_row, Index chunk, Index block) {
  Part& out = parts_[static_cast<std::size_t>(chunk * blocks_ + block)];
  const Index rows = chunk_size(chunk), first_byte = block_begin(block) / 8;
  const Index bytes = divide_up(block_size(block), 8);
  // The offsets of a byte's groups fill one word of 8 or 4 bytes, moved on to the byte's place at once.
  using Word = std::conditional_t<Bits == 2, std::uint64_t, std::uint32_t>;
  constexpr auto kOnes = static_cast<Word>(0x0001000100010001u);
  constexpr auto kByteStep = static_cast<Word>(8 / Bits * kSums * kEntryBytes);
  std::array<std::uint16_t, kBlockInputs / Bits + 2> starts{};
  for (Index r = 0; r < rows; ++r) {
    const std::uint64_t* words = x.row(first_row + chunk_begin(chunk) + r);
    std::uint16_t* list = out.lists[static_cast<std::size_t>(r)].data();
    std::uint16_t* end = list;
    for (Index k = 0; k < bytes; ++k) {
      const Index at = first_byte + k;
      const auto byte = static_cast<std::size_t>((words[at >> 3] >> (8 * (at & 7))) & 0xFFu);
      // Whatever lies behind the byte's own offsets is overwritten by the next.
      Word offsets;
      std::memcpy(&offsets, kBytes<Bits>.offsets[byte].data(), sizeof offsets);
      offsets += static_cast<Word>(k) * kByteStep * kOnes;
      std::memcpy(end, &offsets, sizeof offsets);
      end += kBytes<Bits>.counts[byte];
    }
    const auto length = static_cast<std::size_t>(end - list);
    out.lengths[static_cast<std::size_t>(r)] = static_cast<std::uint8_t>(length);
    ++starts[length + 1];
  }
  // Counting sort by length: rows side by side then have (almost) the same number of steps, and the number
  // changes seldom from group to group, which the branch predictor rewards.
  const Index missing = divide_up(rows, kGroup) * kGroup - rows;
  std::fill_n(out.order.begin(), missing, static_cast<std::uint16_t>(rows));
  out.lengths[static_cast<std::size_t>(rows)] = 0;
  for (std::size_t k = 1; k < starts.size(); ++k) {
    starts[k] = static_cast<std::uint16_t>(starts[k] + starts[k - 1]);
  }
  for (Index r = 0; r < rows; ++r) {
    const std::size_t length = out.lengths[static_cast<std::size_t>(r)];
    const auto place = static_cast<std::size_t>(missing) + starts[length]++;
    out.order[place] = static_cast<std::uint16_t>(r);
  }
  for (std::size_t g = 0; g < static_cast<std::size_t>(rows + missing); g += kGroup) {
    const std::size_t longest = out.lengths[out.order[g + kGroup - 1]];
    for (std::size_t k = 0; k + 1 < kGroup; ++k) {
      const std::size_t row = out.order[g + k];
      std::fill(out.lists[row].begin() + out.lengths[row], out.lists[row].begin() + longest,
                std::uint16_t{0});
    }
  }
}

template class SelectionLists<2>;
template class SelectionLists<4>;

}  // namespace rbm
