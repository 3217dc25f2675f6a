#include "core/learning/training_data.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/files/text.hpp"
#include "core/learning/unit_rows.hpp"
#include "core/model/file_words.hpp"
#include "core/model/labels.hpp"
#include "core/model/model_file.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {

namespace {

constexpr const char* kReadingKey = "data_reading";

Unexpected holds_categories(const Dataset& data, const VisibleUnits& units) {
  return fail(
      ErrorCode::BadArgument,
      data.name + " holds categories (" + std::to_string(data.state_names.size()) +
          " columns of words or states), which " + units.name() +
          " units do not learn: take categories for the visible units, or leave those columns out with "
          "--drop.");
}

Unexpected does_not_fit(const Dataset& data, const Model& model) {
  return fail(ErrorCode::BadArgument, data.name + " has pictures of " + std::to_string(data.shape.pixels()) +
                                          " pixels, the model to build on learned " +
                                          std::to_string(picture_shape(model).pixels()) +
                                          ": use the data that it was trained on.");
}

Unexpected is_for_bits(const Dataset& data) {
  return fail(ErrorCode::BadArgument,
              data.name +
                  " is held without its zeros, which only binary visible units can learn: use them, or fewer "
                  "columns.");
}

Unexpected stacks_want_whole_rows(const Dataset& data) {
  return fail(ErrorCode::BadArgument,
              data.name +
                  " has rows with missing cells, and a model on top of another one learns what that says of "
                  "whole rows: leave such rows out with --complete.");
}

/// p(h | picture) of every row, as bytes.
Dataset hidden_rows(const Dataset& pictures, const std::shared_ptr<const Model>& below, ThreadPool& pool) {
  constexpr Index kPiece = 1000;
  Dataset out;
  out.name = pictures.name;
  out.labels = pictures.labels;
  out.label_names = pictures.label_names;
  out.notes = pictures.notes;
  out.reading = pictures.reading;
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

Result<Dataset> shown(const Dataset& data) {
  if (data.state_names.empty()) return sign_pictures(data);
  const auto states = states_in(data);
  if (!states) return Unexpected{states.error()};
  const auto rows = state_rows(data, *states);
  if (!rows) return Unexpected{rows.error()};
  return state_pictures(*rows);
}

namespace {

/// `make` of both parts.
template <class Make>
Result<void> make_rows(const DataSplit& parts, Make make, TrainingData& out) {
  auto train = make(*parts.train);
  if (!train) return Unexpected{train.error()};
  auto validation = make(*parts.validation);
  if (!validation) return Unexpected{validation.error()};
  out.train = std::make_shared<const Dataset>(std::move(*train));
  out.validation = std::make_shared<const Dataset>(std::move(*validation));
  return {};
}

/// Both parts as pictures, which are the rows, too, until rows are made.
Result<TrainingData> shown_parts(const DataSplit& parts) {
  TrainingData out{parts.train, parts.validation, parts.train, parts.validation};
  if (parts.train->state_names.empty() && !holds_signs(*parts.train)) return out;
  if (auto made = make_rows(
          parts, [](const Dataset& part) { return shown(part); }, out);
      !made)
    return Unexpected{made.error()};
  out.train_pictures = out.train;
  out.validation_pictures = out.validation;
  return out;
}

Result<TrainingData> shown_parts(const Dataset& data, Index validation, std::uint64_t seed) {
  const auto parts = split(data, validation, seed);
  return parts ? shown_parts(*parts) : Result<TrainingData>(Unexpected{parts.error()});
}

Result<TrainingData> data_on_top(const Dataset& data, const TrainingSettings& settings, ThreadPool& pool) {
  if (!units_of(settings.visible).are_bits())
    return fail(ErrorCode::BadArgument,
                "Hidden units are on or off: a model on top of another one has binary visible units.");
  auto out = shown_parts(data, settings.validation, settings.seed);
  if (!out) return out;
  auto below = load_model(settings.on);
  if (!below) return Unexpected{below.error()};
  if (picture_shape(*below).pixels() != out->train->shape.pixels()) return does_not_fit(*out->train, *below);
  if (data.has_missing()) return stacks_want_whole_rows(data);
  const auto shared = std::make_shared<const Model>(std::move(*below));
  out->train = std::make_shared<const Dataset>(hidden_rows(*out->train_pictures, shared, pool));
  out->validation = std::make_shared<const Dataset>(hidden_rows(*out->validation_pictures, shared, pool));
  return out;
}

Result<std::shared_ptr<const PictureSpace>> space_of(const Dataset& train, Whitening whitening) {
  if (whitening == Whitening::None) return std::shared_ptr<const PictureSpace>();
  auto fitted = picture_space_of(train, whitening);
  if (!fitted) return Unexpected{fitted.error()};
  return std::make_shared<const PictureSpace>(std::move(*fitted));
}

}  // namespace

Result<TrainingData> training_data(const Dataset& data, const TrainingSettings& settings, ThreadPool& pool) {
  if (!settings.on.empty()) return data_on_top(data, settings, pool);
  const DataForm form = units_of(settings.visible).learns();
  if (data.is_categorical() && form != DataForm::Categories)
    return holds_categories(data, units_of(settings.visible));
  if (form != DataForm::Bits && data.is_sparse()) return is_for_bits(data);
  if (form == DataForm::Bits && data.is_real()) {
    const auto bytes = as_bytes(data);
    return bytes ? training_data(*bytes, settings, pool) : Result<TrainingData>(Unexpected{bytes.error()});
  }
  const auto parts = split(data, settings.validation, settings.seed);
  if (!parts) return Unexpected{parts.error()};
  auto out = shown_parts(*parts);
  if (!out || form == DataForm::Bits) return out;
  Result<void> made;
  if (form == DataForm::Scaled) {
    // Pictures of signs are for units that are signs.
    out = TrainingData{parts->train, parts->validation, parts->train, parts->validation};
    const auto space = space_of(*parts->train, settings.whitening);
    if (!space) return Unexpected{space.error()};
    made = make_rows(
        *parts, [&](const Dataset& part) -> Result<Dataset> { return real_rows(part, *space, pool); }, *out);
  } else if (form == DataForm::Signs) {
    made = make_rows(*parts, sign_rows, *out);
  } else {
    const auto states = states_in(data);
    if (!states) return Unexpected{states.error()};
    made = make_rows(
        *parts, [&](const Dataset& part) { return state_rows(part, *states); }, *out);
  }
  if (!made) return Unexpected{made.error()};
  return out;
}

VisibleStatistics visible_statistics(const Dataset& rows, Binarization binarization) {
  return {state_means(rows, binarization), rows.is_real() ? variances(rows) : Eigen::VectorXf(), rows.states};
}

bool same_data(const TrainingSettings& a, const TrainingSettings& b) {
  return a.data == b.data && a.source == b.source && a.on == b.on && a.visible == b.visible &&
         a.whitening == b.whitening && a.validation == b.validation;
}

Result<TrainingData> training_data_for(const Model& model, const TrainingData& data, ThreadPool& pool) {
  TrainingData out = data;
  const auto bring = [&](const std::shared_ptr<const Dataset>& pictures,
                         std::shared_ptr<const Dataset>& rows) -> Result<void> {
    const bool fits_already =
        units_of(model).learns() == DataForm::Bits && !pictures->is_real() && model.below == nullptr;
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
  return pictures_in(*data, settings);
}

Result<TrainingData> pictures_in(const Dataset& data, const TrainingSettings& settings) {
  return shown_parts(data, settings.validation, settings.seed);
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
  TrainingSettings fitted = fitted_to(data->count(), settings);
  auto parts = shown_parts(*data, fitted.validation, fitted.seed);
  if (!parts) return parts;
  if (parts->train->shape.pixels() != picture_shape(model).pixels()) return does_not_fit(*data, model);
  settings = fitted;
  settings.data = source;
  settings.source = *options;
  return parts;
}

Whitening whitening_of(const Model& model) {
  if (model.space == nullptr) return Whitening::None;
  return model.space->is_diagonal() ? Whitening::Standardize : Whitening::Zca;
}

std::vector<std::string> label_names_of(const Model& model) {
  auto names = FileWords(model.metadata, {}).names(kLabelNamesKey, model.labels(), "label units");
  return names ? *std::move(names)
               : std::vector<std::string>();  // of a file they were checked when it was read
}

void keep_label_names(const Dataset& data, Model& model) {
  if (data.label_names.empty()) return;
  nlohmann::json names = nlohmann::json::array();
  for (const std::string& name : data.label_names) names.push_back(to_utf8(name));
  model.metadata[kLabelNamesKey] = names.dump();
}

void keep_reading(const Dataset& data, Model& model) {
  if (data.reading.says_nothing())
    model.metadata.erase(kReadingKey);
  else
    model.metadata[kReadingKey] = reading_text(data.reading);
}

Result<std::shared_ptr<const Reading>> reading_of(const Model& model) {
  const auto found = model.metadata.find(kReadingKey);
  if (found == model.metadata.end()) return std::shared_ptr<const Reading>();
  auto reading = reading_from(found->second);
  if (!reading) return Unexpected{reading.error()};
  return std::make_shared<const Reading>(std::move(*reading));
}

Result<DataColumns> columns_of(const Model& model) {
  DataColumns out;
  if (!units_of(lowest_of(model)).stores_numbers()) return out;
  const auto reading = reading_of(model);
  if (!reading) return Unexpected{reading.error()};
  if (*reading == nullptr) return out;
  const auto fits = [&](const auto& of_columns) {
    return std::ssize(of_columns) == picture_shape(model).pixels();
  };
  if ((*reading)->columns.are_named && fits((*reading)->columns.names)) out.names = (*reading)->columns.names;
  if (fits((*reading)->away)) out.away = (*reading)->away;
  return out;
}

Result<Dataset> data_for(const Model& model, Dataset data, ThreadPool& pool) {
  const VisibleUnits& units = units_of(model);
  if (data.is_categorical() && model.below == nullptr && units.learns() != DataForm::Categories)
    return holds_categories(data, units);
  if (model.labels() > 0 && !data.labels.empty())
    number_labels_as(data, label_names_of(model), static_cast<std::size_t>(model.labels()));
  if (model.below != nullptr) {
    auto pictures = shown(data);
    if (!pictures) return pictures;
    if (picture_shape(model).pixels() != pictures->shape.pixels()) return does_not_fit(data, model);
    if (data.has_missing()) return stacks_want_whole_rows(data);
    return hidden_rows(*pictures, model.below, pool);
  }
  if (units.learns() != DataForm::Bits && data.is_sparse()) return is_for_bits(data);
  switch (units.learns()) {
    case DataForm::Bits:
      if (data.is_real()) return as_bytes(data);
      return data;
    case DataForm::Signs:
      return sign_rows(data);
    case DataForm::Categories:
      if (!data.state_names.empty()) return state_rows(data, model.states);
      if (data.shape != picture_shape(model) || data.is_real()) return does_not_fit(data, model);
      return state_rows_of_pictures(data, model.states);
    case DataForm::Scaled:
      break;
  }
  if (data.shape.pixels() != model.visible()) return data;  // the caller compares shapes, and says so
  if (data.has_missing() && model.space != nullptr && !model.space->is_diagonal())
    return fail(
        ErrorCode::BadArgument,
        data.name +
            " has rows with missing cells, and the model's whitening mixes all values of a row: leave "
            "such rows out with --complete.");
  return real_rows(data, model.space, pool);
}

}  // namespace rbm
