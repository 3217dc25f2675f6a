#include "app/panels/verdict_list.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr float kLine = 24, kRemedyLine = 32;

/// The view in which the evidence is seen.
const char* view_of(rbm::Evidence evidence) {
  constexpr std::array kViews{"filters", "hidden", "curves", "health", "chains"};
  return kViews[static_cast<std::size_t>(evidence)];
}

/// A tick, an exclamation mark in a triangle, or three dots: the level without colour.
void draw_sign(ImDrawList* list, ImVec2 centre, rbm::Verdict::Level level) {
  const ui::Palette& p = ui::palette();
  const float s = ui::px(4);
  switch (level) {
    case rbm::Verdict::Level::Fine: {
      const std::array<ImVec2, 3> tick{{{centre.x - s, centre.y},
                                        {centre.x - s / 4, centre.y + s * 0.8f},
                                        {centre.x + s * 1.1f, centre.y - s * 0.9f}}};
      ui::draw_polyline(list, tick.data(), 3, p.good, false, ui::px(1.8f));
      break;
    }
    case rbm::Verdict::Level::Waiting:
      for (const int n : {-1, 0, 1})
        list->AddCircleFilled({centre.x + static_cast<float>(n) * s, centre.y}, ui::px(1.2f), p.text_faint);
      break;
    case rbm::Verdict::Level::Wrong:
      ui::draw_icon(list, ui::Icon::Warning, centre, ui::px(15), p.warning);
      break;
  }
}

/// True when the line was pressed.
bool draw_line(const rbm::Verdict& verdict, float width) {
  const std::string id = "health.verdict." + verdict.id;
  const ui::Focus focus = ui::take_focus(id);
  const bool pressed = ImGui::InvisibleButton(id.c_str(), {width, ui::px(kLine)}) || focus.pressed;
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  const bool is_hovered = ImGui::IsItemHovered();
  const std::string hint = verdict.sentence + " Click: shows where that is seen.";
  ui::mark(id, hint, ui::Tip::StatusLineOnly);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  if (is_hovered) list->AddRectFilled(min, max, ui::faded(p.text, 0.06f), ui::px(4));
  draw_sign(list, {min.x + ui::px(12), (min.y + max.y) / 2}, verdict.level);
  ui::push_font(ui::fonts().mono_small);
  const float number = ImGui::CalcTextSize(verdict.measured.c_str()).x;
  list->AddText({max.x - number - ui::px(8), std::floor((min.y + max.y - ImGui::GetFontSize()) / 2)},
                p.text_dim, verdict.measured.c_str());
  ui::pop_font();
  const ImU32 colour = verdict.complains()                          ? p.text
                       : verdict.level == rbm::Verdict::Level::Fine ? p.text_dim
                                                                    : p.text_faint;
  ui::draw_fitted(list, {min.x + ui::px(28), std::floor((min.y + max.y - ImGui::GetFontSize()) / 2)},
                  width - number - ui::px(52), colour, verdict.sentence.c_str());
  ui::draw_focus(focus);
  return pressed;
}

void draw_remedy(Context& context, const rbm::Verdict& verdict, float width) {
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ui::px(28));
  const std::string id = "health.mend." + verdict.id;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool pressed =
      ui::button(id.c_str(), "Mend it", verdict.remedy.c_str(), ui::Icon::None, ui::Emphasis::Normal);
  const float left = ImGui::GetItemRectMax().x + ui::px(10);
  ui::push_font(ui::fonts().small);
  const float y = std::floor(at.y + (ImGui::GetFrameHeight() - ImGui::GetFontSize()) / 2 - ui::px(1));
  ui::draw_fitted(ImGui::GetWindowDrawList(), {left, y}, at.x + width - left - ui::px(36),
                  ui::palette().text_dim, verdict.remedy.c_str());
  ui::pop_font();
  if (!pressed || !verdict.cured) return;
  if (verdict.anew) {
    context.start_over(*verdict.cured);
    return;
  }
  context.shared.wanted = *verdict.cured;
  context.post(rbm::command::Configure{*verdict.cured});
}

}  // namespace

float verdict_list_height(const Context& context) {
  const auto& verdicts = context.snapshot.monitoring.verdicts;
  if (!verdicts) return 0;
  const auto wrong =
      std::ranges::count_if(*verdicts, [](const rbm::Verdict& v) { return v.complains() && v.cured; });
  return ui::px(kLine) * static_cast<float>(verdicts->size()) +
         ui::px(kRemedyLine) * static_cast<float>(wrong);
}

void draw_verdict_list(Context& context, float width) {
  const auto verdicts = context.snapshot.monitoring.verdicts;
  if (!verdicts) return;
  const ImVec2 at = ImGui::GetCursorPos();
  float y = at.y;
  for (const rbm::Verdict& verdict : *verdicts) {
    ImGui::SetCursorPos({at.x, y});
    if (draw_line(verdict, width)) context.shared.view = find_view(view_of(verdict.evidence));
    y += ui::px(kLine);
    if (!verdict.complains() || !verdict.cured) continue;
    ImGui::SetCursorPos({at.x, y});
    draw_remedy(context, verdict, width);
    y += ui::px(kRemedyLine);
  }
  ImGui::SetCursorPos({at.x, y});
}

}  // namespace lab
