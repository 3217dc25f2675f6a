// The icons, drawn as lines and fills in the square [−1, 1]², y down.
#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <numbers>

#include "app/ui/widgets.hpp"

namespace lab::ui {
namespace {

/// A pen that scales the unit square to the icon.
class Pen {
 public:
  Pen(ImDrawList* list, ImVec2 centre, float size, ImU32 colour)
      : list_(list),
        centre_(centre),
        half_(size / 2),
        colour_(colour),
        stroke_(std::max(1.3f, size * 0.105f)) {}

  ImVec2 at(ImVec2 p) const { return {centre_.x + p.x * half_, centre_.y + p.y * half_}; }

  void line(std::initializer_list<ImVec2> points, bool closed = false) const {
    std::array<ImVec2, 12> screen;
    int count = 0;
    for (const ImVec2& p : points) screen[static_cast<std::size_t>(count++)] = at(p);
    draw_polyline(list_, screen.data(), count, colour_, closed, stroke_);
  }
  /// Clockwise from one angle to the other, in degrees from the right.
  void arc(ImVec2 middle, float radius, float from, float to) const {
    constexpr int kParts = 24;
    std::array<ImVec2, kParts + 1> screen;
    for (int i = 0; i <= kParts; ++i) {
      const float a = (from + (to - from) * static_cast<float>(i) / kParts) * std::numbers::pi_v<float> / 180;
      screen[static_cast<std::size_t>(i)] =
          at({middle.x + radius * std::cos(a), middle.y + radius * std::sin(a)});
    }
    draw_polyline(list_, screen.data(), kParts + 1, colour_, false, stroke_);
  }
  void ring(ImVec2 middle, float radius) const {
    list_->AddCircle(at(middle), radius * half_, colour_, 0, stroke_);
  }
  void dot(ImVec2 middle, float radius) const {
    list_->AddCircleFilled(at(middle), std::max(1.0f, radius * half_), colour_);
  }
  void fill(std::initializer_list<ImVec2> points) const {
    std::array<ImVec2, 12> screen;
    int count = 0;
    for (const ImVec2& p : points) screen[static_cast<std::size_t>(count++)] = at(p);
    list_->AddConvexPolyFilled(screen.data(), count, colour_);
  }
  void box(ImVec2 min, ImVec2 max) const { list_->AddRectFilled(at(min), at(max), colour_, half_ * 0.1f); }
  void frame(ImVec2 min, ImVec2 max, float rounding) const {
    draw_rect(list_, at(min), at(max), colour_, rounding * half_, stroke_);
  }

 private:
  ImDrawList* list_;
  ImVec2 centre_;
  float half_;
  ImU32 colour_;
  float stroke_;
};

void triangle_right(const Pen& pen, float left, float right, float half_height) {
  pen.fill({{left, -half_height}, {right, 0}, {left, half_height}});
}

/// An arrow that turns back: undo; mirrored: redo.
void turning_arrow(const Pen& pen, float side) {
  const auto x = [side](float at) { return side * at; };
  pen.line({{x(-0.32f), -0.82f}, {x(-0.82f), -0.36f}, {x(-0.32f), 0.10f}});
  pen.line({{x(-0.80f), -0.36f},
            {x(0.22f), -0.36f},
            {x(0.56f), -0.26f},
            {x(0.78f), 0.0f},
            {x(0.82f), 0.30f},
            {x(0.70f), 0.58f},
            {x(0.46f), 0.76f},
            {x(0.20f), 0.80f},
            {x(-0.25f), 0.80f}});
}

/// Down into a tray (save) or up out of it (export).
void tray(const Pen& pen, bool down) {
  pen.line({{-0.80f, 0.35f}, {-0.80f, 0.80f}, {0.80f, 0.80f}, {0.80f, 0.35f}});
  pen.line({{0, -0.85f}, {0, 0.38f}});
  if (down)
    pen.line({{-0.42f, -0.02f}, {0, 0.40f}, {0.42f, -0.02f}});
  else
    pen.line({{-0.42f, -0.45f}, {0, -0.87f}, {0.42f, -0.45f}});
}

void draw_transport(const Pen& pen, Icon icon) {
  switch (icon) {
    case Icon::Play:
      triangle_right(pen, -0.58f, 0.82f, 0.82f);
      break;
    case Icon::Pause:
      pen.box({-0.64f, -0.78f}, {-0.18f, 0.78f});
      pen.box({0.18f, -0.78f}, {0.64f, 0.78f});
      break;
    case Icon::Step:
      triangle_right(pen, -0.74f, 0.42f, 0.74f);
      pen.box({0.46f, -0.74f}, {0.76f, 0.74f});
      break;
    case Icon::StepFar:
      triangle_right(pen, -0.95f, -0.05f, 0.70f);
      triangle_right(pen, -0.15f, 0.72f, 0.70f);
      pen.box({0.70f, -0.70f}, {0.95f, 0.70f});
      break;
    case Icon::Reset:
      // Nearly a circle, against the clock, with an arrowhead at its start.
      pen.arc({0, 0.06f}, 0.76f, -50, 215);
      pen.fill({{-0.98f, -0.02f}, {-0.86f, -0.84f}, {-0.22f, -0.40f}});
      break;
    case Icon::HalfUp:
      pen.line({{-0.58f, -0.12f}, {0, -0.72f}, {0.58f, -0.12f}});
      pen.line({{0, -0.68f}, {0, 0.80f}});
      break;
    case Icon::HalfDown:
      pen.line({{-0.58f, 0.12f}, {0, 0.72f}, {0.58f, 0.12f}});
      pen.line({{0, 0.68f}, {0, -0.80f}});
      break;
    default:
      break;
  }
}

void draw_edit(const Pen& pen, Icon icon) {
  switch (icon) {
    case Icon::Save:
    case Icon::Export:
      tray(pen, icon == Icon::Save);
      break;
    case Icon::Open:
      pen.line({{-0.88f, 0.72f},
                {-0.88f, -0.68f},
                {-0.28f, -0.68f},
                {-0.04f, -0.40f},
                {0.88f, -0.40f},
                {0.88f, 0.72f}},
               true);
      break;
    case Icon::Undo:
      turning_arrow(pen, 1);
      break;
    case Icon::Redo:
      turning_arrow(pen, -1);
      break;
    case Icon::Clear:
      pen.line({{-0.80f, -0.52f}, {0.80f, -0.52f}});
      pen.line({{-0.28f, -0.54f}, {-0.28f, -0.86f}, {0.28f, -0.86f}, {0.28f, -0.54f}});
      pen.line({{-0.60f, -0.50f}, {-0.50f, 0.86f}, {0.50f, 0.86f}, {0.60f, -0.50f}});
      pen.line({{-0.16f, -0.16f}, {-0.16f, 0.50f}});
      pen.line({{0.16f, -0.16f}, {0.16f, 0.50f}});
      break;
    case Icon::Brush:
      pen.line({{0.86f, -0.86f}, {-0.10f, 0.16f}});
      pen.fill({{-0.14f, -0.02f},
                {0.10f, 0.22f},
                {-0.02f, 0.60f},
                {-0.34f, 0.82f},
                {-0.90f, 0.88f},
                {-0.66f, 0.62f},
                {-0.60f, 0.22f},
                {-0.38f, 0.0f}});
      break;
    case Icon::Eraser:
      pen.line({{-0.30f, 0.70f}, {-0.84f, 0.16f}, {0.16f, -0.84f}, {0.84f, -0.16f}, {-0.02f, 0.70f}}, true);
      pen.line({{-0.34f, -0.34f}, {0.34f, 0.34f}});
      pen.line({{-0.30f, 0.74f}, {0.84f, 0.74f}});
      break;
    case Icon::Dice:
      pen.frame({-0.80f, -0.80f}, {0.80f, 0.80f}, 0.28f);
      pen.dot({-0.36f, -0.36f}, 0.15f), pen.dot({0.36f, -0.36f}, 0.15f), pen.dot({0, 0}, 0.15f);
      pen.dot({-0.36f, 0.36f}, 0.15f), pen.dot({0.36f, 0.36f}, 0.15f);
      break;
    default:
      break;
  }
}

/// Signs that mean the same all over the program.
void draw_sign(const Pen& pen, Icon icon) {
  switch (icon) {
    case Icon::Plus:
      pen.line({{0, -0.72f}, {0, 0.72f}});
      pen.line({{-0.72f, 0}, {0.72f, 0}});
      break;
    case Icon::Minus:
      pen.line({{-0.72f, 0}, {0.72f, 0}});
      break;
    case Icon::Sun:
      pen.ring({0, 0}, 0.40f);
      for (int i = 0; i < 8; ++i) {
        const float c = std::cos(static_cast<float>(i) * std::numbers::pi_v<float> / 4),
                    s = std::sin(static_cast<float>(i) * std::numbers::pi_v<float> / 4);
        pen.line({{0.66f * c, 0.66f * s}, {0.94f * c, 0.94f * s}});
      }
      break;
    case Icon::Moon:
      pen.arc({0, 0}, 0.80f, 12, 258);
      pen.arc({0.42f, -0.38f}, 0.62f, 53, 217);
      break;
    case Icon::Help:
      pen.ring({0, 0}, 0.88f);
      pen.arc({0, -0.18f}, 0.30f, 180, 405);
      pen.line({{0.20f, 0.04f}, {0, 0.22f}, {0, 0.30f}});
      pen.dot({0, 0.52f}, 0.11f);
      break;
    case Icon::Close:
      pen.line({{-0.62f, -0.62f}, {0.62f, 0.62f}});
      pen.line({{-0.62f, 0.62f}, {0.62f, -0.62f}});
      break;
    case Icon::Warning:
      pen.line({{0, -0.80f}, {0.90f, 0.74f}, {-0.90f, 0.74f}}, true);
      pen.line({{0, -0.24f}, {0, 0.24f}});
      pen.dot({0, 0.48f}, 0.11f);
      break;
    default:
      break;
  }
}

/// Five points; a full one as five kites about its middle, since only convex shapes are filled.
void draw_star(const Pen& pen, bool is_full) {
  constexpr float kOuter = 0.94f, kInner = 0.40f;
  const auto point = [&](int n) {
    const float angle = static_cast<float>(n) * std::numbers::pi_v<float> / 5 - std::numbers::pi_v<float> / 2;
    const float radius = n % 2 == 0 ? kOuter : kInner;
    return ImVec2{radius * std::cos(angle), radius * std::sin(angle)};
  };
  if (is_full)
    for (int n = 0; n < 10; n += 2) pen.fill({{0, 0}, point(n - 1), point(n), point(n + 1)});
  pen.line(
      {point(0), point(1), point(2), point(3), point(4), point(5), point(6), point(7), point(8), point(9)},
      true);
}

/// What stands on panels and on what they show.
void draw_panel_sign(const Pen& pen, Icon icon) {
  switch (icon) {
    case Icon::Maximise:
      pen.line({{-0.76f, -0.24f}, {-0.76f, -0.76f}, {-0.24f, -0.76f}});
      pen.line({{0.24f, -0.76f}, {0.76f, -0.76f}, {0.76f, -0.24f}});
      pen.line({{0.76f, 0.24f}, {0.76f, 0.76f}, {0.24f, 0.76f}});
      pen.line({{-0.24f, 0.76f}, {-0.76f, 0.76f}, {-0.76f, 0.24f}});
      break;
    case Icon::Restore:
      pen.line({{-0.80f, -0.30f}, {-0.30f, -0.30f}, {-0.30f, -0.80f}});
      pen.line({{0.30f, -0.80f}, {0.30f, -0.30f}, {0.80f, -0.30f}});
      pen.line({{0.80f, 0.30f}, {0.30f, 0.30f}, {0.30f, 0.80f}});
      pen.line({{-0.30f, 0.80f}, {-0.30f, 0.30f}, {-0.80f, 0.30f}});
      break;
    case Icon::Image:
      pen.frame({-0.88f, -0.72f}, {0.88f, 0.72f}, 0.18f);
      pen.dot({-0.40f, -0.26f}, 0.17f);
      pen.line({{-0.80f, 0.58f}, {-0.24f, 0.06f}, {0.08f, 0.34f}, {0.42f, 0.0f}, {0.84f, 0.40f}});
      break;
    case Icon::Chain:
      // Three states in a row, each drawn from the one before.
      pen.dot({-0.72f, 0}, 0.24f), pen.ring({0, 0}, 0.22f), pen.ring({0.74f, 0}, 0.22f);
      pen.line({{-0.46f, 0}, {-0.22f, 0}});
      pen.line({{0.24f, 0}, {0.50f, 0}});
      break;
    case Icon::Search:
      pen.ring({-0.16f, -0.16f}, 0.58f);
      pen.line({{0.28f, 0.28f}, {0.82f, 0.82f}});
      break;
    case Icon::Pin:
      // A drawing pin from the side.
      pen.line({{-0.44f, -0.80f}, {0.44f, -0.80f}});
      pen.line({{-0.26f, -0.80f},
                {-0.34f, -0.06f},
                {-0.60f, 0.16f},
                {0.60f, 0.16f},
                {0.34f, -0.06f},
                {0.26f, -0.80f}});
      pen.line({{0, 0.16f}, {0, 0.86f}});
      break;
    case Icon::Star:
    case Icon::StarFull:
      draw_star(pen, icon == Icon::StarFull);
      break;
    default:
      break;
  }
}

}  // namespace

void draw_icon(ImDrawList* list, Icon icon, ImVec2 centre, float size, ImU32 colour) {
  const Pen pen(list, centre, size, colour);
  draw_transport(pen, icon);
  draw_edit(pen, icon);
  draw_sign(pen, icon);
  draw_panel_sign(pen, icon);
}

}  // namespace lab::ui
