// Trainer to tensors and back: a checkpoint is a model file (its main tensors are the averaged model, so it
// opens anywhere a model does) with the state of the run under "run/…" and the settings as one JSON string in
// the metadata.
#include <algorithm>
#include <type_traits>

#include "core/learning/settings_text.hpp"
#include "core/learning/trainer.hpp"
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

bool is_sound(const Matrix& m) {
  return m.held().allFinite();
}
bool is_sound(const Eigen::VectorXf& v) {
  return v.allFinite();
}
/// Bits beyond the columns would be taken for units that are not there.
bool is_sound(const BitMatrix& bits) {
  for (Index r = 0; r < bits.rows(); ++r) {
    for (Index w = 0; w < bits.words_per_row(); ++w) {
      const Index left = bits.cols() - 64 * w;
      if (left >= 64) continue;
      const std::uint64_t known = left <= 0 ? 0 : (std::uint64_t{1} << left) - 1;
      if ((bits.row(r)[w] & ~known) != 0) return false;
    }
  }
  return true;
}
bool is_sound(const std::vector<std::uint8_t>&) {
  return true;
}

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
  std::uint64_t updates = 0, chain_age = 0;
  try {
    updates = std::stoull(file.metadata.at(kUpdatesKey));
    // Files of before it was kept count from here.
    if (file.metadata.contains(kChainAgeKey)) chain_age = std::stoull(file.metadata.at(kChainAgeKey));
  } catch (const std::exception&) {
    return broken("it does not say after how many updates it was written");
  }
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
  VisitingState read([&](std::string_view array, Kept kept, auto& value) {
    if (kept == Kept::Average || value.size() == 0) return;
    if (!take(file, std::string(array), value))
      missing = array;
    else if (!is_sound(value))
      damaged = array;
  });
  t.visit_state(read);
  if (!missing.empty()) return broken("the tensor " + missing + " is missing or of another shape");
  if (!damaged.empty())
    return broken("it is damaged, its tensor " + damaged +
                  " holds values that are not finite, or units that it does not have");
  t.updates_ = updates;
  t.chains_.age = chain_age;
  t.parameters_.weights_set();
  t.prepare();
  ThreadPool alone(1);
  t.estimator_->follow(t.model(), alone);
  t.keep_good_state();
  return trainer;
}

}  // namespace rbm
