// ControlsPanel: the left column: the state of the run, the presets, and every training setting in two groups: those
// that apply now are posted when committed, the others wait in Shared::wanted and stand in a list until the run starts
// over. UI thread only.
#pragma once

#include <string>

#include "app/panels/context.hpp"
#include "app/panels/pending_settings.hpp"
#include "app/panels/preset_cards.hpp"
#include "app/panels/run_state.hpp"
#include "app/panels/waiting_list.hpp"

namespace lab {

class ControlsPanel {
 public:
  void draw(Context& context);
  /// Takes the model of this file as the one to build on, from the next start on.
  void build_on(Context& context, const std::string& path);
  /// Closes the presets that the user has opened: false where that is not so.
  bool close_presets() { return presets_.close(); }

 private:
  void follow(const Shared& shared);
  /// Presets and settings. True when a setting was edited.
  bool draw_form(Context& context);
  /// The rows of one group, in the order of the table, of what matters.
  bool draw_settings(Context& context, rbm::Applies applies, rbm::Place place);
  bool draw_setting(Context& context, const rbm::Setting& setting, std::string& value, const char* badge);
  template <class T>
  bool draw_setting(Context& context, const rbm::Setting& setting, T& value, const char* badge);
  /// The seed: a text, since no slider holds 64 bits, and a die.
  bool draw_seed(const rbm::Setting& setting, const char* badge);
  void take_back(Context& context, const rbm::Setting* only);
  void commit(Context& context);

  PresetCards presets_;
  WaitingList waiting_;
  float settings_height_ = 0;    // of the last frame: what of the column the settings take
  rbm::TrainingSettings draft_;  // what the controls show while one of them is being moved
  rbm::TrainingSettings seen_;   // Shared::wanted as of the last frame
  bool has_draft_ = false;
  bool show_rare_ = false;
  std::string seed_text_;
  PixelUnits pixels_;    // what was set for pixels before hidden units are learned
  std::string trouble_;  // why the last edit was not taken
};

}  // namespace lab
