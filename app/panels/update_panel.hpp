// UpdatePanel: one update of the weights as a film in six phases, with the numbers that it really had: the mini-batch,
// ⟨v h⟩ of the data, the chains, ⟨v h⟩ of the model, the change of one unit's filter, and the filter after it. UI thread
// only.
#pragma once

#include <map>
#include <string>

#include "app/panels/context.hpp"
#include "app/panels/slow_motion.hpp"
#include "app/panels/update_stage.hpp"

namespace lab {

class UpdatePanel {
 public:
  void draw(Context& context);
  /// The next phase, or the first one of the next update; training rests then.
  void next(Context& context);
  void back(Context& context);

  /// True while the film runs, so that frames must go on.
  bool animating() const { return plays_ || motion_.is_moving(); }
  /// What tests ask for: "update", "phase", "share", "unit", "step", "chains".
  std::map<std::string, double> state() const;

 private:
  int unit_of(const Context& context, const rbm::UpdateTrace& trace);
  void draw_invitation(Context& context);
  void draw_controls(Context& context, const rbm::UpdateTrace& trace);
  void draw_caption(const rbm::UpdateTrace& trace) const;
  std::size_t step_shown(const rbm::UpdateTrace& trace) const;

  SlowMotion motion_;
  bool plays_ = false;
  int unit_ = 0, step_ = 0;
  std::uint64_t chosen_for_ = 0;  // the run whose unit was chosen, for lack of a selected one
  UpdateStage stage_;
};

}  // namespace lab
