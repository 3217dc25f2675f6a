#include "app/panels/corner_strip.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "app/panels/picture_tile.hpp"
#include "app/panels/send_menu.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr float kKeptSide = 58, kCornerGap = 10;
constexpr float kWordsWidth = 150;  // width of what is said beside the difference

/// A picture whose longer side is `side`.
ImVec2 corner_extent(const rbm::ImageShape& shape, float side) {
  const float longest = static_cast<float>(std::max({1, shape.width, shape.height}));
  return {side * static_cast<float>(shape.width) / longest,
          side * static_cast<float>(shape.height) / longest};
}

void put_kept(ui::TileWall& wall, const KeptPicture& picture) {
  put_picture(wall, picture.shape, picture.pixels.data(), ui::ColourMap::Ink, 0, 1);
}

/// Under a picture, in the small font.
void corner_caption(ImVec2 corner, float side, float width, const char* text, ImU32 colour) {
  ui::draw_fitted(ImGui::GetWindowDrawList(), {corner.x, corner.y + side + ui::px(3)}, width, colour, text);
}

}  // namespace

float CornerStrip::picture_side() {
  return std::floor(ui::px(kKeptSide));
}

/// Of a picture with room for its cross and its caption, and of the gap behind it.
float CornerStrip::cell_width() {
  return picture_side() + ui::px(2) + ImGui::GetFrameHeight() + ui::px(kCornerGap);
}

float CornerStrip::height(const Shared& shared) {
  if (shared.menu.corner.kept().empty()) return 0;
  ui::push_font(ui::fonts().small);
  const float line = ImGui::GetTextLineHeight();
  ui::pop_font();
  return picture_side() + line + ui::px(3 + 2 * 10);
}

void CornerStrip::put(const Shared& shared) {
  const Corner& corner = shared.menu.corner;
  if (put_version_ != corner.version()) {
    put_version_ = corner.version();
    for (std::size_t n = 0; n < corner.kept().size(); ++n) put_kept(kept_[n], corner.kept()[n]);
  }
  if (put_compared_ == corner.compared()) return;
  put_compared_ = corner.compared();
  const KeptPicture& present = corner.present();
  if (!present.pixels.empty()) put_kept(present_, present);
  apart_ = difference(corner.kept()[corner.chosen()], present);
  if (!apart_.pixels.empty())
    put_picture(difference_, present.shape, apart_.pixels.data(), ui::ColourMap::Diverging, -1, 1);
}

void CornerStrip::draw(Context& context) {
  put(context.shared);
  ui::begin_panel("corner", "", {0, 0});
  ui::push_font(ui::fonts().small);
  const ImVec2 origin = ImGui::GetCursorPos();
  const float room = ImGui::GetContentRegionAvail().x, gap = ui::px(kCornerGap), side = picture_side();
  const float comparison = cell_width() + side + gap + ui::px(kWordsWidth);
  draw_kept(context, room - comparison - 2 * gap);
  // What was removed in this frame leaves nothing to compare.
  if (!context.shared.menu.corner.kept().empty()) {
    ImGui::SetCursorPos({origin.x + room - comparison, origin.y});
    draw_comparison(context.shared.menu.corner);
  }
  ui::pop_font();
  ui::end_panel();
}

/// As many of the newest as fit.
void CornerStrip::draw_kept(Context& context, float room) {
  Corner& corner = context.shared.menu.corner;
  const float side = picture_side(), gap = ui::px(kCornerGap), cell = cell_width();
  const std::size_t count = corner.kept().size();
  const auto fitting = static_cast<std::size_t>(std::max(1.0f, room / cell));
  const std::size_t first = count - std::min(count, fitting);
  const ImVec2 origin = ImGui::GetCursorPos();
  std::size_t removed = count;
  std::span<const float> sent;
  std::string name;
  for (std::size_t n = first; n < count; ++n) {
    const KeptPicture& picture = corner.kept()[n];
    const ImVec2 at{origin.x + static_cast<float>(n - first) * cell, origin.y};
    ImGui::SetCursorPos(at);
    const ImVec2 corner_of = ImGui::GetCursorScreenPos();
    const std::string id = "corner." + std::to_string(n);
    const auto hit =
        kept_[n].draw(id.c_str(), {.size = corner_extent(picture.shape, side),
                                   .selected = n == corner.chosen() ? 0 : -1,
                                   .integer_scale = false,
                                   .centred = false,
                                   .has_menu = true,
                                   .hint = "A kept picture: click it to compare it with the picture "
                                           "under the mouse, right-click to send it on."});
    if (hit.clicked) corner.choose(n), put_compared_ = 0;
    if (hit.hovered) sent = picture.pixels, name = picture.name;
    corner_caption(corner_of, side, cell - gap, picture.name.c_str(),
                   n == corner.chosen() ? ui::palette().text : ui::palette().text_dim);
    ImGui::SetCursorPos({at.x + side + ui::px(2), at.y});
    if (ui::icon_button((id + ".remove").c_str(), ui::Icon::Close, "Removes this picture from the corner."))
      removed = n;
  }
  offer_from_corner(context, sent, name);
  if (removed < count) corner.remove(removed);
}

void CornerStrip::draw_comparison(const Corner& corner) {
  const KeptPicture& present = corner.present();
  const float side = picture_side(), gap = ui::px(kCornerGap);
  const ImVec2 origin = ImGui::GetCursorPos();
  if (!present.pixels.empty()) {
    const ImVec2 size = corner_extent(present.shape, side);
    ImVec2 at = ImGui::GetCursorScreenPos();
    present_.draw("corner.present", {.size = size,
                                     .integer_scale = false,
                                     .centred = false,
                                     .hint = "The picture that the mouse was on last, in any view."});
    corner_caption(at, side, cell_width() - gap, present.name.c_str(), ui::palette().text_dim);
    if (!apart_.pixels.empty()) {
      ImGui::SetCursorPos({origin.x + cell_width(), origin.y});
      difference_.draw(
          "corner.difference",
          {.size = size,
           .integer_scale = false,
           .centred = false,
           .hint =
               "The chosen picture minus the present one: orange is only in the first, blue in the other."});
    }
  }
  char words[160];
  const std::string& chosen = corner.kept()[corner.chosen()].name;
  if (present.pixels.empty())
    std::snprintf(words, sizeof words, "Point at a picture in any view: it is compared with the chosen one.");
  else if (apart_.pixels.empty())
    std::snprintf(words, sizeof words, "Pictures of different sizes have no difference.");
  else
    std::snprintf(words, sizeof words, "%.40s minus %.40s: %d pixels differ, by %.3f in the mean",
                  chosen.c_str(), present.name.c_str(), apart_.far_apart, apart_.mean);
  const float left = present.pixels.empty() ? 0 : cell_width() + side + gap;
  ImGui::SetCursorPos({origin.x + left, origin.y});
  ImGui::PushTextWrapPos(origin.x + cell_width() + side + gap + ui::px(kWordsWidth));
  ui::text_dim(words);
  ImGui::PopTextWrapPos();
}

}  // namespace lab
