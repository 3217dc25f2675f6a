// ControlsPanel: the left column: play, pause and step, how far the run is, and every training setting in two
// groups: those that apply now are posted when committed, those that need a reset wait in Shared::wanted. UI
// thread only.
#pragma once

#include <string>

#include "app/panels/context.hpp"
#include "app/panels/pending_settings.hpp"

namespace lab {

class ControlsPanel {
 public:
  void draw(Context& context);

 private:
  void follow(const Shared& shared);
  void draw_run_row(Context& context);
  void draw_progress(const rbm::Snapshot& snapshot);
  void draw_preset(Context& context);
  /// The rows of one group, in the order of the table, of what matters.
  bool draw_settings(rbm::Applies applies, rbm::Place place, const rbm::TrainingSettings& in_force);
  /// The seed: a text, since no slider holds 64 bits, and a die.
  bool draw_seed(const rbm::Setting& setting, const char* badge);
  void draw_footer(Context& context, int waiting);
  void commit(Context& context);

  rbm::TrainingSettings draft_;  // what the controls show while one of them is being moved
  rbm::TrainingSettings seen_;   // Shared::wanted as of the last frame
  bool has_draft_ = false;
  bool show_rare_ = false;
  std::string seed_text_;
  PixelUnits pixels_;    // what was set for pixels before hidden units are learned
  std::string trouble_;  // why the last edit was not taken
};

}  // namespace lab
