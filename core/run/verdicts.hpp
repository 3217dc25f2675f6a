// Verdicts: whether a run is sound, in words, in the order in which to debug one (Yosinski and Lipson 2012): the first
// line that complains is to be mended first, because those below inherit its fault. Pure functions and plain values;
// any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/learning/settings.hpp"
#include "core/model/model.hpp"
#include "core/run/curve_point.hpp"

namespace rbm {

/// What a run shows of itself.
struct HealthFacts {
  const TrainingSettings& settings;
  const Model& model;               // the averaged weights
  const Eigen::VectorXf& activity;  // sliding mean of every hidden unit
  const std::vector<CurvePoint>& points;
  const Diagnostics* diagnostics = nullptr;  // null before the first
  std::uint64_t updates = 0;
  double input_size = 0;      // root of the mean of |v|² over rows that are learned
  Index images = 0;           // that are learned
  std::string collapse = {};  // CollapseWatch::sentence()
  std::string fault = {};     // why training stopped; empty where it did not
};

/// Where the evidence of a verdict is seen.
enum class Evidence { Filters, HiddenUnits, Curves, Mixing, Chains };

struct Verdict {
  enum class Level { Fine, Waiting, Wrong };

  std::string id;  // one of verdict_ids()
  Level level = Level::Fine;
  std::string sentence;  // "140 of 196 hidden units are dead."
  std::string measured;  // the number behind it, with its unit: "71 %"
  Evidence evidence = Evidence::Curves;
  std::string remedy;                     // what to change, a sentence; empty where nothing is to be
  std::optional<TrainingSettings> cured;  // with that changed; nothing where no setting helps
  bool anew = false;                      // the run is to start over with them

  bool complains() const { return level == Level::Wrong; }
};

/// A line for each of verdict_ids(), in that order.
std::vector<Verdict> judge(const HealthFacts& facts);

/// "alike", "dead", "saturated", "rate", "fit", "mixing", "dreams".
std::span<const std::string> verdict_ids();

/// Root of the mean over rows of |v|², for HealthFacts.
double input_size_of(const States& rows);

}  // namespace rbm
