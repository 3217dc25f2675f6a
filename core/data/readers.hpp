// The formats behind load_dataset, each from a buffer in memory, so that tests and fuzzers need no files.
// `path` is only what names and errors say. Internal to core/data. Any thread.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

#include "core/data/dataset.hpp"
#include "core/math/progress.hpp"

namespace rbm {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// More than this is refused before it is allocated.
inline constexpr std::uint64_t kLargestData = std::uint64_t{1} << 31;

/// What to do with a file that is a model, where data are wanted.
inline constexpr const char* kForModels =
    "rbm info says what it holds, rbm sample draws from it, and rbm train --on learns its hidden units.";

/// "PATH what.", as an error.
Unexpected broken(const std::string& path, const std::string& what);
/// The last part of a path: the name of a data set.
std::string file_name(const std::string& path);
/// The whole file, decompressed if it is gzip; at most kLargestData bytes.
Result<Bytes> read_all(const std::string& path);
/// The first bytes of a file as it lies there, at most so many.
Result<Bytes> read_start(const std::string& path, std::size_t most);

/// Whether a file begins with these bytes.
inline bool starts_with(ByteView bytes, std::string_view magic) {
  return bytes.size() >= magic.size() &&
         std::equal(magic.begin(), magic.end(), bytes.begin(),
                    [](char a, auto b) { return static_cast<std::uint8_t>(a) == b; });
}

/// The images with the labels of the file beside them, where that has a canonical name.
Result<Dataset> idx_file(Bytes bytes, const SourceOptions& options, const std::string& path);
Result<Dataset> idx_images(Bytes bytes, const std::string& path);
Result<Bytes> idx_labels(Bytes bytes, const std::string& path);

/// Records of 3073 bytes: label 0 to 9, then 32 × 32 red, green and blue values, plane by plane (Krizhevsky
/// 2009).
bool looks_like_cifar(ByteView bytes);
Result<Dataset> cifar_images(ByteView bytes, const std::string& path);

/// N×D, N×H×W, N×H×W×1 or ×3, or with the channels second; every plain number type. set_numbers() says what
/// the numbers mean. Of an .npz the array named like images, or the only one that can be meant, with the
/// classes of the one named like labels beside it: whole numbers, words, or one 1 a row.
Result<Dataset> npy_images(Bytes bytes, const SourceOptions& options, const std::string& path);
Result<Dataset> npz_images(ByteView bytes, const SourceOptions& options, const std::string& path);

/// One row a line; commas, semicolons, tabs, bars or blanks, decimal commas where these do not separate.
/// csv_layout.hpp, csv_header.hpp and csv_begin.hpp say what the lines, table.hpp what the columns are taken for.
bool looks_like_text(ByteView bytes);
Result<Dataset> csv_rows(ByteView bytes, const SourceOptions& options, const std::string& path);

/// "LABEL COLUMN:NUMBER COLUMN:NUMBER …" a line, columns from 1, or from 0 where one is 0: the sparse rows of
/// libsvm, read with zeros.
bool looks_like_libsvm(ByteView bytes);
Result<Dataset> libsvm_rows(ByteView bytes, const SourceOptions& options, const std::string& path);

/// Aligned sequences: categories, a state for every letter and gap that occurs at a place. Lower case is
/// upper case, a full stop a gap.
bool looks_like_fasta(ByteView bytes);
Result<Dataset> fasta_rows(ByteView bytes, const std::string& path);

/// Every file of the folder and below that starts like a PNG or JPEG, in an order shuffled by options.seed.
/// Whole pictures take the commonest size (cut to it, centred, and resized), or 32 × 32 where that is over
/// 64 × 64 and options.size says nothing.
Result<Dataset> picture_folder(const std::string& path, const SourceOptions& options,
                               const Progress& progress = {});
/// Patches of one picture.
Result<Dataset> picture_patches(ByteView bytes, const SourceOptions& options, const std::string& path);

/// "bars-and-stripes:4", "shifter:8", "mixture:2d".
bool is_synthetic(const std::string& source);
Result<Dataset> synthetic(const std::string& source, const SourceOptions& options);

/// What of `options` applies to images of any source: cropped and resized to options.size, cut into
/// options.patch.
Result<Dataset> reshaped(Dataset data, const SourceOptions& options);

/// The layout of `width` numbers with no shape of their own: a square, or one row.
ImageShape guessed_shape(Index width);

/// Whether whole numbers and words are states with names: asked for, or as a model learned others.
inline bool reads_states(const SourceOptions& options) {
  return options.categories || (options.as_learned != nullptr && options.as_learned->is_categorical);
}

/// Of rows that may be sorted: drawn from, unless the user wants the last ones.
inline RowOrder order_of_table(const SourceOptions& options) {
  return options.order == "file" ? RowOrder::Fixed : RowOrder::Any;
}

/// The numbers below count in an order that depends on (seed, step).
std::vector<std::uint32_t> shuffled(std::size_t count, std::uint64_t seed, std::uint64_t step);

/// Cuts patches number first, first + stride, … below options.patches out of one image into their rows of
/// `out` [options.patches × patch² × channels]. Where patch p lies depends on (seed, p) and the image's size
/// only. The image is no smaller than the patch.
void cut_patches(const std::uint8_t* image, const ImageShape& shape, const SourceOptions& options,
                 std::size_t first, std::size_t stride, std::uint8_t* out);
void cut_patches(const float* image, const ImageShape& shape, const SourceOptions& options, std::size_t first,
                 std::size_t stride, float* out);

/// Success when `count` rows of `width` numbers of `item` bytes fit the memory that a data set may take.
Result<void> fits(const std::string& path, std::uint64_t count, std::uint64_t width, std::uint64_t item);

/// A format of files, told by their content.
struct FileFormat {
  const char* name;
  const char* reads;  // of the options, as check_read() takes it
  bool (*recognizes)(ByteView bytes);
  Result<Dataset> (*read)(Bytes bytes, const SourceOptions& options, const std::string& path);
};

/// The first that recognizes a file reads it. A further format is a file of its own and its lines here.
inline constexpr FileFormat kFileFormats[] = {
    {".npy", "range missing categories", [](ByteView bytes) { return starts_with(bytes, "\x93NUMPY"); },
     npy_images},
    {".npz", "range missing categories part", [](ByteView bytes) { return starts_with(bytes, "PK"); },
     [](Bytes bytes, const SourceOptions& options, const std::string& path) {
       return npz_images(bytes, options, path);
     }},
    {"IDX", "range", [](ByteView bytes) { return starts_with(bytes, std::string_view("\0\0\x08", 3)); },
     idx_file},
    {"FASTA", "categories", looks_like_fasta,
     [](Bytes bytes, const SourceOptions&, const std::string& path) { return fasta_rows(bytes, path); }},
    {"CIFAR-10 binary", "", looks_like_cifar,
     [](Bytes bytes, const SourceOptions&, const std::string& path) { return cifar_images(bytes, path); }},
    {"libsvm", "range", [](ByteView bytes) { return looks_like_text(bytes) && looks_like_libsvm(bytes); },
     [](Bytes bytes, const SourceOptions& options, const std::string& path) {
       return libsvm_rows(bytes, options, path);
     }},
    {"CSV", "label columns drop range missing categories", looks_like_text,
     [](Bytes bytes, const SourceOptions& options, const std::string& path) {
       return csv_rows(bytes, options, path);
     }},
};

}  // namespace rbm
