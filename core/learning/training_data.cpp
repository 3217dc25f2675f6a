#include "core/learning/training_data.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/model/model_file.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {

namespace {

constexpr const char* kLabelNames = "label_names";  // a JSON array, in a model's metadata

Unexpected holds_categories(const Dataset& data) {
  return fail(
      ErrorCode::BadArgument,
      data.name + " holds categories (" + std::to_string(data.state_names.size()) +
          " columns of words or states), which no visible units of this version learn: give numbers, or "
          "leave those columns out with --drop.");
}

Unexpected does_not_fit(const Dataset& data, const Model& model) {
  return fail(ErrorCode::BadArgument, data.name + " has pictures of " + std::to_string(data.shape.pixels()) +
                                          " pixels, the model to build on learned " +
                                          std::to_string(picture_shape(model).pixels()) +
                                          ": use the data that it was trained on.");
}

/// p(h | picture) of every row, as bytes.
Dataset hidden_rows(const Dataset& pictures, const std::shared_ptr<const Model>& below, ThreadPool& pool) {
  constexpr Index kPiece = 1000;
  Dataset out;
  out.name = pictures.name;
  out.labels = pictures.labels;
  out.label_names = pictures.label_names;
  out.notes = pictures.notes;
  out.below = below;
  out.shape = {1, static_cast<int>(below->hidden()), 1};
  out.pixels.resize(static_cast<std::size_t>(pictures.count() * below->hidden()));
  Model top;
  top.below = below;
  Matrix piece, probabilities;
  for (Index first = 0; first < pictures.count(); first += kPiece) {
    piece.resize(std::min(kPiece, pictures.count() - first), pictures.shape.pixels());
    for (Index r = 0; r < piece.rows(); ++r) pictures.row(first + r, piece.row(r));
    from_pictures(top, piece, probabilities, pool);
    for (Index r = 0; r < piece.rows(); ++r) {
      std::transform(probabilities.row(r), probabilities.row(r) + below->hidden(),
                     out.pixels.data() + (first + r) * below->hidden(),
                     [](float p) { return static_cast<std::uint8_t>(p * 255 + 0.5f); });
    }
  }
  return out;
}

}  // namespace

Result<TrainingData> training_data(const Dataset& data, const TrainingSettings& settings, ThreadPool& pool) {
  if (data.is_categorical()) return holds_categories(data);
  const bool real = units_of(settings.visible).is_real(), stacks = !settings.on.empty();
  if (!real && !stacks && data.is_real()) {
    const auto bytes = as_bytes(data);
    return bytes ? training_data(*bytes, settings, pool) : Result<TrainingData>(Unexpected{bytes.error()});
  }
  const auto parts = split(data, settings.validation, settings.seed);
  if (!parts) return Unexpected{parts.error()};
  TrainingData out{parts->train, parts->validation, parts->train, parts->validation};
  if (stacks) {
    if (real)
      return fail(ErrorCode::BadArgument,
                  "Hidden units are on or off: a model on top of another one has binary visible units.");
    auto below = load_model(settings.on);
    if (!below) return Unexpected{below.error()};
    if (picture_shape(*below).pixels() != data.shape.pixels()) return does_not_fit(data, *below);
    const auto shared = std::make_shared<const Model>(std::move(*below));
    out.train = std::make_shared<const Dataset>(hidden_rows(*parts->train, shared, pool));
    out.validation = std::make_shared<const Dataset>(hidden_rows(*parts->validation, shared, pool));
    return out;
  }
  if (!real) return out;
  std::shared_ptr<const PictureSpace> space;
  if (settings.whitening != Whitening::None) {
    auto fitted = picture_space_of(*parts->train, settings.whitening);
    if (!fitted) return Unexpected{fitted.error()};
    space = std::make_shared<const PictureSpace>(std::move(*fitted));
  }
  out.train = std::make_shared<const Dataset>(real_rows(*parts->train, space, pool));
  out.validation = std::make_shared<const Dataset>(real_rows(*parts->validation, space, pool));
  return out;
}

namespace {

bool wants_real_units(const Dataset& data) {
  const bool fractions =
      !data.is_real() || std::ranges::all_of(data.values, [](float x) { return x >= 0 && x <= 1; });
  return data.shape.channels == 3 || !fractions;
}

/// Small patches, whose whitened filters are edges. A covariance wants many times more images than it has
/// rows.
bool wants_whitening(const Dataset& data) {
  constexpr Index kSmall = 12 * 12 * 3;
  const Index pixels = data.shape.pixels();
  return data.shape.channels == 3 && pixels <= kSmall && data.count() >= 10 * pixels;
}

/// Pixels that are not whitened rise and fall together, and a rate that suits few of them runs away with
/// many: about half of where runs on 558 pictures of people began to diverge (0.006 with 32 × 32 × 3 pixels
/// and 400 hidden units, 0.016 with 100; beyond 0.05 with 16 × 16 × 3).
float real_rate(Whitening whitening, Index pixels, int hidden) {
  if (whitening == Whitening::Zca) return 0.05f;
  return static_cast<float>(
      std::min(0.01, 1e4 / (std::pow(static_cast<double>(pixels), 1.5) * std::sqrt(hidden))));
}

}  // namespace

TrainingSettings with_suggested_units(const Dataset& data, TrainingSettings settings,
                                      const Decided& decided) {
  if (!decided.visible)
    settings.visible = wants_real_units(data) ? VisibleType::Gaussian : VisibleType::Binary;
  if (!units_of(settings.visible).is_real()) {
    if (!decided.learning_rate) settings.learning_rate = TrainingSettings{}.learning_rate;
    if (!decided.fast_rate) settings.fast_rate = settings.learning_rate;
    return settings;
  }
  if (!decided.whitening)
    settings.whitening = wants_whitening(data) ? Whitening::Zca : Whitening::Standardize;
  if (!decided.learning_rate)
    settings.learning_rate = real_rate(settings.whitening, data.shape.pixels(), settings.hidden);
  if (!decided.fast_rate) settings.fast_rate = settings.learning_rate;
  // The pixels of a picture hang together so closely that a variance which follows what is left of them falls
  // until chains stand still; the columns of a table are few.
  if (!decided.variance_rate) settings.variance_rate = is_picture(data.shape) ? 0.0f : 0.1f;
  return settings;
}

TrainingSettings suggested_for(const Dataset& data, const TrainingSettings& settings, Decided decided) {
  TrainingSettings out = fitted_to(data.count(), settings);
  out.on.clear();
  if (data.labels.empty()) out.labels = false;
  if (!out.labels) out.discriminative = 0;
  const bool was_real = units_of(settings.visible).is_real();
  const bool stays_binary = !was_real && (decided.visible || !wants_real_units(data));
  decided.learning_rate |= stays_binary;
  return with_suggested_units(data, out, decided);
}

bool same_data(const TrainingSettings& a, const TrainingSettings& b) {
  return a.data == b.data && a.source == b.source && a.on == b.on && a.visible == b.visible &&
         a.whitening == b.whitening && a.validation == b.validation;
}

Result<TrainingData> training_data_for(const Model& model, const TrainingData& data, ThreadPool& pool) {
  TrainingData out = data;
  const auto bring = [&](const std::shared_ptr<const Dataset>& pictures,
                         std::shared_ptr<const Dataset>& rows) -> Result<void> {
    const bool fits_already = !units_of(model).is_real() && !pictures->is_real() && model.below == nullptr;
    if (fits_already) {
      rows = pictures;
      return {};
    }
    auto made = data_for(model, *pictures, pool);
    if (!made) return Unexpected{made.error()};
    rows = std::make_shared<const Dataset>(std::move(*made));
    return {};
  };
  if (auto brought = bring(data.train_pictures, out.train); !brought) return Unexpected{brought.error()};
  if (auto brought = bring(data.validation_pictures, out.validation); !brought)
    return Unexpected{brought.error()};
  return out;
}

Result<TrainingData> pictures_of(const TrainingSettings& settings) {
  const auto data = load_dataset(settings.data, settings.source);
  if (!data) return Unexpected{data.error()};
  const auto parts = split(*data, settings.validation, settings.seed);
  if (!parts) return Unexpected{parts.error()};
  return TrainingData{parts->train, parts->validation, parts->train, parts->validation};
}

Result<TrainingData> pictures_learned_by(const Model& model, TrainingSettings& settings) {
  const auto told = [&](const char* key) {
    const auto found = model.metadata.find(key);
    return found == model.metadata.end() ? std::string() : found->second;
  };
  const std::string source = told("data");
  if (source.empty()) return fail(ErrorCode::BadArgument, "The file does not say what they were.");
  const auto options = source_options_from(told("data_options"));
  if (!options) return Unexpected{options.error()};
  const auto data = load_dataset(source, *options);
  if (!data) return Unexpected{data.error()};
  if (data->shape.pixels() != picture_shape(model).pixels()) return does_not_fit(*data, model);
  TrainingSettings fitted = fitted_to(data->count(), settings);
  const auto parts = split(*data, fitted.validation, fitted.seed);
  if (!parts) return Unexpected{parts.error()};
  settings = fitted;
  settings.data = source;
  settings.source = *options;
  return TrainingData{parts->train, parts->validation, parts->train, parts->validation};
}

Whitening whitening_of(const Model& model) {
  if (model.space == nullptr) return Whitening::None;
  return model.space->is_diagonal() ? Whitening::Standardize : Whitening::Zca;
}

std::vector<std::string> label_names_of(const Model& model) {
  const auto told = model.metadata.find(kLabelNames);
  std::vector<std::string> names;
  if (told == model.metadata.end()) return names;
  const auto json = nlohmann::json::parse(told->second, nullptr, false);
  if (!json.is_array()) return names;
  for (const auto& name : json) names.push_back(name.is_string() ? name.get<std::string>() : std::string());
  return names;
}

void keep_label_names(const Dataset& data, Model& model) {
  if (!data.label_names.empty())
    model.metadata[kLabelNames] =
        nlohmann::json(data.label_names).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Dataset> data_for(const Model& model, Dataset data, ThreadPool& pool) {
  if (data.is_categorical()) return holds_categories(data);
  if (model.labels() > 0 && !data.labels.empty())
    number_labels_as(data, label_names_of(model), static_cast<std::size_t>(model.labels()));
  if (model.below != nullptr) {
    if (picture_shape(model).pixels() != data.shape.pixels()) return does_not_fit(data, model);
    return hidden_rows(data, model.below, pool);
  }
  if (!units_of(model).is_real()) return as_bytes(std::move(data));
  if (data.shape.pixels() != model.visible()) return data;  // the caller compares shapes, and says so
  return real_rows(data, model.space, pool);
}

}  // namespace rbm
