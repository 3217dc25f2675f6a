#include "core/data/dataset.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "core/data/loading.hpp"
#include "core/data/picture.hpp"
#include "core/data/readers.hpp"
#include "core/data/words.hpp"
#include "core/files/resources.hpp"

namespace rbm {
namespace {

constexpr std::uint8_t kThreshold = 128;
constexpr int kPhotographPatch = 8;

template <class Element, class Value>
Eigen::VectorXf means_of(const Dataset& data, const std::vector<Element>& elements, Value value) {
  const Index pixels = data.shape.pixels();
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(pixels);
  if (data.has_missing()) {
    Eigen::VectorXd count = Eigen::VectorXd::Zero(pixels);
    for (Index cell = 0; cell < std::ssize(elements); ++cell) {
      if (data.missing[static_cast<std::size_t>(cell)] != 0) continue;
      sum[cell % pixels] += value(elements[static_cast<std::size_t>(cell)]);
      count[cell % pixels] += 1;
    }
    return sum.cwiseQuotient(count.cwiseMax(1)).cast<float>();
  }
  const Element* row = elements.data();
  for (Index r = 0; r < data.count(); ++r, row += pixels) {
    for (Index i = 0; i < pixels; ++i) sum[i] += value(row[i]);
  }
  return (sum / std::max<double>(1, static_cast<double>(data.count()))).cast<float>();
}

/// The same of grey values.
template <class Value>
Eigen::VectorXf means_of_bytes(const Dataset& data, Value value) {
  if (!data.is_sparse()) return means_of(data, data.pixels, value);
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(data.shape.pixels());
  for (Index r = 0; r < data.count(); ++r)
    data.sparse.for_each(r, [&](std::uint32_t column, std::uint8_t grey) { sum[column] += value(grey); });
  return (sum / static_cast<double>(data.count())).cast<float>();
}

Result<Dataset> load_mnist(bool test) {
  const std::string folder = asset_root() + "/mnist/";
  const std::string stem = folder + (test ? "t10k" : "train");
  auto images = load_idx_images(stem + "-images-idx3-ubyte.gz");
  if (!images) return images;
  auto labels = load_idx_labels(stem + "-labels-idx1-ubyte.gz");
  if (!labels) return Unexpected{labels.error()};
  images->labels = std::move(*labels);
  images->name = test ? "MNIST test" : "MNIST train";
  if (static_cast<Index>(images->labels.size()) != images->count()) {
    return fail(ErrorCode::BadFormat, stem + "-labels-idx1-ubyte.gz has " +
                                          std::to_string(images->labels.size()) + " labels for " +
                                          std::to_string(images->count()) + " images: fetch the file again.");
  }
  return images;
}

/// data_batch_1.bin to data_batch_5.bin of CIFAR-10's own folder, where they are; test_batch.bin is given by
/// its own path.
std::vector<std::string> cifar_batches(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code none;
  for (int n = 1; n <= 5; ++n) {
    const auto path = std::filesystem::path(folder) / ("data_batch_" + std::to_string(n) + ".bin");
    if (std::filesystem::is_regular_file(path, none)) found.push_back(path.string());
  }
  return found;
}

Result<Dataset> load_cifar_folder(const std::string& folder, const std::vector<std::string>& batches) {
  Dataset data;
  for (const std::string& path : batches) {
    const auto bytes = read_all(path);
    if (!bytes) return Unexpected{bytes.error()};
    auto part = cifar_images(*bytes, path);
    if (!part) return part;
    if (data.pixels.size() + part->pixels.size() > kLargestData)
      return broken(folder, "holds more than 2 GiB: cut it into smaller parts.");
    if (data.pixels.empty()) {
      data = std::move(*part);
      continue;
    }
    data.pixels.insert(data.pixels.end(), part->pixels.begin(), part->pixels.end());
    data.labels.insert(data.labels.end(), part->labels.begin(), part->labels.end());
  }
  data.name = file_name(folder);
  return data;
}

Result<Dataset> reshaped_if(Result<Dataset> data, const SourceOptions& options) {
  if (!data) return data;
  return reshaped(std::move(*data), options);
}

/// Eight bytes of length, the highest of which are 0, and a JSON object.
bool looks_like_safetensors(ByteView bytes) {
  constexpr std::size_t kObject = 8;
  return bytes.size() > kObject && bytes[kObject] == '{' &&
         std::all_of(bytes.begin() + 4, bytes.begin() + kObject, [](std::uint8_t byte) { return byte == 0; });
}

/// The bytes of a file by what they hold; pictures have been dealt with.
Result<Dataset> parse(Bytes bytes, const SourceOptions& options, const std::string& path) {
  if (looks_like_safetensors(bytes))
    return broken(path, std::string("is a .safetensors file, as models are, not data: ") + kForModels);
  std::string known;
  for (const FileFormat& format : kFileFormats) {
    if (format.recognizes(bytes)) {
      if (auto fits = check_read(options, format.reads, path); !fits) return Unexpected{fits.error()};
      return format.read(std::move(bytes), options, path);
    }
    known += std::string(format.name) + ", ";
  }
  if (starts_with(bytes, "\xff\xfe") || starts_with(bytes, "\xfe\xff"))
    return broken(path, "is text in UTF-16: save it as UTF-8.");
  return broken(path, "is in no known format: give " + known + "PNG, JPEG, or a folder of pictures.");
}

Result<Dataset> load_file(const std::string& path, const SourceOptions& options) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) {
    return fail(ErrorCode::Io,
                path +
                    " cannot be read: give the path of a file or folder, mnist, photographs, "
                    "bars-and-stripes:4, shifter:8 or mixture:2d.",
                path);
  }
  auto bytes = read_all(path);
  if (!bytes) return Unexpected{bytes.error()};
  if (bytes->empty()) return broken(path, "is empty: give a file with data.");
  if (looks_like_picture(*bytes)) {
    if (auto fits = check_read(options, "range", path); !fits) return Unexpected{fits.error()};
    return picture_patches(*bytes, options, path);
  }
  return reshaped_if(parse(std::move(*bytes), options, path), options);
}

/// What has a name of its own, and is no path.
bool is_of_the_program(const std::string& source) {
  return source == "photographs" || source == "mnist" || source == "mnist:test" ||
         source.starts_with("bits784:") || is_synthetic(source);
}

Result<Dataset> load_any(const std::string& source, const SourceOptions& options, const Progress& progress) {
  std::error_code none;
  const bool is_folder = std::filesystem::is_directory(source, none);
  if (!is_folder && !is_of_the_program(source)) return load_file(source, options);
  const std::vector<std::string> batches = is_folder ? cifar_batches(source) : std::vector<std::string>();
  const bool are_pictures = is_folder && batches.empty();
  if (auto fits = check_read(options, are_pictures ? "range" : "", source); !fits)
    return Unexpected{fits.error()};
  if (source == "photographs") {
    SourceOptions patches = options;
    if (patches.patch == 0) patches.patch = kPhotographPatch;
    auto data = picture_folder(asset_root() + "/photographs", patches, progress);
    if (data) data->name = source;
    return data;
  }
  if (are_pictures) return picture_folder(source, options, progress);
  if (is_folder) return reshaped_if(load_cifar_folder(source, batches), options);
  if (is_synthetic(source)) return reshaped_if(synthetic(source, options), options);
  return reshaped_if(
      source.starts_with("bits784:") ? load_bits784(source.substr(8)) : load_mnist(source == "mnist:test"),
      options);
}

}  // namespace

void Dataset::row(Index i, float* out) const {
  if (is_real()) {
    std::copy_n(real_row(i), shape.pixels(), out);
    return;
  }
  std::vector<std::uint8_t> own;
  const std::uint8_t* grey = bytes(i, own);
  const float unit = is_categorical() ? 1.0f : 255.0f;
  for (Index p = 0; p < shape.pixels(); ++p) out[p] = static_cast<float>(grey[p]) / unit;
}

std::string Dataset::label_name(std::size_t label) const {
  return label < label_names.size() ? label_names[label] : std::to_string(label);
}

Dataset described_as(const Dataset& data) {
  Dataset out;
  out.name = data.name;
  out.shape = data.shape;
  out.labels = data.labels;
  out.label_names = data.label_names;
  out.columns = data.columns;
  out.order = data.order;
  out.notes = data.notes;
  out.reading = data.reading;
  return out;
}

void clear_missing(Dataset& data) {
  for (std::size_t cell = 0; cell < data.missing.size(); ++cell) {
    if (data.missing[cell] == 0) continue;
    if (data.is_real())
      data.values[cell] = 0;
    else
      data.pixels[cell] = 0;
  }
}

std::string missing_text(const Dataset& data, const std::string& what) {
  const auto width = static_cast<std::size_t>(data.shape.pixels());
  std::vector<std::size_t> of_column(width);
  for (std::size_t cell = 0; cell < data.missing.size(); ++cell)
    of_column[cell % width] += data.missing[cell];
  std::size_t cells = 0;
  std::vector<std::string> columns;
  for (std::size_t c = 0; c < width; ++c) {
    cells += of_column[c];
    const std::string name = c < data.columns.size() ? in_quotes(data.columns[c]) : std::to_string(c + 1);
    if (of_column[c] > 0) columns.push_back(name + ": " + std::to_string(of_column[c]));
  }
  return std::to_string(cells) + " of " + std::to_string(data.missing.size()) + " cells of " + what +
         (cells == 1 ? " is missing, in " : " are missing, in ") + std::to_string(columns.size()) +
         (columns.size() == 1 ? " column (" : " columns (") + enumerated(columns) +
         "); every row is learned, and judged, by the cells that it has, and --complete leaves such rows "
         "out.";
}

bool is_picture(const ImageShape& shape) {
  constexpr Index kLeastPixels = 8 * 8;
  return shape.channels == 3 || (shape.height > 1 && shape.pixels() >= kLeastPixels);
}

Eigen::VectorXf pixel_means(const Dataset& data) {
  if (data.is_real()) return means_of(data, data.values, [](float x) { return double{x}; });
  return means_of_bytes(data, [](std::uint8_t grey) { return grey / 255.0; });
}

Eigen::VectorXf state_means(const Dataset& data, Binarization binarization) {
  if (binarization != Binarization::Threshold || data.is_real()) return pixel_means(data);
  return means_of_bytes(data, [](std::uint8_t grey) { return grey >= kThreshold ? 1.0 : 0.0; });
}

std::string asset_root() {
  if (const char* chosen = std::getenv("RBM_ASSETS"); chosen != nullptr && *chosen != '\0') return chosen;
  return resource_folder("assets");
}

Result<Dataset> as_bytes(const Dataset& data) {
  const auto [low, high] = std::minmax_element(data.values.begin(), data.values.end());
  if (*low < 0 || *high > 1) {
    char range[64];
    std::snprintf(range, sizeof range, "%g to %g", double{*low}, double{*high});
    return fail(ErrorCode::BadArgument, data.name + " holds real numbers from " + range +
                                            ", but binary units learn 0 to 1: use Gaussian visible units, or "
                                            "scale the data, as --range LOW:HIGH does.");
  }
  Dataset out = described_as(data);
  out.missing = data.missing;
  out.pixels.resize(data.values.size());
  std::transform(data.values.begin(), data.values.end(), out.pixels.begin(),
                 [](float x) { return static_cast<std::uint8_t>(x * 255 + 0.5f); });
  clear_missing(out);
  return out;
}

Result<Dataset> load_dataset(const std::string& source, const SourceOptions& options) {
  return load_dataset(source, options, {});
}

Result<Dataset> load_dataset(const std::string& source, const SourceOptions& options,
                             const Progress& progress) {
  if (auto valid = validate(options); !valid) return Unexpected{valid.error()};
  auto data = load_any(source, options, progress);
  if (data && data->is_categorical() && !options.range.empty())
    return fail(ErrorCode::BadArgument,
                "--range does nothing with " + source +
                    ", whose columns are states with names and no amounts: leave it out.",
                source);
  if (data && options.label == "none") {
    data->labels.clear();
    data->label_names.clear();
  }
  return data;
}

}  // namespace rbm
