// SettingsHistory: what the settings of the controls were, to take changes back and to make them again. Plain computation;
// UI thread only.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/learning/settings.hpp"

namespace lab {

class SettingsHistory {
 public:
  static constexpr std::size_t kMostSteps = 100;

  /// Once a frame in which no control is held, with the settings as they are: so one drag of a slider is one change.
  /// Another run begins another history.
  void look(std::uint64_t run, const rbm::TrainingSettings& settings);

  /// The settings of before the last change, or of after the one that was taken back last; nothing where there is none.
  std::optional<rbm::TrainingSettings> undo() { return step(undo_, redo_); }
  std::optional<rbm::TrainingSettings> redo() { return step(redo_, undo_); }

 private:
  using List = std::vector<rbm::TrainingSettings>;
  std::optional<rbm::TrainingSettings> step(List& from, List& to);

  std::optional<std::uint64_t> run_;
  rbm::TrainingSettings now_;
  List undo_, redo_;
};

}  // namespace lab
