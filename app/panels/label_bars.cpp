#include "app/panels/label_bars.hpp"

#include <algorithm>
#include <cmath>

#include "app/panels/format_text.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {

void draw_label_bars(const char* id, std::span<const float> log_posteriors, const rbm::Dataset* data,
                     ImVec2 size) {
  const ui::Palette& p = ui::palette();
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton(id, size);
  ui::mark(id, "p(label | drawing), exact: the hidden units are summed out.");
  ImDrawList* list = ImGui::GetWindowDrawList();
  ui::push_font(ui::fonts().mono_small);
  const float line = ImGui::GetTextLineHeight();
  const auto count = static_cast<float>(log_posteriors.size());
  const float step = size.x / count, width = std::floor(step - ui::px(4));
  const float bottom = corner.y + size.y - line - ui::px(3), room = bottom - corner.y;
  const auto best = std::ranges::max_element(log_posteriors) - log_posteriors.begin();
  for (std::size_t y = 0; y < log_posteriors.size(); ++y) {
    const float x = std::floor(corner.x + static_cast<float>(y) * step);
    const bool is_best = static_cast<std::ptrdiff_t>(y) == best;
    const float height = std::max(ui::px(1), room * std::exp(log_posteriors[y]));
    list->AddRectFilled({x, corner.y}, {x + width, bottom}, p.panel_raised, ui::px(2));
    list->AddRectFilled({x, bottom - height}, {x + width, bottom}, is_best ? p.accent : p.text_faint,
                        ui::px(2));
    const ShortText name = label_name(data, static_cast<rbm::Index>(y));
    const float text = std::min(ImGui::CalcTextSize(name.text).x, width);
    list->PushClipRect({x, bottom}, {x + width, corner.y + size.y}, true);
    list->AddText({std::floor(x + (width - text) / 2), bottom + ui::px(3)}, is_best ? p.text : p.text_dim,
                  name.text);
    list->PopClipRect();
  }
  ui::pop_font();
}

}  // namespace lab
