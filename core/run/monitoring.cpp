#include "core/run/monitoring.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/data/batches.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/evaluation/observed_likelihood.hpp"
#include "core/model/labels.hpp"
#include "core/model/units/visible_units.hpp"

namespace rbm {
namespace {

constexpr Index kRows = 500;
constexpr Index kPseudoLikelihoodRows = 50;
/// Past this many points every second one of the older half goes, so that a night's run stays small.
constexpr std::size_t kMostPoints = 4000;

/// NaN where the cells that rows miss are too many to be summed out.
Mean mean_free_energy(const std::optional<std::vector<double>>& energies) {
  return energies ? mean_of(*energies) : Mean{kMissing, kMissing};
}

}  // namespace

Monitoring::Monitoring(std::shared_ptr<const Dataset> train, std::shared_ptr<const Dataset> validation,
                       Binarization binarization, std::uint64_t seed, ThreadPool& pool)
    : train_(first_states(*train, kRows, binarization, {seed, Stream::Monitor, 0}, pool)),
      few_(first_states(*validation, kPseudoLikelihoodRows, binarization, {seed, Stream::Monitor, 1}, pool)),
      validation_(std::make_shared<const States>(
          first_states(*validation, kRows, binarization, {seed, Stream::Monitor, 1}, pool))),
      observed_{.train = first_observed(*train, kRows), .validation = first_observed(*validation, kRows)},
      seed_(seed) {
  const Index rows = validation_->rows();
  if (validation->labels.empty() || rows == 0) return;
  validation_labels_.assign(validation->labels.begin(), validation->labels.begin() + rows);
  validation_values_.resize(rows, validation->shape.pixels());
  for (Index r = 0; r < rows; ++r) validation->row(r, validation_values_.row(r));
}

bool Monitoring::is_due(std::uint64_t update) {
  if (update <= 200) return update % 20 == 0;
  if (update <= 2000) return update % 100 == 0;
  return update % 500 == 0;
}

void Monitoring::go_on_from(std::vector<CurvePoint> points) {
  points_ = std::move(points);
  shared_curves_ = std::make_shared<const std::vector<CurvePoint>>(points_);
}

void Monitoring::add_likelihood(const LogZReading& reading) {
  RBM_ASSERT(!points_.empty() && validation_->rows() > 0);
  CurvePoint& point = points_.back();
  const double unnormalized = -point.free_energy_validation;
  point.log_likelihood = unnormalized - reading.log_z;
  point.log_likelihood_spread = reading.spread;
  point.log_likelihood_lower = unnormalized - reading.upper;
  point.log_likelihood_upper = unnormalized - reading.lower;
  point.effective_sample_size = reading.effective_sample_size;
  point.log_likelihood_from = static_cast<double>(reading.source);
  shared_curves_ = std::make_shared<const std::vector<CurvePoint>>(points_);
}

void Monitoring::add_point(const Trainer& trainer, const Model& model, const Matrix& transposed,
                           double seconds, ThreadPool& pool) {
  CurvePoint point;
  point.update = trainer.updates();
  point.epoch = trainer.epochs();
  point.seconds = seconds;
  point.learning_rate = learning_rate_at(trainer.settings(), trainer.updates());
  point.relative_change = trainer.relative_change();
  const RandomKey key{seed_, Stream::Monitor, 16};
  point.reconstruction_train = reconstruction_error(model, transposed, train_, key, pool, observed_.train);
  const Mean train = mean_free_energy(observed_free_energies(model, train_, observed_.train, pool));
  point.free_energy_train = train.value;
  if (validation_->rows() > 0) {
    point.reconstruction_validation =
        reconstruction_error(model, transposed, *validation_, key, pool, observed_.validation);
    // Without a closed form for joint models it would cost more than the training; of units other than
    // binary ones it is not measured.
    const bool has_closed_form =
        model.labels() == 0 && units_of(model).are_bits() && observed_.validation.empty();
    point.pseudo_log_likelihood = has_closed_form ? pseudo_log_likelihood(model, few_.bits, pool) : kMissing;
    auto energies = observed_free_energies(model, *validation_, observed_.validation, pool);
    const Mean validation = mean_free_energy(energies);
    point.free_energy_validation = validation.value;
    point.free_energy_gap_error = std::hypot(train.standard_error, validation.standard_error);
    if (energies) {
      std::sort(energies->begin(), energies->end());
      shared_free_energies_ = std::make_shared<const std::vector<double>>(*std::move(energies));
    } else {
      trouble_ = kTooMuchMissing;
    }
  } else {
    point.reconstruction_validation = point.pseudo_log_likelihood = point.free_energy_validation =
        point.free_energy_gap_error = kMissing;
  }
  if (model.labels() > 0 && !validation_labels_.empty()) {
    point.label_error =
        share_of_wrong(classify(model, validation_values_, nullptr, pool), validation_labels_);
  }
  if (!points_.empty() && (!is_due(point.update) || point.update <= points_.back().update)) return;
  points_.push_back(point);
  if (points_.size() > kMostPoints) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < points_.size(); ++i) {
      // Brackets are few, and what the estimates between them hang on.
      const bool annealed =
          points_[i].log_likelihood_from == static_cast<double>(LikelihoodSource::Annealing);
      if (i >= points_.size() / 2 || i % 2 == 0 || annealed) points_[kept++] = points_[i];
    }
    points_.resize(kept);
  }
  shared_curves_ = std::make_shared<const std::vector<CurvePoint>>(points_);
}

}  // namespace rbm
