// Monitoring: the curves of a run. Keeps fixed training and validation rows and evaluates the averaged model
// on them. Owned by the worker.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/learning/trainer.hpp"
#include "core/run/curve_point.hpp"
#include "core/run/likelihood_meter.hpp"

namespace rbm {

class Monitoring {
 public:
  /// Takes the first rows of both sets; their states are drawn once, so that curves of one run are
  /// comparable.
  Monitoring(std::shared_ptr<const Dataset> train, std::shared_ptr<const Dataset> validation,
             Binarization binarization, std::uint64_t seed, ThreadPool& pool);

  /// True when the update is one at which the curves get a point. Depends on the count only, so that a run's
  /// curves are reproducible.
  static bool is_due(std::uint64_t update);

  /// Curves of an earlier part of the run, from its checkpoint. Only before the first point.
  void go_on_from(std::vector<CurvePoint> points);

  /// Evaluates `model` and appends a point. Curves that have begun get none out of turn, so that those of a run which
  /// was resumed are those of the whole run.
  void add_point(const Trainer& trainer, const Model& model, const Matrix& transposed, double seconds,
                 ThreadPool& pool);

  /// Fills the likelihood of the last point in, from what is known of log Z there. Only with validation images.
  void add_likelihood(const LogZReading& reading);
  /// The training rows that the curves look at.
  const States& training_rows() const { return train_; }
  /// The validation images whose likelihood is measured.
  std::shared_ptr<const States> likelihood_images() const { return validation_; }
  const std::vector<std::uint8_t>& likelihood_labels() const { return validation_labels_; }

  /// Copies made when a point was added, shared with snapshots.
  std::shared_ptr<const std::vector<CurvePoint>> curves() const { return shared_curves_; }
  std::shared_ptr<const std::vector<double>> free_energies() const { return shared_free_energies_; }

  const std::vector<CurvePoint>& points() const { return points_; }
  /// Which of the likelihood images' cells are not missing; empty where all are there.
  const BitMatrix& likelihood_observed() const { return observed_.validation; }
  /// Why no likelihood can be measured, one sentence; empty where it can.
  const std::string& trouble() const { return trouble_; }

 private:
  States train_, few_;  // few_: the rows whose pseudo-likelihood is computed
  std::shared_ptr<const States> validation_;
  std::vector<std::uint8_t> validation_labels_;
  struct {
    BitMatrix train, validation;  // cells that are not missing; empty where all are there
  } observed_;
  std::string trouble_;
  Matrix validation_values_;  // what is classified: the best that is known of each pixel
  std::uint64_t seed_;
  std::vector<CurvePoint> points_;
  std::shared_ptr<const std::vector<CurvePoint>> shared_curves_ = std::make_shared<std::vector<CurvePoint>>();
  std::shared_ptr<const std::vector<double>> shared_free_energies_ = std::make_shared<std::vector<double>>();
};

}  // namespace rbm
