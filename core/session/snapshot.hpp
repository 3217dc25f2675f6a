// Snapshot: everything the window shows, frozen at one update. Immutable and shared; made by the worker when
// asked for.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/learning/settings.hpp"
#include "core/model/model.hpp"
#include "core/session/exact_report.hpp"

namespace rbm {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// One row of the curves. NaN where a quantity was not computed at this point.
struct CurvePoint {
  std::uint64_t update = 0;
  double epoch = 0, seconds = 0;  // seconds of training, pauses left out
  double reconstruction_train = 0,
         reconstruction_validation = 0;  // mean squared error per pixel of v → p(h|v) → h → p(v|h)
  double pseudo_log_likelihood = 0;      // exact, nats per image, on validation images
  double free_energy_train = 0, free_energy_validation = 0;  // means, nats
  double free_energy_gap_error = 0;                          // standard error of their difference
  double relative_change = 0;                                // ‖ΔW‖ / ‖W‖
  double learning_rate = 0;
  double label_error = kMissing;  // share of validation images whose label is not the most probable one
  /// Mean log-likelihood of the same validation images, nats: the best estimate and its bracket (exact: all
  /// the same). Measured beside the training, at some points only.
  double log_likelihood = kMissing, log_likelihood_lower = kMissing, log_likelihood_upper = kMissing;
  double effective_sample_size = kMissing;  // of annealed importance sampling; infinite where it is exact
};

/// What else says how a model fares.
struct Diagnostics {
  std::uint64_t update = 0;
  std::vector<double> singular_values;       // of W, largest first
  std::vector<double> free_energy_by_label;  // means over the validation images, nats; empty without labels
  double autocorrelation_time = 0;           // of F along the training's chains, in Gibbs steps
  double split_r_hat = 0;
  int mixing_steps = 0;  // over which the two were measured
};

enum class RunState { Loading, Running, Paused, Faulted };

/// The answer to Watch::inspected_unit.
struct UnitReport {
  int unit = -1;
  std::vector<std::uint32_t> images;  // rows of the training set, most driving first
  std::vector<float> activations;     // p(h_unit = 1 | image) of each
};

struct Snapshot {
  std::uint64_t version = 0;  // grows by one with every snapshot
  std::uint64_t applied = 0;  // number of the last command that was done
  RunState state = RunState::Loading;
  std::string fault;   // one sentence, empty if none; shown as a banner
  std::string notice;  // the last thing that went right: "Saved … ."

  TrainingSettings settings;  // in force
  std::uint64_t run = 0;      // changes with every model that is begun anew or opened
  std::uint64_t updates = 0;
  double epochs = 0, seconds = 0, images_per_second = 0;
  bool unsaved = false;  // work would be lost by a reset

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
