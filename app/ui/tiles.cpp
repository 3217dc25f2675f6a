#include "app/ui/tiles.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "app/gl/framebuffer.hpp"
#include "app/gl/program.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

#include <GL/gl.h>
#include <GL/glext.h>

namespace lab::ui {
namespace {

/// Between tiles: the shader leaves what is below -1e30 transparent.
constexpr float kGapValue = -2e30f;
constexpr float kZoomStep = 1.15f, kMostZoom = 40;

using Stops = std::array<float, 15>;

Stops stops_of(const std::array<ImU32, 5>& colours) {
  Stops out{};
  for (std::size_t i = 0; i < 5; ++i) {
    const ImVec4 c = ImGui::ColorConvertU32ToFloat4(colours[i]);
    out[3 * i] = c.x;
    out[3 * i + 1] = c.y;
    out[3 * i + 2] = c.z;
  }
  return out;
}

ImU32 mix(ImU32 a, ImU32 b, float t) {
  const ImVec4 x = ImGui::ColorConvertU32ToFloat4(a), y = ImGui::ColorConvertU32ToFloat4(b);
  return ImGui::ColorConvertFloat4ToU32(
      {x.x + t * (y.x - x.x), x.y + t * (y.y - x.y), x.z + t * (y.z - x.z), 1});
}

std::array<ImU32, 5> even(ImU32 low, ImU32 high) {
  return {low, mix(low, high, 0.25f), mix(low, high, 0.5f), mix(low, high, 0.75f), high};
}

Stops stops_of(ColourMap map) {
  const Palette& p = palette();
  const bool dark = theme() == Theme::Dark;
  switch (map) {
    case ColourMap::Grey:
      return stops_of(even(IM_COL32(0, 0, 0, 255), IM_COL32(255, 255, 255, 255)));
    case ColourMap::Ink:
      return stops_of(even(dark ? IM_COL32(8, 10, 13, 255) : IM_COL32(250, 251, 252, 255),
                           dark ? IM_COL32(240, 243, 247, 255) : IM_COL32(16, 22, 30, 255)));
    case ColourMap::Diverging: {
      const ImU32 middle = dark ? IM_COL32(12, 14, 18, 255) : IM_COL32(252, 252, 252, 255);
      return stops_of(
          {p.negative, mix(middle, p.negative, 0.55f), middle, mix(middle, p.positive, 0.55f), p.positive});
    }
    case ColourMap::Heat:
      break;
  }
  return stops_of({IM_COL32(10, 10, 24, 255), IM_COL32(84, 24, 100, 255), IM_COL32(188, 55, 84, 255),
                   IM_COL32(246, 140, 40, 255), IM_COL32(252, 250, 180, 255)});
}

gl::Program& colour_map_program(std::string* error) {
  static gl::Program program;
  if (!program) program.load("colour_map", error);
  return program;
}

}  // namespace

struct TileWall::Impl {
  TileSpec spec;
  std::vector<float> atlas;
  int width = 0, height = 0;  // of the atlas in texels
  bool values_changed = false, colours_changed = true;
  Theme coloured_for = Theme::Dark;
  gl::Texture values;
  gl::Framebuffer coloured;
  std::string error;
  float zoom = 1, pan_x = 0, pan_y = 0;  // pan: texel at the region's centre relative to the atlas' centre

  int rows() const { return spec.columns > 0 ? (spec.count + spec.columns - 1) / spec.columns : 0; }

  void colour() {
    if (width <= 0 || height <= 0 || (!values_changed && !colours_changed && coloured_for == theme())) return;
    values.allocate(width, height, spec.channels == 3 ? gl::Format::RGB32F : gl::Format::R32F);
    if (values_changed) values.upload(atlas.data());
    coloured.allocate(width, height);
    gl::Program& program = colour_map_program(&error);
    if (!program) return;
    coloured.begin();
    glUseProgram(program.name());
    glActiveTexture(GL_TEXTURE0);
    glBindTexture(GL_TEXTURE_2D, values.name());
    const Stops stops = stops_of(spec.map);
    glUniform1i(program.uniform("values"), 0);
    glUniform3fv(program.uniform("stops"), 5, stops.data());
    glUniform1f(program.uniform("low"), spec.low);
    glUniform1f(program.uniform("high"), spec.high);
    glUniform1i(program.uniform("channels"), spec.channels);
    gl::draw_full_screen();
    coloured.end();
    values_changed = colours_changed = false;
    coloured_for = theme();
  }
};

TileWall::TileWall() : impl_(std::make_unique<Impl>()) {}
TileWall::~TileWall() = default;
TileWall::TileWall(TileWall&&) noexcept = default;
TileWall& TileWall::operator=(TileWall&&) noexcept = default;

void TileWall::shape(const TileSpec& spec) {
  if (spec == impl_->spec && !impl_->atlas.empty()) return;
  TileSpec same_shape = spec;
  same_shape.map = impl_->spec.map;
  same_shape.low = impl_->spec.low;
  same_shape.high = impl_->spec.high;
  const bool keep = same_shape == impl_->spec && !impl_->atlas.empty();
  impl_->spec = spec;
  impl_->colours_changed = true;
  if (keep) return;
  impl_->spec.columns = std::max(1, spec.columns);
  const int rows = impl_->rows();
  impl_->width = impl_->spec.columns * (spec.tile_width + spec.gap) - spec.gap;
  impl_->height = rows * (spec.tile_height + spec.gap) - spec.gap;
  impl_->width = std::max(1, impl_->width);
  impl_->height = std::max(1, impl_->height);
  impl_->atlas.assign(static_cast<std::size_t>(impl_->width) * static_cast<std::size_t>(impl_->height) *
                          static_cast<std::size_t>(spec.channels),
                      kGapValue);
  impl_->values_changed = true;
}

const TileSpec& TileWall::spec() const {
  return impl_->spec;
}

void TileWall::put(int position, const float* pixels) {
  const TileSpec& s = impl_->spec;
  if (position < 0 || position >= s.count) return;
  const int x = position % s.columns * (s.tile_width + s.gap),
            y = position / s.columns * (s.tile_height + s.gap);
  const auto row_floats = static_cast<std::size_t>(s.tile_width * s.channels);
  for (int r = 0; r < s.tile_height; ++r) {
    float* to =
        impl_->atlas.data() + (static_cast<std::size_t>(y + r) * static_cast<std::size_t>(impl_->width) +
                               static_cast<std::size_t>(x)) *
                                  static_cast<std::size_t>(s.channels);
    std::memcpy(to, pixels + static_cast<std::size_t>(r) * row_floats, row_floats * sizeof(float));
  }
  impl_->values_changed = true;
}

int TileWall::best_columns(int count, int tile_width, int tile_height, int gap, ImVec2 region) {
  int best = 1;
  float best_scale = 0;
  for (int columns = 1; columns <= count; ++columns) {
    const int rows = (count + columns - 1) / columns;
    const float scale_x = region.x / static_cast<float>(columns * (tile_width + gap) - gap);
    const float scale_y = region.y / static_cast<float>(rows * (tile_height + gap) - gap);
    float scale = std::min(scale_x, scale_y);
    if (scale >= 1) scale = std::floor(scale) + 0.001f * scale;  // whole pixels first, then the fuller layout
    if (scale > best_scale + 1e-6f) {
      best_scale = scale;
      best = columns;
    }
  }
  return best;
}

TileHit TileWall::draw(const char* id, const View& view) {
  TileHit hit;
  Impl& wall = *impl_;
  const TileSpec& s = wall.spec;
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const ImVec2 size{std::max(1.0f, view.size.x > 0 ? view.size.x : room.x),
                    std::max(1.0f, view.size.y > 0 ? view.size.y : room.y)};
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton(id, size);
  mark(id, view.hint);
  if (s.count == 0) return hit;
  wall.colour();
  ImDrawList* list = ImGui::GetWindowDrawList();
  if (!wall.error.empty()) {
    list->AddText(origin, palette().bad, wall.error.c_str());
    return hit;
  }

  const bool hovered = ImGui::IsItemHovered();
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  float fit = std::min(size.x / static_cast<float>(wall.width), size.y / static_cast<float>(wall.height));
  if (view.integer_scale && fit >= 1) fit = std::floor(fit);
  const auto place = [&](float zoom, ImVec2* min, float* pixel) {
    *pixel = fit * zoom;
    const ImVec2 extent{static_cast<float>(wall.width) * *pixel, static_cast<float>(wall.height) * *pixel};
    const bool whole = zoom <= 1;
    min->x =
        origin.x + (view.centred || !whole ? (size.x - extent.x) / 2 : 0) - (whole ? 0 : wall.pan_x * *pixel);
    min->y =
        origin.y + (view.centred || !whole ? (size.y - extent.y) / 2 : 0) - (whole ? 0 : wall.pan_y * *pixel);
    min->x = std::floor(min->x);
    min->y = std::floor(min->y);
  };
  ImVec2 min;
  float pixel = 1;
  place(wall.zoom, &min, &pixel);
  if (view.zoomable && hovered) {
    if (const float wheel = ImGui::GetIO().MouseWheel; wheel != 0) {
      // The texel under the pointer stays under it.
      const float tx = (mouse.x - min.x) / pixel, ty = (mouse.y - min.y) / pixel;
      wall.zoom = std::clamp(wall.zoom * std::pow(kZoomStep, wheel), 1.0f, kMostZoom);
      pixel = fit * wall.zoom;
      wall.pan_x = tx - static_cast<float>(wall.width) / 2 - (mouse.x - origin.x - size.x / 2) / pixel;
      wall.pan_y = ty - static_cast<float>(wall.height) / 2 - (mouse.y - origin.y - size.y / 2) / pixel;
    }
  }
  if (view.zoomable && ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left, px(4)) &&
      wall.zoom > 1) {
    wall.pan_x -= ImGui::GetIO().MouseDelta.x / pixel;
    wall.pan_y -= ImGui::GetIO().MouseDelta.y / pixel;
  }
  if (view.zoomable && hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left))
    wall.zoom = 1, wall.pan_x = wall.pan_y = 0;
  place(wall.zoom, &min, &pixel);
  const ImVec2 max{min.x + static_cast<float>(wall.width) * pixel,
                   min.y + static_cast<float>(wall.height) * pixel};

  list->PushClipRect(origin, {origin.x + size.x, origin.y + size.y}, true);
  draw_texture(list, wall.coloured.texture().name(), min, max);
  const auto tile_rect = [&](int tile, ImVec2* a, ImVec2* b) {
    const int column = tile % s.columns, row = tile / s.columns;
    a->x = min.x + static_cast<float>(column * (s.tile_width + s.gap)) * pixel;
    a->y = min.y + static_cast<float>(row * (s.tile_height + s.gap)) * pixel;
    b->x = a->x + static_cast<float>(s.tile_width) * pixel;
    b->y = a->y + static_cast<float>(s.tile_height) * pixel;
  };
  const auto outline = [&](int tile, ImU32 colour, float thickness) {
    if (tile < 0 || tile >= s.count) return;
    ImVec2 a, b;
    tile_rect(tile, &a, &b);
    draw_rect(list, {a.x - 1, a.y - 1}, {b.x + 1, b.y + 1}, colour, 0, thickness);
  };
  if (hovered) {
    const float tx = (mouse.x - min.x) / pixel, ty = (mouse.y - min.y) / pixel;
    const int column = static_cast<int>(std::floor(tx)) / (s.tile_width + s.gap),
              row = static_cast<int>(std::floor(ty)) / (s.tile_height + s.gap);
    const int x = static_cast<int>(std::floor(tx)) % (s.tile_width + s.gap),
              y = static_cast<int>(std::floor(ty)) % (s.tile_height + s.gap);
    const int tile = row * s.columns + column;
    if (tx >= 0 && ty >= 0 && column < s.columns && tile < s.count && x < s.tile_width && y < s.tile_height) {
      hit.hovered = true;
      hit.tile = tile;
      hit.x = x;
      hit.y = y;
      const ImVec2 dragged = ImGui::GetMouseDragDelta(ImGuiMouseButton_Left, 0);
      hit.clicked =
          ImGui::IsMouseReleased(ImGuiMouseButton_Left) && std::abs(dragged.x) + std::abs(dragged.y) < px(4);
      hit.double_clicked = ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
      tile_rect(tile, &hit.min, &hit.max);
      if (s.count > 1) outline(tile, faded(palette().text, 0.55f), 1);
    }
  }
  outline(view.highlighted, faded(palette().text, 0.8f), px(1));
  outline(view.selected, palette().accent_hovered, px(2));
  list->PopClipRect();
  return hit;
}

std::vector<unsigned char> TileWall::pixels(int* width, int* height) {
  impl_->colour();
  *width = impl_->width;
  *height = impl_->height;
  return impl_->coloured.read();
}

}  // namespace lab::ui
