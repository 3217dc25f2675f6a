// The quantities that are followed during training. Pure functions of a model and some rows; any thread with
// its own pool. Same input, same bits, for any number of threads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/model/model.hpp"

namespace rbm {

/// Mean over rows and visible units of (v − p(v|h))², with h ~ p(h|v) drawn by `key`. Not a measure of the
/// model's quality: it mixes fit with how little one Gibbs step moves (Hinton 2010, section 5.1). v [rows ×
/// visible]; `transposed` is Wᵀ [hidden × visible]. 0 for no rows. Where `observed` is not empty, v is 0 in the cells
/// that are missing, which the hidden units do not see, and the mean is over the others.
double reconstruction_error(const Model& model, const Matrix& transposed, const States& v,
                            const RandomKey& key, ThreadPool& pool, const BitMatrix& observed = {});
/// What that is the mean of: Σ (v − p(v|h))² over the cells of every row that are there. `key` has a step below 2^32.
std::vector<double> squared_errors(const Model& model, const Matrix& transposed, const States& v,
                                   const RandomKey& key, ThreadPool& pool, const BitMatrix& observed = {});

/// Exact pseudo-log-likelihood Σ_i log p(v_i | v_−i), mean over rows, in nats per image (Besag 1975): every
/// pixel is flipped, with the hidden inputs moved by one row of W. Deterministic and in double throughout.
/// Binary units only. Divide by visible() for nats per pixel. Cost: rows · visible · hidden multiplications;
/// no function call per term. 0 for no rows.
double pseudo_log_likelihood(const Model& model, const BitMatrix& v, ThreadPool& pool);

/// Share of the labels that are not those that were told; both have the same length, 0 for none.
double share_of_wrong(std::span<const std::uint8_t> labels, std::span<const std::uint8_t> told);

struct Mean {
  double value = 0, standard_error = 0;
};
/// Mean of values and its standard error (sd / √n; 0 for n < 2).
Mean mean_of(std::span<const double> values);

/// `data`'s rows in the order of p(h_unit = 1 | v), highest first, at most `count`; probabilities[i] belongs
/// to rows[i]. v is the grey picture / 255. Searches the first `search` rows; of equal rows the earlier comes
/// first.
struct DrivingImages {
  std::vector<std::uint32_t> rows;
  std::vector<float> probabilities;
};
DrivingImages driving_images(const Model& model, const Dataset& data, Index unit, Index search, Index count,
                             ThreadPool& pool);

}  // namespace rbm
