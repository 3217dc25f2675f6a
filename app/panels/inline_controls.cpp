#include "app/panels/inline_controls.hpp"

#include <algorithm>

#include "app/ui/theme.hpp"

namespace lab {

bool int_box(const char* id, int* value, int low, int high, float width, const char* hint) {
  ImGui::PushID(id);
  ImGui::SetNextItemWidth(width);
  ui::push_font(ui::fonts().mono);
  ImGui::DragInt("##box", value, std::max(0.05f, static_cast<float>(high - low) / 2000.0f), low, high, "%d",
                 ImGuiSliderFlags_AlwaysClamp);
  ui::pop_font();
  const bool committed = ImGui::IsItemDeactivatedAfterEdit();
  *value = std::clamp(*value, low, high);
  ImGui::PopID();
  ui::mark(id, hint);
  return committed;
}

bool inline_slider(const char* id, float* value, float low, float high, const char* format, float width,
                   bool logarithmic, const char* hint) {
  ImGui::PushID(id);
  ImGui::SetNextItemWidth(width);
  const ImGuiSliderFlags flags =
      ImGuiSliderFlags_AlwaysClamp | (logarithmic ? ImGuiSliderFlags_Logarithmic : 0);
  const bool changed = ImGui::SliderFloat("##slider", value, low, high, format, flags);
  ImGui::PopID();
  ui::mark(id, hint);
  return changed;
}

void same_line_if_fits(float width) {
  const float gap = ui::px(6);
  const float right = ImGui::GetWindowPos().x + ImGui::GetCursorPosX() - ImGui::GetScrollX() +
                      ImGui::GetContentRegionAvail().x;
  if (ImGui::GetItemRectMax().x + gap + width <= right) ImGui::SameLine(0, gap);
}

float button_width(const char* label, bool has_icon) {
  const float text = ImGui::CalcTextSize(label).x + 2 * ImGui::GetStyle().FramePadding.x;
  return has_icon ? text + ImGui::GetFontSize() + ui::px(6) : text;
}

}  // namespace lab
