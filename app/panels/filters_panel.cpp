#include "app/panels/filters_panel.hpp"

#include <algorithm>
#include <cmath>

#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"

namespace lab {

void FiltersPanel::draw(Context& context) {
  const ImVec2 room = ImGui::GetContentRegionAvail(), origin = ImGui::GetCursorPos();
  const float gap = ui::px(8);
  const bool wide = room.x > 1.25f * room.y;
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
}

}  // namespace lab
