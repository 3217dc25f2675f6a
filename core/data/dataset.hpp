// Dataset: pictures and labels in memory, immutable once loaded and shared between threads by
// shared_ptr<const Dataset>.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/model/model.hpp"
#include "core/result.hpp"

namespace rbm {

struct Dataset {
  std::string name;  // "MNIST train", a file name …
  ImageShape shape;
  std::vector<std::uint8_t> pixels;  // grey values, count() × shape.pixels()
  std::vector<std::uint8_t> labels;  // count() class numbers, or empty

  Index count() const { return shape.pixels() == 0 ? 0 : static_cast<Index>(pixels.size()) / shape.pixels(); }
  const std::uint8_t* image(Index i) const { return pixels.data() + i * shape.pixels(); }
};

/// How grey values become states of binary units.
enum class Binarization {
  Threshold,  // a pixel is on when its grey value is at least 128
  Resample,   // on with probability grey / 255, drawn anew at each presentation
  None,       // grey / 255 itself, as a probability
};

/// Training rows and validation rows of one source; validation is the last `validation` images.
struct DataSplit {
  std::shared_ptr<const Dataset> train, validation;
};

/// Mean grey value / 255 of every pixel.
Eigen::VectorXf pixel_means(const Dataset& data);
/// Mean of the thresholded pixels: what pixel_means is to Resample, this is to Threshold.
Eigen::VectorXf state_means(const Dataset& data, Binarization binarization);

/// Cuts off the last `validation` images. Fails when fewer than 1 training image would be left.
Result<DataSplit> split(const Dataset& data, Index validation);

/// "mnist" (train), "mnist:test", or a path of an IDX file (.gz or not), with its labels beside it where the
/// canonical names allow. Looks for assets/mnist under asset_root(). More formats join here.
Result<Dataset> load_dataset(const std::string& source);

/// The folder of assets: RBM_ASSETS from the environment, else the source tree's, else the installed one.
std::string asset_root();

/// IDX (the MNIST format): magic 0x00000803 images or 0x00000801 labels, big endian sizes. Gzip is detected
/// by content and its checksum verified; the four MNIST files, known by their names, are checked against
/// their MD5 too. Fails on a wrong magic, a truncated file, sizes beyond 2^31 bytes, naming the path and what
/// is wrong.
Result<Dataset> load_idx_images(const std::string& path);
Result<std::vector<std::uint8_t>> load_idx_labels(const std::string& path);

/// Rows of 98 bytes, 784 pixels each, most significant bit first, 28 × 28; gzipped or not: the fixed
/// binarizations of MNIST that papers report on. Grey values 0 and 255.
Result<Dataset> load_bits784(const std::string& path);

}  // namespace rbm
