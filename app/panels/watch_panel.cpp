#include "app/panels/watch_panel.hpp"

#include <cmath>

#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"

namespace lab {

void WatchPanel::draw(Context& context, ChainsPanel& chains) {
  const ImVec2 room = ImGui::GetContentRegionAvail(), origin = ImGui::GetCursorPos();
  const float gap = ui::px(8);
  const auto region = [&](const char* id, float x, float y, float w, float h, auto&& draw_panel) {
    begin_region(id, {origin.x + x, origin.y + y}, {w, h});
    draw_panel();
    ImGui::EndChild();
  };
  const auto filters = [&] { filters_.draw_compact(context); };
  const auto reconstructions = [&] { reconstructions_.draw_compact(context); };
  const auto some_chains = [&] { chains.draw_compact(context); };
  if (room.x > 1.35f * room.y) {
    // Wide: filters left, reconstructions over chains right.
    const float left = std::floor(room.x * 0.56f), right = room.x - left - gap,
                upper = std::floor(room.y * 0.4f);
    region("watch.filters", 0, 0, left, room.y, filters);
    region("watch.reconstructions", left + gap, 0, right, upper, reconstructions);
    region("watch.chains", left + gap, upper + gap, right, room.y - upper - gap, some_chains);
  } else {
    const float upper = std::floor(room.y * 0.6f), lower = room.y - upper - gap,
                left = std::floor((room.x - gap) * 0.5f);
    region("watch.filters", 0, 0, room.x, upper, filters);
    region("watch.reconstructions", 0, upper + gap, left, lower, reconstructions);
    region("watch.chains", left + gap, upper + gap, room.x - left - gap, lower, some_chains);
  }
}

}  // namespace lab
