// Trainer to tensors and back: a checkpoint is a model file (its main tensors are the averaged model, so it
// opens anywhere a model does) with the state of the run under "run/…" and the settings as one JSON string in
// the metadata.
#include <algorithm>
#include <type_traits>

#include "core/learning/settings_text.hpp"
#include "core/learning/trainer.hpp"
#include "core/model/file_words.hpp"
#include "core/model/tensor_rows.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr const char *kSettingsKey = "training_settings", *kUpdatesKey = "run_updates",
                     *kChainAgeKey = "run_chain_age";

/// `what` may be a sentence with its full stop.
std::string cannot_resume(const std::string& path, std::string what) {
  if (what.ends_with('.')) what.pop_back();
  return path + " cannot be resumed: " + what + "; open it as a model, or use another checkpoint.";
}

Tensor tensor_of(const std::vector<std::uint8_t>& v) {
  return packed_rows("U8", 1, static_cast<Index>(v.size()), 1, [&](Index) { return v.data(); });
}
Tensor tensor_of(const Eigen::VectorXf& v) {
  return packed_rows("F32", 1, v.size(), sizeof(float), [&](Index) { return v.data(); });
}
bool take(const TensorFile& file, const std::string& tensor_name, std::vector<std::uint8_t>& v) {
  return unpacked_rows(file, tensor_name, "U8", 1, static_cast<Index>(v.size()), 1,
                       [&](Index) { return v.data(); });
}
bool take(const TensorFile& file, const std::string& tensor_name, Eigen::VectorXf& v) {
  return unpacked_rows(file, tensor_name, "F32", 1, v.size(), sizeof(float), [&](Index) { return v.data(); });
}

/// Whether what a file has for an array of the run can be of it. What is finite and out of proportion shows as divergence.
struct Sound {
  const Model& model;
  bool may_lack;  // units of the rows of the chains

  bool operator()(const Matrix& m, Kept kept) const {
    return m.held().allFinite() &&
           (kept != Kept::Squares || m.held().size() == 0 || m.held().minCoeff() >= 0);
  }
  bool operator()(const Eigen::VectorXf& v, Kept kept) const {
    return v.allFinite() && (kept != Kept::Squares || v.minCoeff() >= 0);
  }
  bool operator()(const BitMatrix& hidden, Kept) const { return !has_stray_bits(hidden); }
  bool operator()(const States& v, Kept) const { return units_of(model).are_states(model, v, may_lack); }
  bool operator()(const std::vector<std::uint8_t>& labels, Kept) const {
    return std::ranges::all_of(labels, [&](std::uint8_t y) { return y < model.labels(); });
  }
};

}  // namespace

bool is_checkpoint(const TensorFile& file) {
  return file.metadata.contains(kSettingsKey) && file.tensors.contains("run/weights");
}

Result<TrainingSettings> checkpoint_settings(const TensorFile& file, const std::string& path) {
  const auto broken = [&](const std::string& what) {
    return fail(ErrorCode::BadFormat, cannot_resume(path, what), path);
  };
  if (!is_checkpoint(file)) return broken("it is a model, not a checkpoint");
  auto settings = settings_from_json_text(file.metadata.at(kSettingsKey));
  if (!settings) return broken(settings.error().message);
  if (auto valid = validate(*settings); !valid) return broken(valid.error().message);
  return settings;
}

Model Trainer::described_model() const {
  RBM_ASSERT(is_whole_);
  Model model = averaged();
  auto& about = model.metadata;
  describe_settings(settings_, about);
  about["updates"] = std::to_string(updates_);
  return model;
}

TensorFile Trainer::checkpoint() const {
  TensorFile file = tensors_from_model(described_model(), ranks_);
  file.metadata[kSettingsKey] = to_json_text(settings_);
  file.metadata[kUpdatesKey] = std::to_string(updates_);
  file.metadata[kChainAgeKey] = std::to_string(chains_.age);
  VisitingState write([&](std::string_view array, Kept kept, const auto& value) {
    if (kept == Kept::Average || value.size() == 0) return;
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, Matrix>)
      file.tensors[std::string(array)] = tensor_of(value, ranks_);
    else
      file.tensors[std::string(array)] = tensor_of(value);
  });
  const_cast<Trainer*>(this)->visit_state(write);  // which lists the arrays and changes none
  return file;
}

Result<std::unique_ptr<Trainer>> Trainer::resume(const TensorFile& file, Rows train, const std::string& path,
                                                 Communicator& ranks) {
  const auto broken = [&](const std::string& what) {
    return fail(ErrorCode::BadFormat, cannot_resume(path, what), path);
  };
  auto told = checkpoint_settings(file, path);
  if (!told) return fail(told.error().code, told.error().message, path);
  TrainingSettings settings = *told;
  const FileWords words(file.metadata, path);
  if (!words.has(kUpdatesKey)) return broken("it does not say after how many updates it was written");
  const auto updates = words.number(kUpdatesKey, 0);
  if (!updates) return Unexpected{updates.error()};
  const auto chain_age = words.number(kChainAgeKey, 0);  // files of before it was kept count from here
  if (!chain_age) return Unexpected{chain_age.error()};
  auto model = model_from_tensors(file, path);
  if (!model) return fail(model.error().code, model.error().message, path);
  // They describe this checkpoint, not the models that come of it.
  std::erase_if(model->metadata, [](const auto& entry) {
    return entry.first == kSettingsKey || entry.first.starts_with("run_");
  });
  if (model->visible() != train->shape.pixels()) {
    return broken("its model has " + std::to_string(model->visible()) + " visible units, the images have " +
                  std::to_string(train->shape.pixels()) + " pixels");
  }
  if (settings.visible != model->visible_type || settings.hidden != model->hidden())
    return broken("its settings and its model are of different units");
  settings.labels = model->labels() > 0;
  if (settings.labels && std::ranges::any_of(train->labels, [&](int y) { return y >= model->labels(); }))
    return broken("the data have other labels than its " + std::to_string(model->labels()));
  if (auto fits = check_fits(settings, *train); !fits) return broken(fits.error().message);
  auto trainer = std::make_unique<Trainer>(settings, std::move(train), std::move(*model), ranks);
  Trainer& t = *trainer;  // the constructor made the file's main tensors both model and average; the run's
                          // own weights follow
  std::string missing, damaged;
  const Sound is_sound{t.model(), t.data().has_missing()};
  VisitingState read([&](std::string_view array, Kept kept, auto& value) {
    if (kept == Kept::Average || value.size() == 0) return;
    if (!take(file, std::string(array), value))
      missing = array;
    else if (!is_sound(value, kept))
      damaged = array;
  });
  t.visit_state(read);
  if (!missing.empty()) return broken("the tensor " + missing + " is missing or of another shape");
  if (!damaged.empty())
    return broken("it is damaged, its tensor " + damaged +
                  " holds numbers, states or labels that such a run cannot have");
  if (!t.in_bounds()) return broken("its parameters are those of a run that diverged");
  t.updates_ = *updates;
  t.chains_.age = *chain_age;
  t.parameters_.weights_set();
  t.prepare();
  ThreadPool alone(1);
  t.estimator_->follow(t.model(), alone);
  t.keep_good_state();
  return trainer;
}

}  // namespace rbm
