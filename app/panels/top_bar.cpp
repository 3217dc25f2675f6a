#include "app/panels/top_bar.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "app/panels/speed_control.hpp"
#include "app/ui/theme.hpp"
#include "core/model/pictures.hpp"

namespace lab {
namespace {

struct BarButton {
  const char* id;
  ui::Icon icon;
  ActionId action;
  const char* hint;
};

/// One sentence about the run: the model's shape, the method and the data.
void write_summary(const rbm::Snapshot& snapshot, char* out, std::size_t size) {
  if (snapshot.model == nullptr) {
    std::snprintf(out, size, "loading %s", snapshot.settings.data.c_str());
    return;
  }
  const rbm::TrainingSettings& s = snapshot.settings;
  const rbm::Model& model = *snapshot.model;
  const rbm::ImageShape shape = rbm::picture_shape(model);
  char visible[64];
  if (model.states != nullptr)
    std::snprintf(visible, sizeof visible, "%d columns of categories", shape.width);
  else if (shape.height == 1 && shape.channels == 1)
    std::snprintf(visible, sizeof visible, "%d columns", shape.width);
  else
    std::snprintf(visible, sizeof visible, "%d × %d%s pixels", shape.width, shape.height,
                  shape.channels == 3 ? " colour" : "");
  std::snprintf(out, size, "%s%s, %ld hidden units, %s-%d, %s", visible,
                model.below != nullptr ? " under a stack" : "", static_cast<long>(model.hidden()),
                rbm::title(s.method), s.k,
                snapshot.data.train ? snapshot.data.train->name.c_str() : s.data.c_str());
}

}  // namespace

void TopBar::draw(Context& context, bool with_run) {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const ui::Palette& colours = ui::palette();
  const ImVec2 corner = ImGui::GetWindowPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(corner, {corner.x + room.x, corner.y + room.y}, colours.panel);
  list->AddLine({corner.x, corner.y + room.y - 1}, {corner.x + room.x, corner.y + room.y - 1}, colours.border,
                1);

  const float middle = room.y / 2, frame = ImGui::GetFrameHeight();
  ui::push_font(ui::fonts().title);
  ImGui::SetCursorPos({ui::px(16), middle - ImGui::GetTextLineHeight() / 2});
  ImGui::TextUnformatted("RBM Lab");
  ui::pop_font();
  if (with_run) {
    ImGui::SameLine(0, ui::px(20));
    ImGui::SetCursorPosY(middle - frame / 2);
    draw_run(context);
  }

  char summary[160];
  write_summary(context.snapshot, summary, sizeof summary);
  ImGui::SameLine(0, ui::px(16));
  const float right = 7 * (frame + ui::px(6)) + ui::px(32);
  if (ImGui::GetCursorPosX() + ImGui::CalcTextSize(summary).x + right < room.x) {
    list->AddText(
        {corner.x + ImGui::GetCursorPosX(), corner.y + std::floor(middle - ImGui::GetTextLineHeight() / 2)},
        colours.text_dim, summary);
  }
  ImGui::SetCursorPos({room.x - right, middle - frame / 2});
  draw_right(context);
}

void TopBar::draw_run(Context& context) {
  const bool running = context.snapshot.state == rbm::RunState::Running;
  const float gap = ui::px(6);
  ImGui::BeginDisabled(!context.has_model());
  if (ui::icon_button("top.play", running ? ui::Icon::Pause : ui::Icon::Play,
                      running ? "Pauses training (Space)." : "Trains on (Space).", running)) {
    context.run(ActionId::PlayPause);
  }
  ImGui::SameLine(0, gap);
  if (ui::icon_button("top.batch", ui::Icon::Step, "Trains on one mini-batch, then pauses (B)."))
    context.run(ActionId::StepBatch);
  ImGui::SameLine(0, gap);
  if (ui::icon_button("top.epoch", ui::Icon::StepFar, "Trains to the end of the epoch, then pauses (E)."))
    context.run(ActionId::StepEpoch);
  ImGui::SameLine(0, ui::px(12));
  draw_speed(context, ui::px(148));
  ImGui::EndDisabled();
}

void TopBar::draw_right(Context& context) {
  const bool dark = ui::theme() == ui::Theme::Dark;
  const std::array<BarButton, 7> buttons{{
      {"file.open", ui::Icon::Open, ActionId::Open,
       "Opens a model, a checkpoint, or data to train on (Ctrl+O); dropping it on the window does the same."},
      {"file.save", ui::Icon::Save, ActionId::Save,
       "Saves the averaged model (Ctrl+S); Ctrl+Shift+S saves a checkpoint to train on from."},
      {"take.away", ui::Icon::Export, ActionId::TakeAway,
       "Takes away pictures, films, curves and numbers of what is on the screen (F10)."},
      {"theme.toggle", dark ? ui::Icon::Sun : ui::Icon::Moon, ActionId::ThemeToggle,
       dark ? "Light theme (F9)." : "Dark theme (F9)."},
      {"scale.down", ui::Icon::Minus, ActionId::ScaleDown, "Everything a step smaller (Ctrl+-)."},
      {"scale.up", ui::Icon::Plus, ActionId::ScaleUp, "Everything a step larger (Ctrl+=)."},
      {"help", ui::Icon::Help, ActionId::Help, "Keys, mouse and what an RBM is (F1)."},
  }};
  for (std::size_t i = 0; i < buttons.size(); ++i) {
    // A little more room between files, looks and help.
    if (i > 0) ImGui::SameLine(0, i == 3 || i == 6 ? ui::px(14) : ui::px(6));
    if (ui::icon_button(buttons[i].id, buttons[i].icon, buttons[i].hint)) context.run(buttons[i].action);
  }
}

}  // namespace lab
