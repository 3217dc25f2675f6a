#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "app/ui/widgets.hpp"

namespace lab::ui {
namespace {

/// A pen in the unit square [−1, 1]², y down, scaled to the icon.
struct Pen {
  ImDrawList* list;
  ImVec2 centre;
  float half;
  ImU32 colour;
  float stroke;

  ImVec2 at(float x, float y) const { return {centre.x + x * half, centre.y + y * half}; }
  void line(std::initializer_list<ImVec2> points, bool closed = false) const {
    ImVec2 screen[16];
    int n = 0;
    for (const ImVec2& p : points) screen[n++] = at(p.x, p.y);
    draw_polyline(list, screen, n, colour, closed, stroke);
  }
  void triangle(ImVec2 a, ImVec2 b, ImVec2 c) const {
    list->AddTriangleFilled(at(a.x, a.y), at(b.x, b.y), at(c.x, c.y), colour);
  }
  void box(float x0, float y0, float x1, float y1) const {
    list->AddRectFilled(at(x0, y0), at(x1, y1), colour, stroke / 2);
  }
  void arc(float radius, float from_degrees, float to_degrees) const {
    list->PathClear();
    for (int i = 0; i <= 18; ++i) {
      const float a =
          (from_degrees + (to_degrees - from_degrees) * static_cast<float>(i) / 18.0f) * 3.14159265f / 180.0f;
      list->PathLineTo(at(radius * std::cos(a), radius * std::sin(a)));
    }
    list->PathStroke(colour, 0, stroke);
  }
  void dot(float x, float y, float radius) const { list->AddCircleFilled(at(x, y), radius * half, colour); }
};

void draw_curved_arrow(const Pen& p, float sign) {
  p.line({{-sign * 0.8f, -0.2f},
          {sign * 0.2f, -0.2f},
          {sign * 0.65f, 0.05f},
          {sign * 0.65f, 0.45f},
          {sign * 0.2f, 0.7f},
          {-sign * 0.2f, 0.7f}});
  p.line({{-sign * 0.4f, -0.65f}, {-sign * 0.85f, -0.2f}, {-sign * 0.4f, 0.25f}});
}

void draw_transport(const Pen& p, Icon icon) {
  switch (icon) {
    case Icon::Play:
      p.triangle({-0.6f, -0.85f}, {-0.6f, 0.85f}, {0.85f, 0});
      break;
    case Icon::Pause:
      p.box(-0.65f, -0.8f, -0.15f, 0.8f), p.box(0.15f, -0.8f, 0.65f, 0.8f);
      break;
    case Icon::Step:
      p.triangle({-0.75f, -0.75f}, {-0.75f, 0.75f}, {0.4f, 0}), p.box(0.45f, -0.75f, 0.75f, 0.75f);
      break;
    case Icon::StepFar:
      p.triangle({-0.95f, -0.7f}, {-0.95f, 0.7f}, {-0.1f, 0}),
          p.triangle({-0.15f, -0.7f}, {-0.15f, 0.7f}, {0.65f, 0});
      p.box(0.68f, -0.7f, 0.92f, 0.7f);
      break;
    case Icon::Reset:
      p.arc(0.75f, -60, 220), p.triangle({0.1f, -1.05f}, {0.15f, -0.25f}, {0.75f, -0.65f});
      break;
    case Icon::HalfUp:
      p.line({{-0.6f, 0.1f}, {0, -0.6f}, {0.6f, 0.1f}}), p.line({{0, -0.6f}, {0, 0.8f}});
      break;
    case Icon::HalfDown:
      p.line({{-0.6f, -0.1f}, {0, 0.6f}, {0.6f, -0.1f}}), p.line({{0, 0.6f}, {0, -0.8f}});
      break;
    default:
      break;
  }
}

void draw_file_and_edit(const Pen& p, Icon icon) {
  switch (icon) {
    case Icon::Save:
      p.line({{-0.75f, 0.2f}, {-0.75f, 0.8f}, {0.75f, 0.8f}, {0.75f, 0.2f}}),
          p.line({{0, -0.85f}, {0, 0.35f}}), p.line({{-0.4f, -0.05f}, {0, 0.35f}, {0.4f, -0.05f}});
      break;
    case Icon::Export:
      p.line({{-0.75f, 0.2f}, {-0.75f, 0.8f}, {0.75f, 0.8f}, {0.75f, 0.2f}}),
          p.line({{0, 0.35f}, {0, -0.85f}}), p.line({{-0.4f, -0.45f}, {0, -0.85f}, {0.4f, -0.45f}});
      break;
    case Icon::Open:
      p.line(
          {{-0.85f, 0.7f}, {-0.85f, -0.65f}, {-0.25f, -0.65f}, {0, -0.35f}, {0.85f, -0.35f}, {0.85f, 0.7f}},
          true);
      break;
    case Icon::Undo:
      draw_curved_arrow(p, 1);
      break;
    case Icon::Redo:
      draw_curved_arrow(p, -1);
      break;
    case Icon::Clear:
      p.line({{-0.6f, -0.5f}, {-0.45f, 0.85f}, {0.45f, 0.85f}, {0.6f, -0.5f}}),
          p.line({{-0.8f, -0.5f}, {0.8f, -0.5f}}), p.line({{-0.25f, -0.8f}, {0.25f, -0.8f}});
      break;
    case Icon::Brush:
      p.line({{0.8f, -0.8f}, {-0.2f, 0.2f}}), p.dot(-0.45f, 0.45f, 0.35f);
      break;
    case Icon::Eraser:
      p.line({{-0.8f, 0.25f}, {0.15f, -0.7f}, {0.75f, -0.1f}, {-0.2f, 0.8f}}, true),
          p.line({{-0.3f, -0.25f}, {0.3f, 0.35f}});
      break;
    default:
      break;
  }
}

void draw_sign(const Pen& p, Icon icon) {
  switch (icon) {
    case Icon::Dice:
      p.line({{-0.75f, -0.75f}, {0.75f, -0.75f}, {0.75f, 0.75f}, {-0.75f, 0.75f}}, true),
          p.dot(-0.35f, -0.35f, 0.16f), p.dot(0.35f, 0.35f, 0.16f), p.dot(0, 0, 0.16f);
      break;
    case Icon::Plus:
      p.line({{0, -0.7f}, {0, 0.7f}});
      [[fallthrough]];
    case Icon::Minus:
      p.line({{-0.7f, 0}, {0.7f, 0}});
      break;
    case Icon::Sun:
      p.dot(0, 0, 0.4f);
      for (int i = 0; i < 8; ++i) {
        const float a = static_cast<float>(i) * 0.7853982f;
        p.line({{0.62f * std::cos(a), 0.62f * std::sin(a)}, {0.92f * std::cos(a), 0.92f * std::sin(a)}});
      }
      break;
    case Icon::Moon:
      p.arc(0.75f, 40, 320),
          p.line({{0.57f, 0.48f}, {0.1f, 0.35f}, {-0.1f, 0}, {0.1f, -0.35f}, {0.57f, -0.48f}});
      break;
    case Icon::Help:
      p.arc(0.85f, 0, 360),
          p.line({{-0.28f, -0.25f}, {-0.1f, -0.45f}, {0.15f, -0.45f}, {0.3f, -0.22f}, {0, 0.05f}, {0, 0.2f}}),
          p.dot(0, 0.45f, 0.12f);
      break;
    case Icon::Close:
      p.line({{-0.6f, -0.6f}, {0.6f, 0.6f}}), p.line({{-0.6f, 0.6f}, {0.6f, -0.6f}});
      break;
    case Icon::Warning:
      p.line({{0, -0.8f}, {0.85f, 0.7f}, {-0.85f, 0.7f}}, true), p.line({{0, -0.25f}, {0, 0.2f}}),
          p.dot(0, 0.45f, 0.1f);
      break;
    case Icon::Maximise:
      p.line({{-0.7f, -0.7f}, {0.7f, -0.7f}, {0.7f, 0.7f}, {-0.7f, 0.7f}}, true);
      break;
    case Icon::Restore:
      p.line({{-0.7f, -0.3f}, {0.3f, -0.3f}, {0.3f, 0.7f}, {-0.7f, 0.7f}}, true),
          p.line({{-0.3f, -0.7f}, {0.7f, -0.7f}, {0.7f, 0.3f}});
      break;
    case Icon::Image:
      p.line({{-0.85f, -0.65f}, {0.85f, -0.65f}, {0.85f, 0.65f}, {-0.85f, 0.65f}}, true),
          p.line({{-0.8f, 0.5f}, {-0.2f, -0.1f}, {0.2f, 0.3f}, {0.45f, 0.05f}, {0.8f, 0.4f}});
      break;
    case Icon::Chain:
      p.arc(0.45f, 0, 360), p.line({{-0.95f, 0}, {-0.45f, 0}}), p.line({{0.45f, 0}, {0.95f, 0}});
      break;
    case Icon::Search:
      p.arc(0.5f, 0, 360), p.line({{0.38f, 0.38f}, {0.85f, 0.85f}});
      break;
    default:
      break;
  }
}

}  // namespace

void draw_icon(ImDrawList* list, Icon icon, ImVec2 centre, float size, ImU32 colour) {
  const Pen pen{list, centre, size / 2, colour, std::max(1.2f, size * 0.11f)};
  draw_transport(pen, icon);
  draw_file_and_edit(pen, icon);
  draw_sign(pen, icon);
}

}  // namespace lab::ui
