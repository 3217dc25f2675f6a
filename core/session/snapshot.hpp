// Snapshot: everything the window shows, frozen at one update. Immutable and shared; made by the worker when
// asked for. What Watch::needs leaves out is empty.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/learning/settings.hpp"
#include "core/model/model.hpp"
#include "core/run/curve_point.hpp"
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

struct Snapshot {
  std::uint64_t version = 0;    // grows by one with every snapshot
  std::uint64_t applied = 0;    // every command up to this number has its answer
  std::vector<Answer> answers;  // the most recent ones, oldest first
  RunState state = RunState::Loading;
  double loading_share = 0;        // of what is being loaded, 0 to 1
  std::string fault;               // one sentence, empty if none; shown as a banner
  std::string notice;              // the last thing that went right: "Saved … ."
  std::vector<std::string> notes;  // what went wrong beside the training and did not stop it

  TrainingSettings settings;  // in force
  std::uint64_t run = 0;      // changes with every model that is begun anew or opened
  std::uint64_t updates = 0;
  double epochs = 0, seconds = 0, images_per_second = 0;
  double learning_rate = 0;  // of the next update
  /// Of the planned length: its updates, or those over which the learning rate decays. NaN where neither is
  /// set, and the seconds before they can be told.
  double share_done = kMissing, seconds_left = kMissing;
  bool finished = false;  // that length is done; training may go on all the same
  bool unsaved = false;   // work would be lost by a reset

  std::shared_ptr<const Dataset> train, validation;  // as pictures
  std::shared_ptr<const Model> model;                // the averaged weights: the one to look at
  std::shared_ptr<const Matrix> transposed;          // its Wᵀ
  std::shared_ptr<const Matrix> filters;  // picture_filters of it: a signed picture for every hidden unit
  std::uint64_t model_version = 0;        // changes when the weights do

  Matrix batch_hidden;                        // p(h|v) of the mini-batch [batch × hidden]
  std::vector<std::uint32_t> batch_rows;      // its rows in train
  Eigen::VectorXf mean_activity;              // sliding mean per hidden unit
  Matrix reconstructed_data, reconstruction;  // pictures [cases × pixels] in [0, 1]
  States chain_states;                        // the training's own chains [chains × visible]
  std::uint64_t chain_age = 0;                // Gibbs steps since they started
  Matrix chain_pictures;  // the same as pictures [chains × pixels]; E[v | h] where hides_in_noise()
  UnitReport unit;

  std::shared_ptr<const std::vector<CurvePoint>> curves;
  std::shared_ptr<const Diagnostics> diagnostics;  // of the last measurement; null before the first
  bool measuring_likelihood = false;
  std::string likelihood_refused;  // why the last measurement gave no numbers; empty if it did
  std::shared_ptr<const ExactReport>
      exact;  // the newest; null before the first, and for models that are too large
  std::shared_ptr<const std::vector<ExactPoint>> exact_points;  // of all reports of this run
  std::shared_ptr<const std::vector<double>>
      data_free_energies;  // sorted, of ≤ 1000 validation images under `model` at the last curve point
};

}  // namespace rbm
