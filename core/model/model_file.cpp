#include "core/model/model_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/files/text.hpp"
#include "core/model/file_words.hpp"
#include "core/model/labels.hpp"
#include "core/model/tensor_formats.hpp"
#include "core/model/tensor_numbers.hpp"
#include "core/model/tensor_rows.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/parallel/communicator.hpp"

namespace rbm {
namespace {

constexpr const char *kFormatVersion = "1", *kHiddenUnits = "binary";
const std::string kBelow = "below.";
constexpr Index kMostLabels = 256;  // a label is one byte
/// Beyond it squares and sums run over in float; a flipped bit of an exponent mostly goes there, and the checksum that
/// would tell it is not in every file.
constexpr float kLargestValue = 1e15f;
constexpr const char *kStatesTensor = "visible_states", *kStateNames = "visible_state_names",
                     *kUnitNames = "visible_unit_names", *kImageShape = "image_shape";
constexpr const char* kOwnMetadata[] = {"format_version", "visible_units", "hidden_units",
                                        kImageShape,      kStateNames,     kUnitNames};

Tensor tensor_of(const Eigen::VectorXf& vector) {
  Tensor tensor{"F32",
                {vector.size()},
                std::vector<std::uint8_t>(static_cast<std::size_t>(vector.size()) * sizeof(float))};
  std::memcpy(tensor.bytes.data(), vector.data(), tensor.bytes.size());
  return tensor;
}

/// Names may be any bytes, JSON is UTF-8.
nlohmann::json as_json(const std::vector<std::string>& names) {
  auto out = nlohmann::json::array();
  for (const std::string& name : names) out.push_back(to_utf8(name));
  return out;
}

struct Found {
  std::vector<float> values;
  std::vector<std::int64_t> shape;
};

Unexpected not_a_model(const std::string& path, const std::string& what) {
  return fail(ErrorCode::BadFormat, path + " is not a model: " + what + ".", path);
}

/// A tensor by its name or its scikit-learn name, of the wanted rank, all of it numbers of a model.
Result<Found> find(const TensorFile& file, const std::string& path, const char* name,
                   const char* sklearn_name, std::size_t rank) {
  auto found = file.tensors.find(name);
  if (found == file.tensors.end()) found = file.tensors.find(sklearn_name);
  if (found == file.tensors.end())
    return not_a_model(path, std::string("it has no tensor ") + name + " (nor " + sklearn_name + ")");
  const Tensor& tensor = found->second;
  if (tensor.dtype != "F32" && tensor.dtype != "F64")
    return not_a_model(path,
                       "its tensor " + found->first + " has the type " + tensor.dtype + ", not F32 or F64");
  if (tensor.shape.size() != rank)
    return not_a_model(path, "its tensor " + found->first + " has " + std::to_string(tensor.shape.size()) +
                                 " dimensions, not " + std::to_string(rank));
  Found out{numbers_of<float>(tensor), tensor.shape};
  if (!std::all_of(out.values.begin(), out.values.end(), [](float x) { return std::isfinite(x); })) {
    return not_a_model(path, "its tensor " + found->first + " holds values that are not finite");
  }
  if (std::any_of(out.values.begin(), out.values.end(), [](float x) { return std::abs(x) > kLargestValue; }))
    return not_a_model(path,
                       "its tensor " + found->first + " holds values that no model has, as after damage");
  return out;
}

/// How many states each visible unit has, and their names, which are numbers where the file has none.
Result<void> take_unit_states(const TensorFile& file, const std::string& path, Model& model) {
  auto counts = find(file, path, kStatesTensor, kStatesTensor, 1);
  if (!counts) return Unexpected{counts.error()};
  auto states = std::make_shared<UnitStates>();
  for (const float count : counts->values) {
    if (count != std::floor(count) || count < 2 || count > static_cast<float>(kMostUnitStates))
      return not_a_model(path, std::string("its ") + kStatesTensor + " are not numbers from 2 to " +
                                   std::to_string(kMostUnitStates));
    auto& names = states->names.emplace_back();
    for (int s = 0; s < static_cast<int>(count); ++s) names.push_back(std::to_string(s));
  }
  if (states->total() != model.visible())
    return not_a_model(path, std::string("its ") + kStatesTensor + " add up to " +
                                 std::to_string(states->total()) + ", and it has " +
                                 std::to_string(model.visible()) + " visible biases");
  const FileWords words(file.metadata, path);
  std::vector<Index> sizes;
  for (const auto& of_unit : states->names) sizes.push_back(std::ssize(of_unit));
  auto names = words.name_lists(kStateNames, sizes, "units, of their states");
  if (!names) return Unexpected{names.error()};
  if (!names->empty()) states->names = *std::move(names);
  auto columns = words.names(kUnitNames, states->units(), "units");
  if (!columns) return Unexpected{columns.error()};
  states->columns = *std::move(columns);
  model.states = std::move(states);
  return {};
}

/// Files that say nothing, as those of other programs, are read as what they hold.
Result<void> check_format(const TensorFile& file, const std::string& path, Model&) {
  const auto says_other = [&](const char* key, const char* known) {
    const auto told = file.metadata.find(key);
    return told != file.metadata.end() && told->second != known ? &told->second : nullptr;
  };
  if (const std::string* version = says_other("format_version", kFormatVersion))
    return fail(ErrorCode::Unsupported,
                path + " has format version " + *version + ", and this program knows version " +
                    kFormatVersion + ": open it with the program that wrote it, or a newer one.",
                path);
  if (const std::string* units = says_other("hidden_units", kHiddenUnits))
    return fail(ErrorCode::Unsupported,
                path + " has " + *units + " hidden units, and this program knows " + kHiddenUnits +
                    " ones: open it with the program that wrote it, or a newer one.",
                path);
  return {};
}

/// Its kind, and what that kind has beside the bias.
Result<void> take_visible_units(const TensorFile& file, const std::string& path, Model& model) {
  const auto told = file.metadata.find("visible_units");
  if (told != file.metadata.end()) {
    const auto type = visible_type_from(told->second);
    if (!type) return fail(ErrorCode::BadFormat, path + " cannot be opened. " + type.error().message, path);
    model.visible_type = *type;
  }
  const VisibleUnits& units = units_of(model);
  if (units.learns() == DataForm::Categories) return take_unit_states(file, path, model);
  if (!units.has_variances()) return {};
  auto z = find(file, path, "log_variance", "log_variance", 1);
  if (!z) return Unexpected{z.error()};
  if (z->shape[0] != model.visible())
    return not_a_model(path,
                       "its log_variance does not fit " + std::to_string(model.visible()) + " visible units");
  model.log_variance = Eigen::Map<const Eigen::VectorXf>(z->values.data(), model.visible());
  return {};
}

Result<void> take_picture_space(const TensorFile& file, const std::string& path, Model& model) {
  if (!file.tensors.contains("picture_mean")) return {};
  const Index n = model.visible();
  auto space = std::make_shared<PictureSpace>();
  const auto vector = [&](const char* name, Eigen::VectorXf& out) -> Result<void> {
    auto found = find(file, path, name, name, 1);
    if (!found) return Unexpected{found.error()};
    if (found->shape[0] != n)
      return not_a_model(path, std::string("its ") + name + " does not fit the visible units");
    out = Eigen::Map<const Eigen::VectorXf>(found->values.data(), n);
    return {};
  };
  const auto matrix = [&](const char* name, Matrix& out) -> Result<void> {
    auto found = find(file, path, name, name, 2);
    if (!found) return Unexpected{found.error()};
    if (found->shape[0] != n || found->shape[1] != n)
      return not_a_model(path, std::string("its ") + name + " does not fit the visible units");
    out.resize(n, n);
    for (Index r = 0; r < n; ++r) std::copy_n(&found->values[static_cast<std::size_t>(r * n)], n, out.row(r));
    return {};
  };
  if (auto taken = vector("picture_mean", space->mean); !taken) return taken;
  if (file.tensors.contains("picture_scale")) {
    if (auto taken = vector("picture_scale", space->scale); !taken) return taken;
    if (!(space->scale.minCoeff() > 0)) return not_a_model(path, "its picture_scale is not positive");
  } else {
    if (auto taken = matrix("picture_forward", space->forward); !taken) return taken;
    if (auto taken = matrix("picture_backward", space->backward); !taken) return taken;
  }
  model.space = std::move(space);
  return {};
}

Result<void> take_labels(const TensorFile& file, const std::string& path, Model& model) {
  if (!file.tensors.contains("label_weights")) return {};
  const Index hidden = model.hidden();
  auto weights_of_labels = find(file, path, "label_weights", "label_weights", 2);
  if (!weights_of_labels)
    return fail(weights_of_labels.error().code, weights_of_labels.error().message, path);
  auto bias_of_labels = find(file, path, "label_bias", "label_bias", 1);
  if (!bias_of_labels) return fail(bias_of_labels.error().code, bias_of_labels.error().message, path);
  const Index labels = weights_of_labels->shape[0];
  if (weights_of_labels->shape[1] != hidden || bias_of_labels->shape[0] != labels || labels > kMostLabels)
    return not_a_model(path, "its label_weights and label_bias fit neither each other nor " +
                                 std::to_string(hidden) + " hidden units");
  model.label_weights.resize(labels, hidden);
  for (Index y = 0; y < labels; ++y)
    std::copy_n(&weights_of_labels->values[static_cast<std::size_t>(y * hidden)], hidden,
                model.label_weights.row(y));
  model.label_bias = Eigen::Map<const Eigen::VectorXf>(bias_of_labels->values.data(), labels);
  auto names = FileWords(file.metadata, path).names(kLabelNamesKey, labels, "label units");
  return names ? Result<void>() : Unexpected{names.error()};
}

/// A part of a file without what it belongs to would be left out without a word.
Result<void> check_parts(const TensorFile& file, const std::string& path, Model& model) {
  const VisibleUnits& units = units_of(model);
  const bool has_states = model.states != nullptr, has_space = model.space != nullptr;
  const struct {
    const char* part;
    bool belongs;
    const char* wanted;
  } parts[] = {
      {"log_variance", units.has_variances(), "Gaussian visible units"},
      {kStatesTensor, has_states, "visible units that are categories"},
      {kStateNames, has_states, "visible units that are categories"},
      {kUnitNames, has_states, "visible units that are categories"},
      {"picture_mean", units.learns() == DataForm::Scaled, "Gaussian visible units"},
      {"picture_scale", has_space && model.space->is_diagonal(), "a picture_mean"},
      {"picture_forward", has_space && !model.space->is_diagonal(), "a picture_mean without picture_scale"},
      {"picture_backward", has_space && !model.space->is_diagonal(), "a picture_mean without picture_scale"},
      {"label_bias", model.labels() > 0, "label_weights"},
      {kLabelNamesKey, model.labels() > 0, "label_weights"}};
  for (const auto& [part, belongs, wanted] : parts) {
    const bool is_there = file.tensors.contains(part) || file.metadata.contains(part);
    if (is_there && !belongs)
      return not_a_model(
          path, std::string("it has ") + part + ", which belongs to " + wanted + ", and these it has not");
  }
  return {};
}

/// The model below, whose tensors and metadata are in the same file, with kBelow before their names.
Result<void> take_below(const TensorFile& file, const std::string& path, Model& model) {
  TensorFile part;
  for (const auto& [name, tensor] : file.tensors) {
    if (name.starts_with(kBelow)) part.tensors[name.substr(kBelow.size())] = tensor;
  }
  for (const auto& [key, text] : file.metadata) {
    if (!key.starts_with(kBelow)) continue;
    part.metadata[key.substr(kBelow.size())] = text;
    model.metadata.erase(key);
  }
  if (part.tensors.empty()) return {};
  auto below = model_from_tensors(part, path);
  if (!below) return Unexpected{below.error()};
  if (below->hidden() != model.visible() || !units_of(model).are_bits())
    return not_a_model(path, "its " + std::to_string(model.visible()) + " visible units are not the " +
                                 std::to_string(below->hidden()) + " hidden units of the model below");
  model.below = std::make_shared<const Model>(std::move(*below));
  return {};
}

}  // namespace

Result<Model> model_from_tensors(const TensorFile& file, const std::string& path) {
  auto weights = find(file, path, "weights", "components_", 2);
  if (!weights) return fail(weights.error().code, weights.error().message, path);
  auto visible_bias = find(file, path, "visible_bias", "intercept_visible_", 1);
  if (!visible_bias) return fail(visible_bias.error().code, visible_bias.error().message, path);
  auto hidden_bias = find(file, path, "hidden_bias", "intercept_hidden_", 1);
  if (!hidden_bias) return fail(hidden_bias.error().code, hidden_bias.error().message, path);

  const bool is_sklearn = !file.tensors.contains("weights");  // stored [hidden, visible]
  const Index rows = weights->shape[0], cols = weights->shape[1];
  const Index visible = is_sklearn ? cols : rows, hidden = is_sklearn ? rows : cols;
  if (visible_bias->shape[0] != visible || hidden_bias->shape[0] != hidden || visible == 0 || hidden == 0)
    return not_a_model(path, "weights for " + std::to_string(visible) + " × " + std::to_string(hidden) +
                                 " units do not fit biases of " + std::to_string(visible_bias->shape[0]) +
                                 " and " + std::to_string(hidden_bias->shape[0]));
  Model model;
  model.metadata = file.metadata;
  model.notes = file.notes;
  for (const char* own : kOwnMetadata) model.metadata.erase(own);
  auto shape = FileWords(file.metadata, path).image_shape(kImageShape, visible);
  if (!shape) return Unexpected{shape.error()};
  model.shape = *shape;
  model.weights.resize(visible, hidden);
  for (Index i = 0; i < visible; ++i) {
    for (Index j = 0; j < hidden; ++j) {
      model.weights(i, j) =
          weights->values[static_cast<std::size_t>(is_sklearn ? j * visible + i : i * hidden + j)];
    }
  }
  model.visible_bias = Eigen::Map<const Eigen::VectorXf>(visible_bias->values.data(), visible);
  model.hidden_bias = Eigen::Map<const Eigen::VectorXf>(hidden_bias->values.data(), hidden);
  for (const auto take :
       {check_format, take_visible_units, take_picture_space, take_labels, check_parts, take_below}) {
    if (auto taken = take(file, path, model); !taken)
      return fail(taken.error().code, taken.error().message, path);
  }
  return model;
}

TensorFile tensors_from_model(const Model& model) {
  return tensors_from_model(model, one_process());
}

TensorFile tensors_from_model(const Model& model, Communicator& ranks) {
  TensorFile file;
  file.metadata = model.metadata;
  file.metadata["format_version"] = kFormatVersion;
  file.metadata["visible_units"] = units_of(model).name();
  file.metadata["hidden_units"] = kHiddenUnits;
  file.metadata[kImageShape] = std::to_string(model.shape.height) + "x" + std::to_string(model.shape.width) +
                               "x" + std::to_string(model.shape.channels);
  file.tensors["weights"] = tensor_of(model.weights, ranks);
  file.tensors["visible_bias"] = tensor_of(model.visible_bias);
  file.tensors["hidden_bias"] = tensor_of(model.hidden_bias);
  if (model.log_variance.size() > 0) file.tensors["log_variance"] = tensor_of(model.log_variance);
  if (model.states != nullptr) {
    Eigen::VectorXf counts(model.states->units());
    for (Index i = 0; i < counts.size(); ++i) counts[i] = static_cast<float>(model.states->states(i));
    file.tensors[kStatesTensor] = tensor_of(counts);
    auto names = nlohmann::json::array();
    for (const auto& of_unit : model.states->names) names.push_back(as_json(of_unit));
    file.metadata[kStateNames] = names.dump();
    if (!model.states->columns.empty()) file.metadata[kUnitNames] = as_json(model.states->columns).dump();
  }
  if (model.space != nullptr) {
    const PictureSpace& space = *model.space;
    file.tensors["picture_mean"] = tensor_of(space.mean);
    if (space.is_diagonal()) {
      file.tensors["picture_scale"] = tensor_of(space.scale);
    } else {
      file.tensors["picture_forward"] = tensor_of(space.forward);
      file.tensors["picture_backward"] = tensor_of(space.backward);
    }
  }
  if (model.below != nullptr) {
    TensorFile below = tensors_from_model(*model.below);
    for (auto& [name, tensor] : below.tensors) file.tensors[kBelow + name] = std::move(tensor);
    for (auto& [key, text] : below.metadata) file.metadata[kBelow + key] = std::move(text);
  }
  if (model.labels() > 0) {
    file.tensors["label_weights"] = tensor_of(model.label_weights);
    file.tensors["label_bias"] = tensor_of(model.label_bias);
  }
  return file;
}

bool is_model_file(const std::string& path) {
  const std::string ending = std::filesystem::path(path).extension().string();
  if (ending == ".safetensors") return true;
  if (ending != ".npz") return false;
  const auto file = read_npz(path);
  return file && (file->tensors.contains("weights") || file->tensors.contains("components_"));
}

Result<Model> load_model(const std::string& path) {
  auto file = read_tensors(path);
  if (!file) return fail(file.error().code, file.error().message, path);
  return model_from_tensors(*file, path);
}

Result<void> save_model(const std::string& path, const Model& model) {
  return save_model(path, model, one_process());
}

Result<void> save_model(const std::string& path, const Model& model, Communicator& ranks) {
  const TensorFile file = tensors_from_model(model, ranks);
  return ranks.is_first() ? write_tensors(path, file) : Result<void>();
}

}  // namespace rbm
