#include "app/panels/filters_panel.hpp"

#include <algorithm>
#include <cmath>

#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

// Sizes below which the view scrolls, and the width from which the unit stands beside the wall.
constexpr float kLeastWall = 240, kLeastStacked = 480, kLeastWide = 600;

}  // namespace

void FiltersPanel::draw(Context& context) {
  const float gap = ui::px(8);
  const ImVec2 avail = ImGui::GetContentRegionAvail();
  const bool wide = avail.x > 1.25f * avail.y && avail.x > ui::px(kLeastWide);
  const ImVec2 room = begin_roomy("filters.room",
                                  {ui::px(kLeastWall), ui::px(wide ? kLeastWall : kLeastStacked)}),
               origin = ImGui::GetCursorPos();
  const float inspector =
      wide ? std::max(ui::px(300), room.x * 0.34f) : std::clamp(room.y * 0.36f, ui::px(230), ui::px(420));
  begin_region("filters.wall", origin,
               wide ? ImVec2{room.x - inspector - gap, room.y} : ImVec2{room.x, room.y - inspector - gap});
  wall_.draw(context);
  ImGui::EndChild();
  begin_region("filters.unit",
               wide ? ImVec2{origin.x + room.x - inspector, origin.y}
                    : ImVec2{origin.x, origin.y + room.y - inspector},
               wide ? ImVec2{inspector, room.y} : ImVec2{room.x, inspector});
  unit_.draw(context);
  ImGui::EndChild();
  ImGui::EndChild();
}

}  // namespace lab
