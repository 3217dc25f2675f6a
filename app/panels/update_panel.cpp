#include "app/panels/update_panel.hpp"

#include <algorithm>
#include <array>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/panels/speed_control.hpp"
#include "app/panels/update_caption.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

using Chips = std::array<const char*, SlowMotion::kPhases>;
/// The longer of the two names of one button.
constexpr const char* kNextUpdate = "Next update";
constexpr Chips kChips{"1 Images", "2 ⟨v h⟩ data", "3 Chains", "4 ⟨v h⟩ model", "5 ΔW", "6 W + ΔW"},
    kShortChips{"1", "2", "3", "4", "5", "6"};
/// The period of the film where no speed gives one, in seconds.
constexpr double kUsualPeriod_s = 10;
/// Where there is less room it scrolls; it is never wider than its place.
constexpr float kLeastFilmWidth = 380, kLeastFilmHeight = 500;

/// The unit that learns most in this update: the one to look at where none is selected.
int most_changed(const rbm::UpdateTrace& trace) {
  Eigen::VectorXf squares = (trace.after.view() - trace.before.view()).colwise().squaredNorm();
  Eigen::Index best = 0;
  squares.maxCoeff(&best);
  return static_cast<int>(best);
}

}  // namespace

std::map<std::string, double> UpdatePanel::state() const {
  return {{"phase", static_cast<double>(motion_.phase())},
          {"share", motion_.share()},
          {"unit", unit_},
          {"step", step_},
          {"plays", plays_}};
}

void UpdatePanel::next(Context& context) {
  const rbm::Snapshot& s = context.snapshot;
  const bool is_fresh = s.pace.traced != nullptr && s.pace.traced->update == s.progress.updates;
  if (is_fresh && motion_.next()) {
    if (s.state == rbm::RunState::Running) context.post(rbm::command::Pause{});
  } else {
    context.post(rbm::command::Step{});
  }
}

void UpdatePanel::back(Context& context) {
  if (context.snapshot.pace.traced == nullptr || !motion_.back()) return;
  if (context.snapshot.state == rbm::RunState::Running) context.post(rbm::command::Pause{});
}

/// The selected one, else one that learns something.
int UpdatePanel::unit_of(const Context& context, const rbm::UpdateTrace& trace) {
  const int hidden = static_cast<int>(trace.before.cols());
  if (context.shared.selected_unit >= 0 && context.shared.selected_unit < hidden)
    return context.shared.selected_unit;
  if (chosen_for_ != context.snapshot.run || unit_ >= hidden) unit_ = most_changed(trace);
  chosen_for_ = context.snapshot.run;
  return unit_;
}

std::size_t UpdatePanel::step_shown(const rbm::UpdateTrace& trace) const {
  if (trace.path.empty() || !motion_.is_reached(UpdatePhase::Chains)) return 0;
  if (motion_.phase() != UpdatePhase::Chains) return trace.path.size() - 1;
  const double steps = static_cast<double>(trace.path.size());
  return std::min(trace.path.size() - 1, static_cast<std::size_t>(motion_.share() * steps));
}

void UpdatePanel::draw(Context& context) {
  const rbm::Snapshot& s = context.snapshot;
  const rbm::UpdateTrace* trace = context.has_model() ? s.pace.traced.get() : nullptr;
  if (trace != nullptr && trace->before.rows() != s.model->visible()) trace = nullptr;
  const double rate = s.pace.is_opening ? 0 : s.pace.updates_per_second;
  plays_ =
      trace != nullptr && s.state == rbm::RunState::Running && rate > 0 && rate < rbm::command::kSlowMotion;
  motion_.follow(trace != nullptr ? trace->update : 0, plays_, rate > 0 ? 1 / rate : kUsualPeriod_s,
                 context.now_s);

  const ImVec2 size = begin_roomy("update.room", {ui::px(kLeastFilmWidth), ui::px(kLeastFilmHeight)});
  std::string subtitle;
  if (trace != nullptr)
    subtitle = std::string("number ") + grouped(trace->update).text + " of this run" +
               (trace->update == s.progress.updates ? "" : "; it has gone on since");
  ui::begin_panel("update", "One update", size, subtitle.c_str());
  if (trace == nullptr) {
    draw_invitation(context);
  } else {
    unit_ = unit_of(context, *trace);
    step_ = static_cast<int>(step_shown(*trace));
    draw_controls(context, *trace);
    draw_caption(*trace);
    stage_.draw(context, *trace, motion_, static_cast<std::size_t>(step_), unit_);
  }
  ui::end_panel();
  ImGui::EndChild();
}

/// Before there is an update to look at.
void UpdatePanel::draw_invitation(Context& context) {
  if (!context.has_model())
    return ui::empty_state("No model yet", "It is there as soon as the data are loaded.");
  if (ui::button("update.next", "Show one update", "Makes one update and shows it phase by phase (U).",
                 ui::Icon::Step, ui::Emphasis::Primary))
    next(context);
  ImGui::SameLine(0, ui::px(6));
  if (ui::button("update.slow", "Slow motion",
                 "Trains with one update in ten seconds, each of them phase by phase.")) {
    set_speed(context, kSlowestSpeed);
    context.post(rbm::command::Play{});
  }
  ui::empty_state(
      "No update to look at yet",
      "One update in six phases, with its real numbers: images, what goes together in them, the chains, "
      "what goes together in those, and what one filter learns of the difference.");
}

void UpdatePanel::draw_controls(Context& context, const rbm::UpdateTrace& trace) {
  const float gap = ui::px(6), box = ui::px(58);
  const bool is_last =
      motion_.is_reached(UpdatePhase::Added) || trace.update != context.snapshot.progress.updates;
  if (ui::button("update.next", is_last ? kNextUpdate : "Next phase",
                 "The next phase of this update, or the first one of the next update; training rests (U).",
                 ui::Icon::Step, ui::Emphasis::Primary, {button_width(kNextUpdate, true), 0}))
    next(context);
  ImGui::SameLine(0, gap);
  if (ui::icon_button("update.back", ui::Icon::Undo, "The phase before this one (Shift+U).")) back(context);
  ImGui::SameLine(0, gap);
  const float others = ImGui::CalcTextSize("Unit").x + 3 * gap + box;
  const bool is_long = segmented_width(kChips) + others < ImGui::GetContentRegionAvail().x;
  int phase = static_cast<int>(motion_.phase());
  if (ui::segmented("update.phase", &phase, is_long ? kChips : kShortChips,
                    "The phases of an update: click one to see it again.")) {
    motion_.go_to(static_cast<UpdatePhase>(phase));
    if (plays_) context.post(rbm::command::Pause{});
  }
  same_line_if_fits(ImGui::CalcTextSize("Unit").x + gap + box);
  ImGui::AlignTextToFramePadding();
  ui::text_dim("Unit");
  ImGui::SameLine(0, gap);
  int unit = unit_;
  if (int_box("update.unit", &unit, 0, static_cast<int>(trace.before.cols()) - 1, box,
              "The hidden unit whose part of the update is shown; a click on a filter selects it, too."))
    context.shared.selected_unit = unit;
}

/// Two sentences, on as many lines as the width needs.
void UpdatePanel::draw_caption(const rbm::UpdateTrace& trace) const {
  const ui::Palette& colours = ui::palette();
  const PhaseCaption words = caption(motion_.phase(), trace, unit_);
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x, inset = ui::px(10), pad = ui::px(5);
  const float wrap = room - 2 * inset;
  const float first = ImGui::CalcTextSize(words.says.c_str(), nullptr, false, wrap).y,
              second = ImGui::CalcTextSize(words.explains.c_str(), nullptr, false, wrap).y;
  const float height = first + second + 2 * pad + ui::px(2);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(corner, {corner.x + room, corner.y + height}, colours.panel_raised, ui::px(6));
  list->AddRectFilled(corner, {corner.x + ui::px(3), corner.y + height}, colours.accent, ui::px(2));
  const auto write = [&](const std::string& text, float y, ImU32 colour) {
    list->AddText(ImGui::GetFont(), ImGui::GetFontSize(), {corner.x + inset, corner.y + y}, colour,
                  text.c_str(), nullptr, wrap);
  };
  write(words.says, pad, colours.text);
  write(words.explains, pad + first + ui::px(2), colours.text_dim);
  ImGui::Dummy({room, height + ui::px(2)});
}

}  // namespace lab
