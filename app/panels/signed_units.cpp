#include "app/panels/signed_units.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/unit_order.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

constexpr float kThumb = 26, kRow = 30;  // of a filter, and from row to row, at scale 1
constexpr float kNumber = 92;            // room for "unit 123" above its number

ImU32 colour_of(int side) {
  return side == 0 ? ui::palette().positive : ui::palette().negative;
}

}  // namespace

int SignedUnits::fitting(float height) {
  const float heading = ImGui::GetTextLineHeightWithSpacing();
  return std::max(1, static_cast<int>((height - heading) / ui::px(kRow)));
}

void SignedUnits::put(const Context& context, const List& list, int side) {
  const rbm::Snapshot& s = context.snapshot;
  const int count = static_cast<int>(list.units.size());
  ui::TileWall& wall = filters_[static_cast<std::size_t>(side)];
  const float range = s.model->space != nullptr ? 1 : filter_range(*s.weights.filters);
  ui::TileSpec spec = form_.spec(range);
  spec.count = count;
  spec.columns = std::max(1, count);
  spec.gap = 0;
  wall.shape(spec);
  for (int n = 0; n < count; ++n) {
    const float* filter = s.weights.filters->row(list.units[static_cast<std::size_t>(n)]);
    if (s.model->space != nullptr)
      filter = own_scale({filter, static_cast<std::size_t>(s.weights.filters->cols())}, scaled_);
    wall.put(n, form_.tile(filter, range));
  }
}

void SignedUnits::draw(Context& context, const char* id, const std::array<List, 2>& lists,
                       std::uint64_t version, const char* format, ImVec2 room) {
  const rbm::Snapshot& s = context.snapshot;
  if (s.weights.filters && (put_version_ != version || put_weights_ != s.weights.version)) {
    put_version_ = version;
    put_weights_ = s.weights.version;
    form_ = FilterTile(*s.model, static_cast<int>(lists[0].units.size() + lists[1].units.size()));
    for (int side = 0; side < 2; ++side) put(context, lists[static_cast<std::size_t>(side)], side);
  }
  float most = 1e-6f;
  for (const List& list : lists) most = ui::symmetric_range(list.values, most);
  const ImVec2 origin = ImGui::GetCursorPos();
  const float gap = ui::px(14), width = std::floor((room.x - gap) / 2);
  for (int side = 0; side < 2; ++side) {
    ImGui::SetCursorPos({origin.x + static_cast<float>(side) * (width + gap), origin.y});
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    draw_list(context, id, lists[static_cast<std::size_t>(side)], side, most, format, corner,
              {width, room.y});
  }
  ImGui::SetCursorPos({origin.x, origin.y + room.y});
  ImGui::Dummy({0, 0});
}

void SignedUnits::draw_list(Context& context, const char* id, const List& list, int side, float most,
                            const char* format, ImVec2 corner, ImVec2 size) {
  ImDrawList* draw = ImGui::GetWindowDrawList();
  ui::push_font(ui::fonts().small);
  ui::draw_fitted(draw, corner, size.x, colour_of(side), list.heading);
  ui::pop_font();
  const float heading = ImGui::GetTextLineHeightWithSpacing(), row = ui::px(kRow);
  for (std::size_t n = 0; n < list.units.size(); ++n) {
    const ImVec2 at{corner.x, corner.y + heading + static_cast<float>(n) * row};
    char name[64];
    std::snprintf(name, sizeof name, "%s.%s.%zu", id, side == 0 ? "for" : "against", n);
    draw_row(context, name, list.units[n], list.values[n], std::abs(list.values[n]) / most, side, format, at,
             {size.x, row});
  }
  // All filters of a list are one picture of so many tiles; each row shows its own.
  const float thumb = ui::px(kThumb);
  ui::TileWall& wall = filters_[static_cast<std::size_t>(side)];
  const auto count = std::min(static_cast<float>(list.units.size()), static_cast<float>(wall.spec().count));
  for (std::size_t n = 0; static_cast<float>(n) < count; ++n) {
    const ImVec2 min{corner.x, corner.y + heading + static_cast<float>(n) * row + (row - thumb) / 2};
    draw->PushClipRect(min, {min.x + thumb, min.y + thumb}, true);
    wall.paint(draw, {min.x - static_cast<float>(n) * thumb, min.y},
               {min.x + (count - static_cast<float>(n)) * thumb, min.y + thumb});
    draw->PopClipRect();
  }
}

void SignedUnits::draw_row(Context& context, const char* id, int unit, float value, float share, int side,
                           const char* format, ImVec2 corner, ImVec2 size) const {
  const ui::Palette& colours = ui::palette();
  Shared& shared = context.shared;
  const ui::Focus focus = ui::take_focus(id);
  ImGui::SetCursorScreenPos(corner);
  const bool pressed = ImGui::InvisibleButton(id, {size.x, size.y}) || focus.pressed;
  ui::mark(id, "Click a unit to see the picture without it; click again to let it go.",
           ui::Tip::StatusLineOnly);
  if (ImGui::IsItemHovered()) shared.hovered.next = unit;
  if (pressed) shared.selected_unit = shared.selected_unit == unit ? -1 : unit;
  const bool chosen = shared.selected_unit == unit, lit = chosen || shared.hovered.unit == unit;
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (lit)
    list->AddRectFilled(corner, {corner.x + size.x, corner.y + size.y},
                        ui::faded(chosen ? colours.accent : colours.text, chosen ? 0.22f : 0.08f), ui::px(3));
  ui::draw_focus(focus);
  const float thumb = ui::px(kThumb), x = corner.x + thumb + ui::px(8);
  char text[40];
  ui::push_font(ui::fonts().mono_small);
  const float line = ImGui::GetTextLineHeight();
  std::snprintf(text, sizeof text, "unit %d", unit);
  ui::draw_fitted(list, {x, corner.y + ui::px(2)}, ui::px(kNumber) - ui::px(6),
                  lit ? colours.text : colours.text_dim, text);
  std::snprintf(text, sizeof text, format, double{value});
  ui::draw_fitted(list, {x, corner.y + ui::px(2) + line}, ui::px(kNumber) - ui::px(6), colours.text, text);
  ui::pop_font();
  const float left = x + ui::px(kNumber), right = corner.x + size.x - ui::px(4), height = ui::px(10);
  if (right <= left) return;
  const float y = std::floor(corner.y + (size.y - height) / 2);
  list->AddRectFilled({left, y}, {right, y + height}, colours.panel_raised, ui::px(2));
  list->AddRectFilled({left, y}, {left + std::max(ui::px(2), share * (right - left)), y + height},
                      colour_of(side), ui::px(2));
}

}  // namespace lab
