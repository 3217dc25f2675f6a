// Rows of one's own, from memory, as data to learn from. Pure functions; any thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/learning/settings.hpp"
#include "core/run/run.hpp"

namespace rbm {

/// What is known of rows beside their numbers.
struct AboutRows {
  std::string name = "own data";              // in messages and in the model's metadata
  ImageShape shape = {};                      // how a row is a picture; 0 × 0: one row of numbers
  std::vector<std::uint8_t> labels = {};      // of each row, or empty
  std::vector<std::string> label_names = {};  // of each class; may be empty
  // To be taken away of every column, as of the rows that a model learned (columns_of()); of doubles without it what
  // their digits need.
  std::optional<std::vector<double>> away = std::nullopt;
};

/// Rows of numbers, `columns` in each: binary units learn those within [0, 1] (as 256 grey values), spins those of −1
/// and +1, Gaussian units any; NaN is a missing cell. Fails where there are none, they do not fill whole rows of the
/// shape, one is infinite, or there is not one label a row.
Result<Dataset> dataset_from(std::span<const float> values, Index columns, AboutRows about = {});
/// Columns that would lose digits in single precision, such as times in seconds, are learned with a round number near
/// their mean taken away; columns_of() their model tells it.
Result<Dataset> dataset_from(std::vector<double>&& values, Index columns, AboutRows about = {});
/// Grey or colour values, 0 to 255.
Result<Dataset> dataset_from(std::span<const std::uint8_t> bytes, Index columns, AboutRows about = {});
Result<Dataset> dataset_from(std::vector<std::uint8_t>&& bytes, Index columns, AboutRows about = {});
Result<Dataset> dataset_from(const Matrix& rows, AboutRows about = {});

/// begin_run() on such data; suggested_for() has settings that suit them. A batch and a validation that are too large
/// for them become smaller, and may be read in the run's settings.
Result<std::unique_ptr<Run>> begin_run_on(Dataset data, TrainingSettings settings,
                                          const RunLength& length = {});

}  // namespace rbm
