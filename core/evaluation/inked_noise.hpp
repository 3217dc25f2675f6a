// Noise with as much ink as a picture: what a low free energy is worth. A model finds a picture with little
// ink probable because most pixels are off in all its data; it knows the picture only where it finds it more
// probable than noise with the same number of pixels on, each where the data have theirs. Any thread with its
// own pool.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/model/model.hpp"
#include "core/result.hpp"

namespace rbm {

/// Mean of every pixel over the first `most` pictures, in [0, 1].
std::vector<float> mean_picture(const Dataset& pictures, Index most);

/// Noise pictures of any amount of ink. In each one pixels are drawn one after the other without putting back, pixel i
/// with odds means_i / (1 − means_i), so that they lie where the data's lie and know nothing of each other. A
/// function of its arguments.
class InkOrder {
 public:
  InkOrder() = default;
  InkOrder(std::span<const float> means, Index count, std::uint64_t seed);
  Index count() const { return count_; }
  /// Pictures [count × pixels] of 0 and 1: the first `ink` drawn pixels of each are on. 0 ≤ ink ≤ means.size().
  Matrix pictures(Index ink) const;

 private:
  Index count_ = 0, pixels_ = 0;
  std::vector<std::uint32_t> places_;  // [count × pixels], as they are drawn
};

/// F of such noise with as many pixels on as the picture has at or above one half, ascending. Fails for units
/// that are not on or off in the pictures: categories and real numbers have no ink.
Result<std::vector<double>> noise_free_energies(const Model& model, std::span<const float> picture,
                                                const InkOrder& order, ThreadPool& pool);

}  // namespace rbm
