// What the worker shows of itself: the model that is looked at, and snapshots of it with all that belongs to
// it.
#include <algorithm>
#include <numeric>

#include "core/data/batches.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/model/labels.hpp"
#include "core/model/pictures.hpp"
#include "core/model/units/visible_units.hpp"
#include "core/session/worker.hpp"

namespace rbm {
namespace {

constexpr Index kDrivingImages = 32;
constexpr Index kDrivingSearch = 5000;
/// A unit's most driving images are looked up again after so many updates.
constexpr std::uint64_t kUnitReportInterval = 500;

}  // namespace

void Worker::refresh_model() {
  if (shown_ && shown_update_ == trainer_->updates()) return;
  // A fresh copy each time: the window may still hold the last one. (Reusing buffers by use_count() would be
  // a race.)
  auto model = std::make_shared<Model>(trainer_->averaged());
  auto transposed = std::make_shared<Matrix>(model->hidden(), model->visible());
  transpose(model->weights, *transposed, *pool_);
  shown_filters_ = nullptr;  // made when they are asked for
  shown_ = std::move(model);
  shown_transposed_ = std::move(transposed);
  shown_update_ = trainer_->updates();
  ++model_version_;
}

std::shared_ptr<const Snapshot> Worker::make_snapshot() {
  auto out = std::make_shared<Snapshot>();
  out->version = ++version_;
  out->applied = applied_;
  out->state = state_;
  out->fault = fault_;
  out->notice = notice_;
  out->settings = settings_;
  out->train = data_.train_pictures;
  out->validation = data_.validation_pictures;
  if (!trainer_) return out;
  out->run = run_;
  out->updates = trainer_->updates();
  out->epochs = trainer_->epochs();
  out->seconds = seconds_;
  out->images_per_second = rate_;
  out->unsaved = trainer_->updates() != saved_updates_;
  refresh_model();
  out->model = shown_;
  out->transposed = shown_transposed_;
  out->model_version = model_version_;
  out->mean_activity = trainer_->mean_activity();
  out->chain_age = trainer_->chain_age();
  out->curves = monitoring_->curves();
  out->measuring_likelihood = meter_.is_busy();
  out->likelihood_refused = likelihood_refused_;
  out->diagnostics = diagnostics_;
  out->data_free_energies = monitoring_->free_energies();
  out->exact = exact_.report();
  out->exact_points = exact_.points();
  fill_what_is_watched(*out);
  return out;
}

void Worker::fill_what_is_watched(Snapshot& out) {
  const command::Needs& needs = watch_.needs;
  if (needs.filters) {
    if (!shown_filters_) {
      auto filters = std::make_shared<Matrix>();
      picture_filters(*shown_, *shown_transposed_, *filters, *pool_);
      shown_filters_ = std::move(filters);
    }
    out.filters = shown_filters_;
  }
  if (needs.hidden_activations) {
    out.batch_hidden = trainer_->batch_hidden();
    out.batch_rows.assign(trainer_->batch_rows().begin(), trainer_->batch_rows().end());
  }
  if (needs.chains) fill_chains(out);
  if (needs.reconstructions) fill_reconstructions(out);
  if (needs.driving_images) fill_unit_report(out);
}

void Worker::fill_chains(Snapshot& out) {
  out.chain_states = trainer_->chain_states();
  Matrix chains;
  if (hides_in_noise(*shown_))
    visible_probabilities(*shown_, *shown_transposed_, trainer_->chain_hidden(), chains, *pool_);
  else
    unpack(out.chain_states, chains);
  to_pictures(*shown_, chains, out.chain_pictures, *pool_);
}

void Worker::fill_reconstructions(Snapshot& out) {
  const bool from_validation = watch_.from_validation && data_.validation->count() > 0;
  const Dataset& data = from_validation ? *data_.validation : *data_.train;
  std::vector<std::uint32_t> rows(trainer_->batch_rows().begin(), trainer_->batch_rows().end());
  if (from_validation || rows.empty()) {
    rows.resize(static_cast<std::size_t>(std::min<Index>(data.count(), watch_.reconstructions)));
    std::iota(rows.begin(), rows.end(), 0u);
  }
  rows.resize(std::min(rows.size(), static_cast<std::size_t>(std::max(0, watch_.reconstructions))));
  const auto count = static_cast<Index>(rows.size());
  if (count == 0) return;
  const States v =
      states_of(data, rows, settings_.binarization, {settings_.seed, Stream::Monitor, 2}, *pool_);
  BitMatrix h(count, shown_->hidden());
  sample_hidden(*shown_, v, {settings_.seed, Stream::Monitor, 3}, h, *pool_);
  Matrix seen, reconstruction;
  unpack(v, seen);
  to_pictures(*shown_, seen, out.reconstructed_data, *pool_);
  visible_probabilities(*shown_, *shown_transposed_, h, reconstruction, *pool_);
  to_pictures(*shown_, reconstruction, out.reconstruction, *pool_);
}

void Worker::fill_unit_report(Snapshot& out) {
  const int unit = watch_.inspected_unit;
  if (unit < 0 || unit >= shown_->hidden()) return;
  const bool stale =
      unit_report_.unit != unit || trainer_->updates() >= unit_report_update_ + kUnitReportInterval;
  if (stale) {
    auto driving = driving_images(*shown_, *data_.train, unit, kDrivingSearch, kDrivingImages, *pool_);
    unit_report_ = {unit, std::move(driving.rows), std::move(driving.probabilities)};
    unit_report_update_ = trainer_->updates();
  }
  out.unit = unit_report_;
}

}  // namespace rbm
