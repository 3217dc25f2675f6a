// load_dataset() for whoever waits for it: with a share that is done, and a way to give up. Any thread.
#pragma once

#include <string>

#include "core/data/dataset.hpp"
#include "core/math/progress.hpp"

namespace rbm {

/// As load_dataset(source, options). `progress` is asked before every picture of a folder; where it returns
/// false the loading fails with Cancelled.
Result<Dataset> load_dataset(const std::string& source, const SourceOptions& options,
                             const Progress& progress);

}  // namespace rbm
