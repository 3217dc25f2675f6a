#include "app/ui/canvas.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab::ui {
namespace {

constexpr std::size_t kMostSteps = 64;

/// A well mixed number from a seed and a place (splitmix64); for noise on the canvas only.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
  x = (x ^ x >> 27) * 0x94d049bb133111ebu;
  return x ^ x >> 31;
}

}  // namespace

Canvas::Canvas(int width, int height)
    : width_(width),
      height_(height),
      ink_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 0.0f) {}

double Canvas::total_ink() const {
  return std::accumulate(ink_.begin(), ink_.end(), 0.0);
}

void Canvas::remember() {
  undo_.push_back(ink_);
  if (undo_.size() > kMostSteps) undo_.erase(undo_.begin());
  redo_.clear();
}

void Canvas::begin_stroke() {
  remember();
  stroking_ = false;
}

void Canvas::stroke_to(float x, float y, float radius, bool erase) {
  const float from_x = stroking_ ? last_x_ : x, from_y = stroking_ ? last_y_ : y;
  stroking_ = true;
  last_x_ = x;
  last_y_ = y;
  // Ink falls off over one pixel at the brush's edge, by the distance of each pixel's centre from the whole
  // segment: no gaps at any speed.
  const float dx = x - from_x, dy = y - from_y, length2 = dx * dx + dy * dy;
  for (int row = 0; row < height_; ++row) {
    for (int column = 0; column < width_; ++column) {
      const float cx = static_cast<float>(column) + 0.5f, cy = static_cast<float>(row) + 0.5f;
      const float t =
          length2 > 0 ? std::clamp(((cx - from_x) * dx + (cy - from_y) * dy) / length2, 0.0f, 1.0f) : 0.0f;
      const float distance = std::hypot(cx - from_x - t * dx, cy - from_y - t * dy);
      const float ink = std::clamp(radius + 0.5f - distance, 0.0f, 1.0f);
      float& pixel = ink_[static_cast<std::size_t>(row * width_ + column)];
      pixel = erase ? std::min(pixel, 1 - ink) : std::max(pixel, ink);
    }
  }
  ++version_;
}

void Canvas::end_stroke() {
  stroking_ = false;
}

void Canvas::clear() {
  if (total_ink() == 0) return;
  remember();
  std::fill(ink_.begin(), ink_.end(), 0.0f);
  ++version_;
}

void Canvas::set(std::span<const float> ink) {
  if (ink.size() != ink_.size()) return;
  remember();
  std::transform(ink.begin(), ink.end(), ink_.begin(), [](float x) { return std::clamp(x, 0.0f, 1.0f); });
  ++version_;
}

void Canvas::add_noise(float probability, std::uint64_t seed) {
  remember();
  for (std::size_t i = 0; i < ink_.size(); ++i) {
    const std::uint64_t random = mixed(seed * 0x100000001b3u + i);
    if (static_cast<float>(random >> 40) < probability * 16777216.0f) ink_[i] = random & 1 ? 1.0f : 0.0f;
  }
  ++version_;
}

void Canvas::undo() {
  if (undo_.empty()) return;
  redo_.push_back(ink_);
  ink_ = std::move(undo_.back());
  undo_.pop_back();
  ++version_;
}

void Canvas::redo() {
  if (redo_.empty()) return;
  undo_.push_back(ink_);
  ink_ = std::move(redo_.back());
  redo_.pop_back();
  ++version_;
}

bool Canvas::draw(const char* id, float side, float radius, bool erase, const char* hint) {
  const std::uint64_t before = version_;
  wall_.shape({.tile_width = width_,
               .tile_height = height_,
               .count = 1,
               .columns = 1,
               .gap = 0,
               .map = ColourMap::Ink});
  wall_.put(0, ink_.data());
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  wall_.draw(id, {.size = {side, side}, .integer_scale = false, .hint = hint});
  const bool hovered = ImGui::IsItemHovered();
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const float x = (mouse.x - origin.x) / side * static_cast<float>(width_),
              y = (mouse.y - origin.y) / side * static_cast<float>(height_);
  // A fast drag can begin and end between two frames' positions: the press itself is where a stroke starts.
  for (const ImGuiMouseButton button : {ImGuiMouseButton_Left, ImGuiMouseButton_Right}) {
    if (hovered && ImGui::IsMouseClicked(button)) {
      const ImVec2 pressed = ImGui::GetIO().MouseClickedPos[button];
      begin_stroke();
      stroke_to((pressed.x - origin.x) / side * static_cast<float>(width_),
                (pressed.y - origin.y) / side * static_cast<float>(height_), radius,
                erase || button == ImGuiMouseButton_Right);
    }
    if (stroking_ && ImGui::IsMouseDown(button) && (x != last_x_ || y != last_y_))
      stroke_to(x, y, radius, erase || button == ImGuiMouseButton_Right);
    if (stroking_ && ImGui::IsMouseReleased(button)) end_stroke();
  }
  ImDrawList* list = ImGui::GetWindowDrawList();
  draw_rect(list, origin, {origin.x + side, origin.y + side}, palette().border, 0, 1);
  if (hovered) {
    list->AddCircle(mouse, std::max(2.0f, radius / static_cast<float>(width_) * side),
                    faded(palette().accent_hovered, 0.8f), 0, px(1));
  }
  return version_ != before;
}

}  // namespace lab::ui
