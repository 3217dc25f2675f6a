#include "app/panels/status_bar.hpp"

#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/run_state.hpp"
#include "app/panels/speed_control.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

struct ProgressText {
  char text[128];
};
ProgressText progress_text(const rbm::Snapshot& snapshot, bool with_run) {
  ProgressText out;
  const char* saved = snapshot.unsaved ? "not saved" : "";
  if (with_run)
    std::snprintf(out.text, sizeof out.text, "%s   update %s   epoch %.2f   %s images/s", saved,
                  grouped(snapshot.progress.updates).text, snapshot.progress.epochs,
                  rate(snapshot.progress.images_per_second).text);
  else
    std::snprintf(out.text, sizeof out.text, "%s", saved);
  return out;
}

}  // namespace

void StatusBar::follow_notices(const Context& context) {
  if (context.snapshot.messages.notice != notice_) {
    notice_ = context.snapshot.messages.notice;
    message_is_newer_ = false;
  }
  if (context.shared.message != message_) {
    message_ = context.shared.message;
    message_is_newer_ = true;
  }
}

void StatusBar::draw(Context& context, bool with_run) {
  follow_notices(context);
  const ui::Palette& colours = ui::palette();
  const ImVec2 room = ImGui::GetContentRegionAvail(), corner = ImGui::GetWindowPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(corner, {corner.x + room.x, corner.y + room.y}, colours.panel);
  list->AddLine(corner, {corner.x + room.x, corner.y}, colours.border, 1);

  ui::push_font(ui::fonts().small);
  const float y = (room.y - ImGui::GetTextLineHeight()) / 2;
  float x = ui::px(16);
  if (with_run) {
    const RunLook run = run_look(context.snapshot);
    draw_run_sign(list, {corner.x + ui::px(18), corner.y + room.y / 2}, context.snapshot.state, run.colour);
    ImGui::SetCursorPos({ui::px(30), y});
    ImGui::TextUnformatted(run.text);
    x = ui::px(48) + ImGui::CalcTextSize(run.text).x;
  }

  const ProgressText text_right = progress_text(context.snapshot, with_run);
  const char* progress = text_right.text;
  ui::push_font(ui::fonts().mono_small);
  const float progress_width = ImGui::CalcTextSize(progress).x;
  const float progress_x = room.x - progress_width - ui::px(16);
  ImGui::SetCursorPos({progress_x, (room.y - ImGui::GetTextLineHeight()) / 2});
  ui::text_dim(progress);
  ui::pop_font();

  // The middle is cut off, never the ends.
  const std::string& hint = ui::status_hint();
  const std::string opening = opening_sentence(context.snapshot.pace);
  const std::string& text = !hint.empty()       ? hint
                            : !opening.empty()  ? opening
                            : message_is_newer_ ? message_
                                                : notice_;
  if (!text.empty() && progress_x - ui::px(16) > x) {
    ui::draw_fitted(list, {corner.x + x, corner.y + y}, progress_x - ui::px(16) - x,
                    hint.empty() ? colours.text : colours.text_dim, text.c_str());
  }
  ui::pop_font();
}

}  // namespace lab
