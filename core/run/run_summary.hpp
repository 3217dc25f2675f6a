// RunSummary: what the checkpoint of a run says of it, for lists: its head, its curves and its weights are read, and not
// the state that training goes on from. Pure but for the file; any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/learning/settings.hpp"
#include "core/model/model.hpp"
#include "core/result.hpp"
#include "core/run/curve_point.hpp"

namespace rbm {

struct RunSummary {
  std::string data;  // what the data are called
  TrainingSettings settings;
  std::uint64_t updates = 0;
  std::vector<CurvePoint> curves;
  Model model;  // the averaged one
};

/// Fails with a sentence where the file is no checkpoint. Its checksum is not looked at: that is done when it is opened.
Result<RunSummary> read_run_summary(const std::string& path);

/// The point of the best likelihood: one with a bracket, unless an estimate is better by more than a nat, as in a run
/// that has learned on since its last bracket; none where nothing was measured.
std::optional<CurvePoint> best_likelihood(const std::vector<CurvePoint>& curves);

/// Images a second over the whole run, by its curves; 0 where they do not tell.
double images_per_second(const std::vector<CurvePoint>& curves, int batch);

/// Every setting of a run as words, in the order of the table of settings: the same count for every run. Without
/// threads, which change no result; "–" for what does nothing beside the others.
struct SettingWords {
  std::string title, value;
};
std::vector<SettingWords> words_of(const TrainingSettings& settings);

}  // namespace rbm
