#include "app/panels/status_bar.hpp"

#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

struct StateLook {
  const char* text;
  ImU32 colour;
};

StateLook look(rbm::RunState state) {
  const ui::Palette& colours = ui::palette();
  switch (state) {
    case rbm::RunState::Loading:
      return {"Loading", colours.warning};
    case rbm::RunState::Running:
      return {"Training", colours.good};
    case rbm::RunState::Paused:
      return {"Paused", colours.text_dim};
    case rbm::RunState::Faulted:
      return {"Stopped", colours.bad};
  }
  return {"", colours.text_dim};
}

/// A filled dot while training, a ring while paused, a square when stopped: the state without colour.
void draw_state_sign(ImDrawList* list, ImVec2 centre, rbm::RunState state, ImU32 colour) {
  const float radius = ui::px(4);
  if (state == rbm::RunState::Faulted) {
    list->AddRectFilled({centre.x - radius, centre.y - radius}, {centre.x + radius, centre.y + radius},
                        colour);
  } else if (state == rbm::RunState::Running) {
    list->AddCircleFilled(centre, radius, colour);
  } else {
    list->AddCircle(centre, radius, colour, 0, ui::px(1.5f));
  }
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

void StatusBar::draw(Context& context) {
  follow_notices(context);
  const ui::Palette& colours = ui::palette();
  const ImVec2 room = ImGui::GetContentRegionAvail(), corner = ImGui::GetWindowPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(corner, {corner.x + room.x, corner.y + room.y}, colours.panel);
  list->AddLine(corner, {corner.x + room.x, corner.y}, colours.border, 1);

  ui::push_font(ui::fonts().small);
  const float y = (room.y - ImGui::GetTextLineHeight()) / 2;
  const StateLook state = look(context.snapshot.state);
  draw_state_sign(list, {corner.x + ui::px(18), corner.y + room.y / 2}, context.snapshot.state, state.colour);
  ImGui::SetCursorPos({ui::px(30), y});
  ImGui::TextUnformatted(state.text);

  char progress[128];
  std::snprintf(progress, sizeof progress, "%supdate %s   epoch %.2f   %s images/s",
                context.snapshot.unsaved ? "not saved   " : "",
                grouped(context.snapshot.progress.updates).text, context.snapshot.progress.epochs,
                rate(context.snapshot.progress.images_per_second).text);
  ui::push_font(ui::fonts().mono_small);
  const float progress_width = ImGui::CalcTextSize(progress).x;
  const float progress_x = room.x - progress_width - ui::px(16);
  ImGui::SetCursorPos({progress_x, (room.y - ImGui::GetTextLineHeight()) / 2});
  ui::text_dim(progress);
  ui::pop_font();

  // The middle is cut off, never the ends.
  const std::string& hint = ui::hovered_hint();
  const std::string& text = !hint.empty() ? hint : message_is_newer_ ? message_ : notice_;
  const float x = ui::px(112);
  if (!text.empty() && progress_x - ui::px(16) > x) {
    list->PushClipRect({corner.x + x, corner.y}, {corner.x + progress_x - ui::px(16), corner.y + room.y},
                       true);
    list->AddText({corner.x + x, corner.y + y}, hint.empty() ? colours.text : colours.text_dim, text.c_str());
    list->PopClipRect();
  }
  ui::pop_font();
}

}  // namespace lab
