// Dataset: pictures and labels in memory, immutable once loaded and shared between threads by
// shared_ptr<const Dataset>.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/data/source_options.hpp"
#include "core/model/model.hpp"
#include "core/result.hpp"

namespace rbm {

/// Rows of one shape, as bytes (`pixels`) or as real numbers of any range (`values`): one of the two is
/// empty. Colours are interleaved: red, green and blue of a pixel lie beside each other.
struct Dataset {
  std::string name;  // "MNIST train", a file name …
  ImageShape shape;
  std::vector<std::uint8_t> pixels;      // grey or colour values, count() × shape.pixels()
  std::vector<float> values;             // real numbers, count() × shape.pixels(), all finite
  std::vector<std::uint8_t> labels;      // count() class numbers, or empty
  std::vector<std::string> label_names;  // of each class number, or empty
  std::vector<std::string> notes;        // what a user should know about the loading, each one sentence
  std::shared_ptr<const PictureSpace>
      space;                           // how `values` came from pictures; null where they did not change
  std::shared_ptr<const Model> below;  // rows are p(h | picture) of this model; null where they are pictures

  bool is_real() const { return !values.empty(); }
  Index count() const {
    const std::size_t total = is_real() ? values.size() : pixels.size();
    return shape.pixels() == 0 ? 0 : static_cast<Index>(total) / shape.pixels();
  }
  /// A row of bytes; only where !is_real().
  const std::uint8_t* image(Index i) const { return pixels.data() + i * shape.pixels(); }
  /// A row of real numbers; only where is_real().
  const float* real_row(Index i) const { return values.data() + i * shape.pixels(); }
  /// Any row as floats, out [shape.pixels()]: the real numbers, or bytes / 255.
  void row(Index i, float* out) const;
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

/// Mean of every pixel: of bytes / 255, or of the real numbers.
Eigen::VectorXf pixel_means(const Dataset& data);
/// Mean of the thresholded pixels: what pixel_means is to Resample, this is to Threshold. For real data the
/// mean.
Eigen::VectorXf state_means(const Dataset& data, Binarization binarization);

/// Cuts off the last `validation` images. Fails when fewer than 1 training image would be left.
Result<DataSplit> split(const Dataset& data, Index validation);

/// What binary units can learn: bytes as they are, real numbers within [0, 1] as bytes. Fails on others, and
/// says what to use.
Result<Dataset> as_bytes(Dataset data);

/// A source is told by its content, never by its name:
///   mnist, mnist:test        the files of assets/mnist under asset_root()
///   photographs              8 × 8 colour patches of assets/photographs (other sizes by options.patch)
///   bars-and-stripes:N       every pattern of N × N pixels whose rows, or whose columns, are each on or off
///                            (MacKay 2003, exercise 43.3), once
///   shifter:N                N random bits above the same bits shifted by −1, 0 or 1 with wrap-around
///   (Hinton
///                            and Sejnowski 1986), labelled by the shift: every case once
///   mixture:2d               10,000 points of four normal distributions in the plane, labelled by component
///   bits784:PATH             see load_bits784
///   a folder                 of PNG or JPEG pictures, labelled by its sub-folders where all lie in one, or
///   of
///                            CIFAR-10 batches
///   a file                   IDX (labels beside it by the canonical names), CIFAR-10 binary, .npy, .npz,
///   CSV,
///                            a PNG or JPEG that is cut into patches; the first five may be gzipped
/// Fails with one sentence that names the file and says what to do. Broken pictures of a folder are left out,
/// counted and named in `notes`.
Result<Dataset> load_dataset(const std::string& source, const SourceOptions& options = {});

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
