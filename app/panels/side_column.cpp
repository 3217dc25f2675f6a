#include "app/panels/side_column.hpp"

#include <algorithm>
#include <cmath>

#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

/// Two regions, one over the other; `lower` is the height of the second.
template <class Upper, class Lower>
void draw_over(float lower, Upper&& draw_upper, Lower&& draw_lower) {
  const ImVec2 room = ImGui::GetContentRegionAvail(), origin = ImGui::GetCursorPos();
  begin_region("right.upper", origin, {room.x, room.y - lower - ui::px(8)});
  draw_upper();
  ImGui::EndChild();
  begin_region("right.lower", {origin.x, origin.y + room.y - lower}, {room.x, lower});
  draw_lower();
  ImGui::EndChild();
}

}  // namespace

void CurvesOverActivity::draw(Context& context) {
  const float strip = std::clamp(ImGui::GetContentRegionAvail().y * 0.26f, ui::px(150), ui::px(320));
  draw_over(
      strip, [&] { curves_.draw_compact(context); }, [&] { strip_.draw_strip(context); });
}

void UnitOverCurves::draw(Context& context) {
  const float curves = std::floor(ImGui::GetContentRegionAvail().y * 0.5f);
  draw_over(
      curves, [&] { unit_.draw(context); }, [&] { curves_.draw_compact(context); });
}

}  // namespace lab
