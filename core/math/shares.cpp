#include "core/math/shares.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "core/math/kernels.hpp"
#include "core/math/thread_pool.hpp"
#include "core/parallel/communicator.hpp"

namespace rbm {
namespace {

constexpr Index kUnitsOfBlock = 64, kRowsPerCopy = 64;

using Bytes = std::vector<std::byte>;
using Ends = std::vector<std::size_t>;

/// Of `units` units those of a rank's blocks.
Places units_of_rank(Index units, Index rank, Index ranks) {
  const Places blocks = share_of((units + kUnitsOfBlock - 1) / kUnitsOfBlock, rank, ranks);
  if (blocks.size() == 0) return {};
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

/// So much goes from rank to rank at a time.
constexpr std::size_t kBytesOfTurn = 2 << 20;

/// The strips of all ranks, one after the other in `buffer`.
void gather_at_once(std::span<const Strip> strips, ThreadPool& pool) {
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

/// Strips of as many rows, some rows at a time.
void gather(std::span<const Strip> strips, ThreadPool& pool) {
  std::size_t row_bytes = 1;
  for (const Strip& strip : strips) row_bytes += strip.width;
  const Index rows = strips.front().rows,
              at_once = std::max<Index>(1, static_cast<Index>(kBytesOfTurn / row_bytes));
  std::vector<Strip> some(strips.begin(), strips.end());
  for (Index first = 0; first < rows; first += at_once) {
    for (std::size_t s = 0; s < some.size(); ++s) {
      some[s].first = strips[s].first + static_cast<std::size_t>(first) * strips[s].stride;
      some[s].rows = std::min(at_once, rows - first);
    }
    gather_at_once(some, pool);
  }
}

/// The part of a matrix where these rows and columns meet.
template <class AnyMatrix>
Strip part_of(AnyMatrix& matrix, Places rows, Places columns) {
  constexpr std::size_t kElement = sizeof(*matrix.row(0));
  if (rows.size() == 0) return {};  // of which there may be no memory
  return {reinterpret_cast<std::byte*>(matrix.row(rows.begin) + columns.begin),
          kElement * static_cast<std::size_t>(matrix.stride()),
          kElement * static_cast<std::size_t>(columns.size()), rows.size()};
}

/// Of a matrix's items some rows of a rank, from its `first`-th on and at most `most`; all ranks in as many turns.
struct Turn {
  Index first, most;
  Places of(Places rows) const {
    const Index begin = std::min(rows.end, rows.begin + first);
    return {begin, std::min(rows.end, begin + most)};
  }
};

/// Calls work(turn) until all ranks have gone through their rows, each of `row_bytes`, with little memory at a time.
template <class Work>
void in_turns(Index rows, std::size_t row_bytes, const Communicator& ranks, const Work& work) {
  Index most = 0;
  for (Index rank = 0; rank < ranks.size(); ++rank)
    most = std::max(most, units_of_rank(rows, rank, ranks.size()).size());
  const auto blocks = static_cast<Index>(kBytesOfTurn / (row_bytes * std::size_t{kUnitsOfBlock}));
  const Index at_once = kUnitsOfBlock * std::max<Index>(1, blocks);
  for (Index first = 0; first < most; first += at_once) work(Turn{first, at_once});
}

/// The rows of a turn that each rank has in `from`, cut by the columns of each rank, go to `to`, which may be the same
/// matrix.
void exchange(Matrix& from, Matrix& to, const Turn& turn, ThreadPool& pool) {
  Communicator& ranks = pool.ranks();
  const Index count = ranks.size(), own = ranks.rank();
  const auto rows = [&](Index rank) { return turn.of(units_of_rank(from.rows(), rank, count)); };
  const auto columns = [&](Index rank) { return units_of_rank(from.cols(), rank, count); };
  static thread_local Bytes out, in;
  static thread_local Ends out_ends, in_ends;
  std::vector<Strip> leaving, coming;
  std::size_t out_size = 0, in_size = 0;
  out_ends.clear();
  in_ends.clear();
  for (Index rank = 0; rank < count; ++rank) {
    const bool goes = rank != own || &from != &to;
    leaving.push_back(part_of(from, goes ? rows(own) : Places(), columns(rank)));
    coming.push_back(part_of(to, goes ? rows(rank) : Places(), columns(own)));
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

/// Where hold_own_rows() has put the columns meanwhile, and the memory of the rows until it is called again.
Matrix& put_aside() {
  static thread_local Matrix aside;
  return aside;
}

template <class AnyMatrix>
bool has_columns(const AnyMatrix& matrix, const Communicator& ranks) {
  return matrix.is_whole() || (matrix.held_rows() == Places{0, matrix.rows()} &&
                               matrix.held_columns() == own_units(matrix.cols(), ranks));
}

}  // namespace

Places share_of(Index count, Index rank, Index ranks) {
  return {count * rank / ranks, count * (rank + 1) / ranks};
}

Places own_share(Index count, const Communicator& ranks) {
  return share_of(count, ranks.rank(), ranks.size());
}

Places own_units(Index units, const Communicator& ranks) {
  return units_of_rank(units, ranks.rank(), ranks.size());
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
    const Places words = share_of((matrix.cols() + kUnitsOfBlock - 1) / kUnitsOfBlock, rank, ranks);
    strips.push_back({reinterpret_cast<std::byte*>(matrix.row(0) + words.begin),
                      kWord * static_cast<std::size_t>(matrix.words_per_row()),
                      kWord * static_cast<std::size_t>(words.size()), matrix.rows()});
  }
  gather(strips, pool);
}

void gather_units(std::span<float> numbers, Communicator& ranks) {
  if (ranks.is_alone() || numbers.empty()) return;
  Ends ends;
  std::size_t end = 0;
  for (Index rank = 0; rank < ranks.size(); ++rank) {
    const Places own = units_of_rank(std::ssize(numbers), rank, ranks.size());
    ends.push_back(end += sizeof(float) * static_cast<std::size_t>(own.size()));
  }
  ranks.gather(std::as_writable_bytes(numbers), ends);
}

bool can_be_shared(Index units, const Communicator& ranks) {
  return !ranks.is_alone() && units > kUnitsOfBlock;
}

Matrix own_columns(const Matrix& whole, const Communicator& ranks) {
  const Places own = own_units(whole.cols(), ranks);
  Matrix out;
  out.hold(whole.rows(), whole.cols(), {0, whole.rows()}, own);
  for (Index r = 0; r < whole.rows() && own.size() > 0; ++r)
    std::copy_n(whole.row(r) + own.begin, own.size(), out.row(r) + own.begin);
  return out;
}

bool has_own_columns(const Matrix& matrix, const Communicator& ranks) {
  return has_columns(matrix, ranks);
}
bool has_own_columns(const ShortMatrix& matrix, const Communicator& ranks) {
  return has_columns(matrix, ranks);
}

void hold_own_rows(Matrix& matrix, ThreadPool& pool) {
  if (matrix.is_whole()) return;
  const Places rows = own_units(matrix.rows(), pool.ranks());
  Matrix& aside = put_aside();
  if (aside.rows() != matrix.rows() || aside.cols() != matrix.cols() || aside.held_rows() != rows)
    aside.hold(matrix.rows(), matrix.cols(), rows, {0, matrix.cols()});
  std::swap(matrix, aside);
}

void exchange_rows_for_columns(Matrix& matrix, ThreadPool& pool) {
  if (pool.ranks().is_alone() || matrix.rows() == 0 || matrix.cols() == 0) return;
  Matrix* from = &matrix;
  if (!matrix.is_whole()) {
    from = &put_aside();
    std::swap(matrix, *from);
  }
  const std::size_t row_bytes = sizeof(*matrix.row(0)) * static_cast<std::size_t>(matrix.cols());
  in_turns(matrix.rows(), row_bytes, pool.ranks(),
           [&](const Turn& turn) { exchange(*from, matrix, turn, pool); });
}

void transpose_weights(const Matrix& weights, Matrix& transposed, ThreadPool& pool) {
  const Index rows = weights.cols(), cols = weights.rows();
  if (weights.is_whole()) {
    if (transposed.rows() != rows || transposed.cols() != cols || !transposed.is_whole())
      transposed.resize(rows, cols);
    return transpose(weights, transposed, pool);
  }
  Communicator& ranks = pool.ranks();
  const Places own = own_units(cols, ranks);
  if (transposed.rows() != rows || transposed.cols() != cols || transposed.held_columns() != own ||
      transposed.held_rows() != Places{0, rows})
    transposed.hold(rows, cols, {0, rows}, own);
  Matrix turned;
  in_turns(rows, sizeof(float) * static_cast<std::size_t>(cols), ranks, [&](const Turn& turn) {
    const Places units = turn.of(own_units(rows, ranks));
    turned.hold(rows, cols, units, {0, cols});
    transpose_columns(weights, units, turned, pool);
    exchange(turned, transposed, turn, pool);
  });
}

void for_row_bands(const Matrix& matrix, Communicator& ranks,
                   const std::function<void(const Matrix&, Places)>& visit) {
  if (matrix.is_whole()) return visit(matrix, {0, matrix.rows()});
  constexpr Index kRowsOfBand = 64;
  ThreadPool alone(1, &ranks);
  const auto columns = [&](Index rank) { return units_of_rank(matrix.cols(), rank, ranks.size()); };
  const Places own = matrix.held_columns();
  Matrix band;
  for (Index first = 0; first < matrix.rows(); first += kRowsOfBand) {
    const Places rows{first, std::min(matrix.rows(), first + kRowsOfBand)};
    band.hold(matrix.rows(), matrix.cols(), rows, {0, matrix.cols()});
    for (Index r = rows.begin; r < rows.end && own.size() > 0; ++r)
      std::copy_n(matrix.row(r) + own.begin, own.size(), band.row(r) + own.begin);
    std::vector<Strip> strips;
    for (Index rank = 0; rank < ranks.size(); ++rank) strips.push_back(part_of(band, rows, columns(rank)));
    gather(strips, alone);
    visit(band, rows);
  }
}

}  // namespace rbm
