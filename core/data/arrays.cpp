// .npy and .npz as data sets.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "core/data/readers.hpp"
#include "core/model/tensor_formats.hpp"

namespace rbm {
namespace {

constexpr int kLargestSide = 4096;
constexpr std::array kImageNames{"images",  "data",    "pixels",       "x",    "X",
                                 "x_train", "X_train", "train_images", "arr_0"};
constexpr std::array kLabelNames{"labels",  "label",        "y",    "Y", "targets", "y_train",
                                 "Y_train", "train_labels", "arr_1"};

template <class T>
T element(const Tensor& tensor, std::size_t i) {
  T value;
  std::memcpy(&value, tensor.bytes.data() + i * sizeof(T), sizeof(T));
  return value;
}

std::size_t elements(const Tensor& tensor) {
  return tensor.bytes.size() / item_size(tensor.dtype);
}

std::string shape_text(const Tensor& tensor) {
  std::string text;
  for (std::int64_t n : tensor.shape) text += (text.empty() ? "" : " × ") + std::to_string(n);
  return text.empty() ? "a single number" : text;
}

/// The integers of a tensor if all lie within 0 to 255.
template <class T>
bool small_integers(const Tensor& tensor, Bytes* out) {
  out->resize(elements(tensor));
  for (std::size_t i = 0; i < out->size(); ++i) {
    const T value = element<T>(tensor, i);
    if (value < T{0} || value > T{255}) return false;
    (*out)[i] = static_cast<std::uint8_t>(value);
  }
  return true;
}

bool is_float(const Tensor& tensor) {
  return tensor.dtype == "F32" || tensor.dtype == "F64";
}

/// False for floats and for integers outside 0 to 255.
bool bytes_of(Tensor& tensor, Bytes* out) {
  if (tensor.dtype == "U8" || tensor.dtype == "BOOL") {
    *out = std::move(tensor.bytes);
    return true;
  }
  if (tensor.dtype == "I32") return small_integers<std::int32_t>(tensor, out);
  if (tensor.dtype == "I64") return small_integers<std::int64_t>(tensor, out);
  if (tensor.dtype == "U64") return small_integers<std::uint64_t>(tensor, out);
  return false;
}

std::vector<float> floats_of(const Tensor& tensor) {
  std::vector<float> out(elements(tensor));
  if (tensor.dtype == "F32") {
    if (!out.empty()) std::memcpy(out.data(), tensor.bytes.data(), tensor.bytes.size());
  } else {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(element<double>(tensor, i));
  }
  return out;
}

/// The layout of one row; nothing when the array is no list of images.
bool image_shape_of(const Tensor& tensor, ImageShape* shape) {
  const auto& n = tensor.shape;
  if (n.size() < 2 || n.size() > 4 || std::any_of(n.begin(), n.end(), [](std::int64_t d) { return d < 1; }))
    return false;
  if (n.size() == 2) {
    if (n[1] > std::int64_t{kLargestSide} * kLargestSide) return false;
    *shape = guessed_shape(n[1]);
    return true;
  }
  const std::int64_t channels = n.size() == 4 ? n[3] : 1;
  if (n[1] > kLargestSide || n[2] > kLargestSide || (channels != 1 && channels != 3)) return false;
  *shape = {static_cast<int>(n[1]), static_cast<int>(n[2]), static_cast<int>(channels)};
  return true;
}

/// `what` names the array: "images.npy" or "data.npz, array x,".
Result<Dataset> images_of(Tensor tensor, const std::string& what, const std::string& path) {
  const auto wrong = [&](const std::string& text) {
    return fail(ErrorCode::BadFormat, what + " " + text, path);
  };
  Dataset data;
  data.name = file_name(path);
  if (!image_shape_of(tensor, &data.shape)) {
    return wrong((tensor.shape.empty() ? "is " : "has the shape ") + shape_text(tensor) +
                 ": save it as N × D, N × height × width or N × height × width × 3, none of them 0.");
  }
  if (is_float(tensor)) {
    data.values = floats_of(tensor);
    const auto bad =
        std::find_if(data.values.begin(), data.values.end(), [](float x) { return !std::isfinite(x); });
    if (bad != data.values.end()) {
      return wrong("holds a number that is not finite in row " +
                   std::to_string((bad - data.values.begin()) / data.shape.pixels()) +
                   " (counted from 0): remove or replace NaN and infinity first.");
    }
    return data;
  }
  const bool was_bool = tensor.dtype == "BOOL";
  if (!bytes_of(tensor, &data.pixels))
    return wrong("holds integers outside 0 to 255: save it as uint8 or as float32.");
  if (std::all_of(data.pixels.begin(), data.pixels.end(), [](std::uint8_t x) { return x <= 1; })) {
    for (std::uint8_t& x : data.pixels) x = static_cast<std::uint8_t>(x * 255);
    if (!was_bool) data.notes.push_back(what + " holds only 0 and 1: they were taken as black and white.");
  }
  return data;
}

/// Class numbers from an array of N or N × 1 integers; empty when it is none.
Bytes labels_of(Tensor tensor, Index count) {
  Bytes labels;
  const bool is_column = tensor.shape.size() == 1 || (tensor.shape.size() == 2 && tensor.shape[1] == 1);
  if (!is_column || tensor.shape[0] != count || is_float(tensor) || !bytes_of(tensor, &labels))
    labels.clear();
  return labels;
}

}  // namespace

ImageShape guessed_shape(Index width) {
  const auto side = static_cast<int>(std::lround(std::sqrt(static_cast<double>(width))));
  if (Index{side} * side == width) return {side, side, 1};
  return {1, static_cast<int>(width), 1};
}

Result<Dataset> npy_images(Bytes bytes, const std::string& path) {
  Tensor tensor;
  if (const std::string problem = parse_npy(std::move(bytes), &tensor); !problem.empty())
    return broken(path, "is not a readable .npy file: " + problem + ". Save it again with numpy.save.");
  return images_of(std::move(tensor), path, path);
}

Result<Dataset> npz_images(ByteView bytes, const std::string& path) {
  std::map<std::string, std::string> unreadable;
  auto file = parse_npz(bytes, path, &unreadable);
  if (!file) return Unexpected{file.error()};
  std::string chosen;
  for (const char* name : kImageNames) {
    if (chosen.empty() && (file->tensors.contains(name) || unreadable.contains(name))) chosen = name;
  }
  if (chosen.empty()) {
    std::vector<std::string> candidates;
    for (const auto& [name, tensor] : file->tensors) {
      if (tensor.shape.size() >= 2 && tensor.shape[1] > 1) candidates.push_back(name);
    }
    if (candidates.empty() && !unreadable.empty()) candidates.push_back(unreadable.begin()->first);
    if (candidates.size() != 1) {
      std::string names;
      for (const auto& [name, tensor] : file->tensors) names += (names.empty() ? "" : ", ") + name;
      return broken(path, "does not say which of its arrays (" + (names.empty() ? "none" : names) +
                              ") are the images: save them under the name images.");
    }
    chosen = candidates.front();
  }
  if (unreadable.contains(chosen))
    return broken(path, "cannot be used: in its array " + chosen + ", " + unreadable.at(chosen) + ".");
  auto data = images_of(std::move(file->tensors.at(chosen)), path + ", array " + chosen + ",", path);
  if (!data) return data;
  for (const char* name : kLabelNames) {
    if (data->labels.empty() && name != chosen && file->tensors.contains(name))
      data->labels = labels_of(std::move(file->tensors.at(name)), data->count());
  }
  return data;
}

}  // namespace rbm
