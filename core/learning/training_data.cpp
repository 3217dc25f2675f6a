#include "core/learning/training_data.hpp"

#include "core/model/units/visible_units.hpp"

namespace rbm {

Result<TrainingData> training_data(const Dataset& data, const TrainingSettings& settings, ThreadPool& pool) {
  const bool real = units_of(settings.visible).is_real();
  Result<Dataset> usable = real ? Result<Dataset>(data) : as_bytes(data);
  if (!usable) return Unexpected{usable.error()};
  const auto parts = split(*usable, settings.validation);
  if (!parts) return Unexpected{parts.error()};
  TrainingData out{parts->train, parts->validation, parts->train, parts->validation};
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

Result<TrainingData> training_data_for(const Model& model, const TrainingData& data, ThreadPool& pool) {
  TrainingData out = data;
  const auto bring = [&](const std::shared_ptr<const Dataset>& pictures,
                         std::shared_ptr<const Dataset>& rows) -> Result<void> {
    const bool fits_already = !units_of(model).is_real() && !pictures->is_real();
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
  if (auto brought = bring(data.validation_pictures, out.validation); !brought) return Unexpected{brought.error()};
  return out;
}

Whitening whitening_of(const Model& model) {
  if (model.space == nullptr) return Whitening::None;
  return model.space->is_diagonal() ? Whitening::Standardize : Whitening::Zca;
}

Result<Dataset> data_for(const Model& model, Dataset data, ThreadPool& pool) {
  if (!units_of(model).is_real()) return as_bytes(std::move(data));
  if (data.shape.pixels() != model.visible()) return data;  // the caller compares shapes, and says so
  return real_rows(data, model.space, pool);
}

}  // namespace rbm
