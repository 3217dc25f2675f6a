#include "app/panels/inline_controls.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

#include "app/ui/theme.hpp"
#include "app/ui/typed_number.hpp"

namespace lab {
namespace {

constexpr float kArrowShare = 1 / 30.0f;  // of a slider's length, by one arrow key

}  // namespace

bool int_box(const char* id, int* value, int low, int high, float width, const char* hint) {
  ImGui::SetNextItemWidth(width);
  const ui::Focus focus = ui::take_focus(id);
  if (focus.pressed) ui::type_number(id);
  if (ui::is_typed(id)) {
    const std::string shown = std::to_string(*value);
    const auto number = ui::typed_number({id, shown.c_str(), double(low), double(high), true});
    ui::mark(id, hint);
    if (number) *value = static_cast<int>(*number);
    return number.has_value();
  }
  ImGui::PushID(id);
  ui::push_font(ui::fonts().mono);
  ImGui::DragInt("##box", value, std::max(0.05f, static_cast<float>(high - low) / 2000.0f), low, high, "%d",
                 ImGuiSliderFlags_AlwaysClamp | ImGuiSliderFlags_NoInput);
  ui::pop_font();
  const bool committed = ImGui::IsItemDeactivatedAfterEdit();
  const int before = *value;
  *value = std::clamp(*value + focus.steps, low, high);
  ImGui::PopID();
  ui::mark(id, hint);
  ui::draw_focus(focus);
  ui::draw_refusal(id);
  return committed || *value != before;
}

bool inline_slider(const char* id, float* value, float low, float high, const char* format, float width,
                   bool logarithmic, const char* hint) {
  ImGui::SetNextItemWidth(width);
  const ui::Focus focus = ui::take_focus(id);
  if (focus.pressed) ui::type_number(id);
  if (ui::is_typed(id)) {
    std::array<char, 32> shown;
    std::snprintf(shown.data(), shown.size(), "%.4g", double(*value));
    const auto number = ui::typed_number({id, shown.data(), double(low), double(high), false});
    ui::mark(id, hint);
    if (number) *value = static_cast<float>(*number);
    return number.has_value();
  }
  const ui::Palette& colours = ui::palette();
  const ImVec2 min = ImGui::GetCursorScreenPos(), max{min.x + width, min.y + ImGui::GetFrameHeight()};
  const float share =
      logarithmic ? std::log(*value / low) / std::log(high / low) : (*value - low) / (high - low);
  const float rounding = ImGui::GetStyle().FrameRounding;
  const float end = min.x + std::clamp(share, 0.0f, 1.0f) * width;
  const bool hovered = ImGui::IsMouseHoveringRect(min, max) && ImGui::IsWindowHovered();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(min, max, ImGui::GetColorU32(hovered ? ImGuiCol_FrameBgHovered : ImGuiCol_FrameBg),
                      rounding);
  list->PushClipRect(min, {end, max.y}, true);
  list->AddRectFilled(min, max, ImGui::GetColorU32(ui::faded(colours.accent, 0.38f)), rounding);
  list->PopClipRect();
  constexpr std::array kHidden{ImGuiCol_FrameBg, ImGuiCol_FrameBgHovered, ImGuiCol_FrameBgActive,
                               ImGuiCol_SliderGrab, ImGuiCol_SliderGrabActive};
  for (const ImGuiCol colour : kHidden) ImGui::PushStyleColor(colour, 0);
  ImGui::PushID(id);
  ImGui::SetNextItemWidth(width);
  const ImGuiSliderFlags flags = ImGuiSliderFlags_AlwaysClamp | ImGuiSliderFlags_NoInput |
                                 (logarithmic ? ImGuiSliderFlags_Logarithmic : 0);
  bool changed = ImGui::SliderFloat("##slider", value, low, high, format, flags);
  ImGui::PopID();
  ImGui::PopStyleColor(static_cast<int>(kHidden.size()));
  ui::mark(id, hint);
  ui::draw_focus(focus);
  ui::draw_refusal(id);
  if (focus.steps != 0) {
    const float to = std::clamp(share + kArrowShare * static_cast<float>(focus.steps), 0.0f, 1.0f);
    *value = logarithmic ? low * std::pow(high / low, to) : low + to * (high - low);
    changed = true;
  }
  return changed;
}

ImVec2 begin_roomy(const char* id, ImVec2 least) {
  ImVec2 room = ImGui::GetContentRegionAvail();
  const float bar = ImGui::GetStyle().ScrollbarSize;
  // A scroll bar of one direction takes from the room of the other.
  bool tall = room.y < least.y;
  const bool wide = room.x - (tall ? bar : 0) < least.x;
  tall = tall || (wide && room.y - bar < least.y);
  ui::begin_child(id, room, false,
                  tall || wide ? ImGuiWindowFlags_HorizontalScrollbar
                               : ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ui::scroll_to_revealed();
  if (tall) room.x -= bar;
  if (wide) room.y -= bar;
  return {std::max(room.x, least.x), std::max(room.y, least.y)};
}

void begin_region(const char* id, ImVec2 position, ImVec2 size) {
  ImGui::SetCursorPos(position);
  ui::begin_child(id, size, false, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
}

void same_line_if_fits(float width) {
  const float gap = ui::px(6);
  const float right = ImGui::GetWindowPos().x + ImGui::GetCursorPosX() - ImGui::GetScrollX() +
                      ImGui::GetContentRegionAvail().x;
  if (ImGui::GetItemRectMax().x + gap + width <= right) ImGui::SameLine(0, gap);
}

void beside_title(const char* text) {
  ImGui::SameLine(0, ui::px(8));
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + std::floor(ui::px(2)));
  ui::push_font(ui::fonts().small);
  ui::text_dim(text);
  ui::pop_font();
}

float button_width(const char* label, bool has_icon) {
  const float icon = has_icon ? ImGui::GetFontSize() * 0.78f + ui::px(6) : 0;
  return ImGui::CalcTextSize(label).x + icon + 2 * ImGui::GetStyle().FramePadding.x + ui::px(4);
}

float toggle_width(const char* label) {
  const float track = std::floor(std::floor(ImGui::GetFrameHeight() * 0.66f) * 1.8f);
  return track + ui::px(7) + ImGui::CalcTextSize(label).x;
}

float segmented_width(std::span<const char* const> labels) {
  float width = 0;
  for (const char* label : labels) width += std::ceil(ImGui::CalcTextSize(label).x + 2 * ui::px(9));
  return width;
}

}  // namespace lab
