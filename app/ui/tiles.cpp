#include "app/ui/tiles.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "app/gl/framebuffer.hpp"
#include "app/ui/colour_map.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab::ui {
namespace {

/// Whole pixels look best; below this part of the size that fits they leave too much empty.
constexpr float kLeastWhole = 0.88f;
/// So much of the largest size is enough where the last row is then fuller; and what part of a row looks full.
constexpr float kLeastFull = 0.93f, kFull = 0.75f;

constexpr float kTileZoomStep = 1.2f, kMostZoom = 40;

/// Where the atlas lies on the screen in this frame.
struct Placement {
  ImVec2 min;
  float pixel = 1;  // screen pixels per pixel of the atlas
  ImVec2 at(float x, float y) const { return {min.x + x * pixel, min.y + y * pixel}; }
};

int rows_of(const TileSpec& spec) {
  return (spec.count + spec.columns - 1) / spec.columns;
}

/// By how many pixels of the atlas a row is moved to the right.
int shift_of(const TileSpec& spec, int row) {
  if (!spec.centres_rest || row == 0) return 0;
  const int missing = std::max(0, (row + 1) * spec.columns - spec.count);
  return missing * (spec.tile_width + spec.gap) / 2;
}

bool same_layout(const TileSpec& a, const TileSpec& b) {
  return a.tile_width == b.tile_width && a.tile_height == b.tile_height && a.channels == b.channels &&
         a.count == b.count && a.columns == b.columns && a.gap == b.gap && a.centres_rest == b.centres_rest;
}

/// The scale at which pictures of so many pixels show where the largest one that fits is `fit`.
float shown_scale(float fit) {
  const float whole = std::floor(fit);
  return whole >= kLeastWhole * fit ? whole : fit;
}

}  // namespace

float symmetric_range(std::span<const float> values, float least) {
  for (const float value : values) least = std::max(least, std::abs(value));
  return least;
}

struct TileWall::Impl {
  TileSpec spec;
  int width = 0, height = 0;  // of the atlas
  std::vector<float> atlas;
  int dirty_begin = 0, dirty_end = 0;  // rows of the atlas that are not uploaded yet
  bool recolour = true;
  Theme coloured_for = Theme::Dark;
  bool averaged = false;
  gl::Texture values;
  gl::Framebuffer coloured;
  std::shared_ptr<ColourPass> pass;
  Placement placed;  // of the last drawing
  int cursor = 0;    // the tile that the keyboard is at
  float zoom = 1, pan_x = 0,
        pan_y = 0;  // pan: the atlas' point in the region's middle, from the atlas' middle

  void touch(int begin, int end) {
    dirty_begin = dirty_begin < dirty_end ? std::min(dirty_begin, begin) : begin;
    dirty_end = std::max(dirty_end, end);
  }

  /// Uploads and colours what changed; false if there is nothing that can be shown.
  bool colour() {
    if (atlas.empty() || !gl::has_context()) return false;
    const bool changed = dirty_begin < dirty_end || recolour || coloured_for != theme();
    if (!changed) return true;
    if (!pass) pass = ColourPass::shared();
    values.allocate(width, height, spec.channels == 3 ? gl::Format::RGB32F : gl::Format::R32F);
    if (dirty_begin < dirty_end) {
      const auto row = static_cast<std::size_t>(width) * static_cast<std::size_t>(spec.channels);
      values.upload_rows(dirty_begin, dirty_end - dirty_begin,
                         atlas.data() + row * static_cast<std::size_t>(dirty_begin));
    }
    coloured.allocate(width, height);
    if (!pass->draw(values, spec, coloured)) return false;
    dirty_begin = dirty_end = 0;
    recolour = false;
    coloured_for = theme();
    if (averaged) coloured.texture().average_when_smaller(true);
    return true;
  }

  /// Small pictures that do not fit at their size are averaged: leaving out rows would leave out strokes.
  void paint(ImDrawList* list, ImVec2 min, ImVec2 max, float pixel) {
    if (!colour()) {
      if (pass && !pass->trouble().empty())
        list->AddText(nullptr, 0, min, palette().bad, pass->trouble().c_str(), nullptr,
                      std::max(1.0f, max.x - min.x));
      return;
    }
    if (averaged != (pixel < 1)) {
      averaged = pixel < 1;
      coloured.texture().average_when_smaller(averaged);
    }
    draw_texture(list, coloured.texture().name(), min, max);
  }

  /// The largest scale at which all of the atlas is in the region.
  float fitted_scale(const View& view, ImVec2 size) const {
    const float fit = std::min(size.x / static_cast<float>(width), size.y / static_cast<float>(height));
    return view.integer_scale ? shown_scale(fit) : fit;
  }

  Placement place(const View& view, ImVec2 origin, ImVec2 size) const {
    Placement p;
    p.pixel = fitted_scale(view, size) * zoom;
    const float w = static_cast<float>(width) * p.pixel, h = static_cast<float>(height) * p.pixel;
    const bool zoomed = zoom > 1;
    p.min = origin;
    if (view.centred || zoomed) p.min = {origin.x + (size.x - w) / 2, origin.y + (size.y - h) / 2};
    if (zoomed) p.min = {p.min.x - pan_x * p.pixel, p.min.y - pan_y * p.pixel};
    p.min = {std::floor(p.min.x), std::floor(p.min.y)};
    return p;
  }

  /// Keeps the atlas' point (x, y) under the screen point `at`.
  void zoom_to(float wanted, const View& view, ImVec2 origin, ImVec2 size, ImVec2 at, float x, float y) {
    zoom = std::clamp(wanted, 1.0f, kMostZoom);
    const float pixel = fitted_scale(view, size) * zoom;
    pan_x = x - static_cast<float>(width) / 2 - (at.x - origin.x - size.x / 2) / pixel;
    pan_y = y - static_cast<float>(height) / 2 - (at.y - origin.y - size.y / 2) / pixel;
  }

  void navigate(const View& view, ImVec2 origin, ImVec2 size) {
    const ImGuiIO& io = ImGui::GetIO();
    const bool hovered = ImGui::IsItemHovered();
    const Placement p = place(view, origin, size);
    if (hovered && io.MouseWheel != 0) {
      zoom_to(zoom * std::pow(kTileZoomStep, io.MouseWheel), view, origin, size, io.MousePos,
              (io.MousePos.x - p.min.x) / p.pixel, (io.MousePos.y - p.min.y) / p.pixel);
    }
    if (ImGui::IsItemActive() && zoom > 1 && ImGui::IsMouseDragging(ImGuiMouseButton_Left, px(4))) {
      pan_x -= io.MouseDelta.x / p.pixel;
      pan_y -= io.MouseDelta.y / p.pixel;
    }
    if (hovered && zoom > 1 && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) zoom = 1;
    // The middle of the region stays on the wall.
    pan_x = std::clamp(pan_x, static_cast<float>(-width) / 2, static_cast<float>(width) / 2);
    pan_y = std::clamp(pan_y, static_cast<float>(-height) / 2, static_cast<float>(height) / 2);
  }

  void tile_rect(const Placement& p, int tile, ImVec2& min, ImVec2& max) const {
    const TileCorner corner = tile_corner(spec, tile);
    const auto x = static_cast<float>(corner.x), y = static_cast<float>(corner.y);
    min = p.at(x, y);
    max = p.at(x + static_cast<float>(spec.tile_width), y + static_cast<float>(spec.tile_height));
  }

  /// Just outside of the tile, in the gap.
  void outline(ImDrawList* list, const Placement& p, int tile, ImU32 colour, float thickness) const {
    if (tile < 0 || tile >= spec.count) return;
    ImVec2 min, max;
    tile_rect(p, tile, min, max);
    const float out = thickness / 2;
    draw_rect(list, {min.x - out, min.y - out}, {max.x + out, max.y + out}, colour, 0, thickness);
  }

  /// With the keyboard's focus: the arrows move a cursor from tile to tile, Enter clicks the one that it is at.
  TileHit hit_by_keys(const Placement& p, const Focus& focus) {
    cursor = focus.over_wall(cursor, spec.columns, spec.count);
    TileHit hit;
    if ((!focus.pressed && !focus.asked) || spec.count == 0) return hit;
    hit = {.hovered = true,
           .tile = cursor,
           .x = spec.tile_width / 2,
           .y = spec.tile_height / 2,
           .clicked = focus.pressed};
    tile_rect(p, cursor, hit.min, hit.max);
    return hit;
  }

  /// What the mouse does to a tile in this frame; the wall is the last item.
  TileHit hit(const Placement& p, bool pressed) const {
    TileHit hit;
    if (!ImGui::IsItemHovered()) return hit;
    const ImGuiIO& io = ImGui::GetIO();
    const TilePlace at =
        tile_at(spec, (io.MousePos.x - p.min.x) / p.pixel, (io.MousePos.y - p.min.y) / p.pixel);
    if (at.tile < 0) return hit;
    hit.hovered = true;
    hit.tile = at.tile;
    hit.x = at.x;
    hit.y = at.y;
    // A drag that ends here is no click.
    hit.clicked = pressed && io.MouseDragMaxDistanceSqr[ImGuiMouseButton_Left] < px(4) * px(4);
    hit.double_clicked = ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
    tile_rect(p, at.tile, hit.min, hit.max);
    return hit;
  }
};

TilePlace tile_at(const TileSpec& spec, float atlas_x, float atlas_y) {
  if (!(atlas_x >= 0) || !(atlas_y >= 0) || spec.columns < 1) return {};
  const int pitch_x = spec.tile_width + spec.gap, pitch_y = spec.tile_height + spec.gap;
  const auto y = static_cast<int>(std::min(atlas_y, 1e6f));
  const int row = y / pitch_y, x = static_cast<int>(std::min(atlas_x, 1e6f)) - shift_of(spec, row);
  if (x < 0) return {};
  const int column = x / pitch_x;
  const TilePlace place{row * spec.columns + column, x % pitch_x, y % pitch_y};
  const bool inside = column < spec.columns && place.tile < spec.count && place.x < spec.tile_width &&
                      place.y < spec.tile_height;
  return inside ? place : TilePlace{};
}

TileCorner tile_corner(const TileSpec& spec, int tile) {
  const int row = tile / spec.columns;
  return {shift_of(spec, row) + tile % spec.columns * (spec.tile_width + spec.gap),
          row * (spec.tile_height + spec.gap)};
}

TileWall::TileWall() : impl_(std::make_unique<Impl>()) {}
TileWall::~TileWall() = default;
TileWall::TileWall(TileWall&&) noexcept = default;
TileWall& TileWall::operator=(TileWall&&) noexcept = default;

const TileSpec& TileWall::spec() const {
  return impl_->spec;
}

void TileWall::shape(const TileSpec& wanted) {
  Impl& wall = *impl_;
  TileSpec spec = wanted;
  spec.columns = std::max(1, spec.columns);
  spec.count = std::max(0, spec.count);
  if (spec == wall.spec && !wall.atlas.empty()) return;
  const bool keep = same_layout(spec, wall.spec) && !wall.atlas.empty();
  wall.spec = spec;
  wall.recolour = true;
  if (keep) return;
  wall.width = std::max(0, std::min(spec.columns, spec.count) * (spec.tile_width + spec.gap) - spec.gap);
  wall.height = std::max(0, rows_of(spec) * (spec.tile_height + spec.gap) - spec.gap);
  wall.atlas.assign(static_cast<std::size_t>(wall.width) * static_cast<std::size_t>(wall.height) *
                        static_cast<std::size_t>(spec.channels),
                    kGapValue);
  wall.dirty_begin = 0;
  wall.dirty_end = wall.height;
}

void TileWall::put(int position, const float* pixels) {
  Impl& wall = *impl_;
  const TileSpec& s = wall.spec;
  if (position < 0 || position >= s.count) return;
  const auto [left, top] = tile_corner(s, position);
  const auto channels = static_cast<std::size_t>(s.channels),
             row = static_cast<std::size_t>(s.tile_width) * channels,
             pitch = static_cast<std::size_t>(wall.width) * channels;
  float* to =
      wall.atlas.data() + static_cast<std::size_t>(top) * pitch + static_cast<std::size_t>(left) * channels;
  for (int y = 0; y < s.tile_height; ++y, to += pitch, pixels += row)
    std::memcpy(to, pixels, row * sizeof(float));
  wall.touch(top, top + s.tile_height);
}

int TileWall::best_columns(int count, int tile_width, int tile_height, int gap, ImVec2 region) {
  const auto scale_with = [&](int columns) {
    const int rows = (count + columns - 1) / columns;
    return std::min(region.x / static_cast<float>(columns * (tile_width + gap) - gap),
                    region.y / static_cast<float>(rows * (tile_height + gap) - gap));
  };
  // Whole-number scales first; among equals the layout that leaves the least of the region empty, and among those
  // that are as high the widest.
  const auto is_larger = [](float scale, float than) {
    const float whole = scale >= 1 ? std::floor(scale) : scale,
                than_whole = than >= 1 ? std::floor(than) : than;
    return whole > than_whole || (whole == than_whole && scale >= than);
  };
  int largest = 1;
  for (int columns = 2; columns <= count; ++columns) {
    if (is_larger(scale_with(columns), scale_with(largest))) largest = columns;
  }
  // A last row of a few tiles looks unfinished: of those that come to nearly the same the one that fills it, or nearly.
  const float wanted = scale_with(largest), least = kLeastFull * shown_scale(wanted);
  const auto fullness = [&](int columns) {
    const int rest = count % columns;
    return rest == 0 ? kFull : std::min(kFull, static_cast<float>(rest) / static_cast<float>(columns));
  };
  int best = largest;
  for (int columns = 1; columns <= count; ++columns) {
    const float scale = scale_with(columns), more = fullness(columns) - fullness(best);
    if (shown_scale(scale) < least || std::floor(scale) < std::floor(wanted)) continue;
    if (more > 0 || (more == 0 && is_larger(scale, scale_with(best)))) best = columns;
  }
  return best;
}

int TileWall::widest_gap(int count, int columns, int tile_width, int tile_height, int gap, int most,
                         ImVec2 region) {
  const int rows = (count + columns - 1) / columns;
  const auto scale_with = [&](int between) {
    return std::min(region.x / static_cast<float>(columns * (tile_width + between) - between),
                    region.y / static_cast<float>(rows * (tile_height + between) - between));
  };
  const float whole = std::floor(scale_with(gap));
  if (whole < 1 || whole < kLeastWhole * scale_with(gap)) return gap;
  int best = gap;
  while (best < most && scale_with(best + 1) >= whole) ++best;
  return best;
}

ImVec2 TileWall::on_screen(float x, float y) const {
  return impl_->placed.at(x, y);
}

TileHit TileWall::draw(const char* id, const View& view) {
  Impl& wall = *impl_;
  const ImVec2 room = ImGui::GetContentRegionAvail(), origin = ImGui::GetCursorScreenPos();
  const ImVec2 size{std::max(1.0f, view.size.x > 0 ? view.size.x : room.x),
                    std::max(1.0f, view.size.y > 0 ? view.size.y : room.y)};
  const Focus focus = wall.spec.count > 1 || view.has_menu ? take_focus(id) : Focus{};
  const bool pressed = ImGui::InvisibleButton(id, size);
  mark(id, view.hint, Tip::StatusLineOnly);
  if (wall.atlas.empty()) return {};
  if (view.zoomable)
    wall.navigate(view, origin, size);
  else
    wall.zoom = 1;

  const Placement p = wall.placed = wall.place(view, origin, size);
  ImDrawList* list = ImGui::GetWindowDrawList();
  // Outlines of the outer tiles stand a little outside of the region.
  const float edge = wall.zoom > 1 ? 0 : px(2);
  list->PushClipRect({origin.x - edge, origin.y - edge}, {origin.x + size.x + edge, origin.y + size.y + edge},
                     true);
  wall.paint(list, p.min, p.at(static_cast<float>(wall.width), static_cast<float>(wall.height)), p.pixel);
  const TileHit hit = focus.here ? wall.hit_by_keys(p, focus) : wall.hit(p, pressed);
  const Palette& colours = palette();
  if (wall.spec.count > 1) wall.outline(list, p, hit.tile, faded(colours.text, 0.6f), px(1));
  wall.outline(list, p, view.highlighted, faded(colours.text, 0.85f), px(1.5f));
  wall.outline(list, p, view.selected, colours.accent_hovered, px(2));
  if (focus.here && wall.spec.count > 1) wall.outline(list, p, wall.cursor, colours.accent_hovered, px(3));
  list->PopClipRect();
  draw_focus(focus);
  return hit;
}

void TileWall::paint(ImDrawList* list, ImVec2 min, ImVec2 max) {
  if (impl_->width > 0) impl_->paint(list, min, max, (max.x - min.x) / static_cast<float>(impl_->width));
}

std::vector<unsigned char> TileWall::pixels(int* width, int* height) {
  *width = impl_->width;
  *height = impl_->height;
  if (!impl_->colour()) return {};
  return impl_->coloured.read();
}

}  // namespace lab::ui
