// What the worker has measured beside the training. A measurement that fails is a note.
#include <algorithm>

#include "core/data/batches.hpp"
#include "core/evaluation/exact_gradient.hpp"
#include "core/session/worker.hpp"

namespace rbm {

bool Worker::take_measured() {
  if (!run_ || is_broken_) return false;
  std::string trouble;
  bool found = diagnostics_.take(trouble);
  note(std::move(trouble));
  trouble.clear();
  found = exact_.take(trouble) || found;
  note(std::move(trouble));
  if (loading_) return found;
  if (state_ != RunState::Running && watch_.needs.diagnostics) diagnostics_.measure_rest(*run_);
  measure_exact();
  return found;
}

/// A run that could not be kept is a note, and tried again.
bool Worker::take_kept() {
  const bool found = keeper_.take();
  if (found) note(keeper_.report().failed);
  return found;
}

/// The same trouble is told once.
void Worker::note(std::string sentence) {
  if (sentence.empty() || std::ranges::find(said_.notes, sentence) != said_.notes.end()) return;
  said_.notes.push_back(std::move(sentence));
}

void Worker::measure_exact() {
  if (!watch_.needs.exact || !is_enumerable(run_->trainer().model())) return;
  const Trainer& trainer = run_->trainer();
  if (!exact_.rows()) {
    // The rows that the curves look at, too, as far as they are complete.
    const auto rows = complete_rows(trainer.data(), ExactMeter::rows_of(trainer.model().visible()));
    if (trainer.data().has_missing())
      note(rows.empty() ? "Nothing is measured exactly: every row of the data has missing cells."
                        : "What is measured exactly is that of the " + std::to_string(rows.size()) +
                              " rows without missing cells.");
    if (rows.empty()) return;
    exact_.restart(std::make_shared<const States>(states_of(
        trainer.data(), rows, settings_.binarization, {settings_.seed, Stream::Monitor, 0}, run_->pool())));
  }
  if (!exact_.is_due(trainer.updates(), settings_, state_ != RunState::Running)) return;
  exact_.start({.model = run_->view().model,
                .trained = std::make_shared<const Model>(trainer.model()),
                .rows = exact_.rows(),
                .chains = trainer.chain_states(),
                .settings = settings_,
                .update = trainer.updates()});
}

}  // namespace rbm
