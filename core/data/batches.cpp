#include "core/data/batches.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>

namespace rbm {
namespace {

/// Bit i of the row is on where image[i] ≥ 128: where the top bit of the byte is set.
void threshold_row(const std::uint8_t* image, Index cols, std::uint64_t* words) {
  static_assert(std::endian::native == std::endian::little);
  for (Index first = 0; first < cols; first += 64) {
    std::uint64_t word = 0;
    const Index last = std::min(cols, first + 64);
    for (Index i = first; i < last; i += 8) {
      std::uint64_t bytes = 0;
      std::memcpy(&bytes, image + i, static_cast<std::size_t>(std::min<Index>(8, last - i)));
      // Moves the eight top bits side by side into the top byte: bit 8 j + 7 goes to 56 + j, without carries.
      word |= ((bytes >> 7 & 0x0101010101010101u) * 0x0102040810204080u >> 56) << (i - first);
    }
    words[first / 64] = word;
  }
}

void threshold(std::span<const std::uint8_t* const> images, BitMatrix& out, ThreadPool& pool) {
  constexpr Index kRowsPerTask = 16;
  const Index rows = static_cast<Index>(images.size());
  pool.run_rows(rows, kRowsPerTask,
                [&](Index r) { threshold_row(images[static_cast<std::size_t>(r)], out.cols(), out.row(r)); });
}

void draw(std::span<const std::uint8_t* const> images, Binarization binarization, const RandomKey& key,
          BitMatrix& out, ThreadPool& pool) {
  RBM_ASSERT(binarization != Binarization::None);
  // Shuffled pictures come from anywhere in memory: asked for together, they wait once and not one by one.
  for (const std::uint8_t* image : images) {
    for (Index i = 0; i < out.cols(); i += 64) __builtin_prefetch(image + i);
  }
  if (binarization == Binarization::Threshold)
    threshold(images, out, pool);
  else
    sample_grey(images, key, out, pool);
}

/// To rows of bytes as they are held; those of sparse data are put together in `dense`.
void point_to(const Dataset& data, std::span<const std::uint32_t> rows, std::vector<std::uint8_t>& dense,
              std::vector<const std::uint8_t*>& pointers) {
  const auto width = static_cast<std::size_t>(data.shape.pixels());
  if (data.is_sparse()) dense.resize(rows.size() * width);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (data.is_sparse()) data.sparse.write(rows[i], std::span(dense).subspan(i * width, width));
    pointers[i] = data.is_sparse() ? &dense[i * width] : data.image(rows[i]);
  }
}

void set_observed(const Dataset& data, std::span<const std::uint32_t> rows, BitMatrix& out) {
  for (std::size_t r = 0; r < rows.size(); ++r) {
    for (Index c = 0; c < out.cols(); ++c) out.set(static_cast<Index>(r), c, !data.is_missing(rows[r], c));
  }
}

}  // namespace

Batches::Batches(std::shared_ptr<const Dataset> data, Index batch, std::uint64_t seed)
    : data_(std::move(data)), batch_(batch), seed_(seed), epoch_(std::numeric_limits<std::uint64_t>::max()) {
  RBM_ASSERT(batch_ >= 1 && batch_ <= data_->count());
  order_.resize(static_cast<std::size_t>(data_->count()));
  rows_.resize(static_cast<std::size_t>(batch_));
  pointers_.resize(static_cast<std::size_t>(batch_));
}

void Batches::shuffle(std::uint64_t epoch, std::vector<std::uint32_t>& order) const {
  // Fisher and Yates; draw i of the epoch decides who stands at place i.
  std::iota(order.begin(), order.end(), 0u);
  const RandomKey key{seed_, Stream::Shuffle, epoch};
  for (std::size_t i = order.size() - 1; i > 0; --i) {
    const auto n = static_cast<std::uint32_t>(i + 1);
    std::swap(order[i], order[random_below(key, 0, static_cast<std::uint32_t>(i), n)]);
  }
}

std::span<const std::uint32_t> Batches::rows(std::uint64_t update) {
  const auto count = static_cast<std::uint64_t>(data_->count()), batch = static_cast<std::uint64_t>(batch_);
  for (std::uint64_t i = 0; i < batch; ++i) {
    const std::uint64_t position = update * batch + i;
    if (position / count != epoch_) {
      epoch_ = position / count;
      shuffle(epoch_, order_);
    }
    rows_[i] = order_[position % count];
  }
  return rows_;
}

void Batches::states(std::uint64_t update, Binarization binarization, BitMatrix& out, ThreadPool& pool) {
  RBM_ASSERT(!data_->is_real());
  const auto chosen = rows(update);
  point_to(*data_, chosen, dense_, pointers_);
  draw(pointers_, binarization, {seed_, Stream::Binarize, update}, out, pool);
}

void Batches::values(std::uint64_t update, Matrix& out) {
  const auto chosen = rows(update);
  RBM_ASSERT(out.cols() == data_->shape.pixels());
  for (std::size_t r = 0; r < chosen.size(); ++r) data_->row(chosen[r], out.row(static_cast<Index>(r)));
}

void Batches::observed(std::uint64_t update, BitMatrix& out) {
  set_observed(*data_, rows(update), out);
}

BitMatrix observed_of(const Dataset& data, std::span<const std::uint32_t> rows) {
  if (!data.has_missing()) return {};
  BitMatrix out(std::ssize(rows), data.shape.pixels());
  set_observed(data, rows, out);
  return out;
}

std::vector<std::uint32_t> complete_rows(const Dataset& data, Index count) {
  std::vector<std::uint32_t> rows;
  for (Index r = 0; r < data.count() && std::ssize(rows) < count; ++r) {
    std::size_t gaps = 0;
    for (Index c = 0; c < data.shape.pixels(); ++c) gaps += data.is_missing(r, c) ? 1 : 0;
    if (gaps == 0) rows.push_back(static_cast<std::uint32_t>(r));
  }
  return rows;
}

BitMatrix first_observed(const Dataset& data, Index count) {
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(std::min(count, data.count())));
  std::iota(rows.begin(), rows.end(), 0u);
  return observed_of(data, rows);
}

void states_of(const Dataset& data, std::span<const std::uint32_t> rows, Binarization binarization,
               const RandomKey& key, BitMatrix& out, ThreadPool& pool) {
  RBM_ASSERT(!data.is_real());
  std::vector<const std::uint8_t*> images(rows.size());
  std::vector<std::uint8_t> dense;
  point_to(data, rows, dense, images);
  draw(images, binarization, key, out, pool);
}

States states_of(const Dataset& data, std::span<const std::uint32_t> rows, Binarization binarization,
                 const RandomKey& key, ThreadPool& pool) {
  const auto count = static_cast<Index>(rows.size());
  if (!data.is_real()) {
    BitMatrix bits(count, data.shape.pixels());
    const Binarization drawn = binarization == Binarization::None ? Binarization::Resample : binarization;
    states_of(data, rows, drawn, key, bits, pool);
    return bits;
  }
  Matrix values(count, data.shape.pixels());
  for (std::size_t r = 0; r < rows.size(); ++r) data.row(rows[r], values.row(static_cast<Index>(r)));
  return values;
}

States first_states(const Dataset& data, Index count, Binarization binarization, const RandomKey& key,
                    ThreadPool& pool) {
  std::vector<std::uint32_t> rows(static_cast<std::size_t>(std::min(count, data.count())));
  std::iota(rows.begin(), rows.end(), 0u);
  return states_of(data, rows, binarization, key, pool);
}

}  // namespace rbm
