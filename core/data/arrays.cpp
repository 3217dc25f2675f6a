// .npy and .npz as data sets.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "core/data/numbers.hpp"
#include "core/data/readers.hpp"
#include "core/data/scipy_sparse.hpp"
#include "core/data/words.hpp"
#include "core/model/tensor_formats.hpp"
#include "core/model/tensor_numbers.hpp"

namespace rbm {
namespace {

constexpr int kLargestSide = 4096;
constexpr std::array kImageNames{"images",  "data",    "pixels",       "x",    "X",
                                 "x_train", "X_train", "train_images", "arr_0"};
constexpr std::array kLabelNames{"labels",  "label",        "y",    "Y", "targets", "target", "y_train",
                                 "Y_train", "train_labels", "arr_1"};
constexpr std::array kTestImageNames{"x_test", "X_test", "test_images"};
constexpr std::array kTestLabelNames{"y_test", "Y_test", "test_labels"};

std::string shape_text(const Tensor& tensor) {
  std::string text;
  for (std::int64_t n : tensor.shape) text += (text.empty() ? "" : " × ") + std::to_string(n);
  return text.empty() ? "a single number" : text;
}

/// The layout of one row; nothing when the array is no list of images.
bool image_shape_of(const Tensor& tensor, ImageShape* shape, bool* channels_first) {
  const auto& n = tensor.shape;
  if (n.size() < 2 || n.size() > 4 || std::any_of(n.begin(), n.end(), [](std::int64_t d) { return d < 1; }))
    return false;
  if (n.size() == 2) {
    if (n[1] > std::int64_t{kLargestSide} * kLargestSide) return false;
    *shape = guessed_shape(n[1]);
    return true;
  }
  const auto is_colour = [](std::int64_t d) { return d == 1 || d == 3; };
  *channels_first = n.size() == 4 && !is_colour(n[3]) && is_colour(n[1]);
  const std::size_t side = *channels_first ? 2 : 1;
  const std::int64_t channels = n.size() < 4 ? 1 : *channels_first ? n[1] : n[3];
  if (n[side] > kLargestSide || n[side + 1] > kLargestSide || !is_colour(channels)) return false;
  *shape = {static_cast<int>(n[side]), static_cast<int>(n[side + 1]), static_cast<int>(channels)};
  return true;
}

/// Planes of colours, one after the other, become colours beside each other.
void interleave(Tensor& tensor, const ImageShape& shape) {
  if (shape.channels == 1) return;
  const std::size_t item = item_size(tensor.dtype), channels = static_cast<std::size_t>(shape.channels),
                    row = static_cast<std::size_t>(shape.pixels()), plane = row / channels;
  Bytes out(tensor.bytes.size());
  for (std::size_t first = 0; first * item < out.size(); first += row) {
    for (std::size_t i = 0; i < row; ++i)
      std::memcpy(&out[(first + i % plane * channels + i / plane) * item], &tensor.bytes[(first + i) * item],
                  item);
  }
  tensor.bytes = std::move(out);
}

/// `numbers` as the rows of `data`, with what is missing marked. Which rows stayed.
template <class Number>
Result<std::vector<bool>> take_numbers(Dataset* data, std::vector<Number> numbers,
                                       const SourceOptions& options, const std::string& what) {
  const auto width = static_cast<std::size_t>(data->shape.pixels());
  if (auto taken = take_missing(data, &numbers, width, options, what); !taken)
    return Unexpected{taken.error()};
  std::vector<bool> kept(numbers.size() / width, true);
  if (data->has_missing()) {
    kept = rows_that_stay(kept.size(), width, options.complete,
                          [&](std::size_t r, std::size_t c) { return data->missing[r * width + c] != 0; });
    if (auto some = note_left_out(data, kept, options, what); !some) return Unexpected{some.error()};
    keep_rows(&numbers, kept, width);
    keep_rows(&data->missing, kept, width);
    if (std::ranges::find(data->missing, 1) == data->missing.end()) data->missing.clear();
  }
  if (auto set = set_numbers(data, std::move(numbers), options, what); !set) return Unexpected{set.error()};
  finish_missing(data, what);
  return kept;
}

/// Whole numbers as states without an order. Which rows stayed.
Result<std::vector<bool>> take_categories(Dataset* data, const Tensor& tensor, const SourceOptions& options,
                                          const std::string& what) {
  const auto width = static_cast<std::size_t>(data->shape.pixels());
  const std::vector<double> numbers = numbers_of<double>(tensor);
  const double code = missing_code(options);
  const auto is_missing = [&](std::size_t i) { return std::isnan(numbers[i]) || numbers[i] == code; };
  const std::vector<bool> kept =
      rows_that_stay(numbers.size() / width, width, options.complete,
                     [&](std::size_t r, std::size_t c) { return is_missing(r * width + c); });
  if (auto some = note_left_out(data, kept, options, what); !some) return Unexpected{some.error()};
  std::vector<WordCounter> counters(width);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!kept[i / width]) continue;
    WordCounter& counter = counters[i % width];
    if (is_missing(i)) {
      counter.add_missing();
      continue;
    }
    if (numbers[i] != std::floor(numbers[i]) || !std::isfinite(numbers[i]))
      return broken(what, "holds " + number_text(numbers[i]) +
                              ", and categories are whole numbers: leave --categories out.");
    if (counter.words().names.size() <= kMostStates) counter.add(number_text(numbers[i]));
  }
  const Reading* learned = options.as_learned.get();
  const bool chooses = learned != nullptr && learned->columns.of == width;
  std::vector<Words> columns;
  std::vector<std::string> names;
  for (std::size_t c = 0; c < width; ++c) {
    const std::string name = std::to_string(c + 1);
    if (chooses && std::ranges::find(learned->columns.names, name) == learned->columns.names.end()) continue;
    columns.push_back(counters[c].ordered());
    names.push_back(name);
  }
  if (auto set = set_categories(data, columns, names, what, learned != nullptr); !set)
    return Unexpected{set.error()};
  data->reading.columns = {.names = data->columns, .of = width};
  finish_missing(data, what);
  return kept;
}

/// `what` names the array: "images.npy" or "data.npz, array x,". `kept` says which of its rows stayed.
Result<Dataset> images_of(Tensor tensor, const SourceOptions& options, const std::string& what,
                          const std::string& path, std::vector<bool>* kept) {
  Dataset data;
  data.name = file_name(path);
  data.order = order_of_table(options);
  bool channels_first = false;
  if (!image_shape_of(tensor, &data.shape, &channels_first)) {
    return fail(ErrorCode::BadFormat,
                what + (tensor.shape.empty() ? " is " : " has the shape ") + shape_text(tensor) +
                    ": save it as N × D, N × height × width or N × height × width × 3, none of them 0.",
                path);
  }
  if (channels_first) {
    interleave(tensor, data.shape);
    data.notes.push_back(what + " has the shape " + shape_text(tensor) +
                         ": the colours were taken as its second dimension, as in PyTorch.");
  }
  kept->assign(static_cast<std::size_t>(tensor.shape[0]), true);
  if (reads_states(options)) {
    auto stayed = take_categories(&data, tensor, options, what);
    if (!stayed) return Unexpected{stayed.error()};
    *kept = std::move(*stayed);
    return data;
  }
  Result<std::vector<bool>> taken = std::vector<bool>{};
  if (tensor.dtype == "BOOL") {
    if (!options.range.empty() || !options.missing.empty())
      return fail(ErrorCode::BadArgument,
                  std::string(options.range.empty() ? "--missing" : "--range") + " does nothing with " +
                      what + " which holds true and false: leave it out.",
                  path);
    data.pixels = std::move(tensor.bytes);
    for (std::uint8_t& x : data.pixels) x = x != 0 ? 255 : 0;
    return data;
  }
  if (tensor.dtype == "U8") {
    taken = take_numbers(&data, std::move(tensor.bytes), options, what);
  } else if (tensor.dtype == "F32") {
    std::vector<float> numbers = numbers_of<float>(tensor);
    tensor.bytes = {};
    taken = take_numbers(&data, std::move(numbers), options, what);
  } else {
    std::vector<double> numbers = numbers_of<double>(tensor);
    tensor.bytes = {};
    taken = take_numbers(&data, std::move(numbers), options, what);
  }
  if (!taken) return Unexpected{taken.error()};
  *kept = std::move(*taken);
  return data;
}

/// Whole numbers of 64 bits as they are; a double would make one of several.
std::vector<std::string> whole_texts(const Tensor& tensor) {
  std::vector<std::string> out(tensor.bytes.size() / sizeof(std::uint64_t));
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &tensor.bytes[i * sizeof bits], sizeof bits);
    out[i] = tensor.dtype == "U64" ? std::to_string(bits) : std::to_string(static_cast<std::int64_t>(bits));
  }
  return out;
}

/// The class of every row as a word: of N or N × 1 numbers each itself, of N × K numbers, one of them 1 and
/// the others 0, the place of the 1. Else `why_not` says why there are none.
std::vector<std::string> classes_of(const Tensor& tensor, std::size_t rows, std::string* why_not) {
  std::vector<std::string> classes;
  const auto& n = tensor.shape;
  if (n.empty() || n.size() > 2 || static_cast<std::size_t>(n[0]) != rows) {
    *why_not = "it has the shape " + shape_text(tensor) + " and there are " + std::to_string(rows) + " rows";
    return {};
  }
  const std::vector<double> numbers = numbers_of<double>(tensor);
  const std::size_t width = numbers.size() / rows;
  if (width == 1 && (tensor.dtype == "I64" || tensor.dtype == "U64")) return whole_texts(tensor);
  for (std::size_t r = 0; r < rows; ++r) {
    const double* row = numbers.data() + r * width;
    if (width == 1) {
      if (row[0] != std::floor(row[0]) || !std::isfinite(row[0])) {
        *why_not = "it holds " + number_text(row[0]) + ", and classes are whole numbers or words";
        return {};
      }
      classes.push_back(number_text(row[0]));
      continue;
    }
    const auto ones = std::count(row, row + width, 1.0), zeros = std::count(row, row + width, 0.0);
    if (ones != 1 || static_cast<std::size_t>(zeros) != width - 1) {
      *why_not = "it has " + std::to_string(width) + " numbers a row, and not one 1 among zeros in row " +
                 std::to_string(r) + " (counted from 0)";
      return {};
    }
    classes.push_back(std::to_string(std::find(row, row + width, 1.0) - row));
  }
  return classes;
}

/// Labels from the array of that name, or a note that says why not.
void take_labels(Dataset* data, const TensorFile& file, const NpzExtras& extras, const std::string& name,
                 const std::vector<bool>& kept, const std::string& path) {
  std::string why_not;
  std::vector<std::string> classes;
  if (const auto words = extras.words.find(name); words != extras.words.end()) {
    classes = words->second;
    if (classes.size() != kept.size())
      why_not = "it has " + std::to_string(classes.size()) + " words and there are " +
                std::to_string(kept.size()) + " rows";
  } else if (const auto unreadable = extras.unreadable.find(name); unreadable != extras.unreadable.end()) {
    why_not = unreadable->second;
  } else {
    classes = classes_of(file.tensors.at(name), kept.size(), &why_not);
  }
  if (why_not.empty()) {
    WordCounter counter;
    for (std::size_t r = 0; r < kept.size(); ++r) {
      if (kept[r]) counter.add(classes[r]);
    }
    if (set_labels(data, counter.ordered())) return;
    why_not = "it has more than " + std::to_string(kMostClasses) + " classes";
  }
  data->notes.push_back("The array " + name + " of " + path + " was not taken as labels: " + why_not + ".");
}

bool has_array(const TensorFile& file, const NpzExtras& extras, const std::string& name) {
  return file.tensors.contains(name) || extras.unreadable.contains(name) || extras.words.contains(name);
}

template <std::size_t n>
std::string first_array(const TensorFile& file, const NpzExtras& extras,
                        const std::array<const char*, n>& names, const std::string& but = {}) {
  for (const char* name : names) {
    if (name != but && has_array(file, extras, name)) return name;
  }
  return {};
}

/// Whether these are the arrays of a Restricted Boltzmann Machine, by its own names or those of scikit-learn.
bool is_model(const TensorFile& file) {
  const auto has = [&](const char* name, const char* sklearn_name) {
    return file.tensors.contains(name) || file.tensors.contains(sklearn_name);
  };
  return has("weights", "components_") && has("visible_bias", "intercept_visible_") &&
         has("hidden_bias", "intercept_hidden_");
}

template <std::size_t n>
bool is_one_of(const std::array<const char*, n>& names, const std::string& name) {
  return std::ranges::any_of(names, [&](const char* known) { return name == known; });
}

/// The name of the array of the rows.
Result<std::string> array_of_images(const TensorFile& file, const NpzExtras& extras,
                                    const SourceOptions& options, const std::string& path) {
  if (options.part == "test") {
    std::string chosen = first_array(file, extras, kTestImageNames);
    if (chosen.empty()) return broken(path, "has no array x_test: leave out --part.");
    return chosen;
  }
  std::string chosen = first_array(file, extras, kImageNames);
  if (!chosen.empty()) return chosen;
  if (is_model(file)) return broken(path, std::string("is a model, not data: ") + kForModels);
  std::vector<std::string> candidates;
  for (const auto& [name, tensor] : file.tensors) {
    const bool is_rows = tensor.shape.size() >= 2 && tensor.shape[1] > 1;
    if (is_rows && !is_one_of(kTestLabelNames, name)) candidates.push_back(name);
  }
  if (candidates.empty() && !extras.unreadable.empty())
    candidates.push_back(extras.unreadable.begin()->first);
  if (candidates.size() == 1) return candidates.front();
  std::string names;
  for (const auto& [name, tensor] : file.tensors) names += (names.empty() ? "" : ", ") + name;
  return broken(path, "does not say which of its arrays (" + (names.empty() ? "none" : names) +
                          ") are the images: save them under the name images.");
}

}  // namespace

ImageShape guessed_shape(Index width) {
  const auto side = static_cast<int>(std::lround(std::sqrt(static_cast<double>(width))));
  if (Index{side} * side == width) return {side, side, 1};
  return {1, static_cast<int>(width), 1};
}

Result<Dataset> npy_images(Bytes bytes, const SourceOptions& options, const std::string& path) {
  Tensor tensor;
  if (const std::string problem = parse_npy(std::move(bytes), &tensor); !problem.empty())
    return broken(path, "is not a readable .npy file: " + problem + ".");
  std::vector<bool> kept;
  return images_of(std::move(tensor), options, path, path, &kept);
}

Result<Dataset> npz_images(ByteView bytes, const SourceOptions& options, const std::string& path) {
  NpzExtras extras;
  auto file = parse_npz(bytes, path, &extras);
  if (!file) return Unexpected{file.error()};
  auto sparse = sparse_in(*file, extras, path);
  if (!sparse) return Unexpected{sparse.error()};
  const bool is_sparse = sparse->has_value(), has_zeros = is_sparse && !is_large(**sparse);
  if (has_zeros) put_with_zeros(**sparse, *file);
  const auto chosen = array_of_images(*file, extras, options, path);
  if (!chosen) return Unexpected{chosen.error()};
  if (!file->tensors.contains(*chosen)) {
    const auto why = extras.unreadable.find(*chosen);
    return broken(path, "cannot be used: in its array " + *chosen + ", " +
                            (why != extras.unreadable.end() ? why->second : "there are words") + ".");
  }
  std::vector<bool> kept;
  auto data = is_sparse && !has_zeros ? sparse_images(std::move(**sparse), options, path, &kept)
                                      : images_of(std::move(file->tensors.at(*chosen)), options,
                                                  path + ", array " + *chosen + ",", path, &kept);
  if (!data) return data;
  if (is_sparse)
    data->notes.push_back(path + " is a sparse matrix: it was read " +
                          (has_zeros ? "with all its zeros." : "without its zeros, for binary units."));
  const bool test = is_one_of(kTestImageNames, *chosen);
  const std::string labels =
      test ? first_array(*file, extras, kTestLabelNames) : first_array(*file, extras, kLabelNames, *chosen);
  if (!labels.empty() && options.label != "none") take_labels(&*data, *file, extras, labels, kept, path);
  if (test && options.part != "test")
    data->notes.push_back(path + " has no rows to train on but those for testing: " + *chosen + " was read" +
                          (data->labels.empty() ? "." : ", with " + labels + " as the labels."));
  if (const std::string held = first_array(*file, extras, kTestImageNames); !test && !held.empty())
    data->notes.push_back(path + " keeps other rows for testing in " + held + ": --part test reads them.");
  return data;
}

}  // namespace rbm
