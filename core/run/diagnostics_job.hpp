// DiagnosticsJob: what else than its curves says how a model fares, measured beside the training. Any thread.
#pragma once

#include <memory>
#include <vector>

#include "core/math/progress.hpp"
#include "core/model/model.hpp"
#include "core/run/curve_point.hpp"

namespace rbm {

/// What is to be measured, and what it belongs to.
struct DiagnosticsJob {
  std::shared_ptr<const Model> model;
  std::shared_ptr<const States> images;  // whose free energies are wanted by label
  std::vector<std::uint8_t> labels;      // of the images; may be empty
  BitMatrix observed;                    // which of their cells are not missing; empty where all are there
  States chains;                         // whose mixing is measured
  std::uint64_t update = 0, seed = 1;
};

struct DiagnosticsResult {
  double seconds = 0;                              // that it took
  std::shared_ptr<const Diagnostics> diagnostics;  // null where it was cancelled
};

/// On the calling thread alone; the other cores train.
DiagnosticsResult measure_diagnostics(const DiagnosticsJob& job, const Progress& progress);

}  // namespace rbm
