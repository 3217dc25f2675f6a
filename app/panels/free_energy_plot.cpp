#include "app/panels/free_energy_plot.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {

void FreeEnergyPlot::update(std::span<const double> data, std::span<const double> others, double marker) {
  marker_ = marker;
  has_data_ = !data.empty();
  has_others_ = !others.empty();
  interval_ = others.empty() && !std::isnan(marker) ? shown_interval(data, std::span(&marker, 1))
              : data.empty()                        ? shown_interval(data, others)
                                                    : fixed_interval(data);
  below_ = static_cast<int>(std::ranges::count_if(others, [&](double f) { return f < interval_.low; }));
  above_ = static_cast<int>(std::ranges::count_if(others, [&](double f) { return !(f <= interval_.high); }));
  bin_shares(data, interval_, data_);
  bin_shares(others, interval_, others_);
}

float FreeEnergyPlot::x_of(double value, ImVec2 min, ImVec2 max) const {
  const double share = (value - interval_.low) / (interval_.high - interval_.low);
  return min.x + static_cast<float>(std::clamp(share, 0.0, 1.0)) * (max.x - min.x);
}

void FreeEnergyPlot::draw_bars(ImDrawList* list, ImVec2 min, ImVec2 max) const {
  const ui::Palette& colours = ui::palette();
  const float step = (max.x - min.x) / static_cast<float>(kBins), height = max.y - min.y;
  const float top_data = std::max(1e-6f, *std::ranges::max_element(data_));
  const float top_others = std::max(1e-6f, *std::ranges::max_element(others_));
  for (std::size_t i = 0; i < kBins && has_data_; ++i) {
    if (data_[i] <= 0) continue;
    const float x = min.x + static_cast<float>(i) * step;
    list->AddRectFilled({x, max.y - height * data_[i] / top_data}, {x + step - 1, max.y},
                        ui::faded(colours.text_faint, 0.55f));
  }
  if (!has_others_) return;
  // The outline as thin rectangles: joints of a polyline would smear where it turns on the spot.
  const float line = ui::px(1.5f);
  float last = max.y;
  for (std::size_t i = 0; i < kBins; ++i) {
    const float x = std::round(min.x + static_cast<float>(i) * step), right = std::round(x + step);
    const float y = others_[i] > 0 ? std::round(max.y - height * others_[i] / top_others) : max.y;
    if (y < max.y) {
      list->AddRectFilled({x, y}, {right, max.y}, ui::faded(colours.accent, 0.22f));
      list->AddRectFilled({x, y}, {right, y + line}, colours.accent);
    }
    if (y != last) list->AddRectFilled({x, std::min(y, last)}, {x + line, std::max(y, last)}, colours.accent);
    last = y;
  }
}

void FreeEnergyPlot::draw_marker(ImDrawList* list, ImVec2 min, ImVec2 max, double at, ImU32 colour,
                                 float thickness) const {
  if (std::isnan(at)) return;
  const float x = std::round(x_of(at, min, max)), wing = ui::px(5);
  list->AddLine({x, min.y}, {x, max.y}, colour, thickness);
  // Past the edge of the scale the head turns into an arrow that points outwards.
  const float way = at > interval_.high ? 1.0f : at < interval_.low ? -1.0f : 0.0f;
  if (way != 0) {
    list->AddTriangleFilled({x + way * wing * 0.2f, min.y + wing}, {x - way * wing * 1.4f, min.y},
                            {x - way * wing * 1.4f, min.y + 2 * wing}, colour);
  } else {
    list->AddTriangleFilled({x - wing, min.y - 1}, {x + wing, min.y - 1}, {x, min.y + wing * 1.2f}, colour);
  }
}

void FreeEnergyPlot::draw(const char* id, ImVec2 size, double hovered, const char* hint) const {
  const ui::Palette& colours = ui::palette();
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  ImGui::PushID(id);
  ImGui::InvisibleButton("##plot", size);
  ImGui::PopID();
  ui::mark(id, hint);

  ImDrawList* list = ImGui::GetWindowDrawList();
  ui::push_font(ui::fonts().mono_small);
  const float label_height = ImGui::GetTextLineHeight() + ui::px(3);
  const ImVec2 min{corner.x, corner.y + ui::px(4)}, max{corner.x + size.x, corner.y + size.y - label_height};
  if (has_data_ || has_others_) draw_bars(list, min, max);
  list->AddLine({min.x, max.y}, {max.x, max.y}, colours.border, 1);
  if (has_data_ || has_others_) {
    draw_marker(list, min, max, marker_, colours.accent, ui::px(2));
    draw_marker(list, min, max, hovered, colours.text, 1);
    char text[24];
    if (below_ > 0) {
      std::snprintf(text, sizeof text, "← %d beyond", below_);
      list->AddText({min.x + ui::px(2), min.y}, colours.warning, text);
    }
    if (above_ > 0) {
      std::snprintf(text, sizeof text, "%d beyond →", above_);
      list->AddText({max.x - ImGui::CalcTextSize(text).x - ui::px(2), min.y}, colours.warning, text);
    }
    std::snprintf(text, sizeof text, "%.0f", interval_.low);
    list->AddText({min.x, max.y + ui::px(3)}, colours.text_dim, text);
    std::snprintf(text, sizeof text, "%.0f", interval_.high);
    list->AddText({max.x - ImGui::CalcTextSize(text).x, max.y + ui::px(3)}, colours.text_dim, text);
  }
  ui::pop_font();
  ui::push_font(ui::fonts().small);
  const char* axis =
      size.x > ui::px(300) ? "free energy in nats: further left is more familiar" : "free energy (nats)";
  list->AddText({(min.x + max.x - ImGui::CalcTextSize(axis).x) / 2, max.y + ui::px(2)}, colours.text_faint,
                axis);
  ui::pop_font();
}

}  // namespace lab
