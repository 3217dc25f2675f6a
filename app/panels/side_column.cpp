#include "app/panels/side_column.hpp"

#include <algorithm>

#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"

namespace lab {

void SideColumn::draw(Context& context) {
  const ImVec2 room = ImGui::GetContentRegionAvail(), origin = ImGui::GetCursorPos();
  const float gap = ui::px(8), strip = std::clamp(room.y * 0.26f, ui::px(150), ui::px(320));
  begin_region("right.curves", origin, {room.x, room.y - strip - gap});
  curves_.draw_compact(context);
  ImGui::EndChild();
  begin_region("right.strip", {origin.x, origin.y + room.y - strip}, {room.x, strip});
  strip_.draw_strip(context);
  ImGui::EndChild();
}

}  // namespace lab
