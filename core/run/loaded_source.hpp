// LoadedSource: a data set that was read, on its way to a run. A plain value; any thread.
#pragma once

#include <memory>
#include <string>

#include "core/data/dataset.hpp"
#include "core/learning/settings.hpp"

namespace rbm {

/// A data set as it was read, and what it was read from.
struct LoadedSource {
  std::string name;       // TrainingSettings::data
  SourceOptions options;  // TrainingSettings::source
  std::shared_ptr<const Dataset> data;

  /// True where it is what `settings` name.
  bool is_of(const TrainingSettings& settings) const {
    return data != nullptr && name == settings.data && options == settings.source;
  }
};

}  // namespace rbm
