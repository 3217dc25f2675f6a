#include "core/api/own_data.hpp"

#include <utility>

#include "core/run/loading.hpp"

namespace rbm {
namespace {

Unexpected refuse(const AboutRows& about, const std::string& what) {
  return fail(ErrorCode::BadArgument, about.name + " " + what);
}

/// Everything but the numbers, of which there are `size`.
Result<Dataset> described(std::size_t size, Index columns, AboutRows about) {
  if (size == 0 || columns < 1) return refuse(about, "has no numbers: give at least one row and one column.");
  const auto width = static_cast<std::size_t>(columns);
  if (size % width != 0)
    return refuse(about, "has " + std::to_string(size) + " numbers, which are no whole rows of " +
                             std::to_string(columns) + " columns: give every row as many.");
  if (about.shape.pixels() == 0) about.shape = {1, static_cast<int>(columns), 1};
  if (about.shape.pixels() != columns)
    return refuse(about, "has rows of " + std::to_string(columns) + " numbers, its shape has " +
                             std::to_string(about.shape.pixels()) + ": let both agree.");
  if (!about.labels.empty() && about.labels.size() != size / width)
    return refuse(about, "has " + std::to_string(size / width) + " rows and " +
                             std::to_string(about.labels.size()) + " labels: give one label a row.");
  Dataset out;
  out.name = std::move(about.name);
  out.shape = about.shape;
  out.labels = std::move(about.labels);
  out.label_names = std::move(about.label_names);
  out.order = RowOrder::Any;
  return out;
}

}  // namespace

Result<Dataset> dataset_from(std::span<const float> values, Index columns, AboutRows about) {
  auto out = described(values.size(), columns, std::move(about));
  if (!out) return out;
  out->values.assign(values.begin(), values.end());
  if (auto marked = mark_missing(*out); !marked) return Unexpected{marked.error()};
  return out;
}

Result<Dataset> dataset_from(std::vector<double>&& values, Index columns, AboutRows about) {
  const auto away = std::exchange(about.away, std::nullopt);
  if (away && !away->empty() && std::ssize(*away) != columns)
    return refuse(about, "has " + std::to_string(columns) + " columns, and " + std::to_string(away->size()) +
                             " numbers are to be taken away of them: give one for each column.");
  auto out = described(values.size(), columns, std::move(about));
  if (!out) return out;
  if (auto set = set_as_they_are(*out, std::move(values), away); !set) return Unexpected{set.error()};
  return out;
}

Result<Dataset> dataset_from(std::span<const std::uint8_t> bytes, Index columns, AboutRows about) {
  return dataset_from(std::vector<std::uint8_t>(bytes.begin(), bytes.end()), columns, std::move(about));
}

Result<Dataset> dataset_from(std::vector<std::uint8_t>&& bytes, Index columns, AboutRows about) {
  auto out = described(bytes.size(), columns, std::move(about));
  if (out) out->pixels = std::move(bytes);
  return out;
}

Result<Dataset> dataset_from(const Matrix& rows, AboutRows about) {
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(rows.size()));
  for (Index r = 0; r < rows.rows(); ++r) values.insert(values.end(), rows.row(r), rows.row(r) + rows.cols());
  return dataset_from(values, rows.cols(), std::move(about));
}

Result<std::unique_ptr<Run>> begin_run_on(Dataset data, TrainingSettings settings, const RunLength& length) {
  RunRequest request;
  settings.data = data.name;
  request.length = length;
  request.source = {settings.data, settings.source, std::make_shared<const Dataset>(std::move(data))};
  request.settings = std::move(settings);
  return begin_run(std::move(request));
}

}  // namespace rbm
