#include "app/ui/canvas.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "app/ui/pointer.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab::ui {
namespace {

constexpr std::size_t kMostSteps = 64;

/// Well mixed bits from a counter: the finalizer of SplitMix64 (Steele, Lea, Flood 2014). For noise on the
/// canvas only.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
  x = (x ^ x >> 27) * 0x94d049bb133111ebU;
  return x ^ x >> 31;
}

/// Distance of a point from a segment.
float distance(float x, float y, float from_x, float from_y, float to_x, float to_y) {
  const float dx = to_x - from_x, dy = to_y - from_y, length2 = dx * dx + dy * dy;
  const float t =
      length2 > 0 ? std::clamp(((x - from_x) * dx + (y - from_y) * dy) / length2, 0.0f, 1.0f) : 0.0f;
  return std::hypot(x - from_x - t * dx, y - from_y - t * dy);
}

}  // namespace

Canvas::Canvas(int width, int height, int channels)
    : width_(width),
      height_(height),
      channels_(channels),
      ink_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height * channels), paper()),
      coverage_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 0.0f) {}

double Canvas::total_ink() const {
  return std::accumulate(ink_.begin(), ink_.end(), 0.0,
                         [&](double sum, float x) { return sum + std::abs(double{x} - double{paper()}); });
}

void Canvas::keep_for_undo(Ink before) {
  if (history_.undo.size() == kMostSteps) history_.undo.erase(history_.undo.begin());
  history_.undo.push_back(std::move(before));
  history_.redo.clear();
  ++history_.edits;
}

void Canvas::begin_stroke() {
  end_stroke();
  before_stroke_ = below_ = ink_;
  std::ranges::fill(coverage_, 0.0f);
  stroking_ = true;
}

void Canvas::stroke_to(float x, float y, float radius, bool erase) {
  if (!stroking_) begin_stroke();
  if (!has_last_) last_x_ = x, last_y_ = y;
  if (erase != covers_by_erasing_) {
    below_ = ink_;
    std::ranges::fill(coverage_, 0.0f);
    covers_by_erasing_ = erase;
  }
  paint_segment(last_x_, last_y_, x, y, radius, erase);
  has_last_ = true;
  last_x_ = x;
  last_y_ = y;
}

void Canvas::end_stroke() {
  if (!stroking_) return;
  stroking_ = has_last_ = false;
  if (before_stroke_ != ink_) keep_for_undo(std::move(before_stroke_));
}

/// The brush along a segment: by the distance of each pixel's middle from it, so that no speed leaves gaps
/// and a stroke is the same however many points it comes in.
void Canvas::paint_segment(float from_x, float from_y, float to_x, float to_y, float radius, bool erase) {
  const float reach = radius + 1;
  const auto first = [&](float a, float b) {
    return std::max(0, static_cast<int>(std::floor(std::max(-1e6f, std::min(a, b) - reach))));
  };
  const auto last = [&](float a, float b, int size) {
    return std::min(size - 1, static_cast<int>(std::ceil(std::min(1e6f, std::max(a, b) + reach))));
  };
  bool changed = false;
  for (int row = first(from_y, to_y); row <= last(from_y, to_y, height_); ++row) {
    for (int column = first(from_x, to_x); column <= last(from_x, to_x, width_); ++column) {
      const float away = distance(static_cast<float>(column) + 0.5f, static_cast<float>(row) + 0.5f, from_x,
                                  from_y, to_x, to_y);
      const float brush = std::clamp(radius + 0.5f - away, 0.0f, 1.0f);
      const auto at = static_cast<std::size_t>(row * width_ + column),
                 channels = static_cast<std::size_t>(channels_);
      coverage_[at] = std::max(coverage_[at], brush);
      for (std::size_t c = 0; c < channels; ++c) {
        float& value = ink_[at * channels + c];
        const float wanted = erase ? paper() : colour_[c], below = below_[at * channels + c];
        const float painted = coverage_[at] == 1 ? wanted : below + coverage_[at] * (wanted - below);
        changed = changed || painted != value;
        value = painted;
      }
    }
  }
  if (changed) ++version_;
}

void Canvas::clear() {
  set(Ink(ink_.size(), paper()));
}

void Canvas::set(std::span<const float> ink) {
  if (ink.size() != ink_.size()) return;
  end_stroke();
  Ink wanted(ink.begin(), ink.end());
  for (float& x : wanted) x = std::clamp(x, 0.0f, 1.0f);
  if (wanted == ink_) return;
  keep_for_undo(std::exchange(ink_, std::move(wanted)));
  ++version_;
}

void Canvas::add_noise(float probability, std::uint64_t seed) {
  Ink noisy = ink_;
  for (std::size_t i = 0; i < noisy.size(); ++i) {
    const std::uint64_t bits = mixed(mixed(seed) + i);
    const double chance = static_cast<double>(bits >> 11) * 0x1p-53;
    if (chance < static_cast<double>(probability)) noisy[i] = (bits & 1U) != 0 ? 1.0f : 0.0f;
  }
  set(noisy);
}

void Canvas::undo() {
  end_stroke();
  if (history_.undo.empty()) return;
  history_.redo.push_back(std::exchange(ink_, std::move(history_.undo.back())));
  history_.undo.pop_back();
  ++version_;
}

void Canvas::redo() {
  end_stroke();
  if (history_.redo.empty()) return;
  history_.undo.push_back(std::exchange(ink_, std::move(history_.redo.back())));
  history_.redo.pop_back();
  ++version_;
}

bool Canvas::draw(const char* id, ImVec2 size, float radius, bool erase, const char* hint) {
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const Focus focus = take_focus(id);
  ImGui::InvisibleButton(id, size, ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
  mark(id, hint, Tip::StatusLineOnly);
  // One brush at a time.
  const bool by_keys = focus.here || key_brush_.is_down;
  bool changed = by_keys && paint_with_keys(focus, radius, erase);
  if (!key_brush_.is_down) changed = paint_with_mouse(corner, size, radius, erase) || changed;

  if (drawn_version_ != version_) {
    wall_.shape({.tile_width = width_,
                 .tile_height = height_,
                 .channels = channels_,
                 .count = 1,
                 .columns = 1,
                 .gap = 0,
                 .map = ColourMap::Ink});
    wall_.put(0, ink_.data());
    drawn_version_ = version_;
  }
  const ImVec2 max{corner.x + size.x, corner.y + size.y};
  ImDrawList* list = ImGui::GetWindowDrawList();
  wall_.paint(list, corner, max);
  const bool lit = ImGui::IsItemHovered() || stroking_;
  draw_rect(list, {corner.x - 1, corner.y - 1}, {max.x + 1, max.y + 1},
            lit ? faded(palette().accent, 0.7f) : palette().border, px(2), 1);
  if (focus.here) {
    const float cell = size.x / static_cast<float>(width_);
    draw_brush({corner.x + (static_cast<float>(key_brush_.x) + 0.5f) * cell,
                corner.y + (static_cast<float>(key_brush_.y) + 0.5f) * size.y / static_cast<float>(height_)},
               corner, size, radius, erase);
  } else if (lit) {
    draw_brush(ImGui::GetIO().MousePos, corner, size, radius, erase);
  }
  draw_focus(focus);
  return changed;
}

bool Canvas::paint_with_keys(const Focus& focus, float radius, bool erase) {
  const std::uint64_t before = version_;
  KeyBrush& brush = key_brush_;
  if (brush.x < 0) brush.x = width_ / 2, brush.y = height_ / 2;
  brush.x = std::clamp(brush.x + focus.across, 0, width_ - 1);
  brush.y = std::clamp(brush.y + focus.down, 0, height_ - 1);
  if (focus.pressed && !brush.is_down && !stroking_) {
    begin_stroke();
    brush.is_down = true;
  } else if (brush.is_down && (focus.pressed || !focus.here || !stroking_)) {
    // The keyboard went elsewhere, or the stroke was taken back meanwhile.
    if (stroking_) end_stroke();
    brush.is_down = false;
    return version_ != before;
  }
  if (brush.is_down) {
    keep_enter();
    stroke_to(static_cast<float>(brush.x) + 0.5f, static_cast<float>(brush.y) + 0.5f, radius, erase);
  }
  return version_ != before;
}

/// The canvas is the last item. The strokes come from the pointer's events; that one begins here, and not on something
/// above the canvas, is for ImGui to say, which sees the mouse at the press in the frame of a press.
bool Canvas::paint_with_mouse(ImVec2 corner, ImVec2 size, float radius, bool erase) {
  const ImGuiIO& io = ImGui::GetIO();
  const std::uint64_t before = version_;
  const bool is_here = ImGui::IsItemHovered() || ImGui::IsItemActive();
  const auto is_inside = [&](ImVec2 at) {
    return at.x >= corner.x && at.y >= corner.y && at.x < corner.x + size.x && at.y < corner.y + size.y;
  };
  const auto begin = [&](int button) {
    button_ = button;
    saw_button_ = false;
    begin_stroke();
  };
  const auto paint_at = [&](ImVec2 screen) {
    stroke_to((screen.x - corner.x) / size.x * static_cast<float>(width_),
              (screen.y - corner.y) / size.y * static_cast<float>(height_), radius,
              erase || button_ == ImGuiMouseButton_Right);
  };
  for (const PointerEvent& event : pointer().events()) {
    const bool paints = event.button == ImGuiMouseButton_Left || event.button == ImGuiMouseButton_Right;
    if (event.kind == PointerEvent::Kind::Press && paints && !stroking_ && is_here && is_inside(event.at))
      begin(event.button);
    if (!stroking_) continue;
    paint_at(event.at);
    if (event.kind == PointerEvent::Kind::Release && event.button == button_) end_stroke();
  }
  // Newer versions of ImGui hand a press on some frames late: then the stroke begins where it was pressed.
  for (const ImGuiMouseButton button : {ImGuiMouseButton_Left, ImGuiMouseButton_Right}) {
    if (stroking_ || !ImGui::IsItemActivated() || !ImGui::IsMouseClicked(button) || pointer().pressed_at())
      continue;
    begin(button);
    paint_at(io.MouseClickedPos[button]);
  }
  // A release that the window never heard of, because it lost the mouse.
  if (stroking_ && saw_button_ && !io.MouseDown[button_]) end_stroke();
  saw_button_ = stroking_ && (saw_button_ || io.MouseDown[button_]);
  return version_ != before;
}

/// The brush's size where it is; dashed where it erases.
void Canvas::draw_brush(ImVec2 at, ImVec2 corner, ImVec2 size, float radius, bool erase) const {
  const Palette& p = palette();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float r = std::max(px(2), radius / static_cast<float>(width_) * size.x);
  const bool erases = erase || (stroking_ && button_ == ImGuiMouseButton_Right);
  list->PushClipRect(corner, {corner.x + size.x, corner.y + size.y}, true);
  constexpr int kParts = 32;
  constexpr float kPart = 6.2831853f / kParts;
  for (int i = 0; i < kParts; ++i) {
    if (erases && i % 4 >= 2) continue;
    const float a = kPart * static_cast<float>(i), b = a + kPart;
    list->AddLine({at.x + r * std::cos(a), at.y + r * std::sin(a)},
                  {at.x + r * std::cos(b), at.y + r * std::sin(b)}, p.accent_hovered, px(1.5f));
  }
  list->PopClipRect();
}

}  // namespace lab::ui
