// Trainer to tensors and back: a checkpoint is a model file (its main tensors are the averaged model, so it
// opens anywhere a model does) with the state of the run under "run/…" and the settings as one JSON string in
// the metadata.
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/learning/trainer.hpp"

namespace rbm {
namespace {

constexpr const char* kSettingsKey = "training_settings";

nlohmann::json to_json(const TrainingSettings& s) {
  return {{"data", s.data},
          {"data_options", text_of(s.source)},
          {"hidden", s.hidden},
          {"batch", s.batch},
          {"chains", s.chains},
          {"validation", s.validation},
          {"initial_sd", s.initial_sd},
          {"seed", s.seed},
          {"method", name(s.method)},
          {"k", s.k},
          {"centred", s.centred},
          {"learning_rate", s.learning_rate},
          {"decay_updates", s.decay_updates},
          {"final_rate", s.final_rate},
          {"momentum", s.momentum},
          {"l1", s.l1},
          {"l2", s.l2},
          {"average", s.average},
          {"binarization", name(s.binarization)},
          {"threads", s.threads}};
}

/// Throws nlohmann::json::exception on a missing or mistyped member; the caller turns that into an Error.
TrainingSettings from_json(const nlohmann::json& j) {
  TrainingSettings s;
  s.data = j.at("data");
  if (const auto source = source_options_from(j.value("data_options", std::string()))) s.source = *source;
  s.hidden = j.at("hidden");
  s.batch = j.at("batch");
  s.chains = j.at("chains");
  s.validation = j.at("validation");
  s.initial_sd = j.at("initial_sd");
  s.seed = j.at("seed");
  s.k = j.at("k");
  s.centred = j.at("centred");
  s.learning_rate = j.at("learning_rate");
  s.decay_updates = j.at("decay_updates");
  s.final_rate = j.at("final_rate");
  s.momentum = j.at("momentum");
  s.l1 = j.at("l1");
  s.l2 = j.at("l2");
  s.average = j.at("average");
  s.threads = j.at("threads");
  if (const auto method = method_from(j.at("method").get<std::string>())) s.method = *method;
  if (const auto binarization = binarization_from(j.at("binarization").get<std::string>()))
    s.binarization = *binarization;
  return s;
}

template <class Row>
Tensor packed(const char* dtype, Index rows, Index cols, std::size_t item, Row row) {
  Tensor t{dtype, {rows, cols}, std::vector<std::uint8_t>(static_cast<std::size_t>(rows * cols) * item)};
  for (Index r = 0; r < rows; ++r) {
    std::memcpy(t.bytes.data() + static_cast<std::size_t>(r * cols) * item, row(r),
                static_cast<std::size_t>(cols) * item);
  }
  return t;
}
Tensor tensor_of(const Matrix& m) {
  return packed("F32", m.rows(), m.cols(), sizeof(float), [&](Index r) { return m.row(r); });
}
Tensor tensor_of(const BitMatrix& m) {
  return packed("U64", m.rows(), m.words_per_row(), sizeof(std::uint64_t), [&](Index r) { return m.row(r); });
}
Tensor tensor_of(const Eigen::VectorXf& v) {
  return packed("F32", 1, v.size(), sizeof(float), [&](Index) { return v.data(); });
}

/// Copies a tensor into storage of a known shape; false if it is missing or of another shape or type.
template <class Row>
bool unpacked(const TensorFile& file, const char* tensor_name, const char* dtype, Index rows, Index cols,
              std::size_t item, Row row) {
  const auto found = file.tensors.find(tensor_name);
  if (found == file.tensors.end() || found->second.dtype != dtype) return false;
  const auto& bytes = found->second.bytes;
  if (bytes.size() != static_cast<std::size_t>(rows * cols) * item) return false;
  for (Index r = 0; r < rows; ++r) {
    std::memcpy(row(r), bytes.data() + static_cast<std::size_t>(r * cols) * item,
                static_cast<std::size_t>(cols) * item);
  }
  return true;
}
bool take(const TensorFile& file, const char* tensor_name, Matrix& m) {
  return unpacked(file, tensor_name, "F32", m.rows(), m.cols(), sizeof(float),
                  [&](Index r) { return m.row(r); });
}
bool take(const TensorFile& file, const char* tensor_name, BitMatrix& m) {
  return unpacked(file, tensor_name, "U64", m.rows(), m.words_per_row(), sizeof(std::uint64_t),
                  [&](Index r) { return m.row(r); });
}
bool take(const TensorFile& file, const char* tensor_name, Eigen::VectorXf& v) {
  return unpacked(file, tensor_name, "F32", 1, v.size(), sizeof(float), [&](Index) { return v.data(); });
}

/// Every array of a run, in one list, so that writing and reading cannot drift apart.
template <class Visit>
void visit_arrays(Visit visit, auto& model, auto& velocity, auto& visible_velocity, auto& hidden_velocity,
                  auto& visible_offset, auto& hidden_offset, auto& chain_visible, auto& chain_hidden) {
  visit("run/weights", model.weights);
  visit("run/visible_bias", model.visible_bias);
  visit("run/hidden_bias", model.hidden_bias);
  visit("run/velocity", velocity);
  visit("run/visible_velocity", visible_velocity);
  visit("run/hidden_velocity", hidden_velocity);
  visit("run/visible_offset", visible_offset);
  visit("run/hidden_offset", hidden_offset);
  visit("run/chain_visible", chain_visible);
  visit("run/chain_hidden", chain_hidden);
}

}  // namespace

bool is_checkpoint(const TensorFile& file) {
  return file.metadata.contains(kSettingsKey) && file.tensors.contains("run/weights");
}

Model Trainer::described_model() const {
  Model model = averaged();
  auto& about = model.metadata;
  about["data"] = settings_.data;
  if (const std::string options = text_of(settings_.source); !options.empty())
    about["data_options"] = options;
  about["method"] = std::string(name(settings_.method)) + "-" + std::to_string(settings_.k);
  about["binarization"] = std::string(name(settings_.binarization));
  about["centred"] = settings_.centred ? "yes" : "no";
  about["learning_rate"] = std::to_string(settings_.learning_rate);
  about["batch"] = std::to_string(settings_.batch);
  about["weight_average"] = std::to_string(settings_.average);
  about["updates"] = std::to_string(updates_);
  about["seed"] = std::to_string(settings_.seed);
  return model;
}

TensorFile Trainer::checkpoint() const {
  TensorFile file = tensors_from_model(described_model());
  file.metadata[kSettingsKey] = to_json(settings_).dump();
  file.metadata["run_updates"] = std::to_string(updates_);
  visit_arrays([&](const char* array, const auto& value) { file.tensors[array] = tensor_of(value); }, model_,
               velocity_, visible_velocity_, hidden_velocity_, visible_offset_, hidden_offset_,
               chain_visible_, chain_hidden_);
  return file;
}

Result<std::unique_ptr<Trainer>> Trainer::resume(const TensorFile& file, std::shared_ptr<const Dataset> train,
                                                 const std::string& path) {
  const auto broken = [&](const std::string& what) {
    return fail(ErrorCode::BadFormat,
                path + " cannot be resumed: " + what + ". Open it as a model, or use another checkpoint.",
                path);
  };
  if (!is_checkpoint(file)) return broken("it is a model, not a checkpoint");
  TrainingSettings settings;
  std::uint64_t updates = 0;
  try {
    settings = from_json(nlohmann::json::parse(file.metadata.at(kSettingsKey)));
    updates = std::stoull(file.metadata.at("run_updates"));
  } catch (const std::exception& error) {
    return broken(std::string("its settings are damaged (") + error.what() + ")");
  }
  if (auto valid = validate(settings); !valid) return broken(valid.error().message);
  auto model = model_from_tensors(file, path);
  if (!model) return fail(model.error().code, model.error().message, path);
  if (model->visible() != train->shape.pixels()) {
    return broken("its model has " + std::to_string(model->visible()) + " visible units, the images have " +
                  std::to_string(train->shape.pixels()) + " pixels");
  }
  if (settings.batch > train->count()) return broken("its mini-batch is larger than the training set");
  auto trainer = std::make_unique<Trainer>(settings, std::move(train), std::move(*model));
  Trainer& t = *trainer;  // the constructor made the file's main tensors both model and average; the run's
                          // own weights follow
  std::string missing;
  visit_arrays(
      [&](const char* array, auto& value) {
        if (!take(file, array, value)) missing = array;
      },
      t.model_, t.velocity_, t.visible_velocity_, t.hidden_velocity_, t.visible_offset_, t.hidden_offset_,
      t.chain_visible_, t.chain_hidden_);
  if (!missing.empty()) return broken("the tensor " + missing + " is missing or of another shape");
  t.updates_ = updates;
  t.transposed_.view() = t.model_.weights.view().transpose();
  t.keep_good_state();
  return trainer;
}

}  // namespace rbm
