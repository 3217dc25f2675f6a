#include "app/panels/lit_wall.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/unit_order.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

constexpr float kLeastPart = 0.01f;  // of the largest, to be lit

}  // namespace

void LitWall::put(const Context& context, ImVec2 room) {
  const rbm::Snapshot& s = context.snapshot;
  if (!s.weights.filters || s.weights.filters->rows() != s.model->hidden()) return;
  const bool is_filled = wall_.spec().count == s.model->hidden() && put_run_ == s.run;
  const bool fresh = put_weights_ != s.weights.version && (context.has_news || !is_filled);
  if (!fresh && put_room_.x == room.x && put_room_.y == room.y) return;
  put_weights_ = s.weights.version;
  put_run_ = s.run;
  put_room_ = room;
  const int hidden = static_cast<int>(s.model->hidden());
  form_ = FilterTile(*s.model, hidden);
  columns_ = ui::TileWall::best_columns(hidden, form_.width(), form_.height(), form_.gap(), room);
  const bool whitened = s.model->space != nullptr;
  const float range = whitened ? 1 : filter_range(*s.weights.filters);
  ui::TileSpec spec = form_.spec(range);
  spec.count = hidden;
  spec.columns = columns_;
  spec.gap = form_.gap();
  spec.centres_rest = true;
  wall_.shape(spec);
  for (int unit = 0; unit < hidden; ++unit) {
    const float* filter = s.weights.filters->row(unit);
    if (whitened) filter = own_scale({filter, static_cast<std::size_t>(s.weights.filters->cols())}, scaled_);
    wall_.put(unit, form_.tile(filter, range));
  }
}

ImVec2 LitWall::tile_corner(int unit, ImVec2 corner, float scale) const {
  const ui::TileCorner at = ui::tile_corner(wall_.spec(), unit);
  return {corner.x + scale * static_cast<float>(at.x), corner.y + scale * static_cast<float>(at.y)};
}

void LitWall::light(std::span<const float> parts, ImVec2 corner, float scale, int hovered) const {
  const ui::Palette& colours = ui::palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float most = ui::symmetric_range(parts, 1e-6f);
  const float width = scale * static_cast<float>(form_.width()),
              height = scale * static_cast<float>(form_.height());
  for (std::size_t unit = 0; unit < parts.size(); ++unit) {
    const float share = std::abs(parts[unit]) / most;
    const ImVec2 min = tile_corner(static_cast<int>(unit), corner, scale), max{min.x + width, min.y + height};
    if (share < kLeastPart && static_cast<int>(unit) != hovered) {
      list->AddRectFilled(min, max, ui::faded(colours.panel, 0.72f));
      continue;
    }
    list->AddRectFilled(min, max, ui::faded(colours.panel, 0.55f * (1 - std::sqrt(share))));
    if (share < 0.1f) continue;
    const float thickness = std::max(1.0f, std::round(ui::px(2) * std::sqrt(share)));
    ui::draw_rect(list, {min.x - 1, min.y - 1}, {max.x + 1, max.y + 1},
                  ui::faded(parts[unit] > 0 ? colours.positive : colours.negative, 0.4f + 0.6f * share), 0,
                  thickness);
  }
}

void LitWall::draw(Context& context, const char* id, std::span<const float> parts, ImVec2 room) {
  put(context, room);
  const int hidden = wall_.spec().count;
  Shared& shared = context.shared;
  if (hidden == 0) {
    ui::empty_state("No filters yet", "They come in a moment.");
    return;
  }
  const auto width = static_cast<float>(columns_ * (form_.width() + form_.gap()) - form_.gap());
  const auto rows = static_cast<float>((hidden + columns_ - 1) / columns_);
  const float height = rows * static_cast<float>(form_.height() + form_.gap()) - form_.gap();
  const float scale = std::min(room.x / width, room.y / height);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const ui::Focus focus = ui::take_focus(id);
  ImGui::InvisibleButton(id, room);
  ui::mark(id, "All hidden units: orange frames speak for it, blue ones against it. Click one to choose it.",
           ui::Tip::StatusLineOnly);
  const ImVec2 corner{std::floor(origin.x + (room.x - scale * width) / 2), origin.y};
  const bool hovers = ImGui::IsItemHovered(), clicked = ImGui::IsItemClicked();
  ImDrawList* list = ImGui::GetWindowDrawList();
  wall_.paint(list, corner, {corner.x + scale * width, corner.y + scale * height});
  if (!parts.empty() && static_cast<int>(parts.size()) == hidden)
    light(parts, corner, scale, shared.hovered.unit);
  const auto outline = [&](int unit, ImU32 colour, float thickness) {
    if (unit < 0 || unit >= hidden) return;
    const ImVec2 min = tile_corner(unit, corner, scale);
    ui::draw_rect(list, {min.x - 1, min.y - 1},
                  {min.x + scale * static_cast<float>(form_.width()) + 1,
                   min.y + scale * static_cast<float>(form_.height()) + 1},
                  colour, 0, thickness);
  };
  outline(shared.hovered.unit, ui::palette().text, ui::px(1.5f));
  outline(shared.selected_unit, ui::palette().accent_hovered, ui::px(2));
  ui::draw_focus(focus);
  if (focus.here) {
    cursor_ = focus.over_wall(cursor_, columns_, hidden);
    outline(cursor_, ui::palette().accent_hovered, ui::px(3));
    shared.hovered.next = cursor_;
    if (focus.pressed) shared.selected_unit = shared.selected_unit == cursor_ ? -1 : cursor_;
  }
  if (!hovers) return;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const ui::TilePlace at =
      ui::tile_at(wall_.spec(), (mouse.x - corner.x) / scale, (mouse.y - corner.y) / scale);
  if (at.tile < 0) return;
  shared.hovered.next = at.tile;
  if (clicked) shared.selected_unit = shared.selected_unit == at.tile ? -1 : at.tile;
  char text[64];
  const auto unit = static_cast<std::size_t>(at.tile);
  if (unit < parts.size())
    std::snprintf(text, sizeof text, "Unit %d adds %+.3f", at.tile, double{parts[unit]});
  else
    std::snprintf(text, sizeof text, "Unit %d", at.tile);
  ImGui::SetTooltip("%s", text);
}

}  // namespace lab
