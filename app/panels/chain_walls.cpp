#include "app/panels/chain_walls.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "app/panels/free_energy_rank.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/model/pictures.hpp"

namespace lab {
namespace {

constexpr int kTileGap = 3;
constexpr float kCaptionHeight = 46;
/// Part of the width that the pictures get when the hidden units stand beside them.
constexpr float kVisiblePart = 0.56f;

/// Rows of a tile that hold the bar below the picture.
int bar_rows(const rbm::ImageShape& shape) {
  return std::max(1, shape.height / 14);
}

/// Screen pixels per texel of a wall in a room.
float texel_size(int columns, int count, int width, int height, ImVec2 room) {
  const int rows = (count + columns - 1) / columns;
  return std::min(room.x / static_cast<float>(columns * (width + kTileGap) - kTileGap),
                  room.y / static_cast<float>(rows * (height + kTileGap) - kTileGap));
}

int best_columns(int count, int width, int height, ImVec2 room) {
  int best = 1;
  for (int columns = 2; columns <= count; ++columns) {
    if (texel_size(columns, count, width, height, room) > texel_size(best, count, width, height, room))
      best = columns;
  }
  return best;
}

rbm::ImageShape hidden_shape(rbm::Index hidden) {
  const int width = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(hidden))));
  return {static_cast<int>((hidden + width - 1) / width), width, 1};
}

void draw_wall_title(const char* name, const char* what, bool is_newest) {
  const ui::Palette& colours = ui::palette();
  ui::text_mono(name, is_newest ? colours.accent : colours.text);
  ImGui::SameLine(0, ui::px(8));
  ui::push_font(ui::fonts().small);
  ui::text_dim(what);
  if (is_newest) {
    ImGui::SameLine(0, ui::px(8));
    ImGui::PushStyleColor(ImGuiCol_Text, colours.accent);
    ImGui::TextUnformatted("just drawn");
    ImGui::PopStyleColor();
  }
  ui::pop_font();
}

void describe(const ChainPictures& pictures, int chain) {
  if (chain < 0 || chain >= static_cast<int>(pictures.free_energies.size())) return;
  const double f = pictures.free_energies[static_cast<std::size_t>(chain)];
  const double share = share_above(pictures.data, f);
  if (std::isnan(share)) {
    ImGui::SetTooltip("Chain %d\nfree energy %.1f nats", chain, f);
  } else {
    ImGui::SetTooltip("Chain %d\nfree energy %.1f nats: %s\nlower than %.0f %% of the validation images",
                      chain, f, word(familiarity(share)), 100 * share);
  }
}

}  // namespace

int ChainWalls::count(const ChainPictures& pictures) {
  return std::min(pictures.most, static_cast<int>(pictures.runner.chains().chains()));
}

void ChainWalls::put_visible(const ChainPictures& pictures) {
  const rbm::ImageShape shape = rbm::picture_shape(pictures.model);
  const rbm::GibbsChains& chains = pictures.runner.chains();
  if (pictures.probabilities) {
    rbm::to_pictures(pictures.model, chains.visible_probabilities(), pixels_, pictures.pool);
  } else {
    rbm::unpack(chains.states(), values_);
    rbm::to_pictures(pictures.model, values_, pixels_, pictures.pool);
  }
  const int bar = bar_rows(shape), row = shape.width * shape.channels;
  const auto pixels = static_cast<std::size_t>(shape.pixels());
  tile_.assign(pixels + static_cast<std::size_t>((bar + 1) * row), 0.0f);
  for (rbm::Index chain = 0; chain < count(pictures); ++chain) {
    std::copy_n(pixels_.row(chain), pixels, tile_.begin());
    // One empty row, then the bar: as long as the share of the data that is less probable.
    const double share = share_above(pictures.data, pictures.free_energies[static_cast<std::size_t>(chain)]);
    const int length = std::isnan(share) ? 0 : static_cast<int>(std::lround(share * shape.width));
    for (int y = shape.height + 1; y <= shape.height + bar; ++y) {
      for (int x = 0; x < row; ++x)
        tile_[static_cast<std::size_t>(y * row + x)] = x < length * shape.channels ? 0.75f : 0.2f;
    }
    visible_.put(static_cast<int>(chain), tile_.data());
  }
}

void ChainWalls::put_hidden(const ChainPictures& pictures) {
  const rbm::GibbsChains& chains = pictures.runner.chains();
  const rbm::Index hidden = pictures.model.hidden();
  tile_.assign(static_cast<std::size_t>(hidden_shape(hidden).pixels()), 0.0f);
  for (rbm::Index chain = 0; chain < count(pictures); ++chain) {
    if (pictures.probabilities) {
      std::copy_n(chains.hidden_probabilities().row(chain), hidden, tile_.begin());
    } else {
      for (rbm::Index j = 0; j < hidden; ++j)
        tile_[static_cast<std::size_t>(j)] = chains.hidden().get(chain, j) ? 1.0f : 0.0f;
    }
    hidden_.put(static_cast<int>(chain), tile_.data());
  }
}

int ChainWalls::draw(const ChainPictures& pictures, ImVec2 room) {
  const rbm::ImageShape shape = rbm::picture_shape(pictures.model);
  const rbm::GibbsChains& chains = pictures.runner.chains();
  const int shown = count(pictures);
  const int tile_height = shape.height + 1 + bar_rows(shape);
  const float gap = ui::px(16), title = ImGui::GetTextLineHeight() + ui::px(6);
  const ImVec2 origin = ImGui::GetCursorPos();
  const float width = pictures.hidden ? std::floor((room.x - gap) * kVisiblePart) : room.x;
  const ImVec2 wall{width, room.y - title};

  const int columns = best_columns(shown, shape.width, tile_height, wall);
  const Drawn now{pictures.runner.version(), pictures.measured, pictures.probabilities, columns, shown};
  if (drawn_visible_ != now) {
    visible_.shape({.tile_width = shape.width,
                    .tile_height = tile_height,
                    .channels = shape.channels,
                    .count = shown,
                    .columns = columns,
                    .gap = kTileGap,
                    .map = ui::ColourMap::Ink});
    put_visible(pictures);
    drawn_visible_ = now;
  }
  draw_wall_title("v", pictures.probabilities ? (chains.states().is_real ? "E[v|h]" : "p(v|h)") : "pictures",
                  chains.half_steps() > 0 && chains.phase() == rbm::Phase::Visible);
  ImGui::SetCursorPos({origin.x, origin.y + title});
  const auto hit = visible_.draw(
      "chains.wall", {.size = wall,
                      .highlighted = hovered_,
                      .centred = !pictures.hidden,
                      .hint = "One chain each; the bar below it is the share of the validation images "
                              "that the model finds less probable."});
  hovered_next_ = hit.hovered ? hit.tile : -1;
  int unit = -1;
  if (pictures.hidden) {
    ImGui::SetCursorPos({origin.x + width + gap, origin.y});
    unit = draw_hidden(pictures, columns, {room.x - gap - width, room.y});
  }
  hovered_ = hovered_next_;
  describe(pictures, hovered_);
  ImGui::SetCursorPos({origin.x, origin.y + room.y});
  ImGui::Dummy({0, 0});
  return unit;
}

/// In the same order as the pictures, so that a chain has the same place in both.
int ChainWalls::draw_hidden(const ChainPictures& pictures, int columns, ImVec2 room) {
  const rbm::GibbsChains& chains = pictures.runner.chains();
  const rbm::ImageShape shape = hidden_shape(pictures.model.hidden());
  const int shown = count(pictures);
  const float title = ImGui::GetTextLineHeight() + ui::px(6);
  const ImVec2 origin = ImGui::GetCursorPos(), wall{room.x, room.y - title};
  const Drawn now{pictures.runner.version(), 0, pictures.probabilities, columns, shown};
  if (drawn_hidden_ != now) {
    hidden_.shape({.tile_width = shape.width,
                   .tile_height = shape.height,
                   .count = shown,
                   .columns = columns,
                   .gap = kTileGap,
                   .map = ui::ColourMap::Ink});
    put_hidden(pictures);
    drawn_hidden_ = now;
  }
  draw_wall_title("h",
                  chains.half_steps() == 0 ? "not drawn yet"
                  : pictures.probabilities ? "p(h|v)"
                                           : "hidden units",
                  chains.half_steps() > 0 && chains.phase() == rbm::Phase::Hidden);
  ImGui::SetCursorPos({origin.x, origin.y + title});
  const auto hit = hidden_.draw(
      "chains.hidden", {.size = wall,
                        .highlighted = hovered_,
                        .centred = false,
                        .hint = "The hidden units of the same chains, one small square each, in the order of "
                                "the filters."});
  if (!hit.hovered || hit.tile < 0) return -1;
  hovered_next_ = hit.tile;
  const int unit = hit.y * shape.width + hit.x;
  return hit.x >= 0 && hit.y >= 0 && unit < pictures.model.hidden() ? unit : -1;
}

void draw_step_caption(const ChainRunner& runner, const char* trouble) {
  const rbm::GibbsChains& chains = runner.chains();
  const ui::Palette& colours = ui::palette();
  const bool at_hidden = chains.phase() == rbm::Phase::Hidden, begun = chains.half_steps() > 0;
  const ImVec2 corner = ImGui::GetCursorScreenPos(), room = ImGui::GetContentRegionAvail();
  const float height = ui::px(kCaptionHeight);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(corner, {corner.x + room.x, corner.y + height}, colours.panel_raised, ui::px(6));

  const float chip_height = ui::px(24), chip_y = corner.y + (height - chip_height) / 2;
  float x = corner.x + ui::px(10);
  const std::array<const char*, 2> labels{"1  v → h", "2  h → v"};
  for (std::size_t i = 0; i < 2; ++i) {
    const bool done = begun && (i == 0) == at_hidden;
    const ImVec2 text = ImGui::CalcTextSize(labels[i]);
    const ImVec2 min{x, chip_y}, max{x + text.x + ui::px(20), chip_y + chip_height};
    if (done)
      list->AddRectFilled(min, max, colours.accent, chip_height / 2);
    else
      ui::draw_rect(list, min, max, colours.border, chip_height / 2, ui::px(1));
    list->AddText({min.x + ui::px(10), chip_y + (chip_height - text.y) / 2},
                  done ? colours.on_accent : colours.text_dim, labels[i]);
    x = max.x + ui::px(6);
  }
  const StepCaption words = caption(chains.phase(), chains.half_steps(), runner.drawn_again());
  const float line = ImGui::GetTextLineHeight(), middle = corner.y + height / 2;
  x += ui::px(6);
  list->PushClipRect({x, corner.y}, {corner.x + room.x - ui::px(8), corner.y + height}, true);
  if (trouble == nullptr || *trouble == '\0') {
    list->AddText({x, middle - line - ui::px(1)}, colours.text, words.done);
    list->AddText({x, middle + ui::px(1)}, colours.text_dim, words.next);
  } else {
    list->AddText({x, middle - line / 2}, colours.warning, trouble);
  }
  list->PopClipRect();
  ImGui::Dummy({room.x, height});
}

}  // namespace lab
