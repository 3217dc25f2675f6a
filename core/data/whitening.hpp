// Whitening: from pictures to what Gaussian visible units learn well: pixels of mean 0 and variance 1, or
// decorrelated ones. Any thread with its own pool; same input, same bits, for any number of threads.
#pragma once

#include "core/data/dataset.hpp"
#include "core/math/thread_pool.hpp"
#include "core/model/picture_space.hpp"

namespace rbm {

enum class Whitening {
  None,         // pictures as they are, in [0, 1] where they are bytes
  Standardize,  // every pixel by its own mean and standard deviation
  Zca,  // x = (p − mean) C^(−½), the whitened picture nearest to the picture (Bell and Sejnowski 1997)
};

/// The most pixels that ZCA is done for: its matrices have their square.
inline constexpr Index kMostZcaPixels = 1024;

/// The space for data like these, Standardize or Zca: means, and deviations or the covariance C, of its first
/// 50,000 rows. Eigenvalues of C get a tenth of their mean added: directions that hardly vary are noise, and
/// stay small. Fails where ZCA is asked for more than kMostZcaPixels pixels, or of rows with missing cells.
Result<PictureSpace> picture_space_of(const Dataset& data, Whitening whitening);

/// The rows as real numbers: pictures through the space, or as they are where there is none. Labels and names
/// are kept. Missing cells are 0; `space` is diagonal where there are any.
Dataset real_rows(const Dataset& data, std::shared_ptr<const PictureSpace> space, ThreadPool& pool);

/// Variance of every value over all rows that have it; 0 where it never changes.
Eigen::VectorXf variances(const Dataset& data);

}  // namespace rbm
