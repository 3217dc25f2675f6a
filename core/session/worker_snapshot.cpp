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

std::shared_ptr<const Snapshot> Worker::make_snapshot() {
  auto out = std::make_shared<Snapshot>();
  ++shown_.version;
  // Where a copy of the model does not fit into memory, the last one is shown, and what happened.
  if (run_ && !is_broken_ && !guarded([&] { fill_run(*out), fill_what_is_watched(*out); }))
    out = std::make_shared<Snapshot>();
  if (run_ && is_broken_) fill_run(*out);
  out->version = shown_.version;
  out->applied = answers_.all_to();
  out->answers = answers_.recent();
  out->state = state_;
  out->loading_share = loading_ ? loading_->share : 0;
  out->messages = said_;
  out->settings = settings_;
  out->pace = pace_report();
  out->kept = keeper_.report();
  return out;
}

PaceReport Worker::pace_report() const {
  return {pacer_.updates_per_second(now_s()), pacer_.is_opening(), pacer_.opening_left_s(now_s()),
          watch_.needs.update && !is_broken_ ? shown_.traced : nullptr};
}

/// What every snapshot has: counters, the model and the curves.
void Worker::fill_run(Snapshot& out) {
  const Trainer& trainer = run_->trainer();
  out.run = run_number_;
  out.progress = run_->progress();
  out.data.train = run_->data().rows.train_pictures;
  out.data.validation = run_->data().rows.validation_pictures;
  const ModelInView& view = is_broken_ ? run_->last_view() : run_->view();
  out.unsaved = (is_broken_ ? view.update : out.progress.updates) != saved_updates_;
  out.model = view.model;
  out.weights.transposed = view.transposed;
  out.weights.version = shown_.version_base + view.version;
  out.hidden.mean_activity = trainer.mean_activity();
  out.chains.age = trainer.chain_age();
  out.monitoring.curves = run_->monitoring().curves();
  out.likelihood.is_measuring = run_->is_measuring();
  out.likelihood.is_asked = run_->is_bracket_asked();
  out.monitoring.diagnostics = diagnostics_.diagnostics();
  out.monitoring.collapse = run_->collapse();
  out.monitoring.data_free_energies = run_->monitoring().free_energies();
  out.likelihood.exact = exact_.report();
  out.likelihood.exact_points = exact_.points();
  fill_timeline(out);
  fill_verdicts(out);
  if (rewind_.looked_at) show_looked_at(out);
}

/// The journal only grows, and with a new run it begins anew.
void Worker::fill_timeline(Snapshot& out) {
  const Journal& journal = run_->journal_so_far();
  if (!shown_.journal || shown_.journal->entries().size() != journal.entries().size())
    shown_.journal = std::make_shared<const Journal>(journal);
  out.monitoring.journal = shown_.journal;
  const Moments& moments = rewind_.moments;
  if (!shown_.moments || shown_.moments_version != moments.version()) {
    auto updates = std::make_shared<std::vector<std::uint64_t>>();
    for (const auto& moment : moments.all()) updates->push_back(moment->update);
    shown_.moments = std::move(updates);
    shown_.moments_version = moments.version();
  }
  out.monitoring.timeline = {shown_.moments, moments.bytes(), moments.budget(), {}};
}

/// In place of the run as it is. Counters, curves and verdicts stay those of the run.
void Worker::show_looked_at(Snapshot& out) const {
  constexpr std::uint64_t kOfThePast = std::uint64_t{1} << 63;  // no run has so many versions
  const Moment& moment = *rewind_.looked_at;
  out.model = rewind_.model;
  out.weights.transposed = rewind_.transposed;
  out.weights.version = kOfThePast | rewind_.version;
  out.hidden.mean_activity = moment.mean_activity;
  out.chains.age = moment.chain_age;
  out.monitoring.timeline.looking_at = moment.update;
}

Worker::Sides Worker::sides() const {
  if (const Moment* moment = rewind_.looked_at.get())
    return {moment->update, moment->chains, moment->chain_hidden, moment->batch_rows};
  const Trainer& trainer = run_->trainer();
  return {trainer.updates(), trainer.chain_states(), trainer.chain_hidden(), trainer.batch_rows()};
}

void Worker::fill_verdicts(Snapshot& out) {
  const auto& points = run_->monitoring().points();
  const std::string fault = state_ == RunState::Faulted ? said_.fault : std::string();
  JudgedBy by{.run = run_number_,
              .update = points.empty() ? 0 : points.back().update,
              .diagnosed = out.monitoring.diagnostics ? out.monitoring.diagnostics->update : 0,
              .fault = fault,
              .collapse = run_->collapse(),
              .settings = settings_};
  if (!shown_.verdicts || by != shown_.judged_by) {
    const HealthFacts facts{.settings = settings_,
                            .model = *out.model,
                            .activity = out.hidden.mean_activity,
                            .points = points,
                            .diagnostics = out.monitoring.diagnostics.get(),
                            .updates = out.progress.updates,
                            .input_size = input_size_of(run_->monitoring().training_rows()),
                            .images = run_->data().rows.train->count(),
                            .collapse = by.collapse,
                            .fault = fault};
    shown_.verdicts = std::make_shared<const std::vector<Verdict>>(judge(facts));
    shown_.judged_by = std::move(by);
  }
  out.monitoring.verdicts = shown_.verdicts;
}

void Worker::fill_what_is_watched(Snapshot& out) {
  const command::Needs& needs = watch_.needs;
  if (needs.filters) {
    if (!shown_.filters || shown_.filters_version != out.weights.version) {
      auto filters = std::make_shared<Matrix>();
      picture_filters(*out.model, *out.weights.transposed, *filters, run_->pool());
      shown_.filters = std::move(filters);
      shown_.filters_version = out.weights.version;
    }
    out.weights.filters = shown_.filters;
  }
  if (needs.hidden_activations) fill_activations(out);
  if (needs.chains) fill_chains(out);
  if (needs.reconstructions) fill_reconstructions(out);
  if (needs.driving_images) fill_unit_report(out);
}

/// Those of a moment are its model's for the mini-batch of then, which were not kept.
void Worker::fill_activations(Snapshot& out) {
  const auto rows = sides().batch_rows;
  out.hidden.batch_rows.assign(rows.begin(), rows.end());
  if (!rewind_.looked_at) {
    out.hidden.batch = run_->trainer().batch_hidden();
  } else if (!rows.empty()) {
    const States v = states_of(run_->trainer().data(), rows, settings_.binarization,
                               {settings_.seed, Stream::Monitor, 2}, run_->pool());
    hidden_probabilities(*out.model, v, out.hidden.batch, run_->pool());
  }
}

void Worker::fill_chains(Snapshot& out) {
  const Sides sides = this->sides();
  out.chains.states = sides.chains;
  Matrix chains;
  if (hides_in_noise(*out.model))
    visible_probabilities(*out.model, *out.weights.transposed, sides.chain_hidden, chains, run_->pool());
  else
    unpack(out.chains.states, chains);
  to_pictures(*out.model, chains, out.chains.pictures, run_->pool());
}

void Worker::fill_reconstructions(Snapshot& out) {
  const TrainingData& rows_of_run = run_->data().rows;
  const bool from_validation = watch_.from_validation && rows_of_run.validation->count() > 0;
  const Dataset& data = from_validation ? *rows_of_run.validation : *rows_of_run.train;
  const auto of_batch = sides().batch_rows;
  std::vector<std::uint32_t> rows(of_batch.begin(), of_batch.end());
  if (from_validation || rows.empty()) {
    rows.resize(static_cast<std::size_t>(std::min<Index>(data.count(), watch_.reconstructions)));
    std::iota(rows.begin(), rows.end(), 0u);
  }
  rows.resize(std::min(rows.size(), static_cast<std::size_t>(std::max(0, watch_.reconstructions))));
  const auto count = static_cast<Index>(rows.size());
  if (count == 0) return;
  const States v =
      states_of(data, rows, settings_.binarization, {settings_.seed, Stream::Monitor, 2}, run_->pool());
  BitMatrix h(count, out.model->hidden());
  sample_hidden(*out.model, v, {settings_.seed, Stream::Monitor, 3}, h, run_->pool());
  Matrix seen, reconstruction;
  unpack(v, seen);
  to_pictures(*out.model, seen, out.reconstructions.data, run_->pool());
  visible_probabilities(*out.model, *out.weights.transposed, h, reconstruction, run_->pool());
  to_pictures(*out.model, reconstruction, out.reconstructions.reconstructed, run_->pool());
}

void Worker::fill_unit_report(Snapshot& out) {
  const Trainer& trainer = run_->trainer();
  const int unit = watch_.inspected_unit;
  if (unit < 0 || unit >= out.model->hidden()) return;
  const std::uint64_t update = sides().update;
  const bool is_elsewhere = rewind_.looked_at ? update != shown_.unit_update : update < shown_.unit_update;
  const bool stale =
      shown_.unit.unit != unit || is_elsewhere || update >= shown_.unit_update + kUnitReportInterval;
  if (stale) {
    auto driving =
        driving_images(*out.model, trainer.data(), unit, kDrivingSearch, kDrivingImages, run_->pool());
    shown_.unit = {unit, std::move(driving.rows), std::move(driving.probabilities)};
    shown_.unit_update = update;
  }
  out.hidden.inspected = shown_.unit;
}

}  // namespace rbm
