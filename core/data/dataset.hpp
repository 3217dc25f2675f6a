// Dataset: pictures, tables or sequences, with their labels, in memory: immutable once loaded and shared
// between threads by shared_ptr<const Dataset>.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/source_options.hpp"
#include "core/data/sparse_bytes.hpp"
#include "core/model/model.hpp"
#include "core/result.hpp"

namespace rbm {

/// What is known of the order of rows; split() goes by it.
enum class RowOrder {
  Mixed,  // any part is a sample of the whole: published splits, what was shuffled on reading
  Any,    // perhaps sorted, by class or by time: tables and arrays
  Fixed,  // the user wants the last rows held back
};

/// Rows of one shape, as bytes (`pixels`, or `sparse` where few of very many are not 0) or as real numbers of any range
/// (`values`): the others are empty. Colours are interleaved: red, green and blue of a pixel lie beside each other.
struct Dataset {
  std::string name;  // "MNIST train", a file name …
  ImageShape shape;
  std::vector<std::uint8_t> pixels;  // grey or colour values, count() × shape.pixels()
  SparseBytes sparse;                // grey values, no cell missing; for binary units
  std::vector<float> values;         // real numbers, count() × shape.pixels(), all finite
  // 1 where a cell is missing and 0 elsewhere, as many as there are cells; empty where none is missing. In rows
  // that units learn such a cell holds 0, which adds nothing to any hidden input; in real numbers as they were read
  // it holds the mean of its column, to be shown. No statistics take it in.
  std::vector<std::uint8_t> missing;
  std::vector<std::uint8_t> labels;      // count() class numbers, or empty
  std::vector<std::string> label_names;  // of each class number; empty where the numbers are the names
  std::vector<std::string> columns;      // names of a table's columns or a sequence's places, or empty
  // Rows of categories: the names of the states of every column, 2 to 64 of them; `pixels` then hold the
  // number of the state, below state_names[column].size(), and the shape is one row. Empty for other data.
  std::vector<std::vector<std::string>> state_names;
  Reading reading;                 // how what they are was told, for other rows of their kind
  std::vector<std::string> notes;  // what a user should know about the loading, each one sentence
  RowOrder order = RowOrder::Mixed;
  std::shared_ptr<const PictureSpace> space;  // how `values` came from pictures; null where nothing changed
  std::shared_ptr<const UnitStates> states;   // rows are blocks of 0 and 255, one a unit; null otherwise
  std::shared_ptr<const Model> below;         // rows are p(h | picture) of this model; null for pictures

  bool is_real() const { return !values.empty(); }
  bool is_sparse() const { return !sparse.empty(); }
  bool is_categorical() const { return !state_names.empty(); }
  bool has_missing() const { return !missing.empty(); }
  bool is_missing(Index row, Index cell) const {
    return has_missing() && missing[static_cast<std::size_t>(row * shape.pixels() + cell)] != 0;
  }
  Index count() const {
    if (is_sparse()) return sparse.rows();
    const std::size_t total = is_real() ? values.size() : pixels.size();
    return shape.pixels() == 0 ? 0 : static_cast<Index>(total) / shape.pixels();
  }
  /// A row of bytes; only where !is_real() and !is_sparse().
  const std::uint8_t* image(Index i) const { return pixels.data() + i * shape.pixels(); }
  /// A row of real numbers; only where is_real().
  const float* real_row(Index i) const { return values.data() + i * shape.pixels(); }
  /// A row of bytes as it is held, or put together in `own`; only where !is_real().
  const std::uint8_t* bytes(Index i, std::vector<std::uint8_t>& own) const {
    if (!is_sparse()) return image(i);
    own.resize(static_cast<std::size_t>(shape.pixels()));
    sparse.write(i, own);
    return own.data();
  }
  /// Any row as floats, out [shape.pixels()]: the real numbers, bytes / 255, or the numbers of states.
  void row(Index i, float* out) const;
  /// What class number `label` is called: its name, or the number itself.
  std::string label_name(std::size_t label) const;
};

/// How grey values become states of binary units.
enum class Binarization {
  Threshold,  // a pixel is on when its grey value is at least 128
  Resample,   // on with probability grey / 255, drawn anew at each presentation
  None,       // grey / 255 itself, as a probability
};

/// Training rows and validation rows of one source.
struct DataSplit {
  std::shared_ptr<const Dataset> train, validation;
};

/// Whether rows of this shape are pictures. A table with a square number of columns has the shape of a small grey one.
bool is_picture(const ImageShape& shape);

/// Puts 0 into every missing cell, as the rows that units learn have it.
void clear_missing(Dataset& data);
/// Marks NaN among real numbers as missing and gives such cells what they show; with a note. Fails where a number is
/// infinite or none is there.
Result<void> mark_missing(Dataset& data);
/// Fills data.values with numbers as they are, whose missing ones are marked alike; of columns that would lose digits in
/// single precision a round number near their mean is taken away, not of fractions, 0 to 1; or `away` of each, where it is
/// given. data.reading then says it.
Result<void> set_as_they_are(Dataset& data, std::vector<double> numbers,
                             const std::optional<std::vector<double>>& away = std::nullopt);
/// "12 of 600 cells of a.csv are missing, in 2 columns ("x": 5, "y": 7) …" and what becomes of them: a note.
std::string missing_text(const Dataset& data, const std::string& what);

/// Mean of every pixel over the rows that have it: of bytes / 255, or of the real numbers; 0 where none has.
Eigen::VectorXf pixel_means(const Dataset& data);
/// Mean of the thresholded pixels: what pixel_means is to Resample, this is to Threshold. Of real data it is
/// the mean.
Eigen::VectorXf state_means(const Dataset& data, Binarization binarization);

/// Holds `validation` rows back; both parts keep the order of the rows. RowOrder::Mixed (MNIST, shuffled
/// pictures, synthetic sets) gives its last ones, as published splits do, unless these hold classes that no
/// other row has. Then, and for RowOrder::Any, they are drawn: every class gives its share, `seed` decides
/// which rows, and no class gives its only row while others have more. Fails when fewer than 1 training row
/// would be left.
Result<DataSplit> split(const Dataset& data, Index validation, std::uint64_t seed = 1);

/// Everything but the rows, which of their cells are missing, and what they are made for.
Dataset described_as(const Dataset& data);
/// At most `count` rows from the start, with all that is known of them.
Dataset first_rows(const Dataset& data, Index count);

/// Real numbers within [0, 1] as the bytes that binary units learn. Fails on others, and says what to use. Only where
/// data.is_real().
Result<Dataset> as_bytes(const Dataset& data);

/// The same rows with their classes numbered as in `names` (empty: the number is the name). Rows of classes
/// that `names` of `count` classes do not have get the number `count` and are noted.
void number_labels_as(Dataset& data, const std::vector<std::string>& names, std::size_t count);

/// A source is told by its content, never by its name:
///   mnist, mnist:test   the files of assets/mnist under asset_root()
///   photographs         8 × 8 colour patches of assets/photographs (other sizes by options.patch)
///   bars-and-stripes:N  every pattern of N × N pixels whose rows, or whose columns, are each on or off
///                       (MacKay 2003, exercise 43.3), once
///   shifter:N           N random bits above the same bits shifted by −1, 0 or 1 with wrap-around (Hinton and
///                       Sejnowski 1986), labelled by the shift: every case once
///   mixture:2d          10,000 points of four normal distributions in the plane, labelled by component
///   bits784:PATH        see load_bits784
///   a folder            of PNG or JPEG pictures, labelled by its sub-folders where all lie in one, or of
///                       CIFAR-10 batches
///   a file              IDX (labels beside it by the canonical names), CIFAR-10 binary, .npy, .npz, CSV,
///                       libsvm, FASTA, a PNG or JPEG that is cut into patches; all but pictures may be gzipped
/// Fails with one sentence that names the file and says what to do. Where a file can be read in two ways the
/// likelier one is taken, and `notes` say so. Broken pictures of a folder are left out, counted and named
/// there too.
Result<Dataset> load_dataset(const std::string& source, const SourceOptions& options = {});

/// The folder of assets: RBM_ASSETS from the environment, else the one that came with the program (resource_folder).
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
