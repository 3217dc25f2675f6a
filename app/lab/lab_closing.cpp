// How the window closes: its run is kept first, and only where that failed, or something that was to be saved could not
// be, there is a question.
#include <algorithm>
#include <cstdio>

#include "app/lab/lab.hpp"
#include "app/ui/theme.hpp"
#include "core/run/interruption.hpp"

namespace lab {

/// True once the window may go. The worker is asked to keep its run; its answer is not waited for, but looked for
/// before each frame.
bool Lab::may_close() {
  if (!window_.should_close()) return false;
  const std::shared_ptr<const rbm::Snapshot> now = session_->snapshot();
  if (!now || !now->kept.is_on || closing_.is_decided) return true;
  if (!closing_.failure.empty()) return true;  // asked to close while it is being asked
  if (!closing_.number) {
    closing_.answered = now->applied;
    closing_.number = session_->post(rbm::command::Keep{});
  }
  const auto kept = std::ranges::find(now->answers, *closing_.number, &rbm::Answer::number);
  if (kept == now->answers.end()) return false;
  const auto failed = std::ranges::find_if(now->answers, [&](const rbm::Answer& answer) {
    return !answer.ok && answer.number > closing_.answered && answer.number <= *closing_.number;
  });
  if (failed == now->answers.end()) return true;
  if (rbm::caught_signal() != 0) {  // nobody may be there to be asked
    std::fprintf(stderr, "rbm-lab: %s\n", failed->sentence.c_str());
    return true;
  }
  closing_.number.reset();
  closing_.failure = failed->sentence;
  window_.stay_open();
  pace_.owe(3);
  return false;
}

void Lab::draw_closing_question() {
  if (!closing_.failure.empty()) ImGui::OpenPopup("###closing");
  if (!ui::begin_dialog("Close###closing", ImGuiWindowFlags_AlwaysAutoResize)) return;
  ui::heading("Close without keeping the run?");
  ImGui::PushTextWrapPos(ui::px(520));
  ImGui::TextUnformatted(closing_.failure.c_str());
  ImGui::PopTextWrapPos();
  ImGui::Dummy({0, ui::px(8)});
  if (ui::button("closing.confirm", "Close", "What the run has learned since it was kept last is lost.",
                 ui::Icon::None, ui::Emphasis::Danger)) {
    closing_.is_decided = true;
    window_.ask_to_close();
  }
  ImGui::SameLine();
  if (ui::button("closing.cancel", "Stay", "Escape does the same.")) closing_ = {};
  if (closing_.failure.empty() || closing_.is_decided) ImGui::CloseCurrentPopup();
  ImGui::EndPopup();
}

}  // namespace lab
