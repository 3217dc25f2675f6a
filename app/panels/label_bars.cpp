#include "app/panels/label_bars.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "app/panels/format_text.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

constexpr const char* kHint = "p(label | drawing), exact: the hidden units are summed out.";

/// The bar under the mouse: its whole name and its probability.
std::string label_hint(const rbm::Dataset* data, std::size_t label, double probability) {
  const bool has_name = data != nullptr && label < data->label_names.size();
  char share[32];
  std::snprintf(share, sizeof share, ": %.1f\u00a0%%. ", 100 * probability);
  return (has_name ? data->label_names[label] : std::to_string(label)) + share + kHint;
}

}  // namespace

void draw_label_bars(const char* id, std::span<const float> log_posteriors, const rbm::Dataset* data,
                     ImVec2 size) {
  const ui::Palette& p = ui::palette();
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton(id, size);
  const auto count = static_cast<float>(log_posteriors.size());
  const float step = size.x / count, width = std::floor(step - ui::px(4));
  if (ImGui::IsItemHovered()) {
    const float along = std::max(0.0f, (ImGui::GetIO().MousePos.x - corner.x) / step);
    const std::size_t y = std::min(log_posteriors.size() - 1, static_cast<std::size_t>(along));
    ui::mark(id, label_hint(data, y, std::exp(double{log_posteriors[y]})));
  } else {
    ui::mark(id, kHint);
  }
  ImDrawList* list = ImGui::GetWindowDrawList();
  ui::push_font(ui::fonts().mono_small);
  const float line = ImGui::GetTextLineHeight();
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
    ui::draw_fitted(list, {std::floor(x + (width - text) / 2), bottom + ui::px(3)}, width,
                    is_best ? p.text : p.text_dim, name.text);
  }
  ui::pop_font();
}

}  // namespace lab
