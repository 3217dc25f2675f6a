#include "app/panels/verdict_list.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr float kLine = 24, kRemedyLine = 32;  // where the text fits a line
constexpr const char* kMend = "Mend it";

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

/// What the sentence of a verdict has beside its sign and its number.
float verdict_width(const rbm::Verdict& verdict, float width) {
  ui::push_font(ui::fonts().mono_small);
  const float number = ImGui::CalcTextSize(verdict.measured.c_str()).x;
  ui::pop_font();
  return width - number - ui::px(52);
}

float verdict_height(const rbm::Verdict& verdict, float width) {
  const ImVec2 text =
      ImGui::CalcTextSize(verdict.sentence.c_str(), nullptr, false, verdict_width(verdict, width));
  return std::max(ui::px(kLine), std::ceil(text.y) + ui::px(4));
}

/// What the remedy has beside its button.
float remedy_width(float width) {
  return width - ui::px(28) - button_width(kMend, false) - ui::px(18);
}

float remedy_height(const rbm::Verdict& verdict, float width) {
  ui::push_font(ui::fonts().small);
  const float text = ImGui::CalcTextSize(verdict.remedy.c_str(), nullptr, false, remedy_width(width)).y;
  ui::pop_font();
  return std::max(ui::px(kRemedyLine), std::ceil(text) + ui::px(8));
}

bool has_remedy(const rbm::Verdict& verdict) {
  return verdict.complains() && verdict.cured;
}

/// True when the line was pressed.
bool draw_line(const rbm::Verdict& verdict, float width) {
  const std::string id = "health.verdict." + verdict.id;
  const ui::Focus focus = ui::take_focus(id);
  const bool pressed =
      ImGui::InvisibleButton(id.c_str(), {width, verdict_height(verdict, width)}) || focus.pressed;
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
  const float room = verdict_width(verdict, width);
  const float text = ImGui::CalcTextSize(verdict.sentence.c_str(), nullptr, false, room).y;
  list->AddText(ImGui::GetFont(), ImGui::GetFontSize(),
                {min.x + ui::px(28), std::floor((min.y + max.y - text) / 2)}, colour,
                verdict.sentence.c_str(), nullptr, room);
  ui::draw_focus(focus);
  return pressed;
}

void draw_remedy(Context& context, const rbm::Verdict& verdict, float width) {
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ui::px(28));
  const std::string id = "health.mend." + verdict.id;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool pressed =
      ui::button(id.c_str(), kMend, verdict.remedy.c_str(), ui::Icon::None, ui::Emphasis::Normal);
  const float left = ImGui::GetItemRectMax().x + ui::px(10);
  ui::push_font(ui::fonts().small);
  const float room = remedy_width(width);
  const float text = ImGui::CalcTextSize(verdict.remedy.c_str(), nullptr, false, room).y;
  const float y = std::floor(at.y + std::max(0.0f, ImGui::GetFrameHeight() - text) / 2 - ui::px(1));
  ImGui::GetWindowDrawList()->AddText(ImGui::GetFont(), ImGui::GetFontSize(), {left, y},
                                      ui::palette().text_dim, verdict.remedy.c_str(), nullptr, room);
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

float verdict_list_height(const Context& context, float width) {
  const auto& verdicts = context.snapshot.monitoring.verdicts;
  float height = 0;
  if (!verdicts) return height;
  for (const rbm::Verdict& verdict : *verdicts) {
    height += verdict_height(verdict, width);
    if (has_remedy(verdict)) height += remedy_height(verdict, width);
  }
  return height;
}

void draw_verdict_list(Context& context, float width) {
  const auto verdicts = context.snapshot.monitoring.verdicts;
  if (!verdicts) return;
  const ImVec2 at = ImGui::GetCursorPos();
  float y = at.y;
  for (const rbm::Verdict& verdict : *verdicts) {
    ImGui::SetCursorPos({at.x, y});
    if (draw_line(verdict, width)) context.shared.view = find_view(view_of(verdict.evidence));
    y += verdict_height(verdict, width);
    if (!has_remedy(verdict)) continue;
    ImGui::SetCursorPos({at.x, y});
    draw_remedy(context, verdict, width);
    y += remedy_height(verdict, width);
  }
  ImGui::SetCursorPos({at.x, y});
}

}  // namespace lab
