#include "core/data/dataset.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#ifndef RBM_SOURCE_ASSETS
#define RBM_SOURCE_ASSETS ""
#endif
#ifndef RBM_INSTALLED_ASSETS
#define RBM_INSTALLED_ASSETS ""
#endif

namespace rbm {
namespace {

constexpr std::uint8_t kThreshold = 128;

template <class Value>
Eigen::VectorXf means_of(const Dataset& data, Value value) {
  const Index pixels = data.shape.pixels();
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(pixels);
  for (Index r = 0; r < data.count(); ++r) {
    const std::uint8_t* image = data.image(r);
    for (Index i = 0; i < pixels; ++i) sum[i] += value(image[i]);
  }
  return (sum / std::max<double>(1, static_cast<double>(data.count()))).cast<float>();
}

Dataset rows_of(const Dataset& data, Index first, Index count, const std::string& name) {
  Dataset part;
  part.name = name;
  part.shape = data.shape;
  const Index pixels = data.shape.pixels();
  part.pixels.assign(data.image(first), data.image(first) + count * pixels);
  if (!data.labels.empty())
    part.labels.assign(data.labels.begin() + first, data.labels.begin() + first + count);
  return part;
}

Result<Dataset> load_mnist(bool test) {
  const std::string folder = asset_root() + "/mnist/";
  const std::string stem = folder + (test ? "t10k" : "train");
  auto images = load_idx_images(stem + "-images-idx3-ubyte.gz");
  if (!images) return images;
  auto labels = load_idx_labels(stem + "-labels-idx1-ubyte.gz");
  if (!labels) return fail(labels.error().code, labels.error().message, labels.error().path);
  images->labels = std::move(*labels);
  images->name = test ? "MNIST test" : "MNIST train";
  if (static_cast<Index>(images->labels.size()) != images->count()) {
    return fail(ErrorCode::BadFormat, stem + "-labels-idx1-ubyte.gz has " +
                                          std::to_string(images->labels.size()) + " labels for " +
                                          std::to_string(images->count()) + " images: fetch the file again.");
  }
  return images;
}

/// The labels that lie beside an image file of a canonical name: "images-idx3" becomes "labels-idx1".
std::string labels_beside(const std::string& images) {
  const std::string from = "images-idx3", to = "labels-idx1";
  const auto at = images.rfind(from);
  if (at == std::string::npos) return {};
  std::string labels = images;
  return labels.replace(at, from.size(), to);
}

}  // namespace

Eigen::VectorXf pixel_means(const Dataset& data) {
  return means_of(data, [](std::uint8_t grey) { return grey / 255.0; });
}

Eigen::VectorXf state_means(const Dataset& data, Binarization binarization) {
  if (binarization != Binarization::Threshold) return pixel_means(data);
  return means_of(data, [](std::uint8_t grey) { return grey >= kThreshold ? 1.0 : 0.0; });
}

Result<DataSplit> split(const Dataset& data, Index validation) {
  if (validation < 0 || validation >= data.count()) {
    return fail(ErrorCode::BadArgument, "Holding back " + std::to_string(validation) + " of the " +
                                            std::to_string(data.count()) + " images of " + data.name +
                                            " leaves none to train on: choose fewer validation images.");
  }
  const Index train = data.count() - validation;
  return DataSplit{
      std::make_shared<const Dataset>(rows_of(data, 0, train, data.name)),
      std::make_shared<const Dataset>(rows_of(data, train, validation, data.name + " (validation)"))};
}

std::string asset_root() {
  if (const char* chosen = std::getenv("RBM_ASSETS"); chosen != nullptr && *chosen != '\0') return chosen;
  std::error_code none;
  if (std::filesystem::is_directory(RBM_SOURCE_ASSETS, none)) return RBM_SOURCE_ASSETS;
  return RBM_INSTALLED_ASSETS;
}

Result<Dataset> load_dataset(const std::string& source) {
  if (source == "mnist") return load_mnist(false);
  if (source == "mnist:test") return load_mnist(true);
  if (source.starts_with("bits784:")) return load_bits784(source.substr(8));
  auto images = load_idx_images(source);
  if (!images) return images;
  const std::string labels_path = labels_beside(source);
  std::error_code none;
  if (!labels_path.empty() && std::filesystem::exists(labels_path, none)) {
    auto labels = load_idx_labels(labels_path);
    if (!labels) return fail(labels.error().code, labels.error().message, labels.error().path);
    if (static_cast<Index>(labels->size()) == images->count()) images->labels = std::move(*labels);
  }
  return images;
}

}  // namespace rbm
