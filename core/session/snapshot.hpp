// Snapshot: everything the window shows, frozen at one update. Immutable and shared; made by the worker when
// asked for. What Watch::needs leaves out is empty.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/dataset.hpp"
#include "core/learning/settings.hpp"
#include "core/learning/update_trace.hpp"
#include "core/model/model.hpp"
#include "core/run/curve_point.hpp"
#include "core/run/journal.hpp"
#include "core/run/progress.hpp"
#include "core/run/verdicts.hpp"
#include "core/session/answers.hpp"
#include "core/session/exact_report.hpp"

namespace rbm {

enum class RunState { Loading, Running, Paused, Faulted };

/// The answer to Watch::inspected_unit.
struct UnitReport {
  int unit = -1;
  std::vector<std::uint32_t> images;  // rows of the training set, most driving first
  std::vector<float> activations;     // p(h_unit = 1 | image) of each
};

/// Sentences of the worker.
struct Messages {
  std::string fault;               // empty if none; shown as a banner
  std::string notice;              // the last thing that went right: "Saved … ."
  std::vector<std::string> notes;  // what went wrong beside the training and did not stop it
};

/// How far the run is kept, so that no end of the program loses it.
struct KeepReport {
  bool is_on = false;         // the session keeps its runs
  std::string path;           // of this run's file, which may not be there yet
  std::uint64_t updates = 0;  // the update whose state of this run is in its file; 0 before the first
  std::string failed;         // why the last try failed, one sentence; empty where it did not
};

/// What goes with the model's weights.
struct WeightsInView {
  std::uint64_t version = 0;                 // changes when they do
  std::shared_ptr<const Matrix> transposed;  // Wᵀ
  std::shared_ptr<const Matrix> filters;     // picture_filters: a signed picture for every hidden unit
};

struct HiddenReport {
  Matrix batch;                           // p(h|v) of the mini-batch [batch × hidden]
  std::vector<std::uint32_t> batch_rows;  // its rows in the training set
  Eigen::VectorXf mean_activity;          // sliding mean per hidden unit
  UnitReport inspected;
};

/// Pictures [cases × pixels] in [0, 1], and what the model makes of them.
struct Reconstructions {
  Matrix data, reconstructed;
};

/// The training's own chains.
struct ChainsReport {
  States states;          // [chains × visible]
  std::uint64_t age = 0;  // Gibbs steps since they started
  Matrix pictures;        // the states as pictures [chains × pixels]; E[v | h] where hides_in_noise()
};

/// How fast it trains while it plays, and what one update was.
struct PaceReport {
  double updates_per_second = 0;              // 0: as fast as it can
  bool is_opening = false;                    // it began slowly and becomes faster …
  double opening_left_s = 0;                  // … for so long
  std::shared_ptr<const UpdateTrace> traced;  // the last update that was; null before the first of this run
};

/// The moments of the run that can be looked back at.
struct TimelineReport {
  std::shared_ptr<const std::vector<std::uint64_t>> moments;  // their updates, ascending
  std::uint64_t bytes = 0, budget = 0;                        // of memory that they take, and may take
  std::optional<std::uint64_t>
      looking_at;  // the model, activations, chains and reconstructions here are of this one
};

/// What is followed during training.
struct MonitoringReport {
  std::shared_ptr<const std::vector<CurvePoint>> curves;
  std::shared_ptr<const Diagnostics> diagnostics;  // of the last measurement; null before the first
  /// Sorted, of ≤ 1000 validation images under the model at the last curve point.
  std::shared_ptr<const std::vector<double>> data_free_energies;
  std::shared_ptr<const Journal> journal;  // of the run; its data without their fingerprint
  TimelineReport timeline;
  std::string collapse;  // what is wrong with the chains (Run::collapse); empty while nothing is
  std::shared_ptr<const std::vector<Verdict>> verdicts;  // is it sound; null before the first model
};

struct LikelihoodReport {
  bool is_measuring = false;  // training waits for the annealing of the last point
  bool is_asked = false;      // a bracket is: of the last point or, where nothing is measured yet, of the next one
  /// The newest; null before the first, and for models that are too large.
  std::shared_ptr<const ExactReport> exact;
  std::shared_ptr<const std::vector<ExactPoint>> exact_points;  // of all reports of this run
};

struct Snapshot {
  std::uint64_t version = 0;    // grows by one with every snapshot
  std::uint64_t applied = 0;    // every command up to this number has its answer
  std::vector<Answer> answers;  // the most recent ones, oldest first
  RunState state = RunState::Loading;
  double loading_share = 0;  // of what is being loaded, 0 to 1
  Messages messages;

  TrainingSettings settings;  // in force
  std::uint64_t run = 0;      // changes with every model that is begun anew or opened
  RunProgress progress;
  bool unsaved = false;  // work would be lost by a reset
  KeepReport kept;

  DataSplit data;                      // as pictures
  std::shared_ptr<const Model> model;  // the averaged weights: the one to look at
  WeightsInView weights;
  HiddenReport hidden;
  Reconstructions reconstructions;
  ChainsReport chains;
  MonitoringReport monitoring;
  LikelihoodReport likelihood;
  PaceReport pace;
};

}  // namespace rbm
