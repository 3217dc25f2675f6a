// Batches: which images an update sees, and as which states. Everything is a function of (seed, update), so
// that training can be resumed bit for bit. Owned by the trainer; one thread.
#pragma once

#include <memory>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/math/bits.hpp"

namespace rbm {

class Batches {
 public:
  /// batch ≤ data->count() and ≥ 1.
  Batches(std::shared_ptr<const Dataset> data, Index batch, std::uint64_t seed);

  /// The rows of update t: positions [t·batch, (t+1)·batch) of the endless sequence of shuffled epochs. Each
  /// row is used once an epoch.
  std::span<const std::uint32_t> rows(std::uint64_t update);

  /// States of update t: bits [batch × pixels] for Threshold and Resample. Bytes only.
  void states(std::uint64_t update, Binarization binarization, BitMatrix& out, ThreadPool& pool);
  /// grey / 255, or the real numbers, of update t: [batch × pixels], for None and for Gaussian units.
  void values(std::uint64_t update, Matrix& out);
  /// Which cells of the rows of update t are not missing, as bits [batch × pixels].
  void observed(std::uint64_t update, BitMatrix& out);

  const Dataset& data() const { return *data_; }
  Index batch() const { return batch_; }

 private:
  void shuffle(std::uint64_t epoch, std::vector<std::uint32_t>& order) const;
  std::shared_ptr<const Dataset> data_;
  Index batch_;
  std::uint64_t seed_;
  std::uint64_t epoch_;  // of order_
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> rows_;
  std::vector<const std::uint8_t*> pointers_;
  std::vector<std::uint8_t> dense_;  // the rows of an update of sparse data
};

/// Which cells of given rows are not missing, as bits [rows × pixels]; empty where all are there.
BitMatrix observed_of(const Dataset& data, std::span<const std::uint32_t> rows);
/// Of the first `count` rows, or of all where there are fewer.
BitMatrix first_observed(const Dataset& data, Index count);

/// The first `count` rows of which no cell is missing, or all such rows where there are fewer.
std::vector<std::uint32_t> complete_rows(const Dataset& data, Index count);

/// States of given rows of bytes, for evaluation. Missing cells are 0, as in the rows. Resample draws with the given key, so the same key gives
/// the same pictures.
void states_of(const Dataset& data, std::span<const std::uint32_t> rows, Binarization binarization,
               const RandomKey& key, BitMatrix& out, ThreadPool& pool);
/// The same for any data: real numbers as they are, bytes as states. None draws as Resample does:
/// probabilities have no states, so they are drawn once.
States states_of(const Dataset& data, std::span<const std::uint32_t> rows, Binarization binarization,
                 const RandomKey& key, ThreadPool& pool);
/// Of the first `count` rows, or of all where there are fewer.
States first_states(const Dataset& data, Index count, Binarization binarization, const RandomKey& key,
                    ThreadPool& pool);

}  // namespace rbm
