#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/ui/plot.hpp"
#include "app/ui/plot_data.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab::ui {

void histogram(const char* id, std::span<const float> bins, double low, double high, double marker,
               ImU32 colour, ImVec2 size, const char* hint) {
  const ImVec2 corner = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  const ImVec2 extent_px{size.x > 0 ? size.x : room.x, size.y > 0 ? size.y : room.y};
  ImGui::PushID(id);
  ImGui::InvisibleButton("bars", {std::max(1.0f, extent_px.x), std::max(1.0f, extent_px.y)});
  ImGui::PopID();
  mark(id, hint, Tip::StatusLineOnly);
  const bool hovered = ImGui::IsItemHovered();

  push_font(fonts().mono_small);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const Palette& p = palette();
  const ImVec2 min = corner;
  const ImVec2 max{corner.x + extent_px.x, std::floor(corner.y + extent_px.y - ImGui::GetFontSize() - px(4))};
  const float tallest = bins.empty() ? 0 : std::max(0.0f, *std::ranges::max_element(bins));
  const float step = bins.empty() ? 0 : (max.x - min.x) / static_cast<float>(bins.size());
  const int under_mouse =
      hovered && step > 0 ? static_cast<int>((ImGui::GetIO().MousePos.x - min.x) / step) : -1;
  for (std::size_t i = 0; i < bins.size() && tallest > 0; ++i) {
    if (bins[i] <= 0) continue;
    const float left = std::floor(min.x + step * static_cast<float>(i)),
                right = std::floor(min.x + step * static_cast<float>(i + 1));
    // A single case is seen too: at least one pixel.
    const float top = std::min(max.y - 1, max.y - (max.y - min.y) * bins[i] / tallest);
    const bool lit = static_cast<int>(i) == under_mouse;
    list->AddRectFilled({left, top}, {std::max(left + 1, right - 1), max.y},
                        ImGui::GetColorU32(lit ? colour : faded(colour, 0.75f)));
  }
  list->AddRectFilled({min.x, max.y}, {max.x, max.y + 1}, p.border);
  if (std::isfinite(marker) && high > low) {
    const float share = static_cast<float>(std::clamp((marker - low) / (high - low), 0.0, 1.0));
    const float at = std::floor(min.x + share * (max.x - min.x - 1));
    list->AddRectFilled({at, min.y}, {at + std::max(1.0f, px(1)), max.y}, p.text);
    list->AddTriangleFilled({at - px(3.5f), min.y}, {at + px(4.5f), min.y}, {at + px(0.5f), min.y + px(5)},
                            p.text);
  }
  const double width = high - low;
  const NumberText first = tick_text(low, width / 100), last = tick_text(high, width / 100);
  list->AddText({min.x, max.y + px(3)}, p.text_faint, first.text);
  list->AddText({max.x - ImGui::CalcTextSize(last.text).x, max.y + px(3)}, p.text_faint, last.text);
  if (under_mouse >= 0 && static_cast<std::size_t>(under_mouse) < bins.size()) {
    const double bin = width / static_cast<double>(bins.size());
    char text[64];
    std::snprintf(text, sizeof text, "%.3g … %.3g: %g", low + bin * under_mouse,
                  low + bin * (under_mouse + 1),
                  static_cast<double>(bins[static_cast<std::size_t>(under_mouse)]));
    list->AddText({std::floor((min.x + max.x - ImGui::CalcTextSize(text).x) / 2), max.y + px(3)}, p.text_dim,
                  text);
  }
  pop_font();
}

}  // namespace lab::ui
