#include "core/math/shares.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "core/math/thread_pool.hpp"
#include "core/parallel/communicator.hpp"

namespace rbm {
namespace {

constexpr Index kUnitsOfBlock = 64, kRowsPerCopy = 64;

using Bytes = std::vector<std::byte>;
using Ends = std::vector<std::size_t>;

/// Of `units` units those of a rank's blocks.
RankShare units_of_rank(Index units, Index rank, Index ranks) {
  const RankShare blocks = share_of((units + kUnitsOfBlock - 1) / kUnitsOfBlock, rank, ranks);
  return {std::min(units, blocks.begin * kUnitsOfBlock), std::min(units, blocks.end * kUnitsOfBlock)};
}

/// `rows` rows of `width` bytes, which lie so far apart.
struct Strip {
  std::byte* first;
  std::size_t stride, width;
  Index rows;
  std::size_t size() const { return static_cast<std::size_t>(rows) * width; }
};

void pack(const Strip& from, std::byte* to, ThreadPool& pool) {
  if (from.width == 0) return;
  pool.run_rows(from.rows, kRowsPerCopy, [&](Index r) {
    const auto row = static_cast<std::size_t>(r);
    std::memcpy(to + row * from.width, from.first + row * from.stride, from.width);
  });
}

void unpack(const std::byte* from, const Strip& to, ThreadPool& pool) {
  if (to.width == 0) return;
  pool.run_rows(to.rows, kRowsPerCopy, [&](Index r) {
    const auto row = static_cast<std::size_t>(r);
    std::memcpy(to.first + row * to.stride, from + row * to.width, to.width);
  });
}

/// The strips of all ranks, one after the other in `buffer`.
void gather(std::span<const Strip> strips, ThreadPool& pool) {
  Communicator& ranks = pool.ranks();
  static thread_local Bytes buffer;
  static thread_local Ends ends;
  ends.clear();
  std::size_t size = 0;
  for (const Strip& strip : strips) ends.push_back(size += strip.size());
  if (buffer.size() < size) buffer.resize(size);
  const auto own = static_cast<std::size_t>(ranks.rank());
  const auto begin = [&](std::size_t rank) { return buffer.data() + ends[rank] - strips[rank].size(); };
  pack(strips[own], begin(own), pool);
  ranks.gather(std::span(buffer).first(size), ends);
  for (std::size_t rank = 0; rank < strips.size(); ++rank) {
    if (rank != own) unpack(begin(rank), strips[rank], pool);
  }
}

/// The part of a matrix where these rows and columns meet.
template <class AnyMatrix>
Strip part_of(AnyMatrix& matrix, RankShare rows, RankShare columns) {
  constexpr std::size_t kElement = sizeof(*matrix.row(0));
  return {reinterpret_cast<std::byte*>(matrix.row(rows.begin) + columns.begin),
          kElement * static_cast<std::size_t>(matrix.stride()),
          kElement * static_cast<std::size_t>(columns.size()), rows.size()};
}

template <class AnyMatrix>
void exchange(AnyMatrix& matrix, ThreadPool& pool) {
  Communicator& ranks = pool.ranks();
  if (ranks.is_alone() || matrix.rows() == 0 || matrix.cols() == 0) return;
  const Index count = ranks.size(), own = ranks.rank();
  const auto rows = [&](Index rank) { return units_of_rank(matrix.rows(), rank, count); };
  const auto columns = [&](Index rank) { return units_of_rank(matrix.cols(), rank, count); };
  static thread_local Bytes out, in;
  static thread_local Ends out_ends, in_ends;
  std::vector<Strip> leaving, coming;
  std::size_t out_size = 0, in_size = 0;
  out_ends.clear();
  in_ends.clear();
  for (Index rank = 0; rank < count; ++rank) {
    const bool is_other = rank != own;
    leaving.push_back(part_of(matrix, is_other ? rows(own) : RankShare(), columns(rank)));
    coming.push_back(part_of(matrix, is_other ? rows(rank) : RankShare(), columns(own)));
    out_ends.push_back(out_size += leaving.back().size());
    in_ends.push_back(in_size += coming.back().size());
  }
  if (out.size() < out_size) out.resize(out_size);
  if (in.size() < in_size) in.resize(in_size);
  for (std::size_t rank = 0; rank < leaving.size(); ++rank)
    pack(leaving[rank], out.data() + out_ends[rank] - leaving[rank].size(), pool);
  ranks.exchange(std::span(out).first(out_size), out_ends, std::span(in).first(in_size), in_ends);
  for (std::size_t rank = 0; rank < coming.size(); ++rank)
    unpack(in.data() + in_ends[rank] - coming[rank].size(), coming[rank], pool);
}

}  // namespace

RankShare share_of(Index count, Index rank, Index ranks) {
  return {count * rank / ranks, count * (rank + 1) / ranks};
}

RankShare own_share(Index count, const Communicator& ranks) {
  return share_of(count, ranks.rank(), ranks.size());
}

void gather_columns(Matrix& matrix, ThreadPool& pool) {
  const Index ranks = pool.ranks().size();
  if (ranks == 1 || matrix.empty()) return;
  std::vector<Strip> strips;
  for (Index rank = 0; rank < ranks; ++rank)
    strips.push_back(part_of(matrix, {0, matrix.rows()}, units_of_rank(matrix.cols(), rank, ranks)));
  gather(strips, pool);
}

void gather_columns(BitMatrix& matrix, ThreadPool& pool) {
  const Index ranks = pool.ranks().size();
  if (ranks == 1 || matrix.empty()) return;
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::vector<Strip> strips;
  for (Index rank = 0; rank < ranks; ++rank) {
    const RankShare words = share_of((matrix.cols() + kUnitsOfBlock - 1) / kUnitsOfBlock, rank, ranks);
    strips.push_back({reinterpret_cast<std::byte*>(matrix.row(0) + words.begin),
                      kWord * static_cast<std::size_t>(matrix.words_per_row()),
                      kWord * static_cast<std::size_t>(words.size()), matrix.rows()});
  }
  gather(strips, pool);
}

void exchange_rows_for_columns(Matrix& matrix, ThreadPool& pool) {
  exchange(matrix, pool);
}

void exchange_rows_for_columns(ShortMatrix& matrix, ThreadPool& pool) {
  exchange(matrix, pool);
}

}  // namespace rbm
