// The light of a lesson without a window: what is dimmed and what is not.
#include <doctest/doctest.h>

#include <array>
#include <string>

#include "app/lab/lesson_strip.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab;

/// What the light fills with black, by the triangles of its draw list, counted at one point.
int dimmed_times(ImVec2 at) {
  const ImDrawData* data = ImGui::GetDrawData();
  int times = 0;
  for (int n = 0; n < data->CmdListsCount; ++n) {
    const ImDrawList* list = data->CmdLists[n];
    if (std::string(list->_OwnerName) != "lesson.light") continue;
    for (const ImDrawCmd& cmd : list->CmdBuffer) {
      const ImVec4& clip = cmd.ClipRect;
      if (at.x < clip.x || at.x >= clip.z || at.y < clip.y || at.y >= clip.w) continue;
      for (unsigned i = cmd.IdxOffset; i + 2 < cmd.IdxOffset + cmd.ElemCount; i += 3) {
        std::array<ImDrawVert, 3> v;
        for (unsigned k = 0; k < 3; ++k) v[k] = list->VtxBuffer[list->IdxBuffer[static_cast<int>(i + k)]];
        if ((v[0].col & 0xFFFFFF) != 0) continue;
        int left = 0;
        for (unsigned k = 0; k < 3; ++k) {
          const ImVec2 a = v[k].pos, b = v[(k + 1) % 3].pos;
          left += (b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x) > 0;
        }
        times += left == 0 || left == 3;
      }
    }
  }
  return times;
}

TEST_CASE("a lesson dims the window to its edges, and not what it speaks of") {
  test::NullWindow window({800, 600});
  const std::array<std::string, 2> names{"list.*", "button"};
  for (int n = 0; n < 2; ++n) {
    window.bare_frame([&] {
      ImGui::SetNextWindowPos({0, 0});
      ImGui::SetNextWindowSize({800, 600});
      ImGui::Begin("test", nullptr, ImGuiWindowFlags_NoDecoration);
      const auto put = [](const char* id, ImVec2 at, ImVec2 size) {
        ImGui::SetCursorScreenPos(at);
        ImGui::InvisibleButton(id, size);
        ui::mark(id);
      };
      put("list.0", {100, 100}, {200, 20});
      put("list.1", {100, 140}, {200, 20});
      put("button", {400, 300}, {100, 30});
      put("other", {600, 400}, {100, 30});
      ImGui::End();
      draw_lesson_light(names);
    });
  }
  for (const ImVec2 edge :
       {ImVec2{0.3f, 0.4f}, {799.6f, 0.4f}, {0.3f, 599.4f}, {799.6f, 599.4f}, {1, 300}, {400, 1}})
    CHECK_MESSAGE(dimmed_times(edge) == 1, edge.x, ", ", edge.y);
  CHECK(dimmed_times({650, 415}) == 1);
  CHECK(dimmed_times({450.3f, 315.2f}) == 0);
  CHECK(dimmed_times({200.3f, 110.2f}) == 0);
  CHECK(dimmed_times({200.3f, 130.2f}) == 0);  // between two of one name: one light
  CHECK(dimmed_times({396.4f, 296.3f}) == 1);  // outside of the round corner
}

}  // namespace
