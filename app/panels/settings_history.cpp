#include "app/panels/settings_history.hpp"

#include <utility>

namespace lab {

void SettingsHistory::look(std::uint64_t run, const rbm::TrainingSettings& settings) {
  if (run_ == run && settings == now_) return;
  if (run_ == run) {
    undo_.push_back(now_);
    if (undo_.size() > kMostSteps) undo_.erase(undo_.begin());
  } else {
    undo_.clear();
  }
  redo_.clear();
  run_ = run;
  now_ = settings;
}

std::optional<rbm::TrainingSettings> SettingsHistory::step(List& from, List& to) {
  if (from.empty()) return std::nullopt;
  to.push_back(std::exchange(now_, std::move(from.back())));
  from.pop_back();
  return now_;
}

}  // namespace lab
