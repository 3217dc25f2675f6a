#include "app/panels/hold_brush.hpp"

#include <algorithm>
#include <cmath>

#include "app/panels/picture_tile.hpp"
#include "app/ui/pointer.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

float distance_from(const HoldStroke& s, float x, float y) {
  const float dx = s.to_x - s.from_x, dy = s.to_y - s.from_y, length2 = dx * dx + dy * dy;
  const float t =
      length2 > 0 ? std::clamp(((x - s.from_x) * dx + (y - s.from_y) * dy) / length2, 0.0f, 1.0f) : 0.0f;
  return std::hypot(x - s.from_x - t * dx, y - s.from_y - t * dy);
}

}  // namespace

void apply(const HoldStroke& stroke, HoldAs as, const rbm::ImageShape& shape, std::span<const float> ink,
           HoldBoard& board) {
  const auto hold = [&](int x, int y) {
    const auto at = static_cast<std::size_t>(y * shape.width + x);
    const bool drawn = ink[at * static_cast<std::size_t>(shape.channels)] >= 0.5f;
    const bool on = as == HoldAs::On || (as == HoldAs::Drawn && drawn);
    board.set_pixel(at, stroke.frees ? Hold::Free : on ? Hold::On : Hold::Off);
  };
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      const auto left = static_cast<float>(x), top = static_cast<float>(y);
      const bool under =
          stroke.to_x >= left && stroke.to_x < left + 1 && stroke.to_y >= top && stroke.to_y < top + 1;
      if (under || distance_from(stroke, left + 0.5f, top + 0.5f) <= stroke.radius) hold(x, y);
    }
  }
}

void HoldBrush::hold_with_mouse(bool is_over, const rbm::ImageShape& shape, std::span<const float> ink,
                                ImVec2 corner, ImVec2 size, float radius, HoldBoard& board) {
  const float cell = size.x / static_cast<float>(shape.width);
  const ImGuiIO& io = ImGui::GetIO();
  const auto move_to = [&](ImVec2 screen) {
    const float x = (screen.x - corner.x) / cell, y = (screen.y - corner.y) / cell;
    apply({last_x_, last_y_, x, y, radius, button_ == ImGuiMouseButton_Right}, as, shape, ink, board);
    last_x_ = x;
    last_y_ = y;
  };
  for (const ImGuiMouseButton button : {ImGuiMouseButton_Left, ImGuiMouseButton_Right}) {
    if (!is_over || button_ >= 0 || !ImGui::IsMouseClicked(button)) continue;
    button_ = button;
    board.begin_edit();
    last_x_ = (io.MouseClickedPos[button].x - corner.x) / cell;
    last_y_ = (io.MouseClickedPos[button].y - corner.y) / cell;
  }
  if (button_ < 0) return;
  // A fast stroke goes through every place that the mouse was at since the last frame, once it was pressed.
  bool pressed = !ImGui::IsMouseClicked(button_);
  for (const ui::PointerEvent& event : ui::pointer().events()) {
    pressed = pressed || (event.kind == ui::PointerEvent::Kind::Press && event.button == button_);
    if (pressed && event.kind == ui::PointerEvent::Kind::Move) move_to(event.at);
  }
  move_to(io.MousePos);
  if (io.MouseDown[button_]) return;
  board.end_edit();
  button_ = -1;
}

void HoldBrush::draw(const char* id, const rbm::ImageShape& shape, std::span<const float> ink,
                     std::uint64_t ink_version, ImVec2 size, float radius, HoldBoard& board) {
  const ImVec2 corner = ImGui::GetCursorScreenPos(), max{corner.x + size.x, corner.y + size.y};
  ImGui::InvisibleButton(id, size, ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
  ui::mark(id, "Left holds pixels, right lets them go: held pixels never change.", ui::Tip::StatusLineOnly);
  const float cell = size.x / static_cast<float>(shape.width);
  hold_with_mouse(ImGui::IsItemHovered(), shape, ink, corner, size, radius, board);
  if (put_version_ != ink_version) {
    put_version_ = ink_version;
    put_picture(wall_, shape, ink.data(), ui::ColourMap::Ink, 0, 1);
  }
  ImDrawList* list = ImGui::GetWindowDrawList();
  wall_.paint(list, corner, max);
  const bool lit = ImGui::IsItemHovered() || button_ >= 0;
  ui::draw_rect(list, {corner.x - 1, corner.y - 1}, {max.x + 1, max.y + 1},
                lit ? ui::faded(ui::palette().accent, 0.7f) : ui::palette().border, ui::px(2), 1);
  draw_marks(shape, board, corner, size);
  if (!lit) return;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  list->PushClipRect(corner, max, true);
  list->AddCircle(mouse, std::max(ui::px(2), radius * cell), ui::palette().accent_hovered, 32, ui::px(1.5f));
  list->PopClipRect();
}

void HoldBrush::draw_marks(const rbm::ImageShape& shape, const HoldBoard& board, ImVec2 corner, ImVec2 size) {
  if (!board.holds_pixels()) return;
  const float cell = size.x / static_cast<float>(shape.width),
              inset = std::max(1.0f, std::round(0.22f * cell));
  const ui::Palette& colours = ui::palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (int y = 0; y < shape.height; ++y) {
    for (int x = 0; x < shape.width; ++x) {
      const Hold hold = board.pixel(static_cast<std::size_t>(y * shape.width + x));
      if (hold == Hold::Free) continue;
      const ImVec2 a{corner.x + static_cast<float>(x) * cell, corner.y + static_cast<float>(y) * cell};
      const ImVec2 b{a.x + cell, a.y + cell};
      list->AddRectFilled(a, b, ui::faded(colours.accent, 0.3f));
      const ImVec2 in_a{a.x + inset, a.y + inset}, in_b{b.x - inset, b.y - inset};
      if (hold == Hold::On)
        list->AddRectFilled(in_a, in_b, colours.accent_hovered);
      else
        ui::draw_rect(list, in_a, in_b, colours.accent_hovered, 0, 1);
    }
  }
}

}  // namespace lab
