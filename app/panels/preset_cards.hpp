// PresetCards: the presets of a run, one card each with what it is for. UI thread only.
#pragma once

#include <optional>
#include <vector>

#include "core/learning/preset.hpp"

namespace lab {

class PresetCards {
 public:
  /// A row that says which preset the settings `own` are, and opens and closes the cards. `room` decides where the user
  /// has not: some show by themselves where so much height is left for them, and the others are scrolled to.
  void draw_row(const std::vector<rbm::Preset>& presets, const rbm::TrainingSettings& own, float room);
  /// The cards, if they are open. Returns the settings of the one that was chosen: its seed and threads, and data of
  /// the user's own, stay.
  std::optional<rbm::TrainingSettings> draw_cards(const std::vector<rbm::Preset>& presets,
                                                  const rbm::TrainingSettings& own);

  /// Closes the list that the user has opened: false where that is not so.
  bool close();

 private:
  std::optional<bool> wanted_;  // as the user has it
  bool is_open_ = false, to_top_ = false;
  float height_ = 0;  // that the cards have; 0: what they need
};

/// The settings of a preset for one whose present settings are `own`.
rbm::TrainingSettings started_from(const rbm::Preset& preset, const rbm::TrainingSettings& own);

}  // namespace lab
