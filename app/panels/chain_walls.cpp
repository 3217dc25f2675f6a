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
constexpr float kCaptionHeight = 46, kChipHeight = 24;
/// Part of the width that the pictures get when the hidden units stand beside them.
constexpr float kVisiblePart = 0.56f;

/// Rows of a tile that hold the bar below the picture.
int bar_rows(const rbm::ImageShape& shape) {
  return std::max(1, shape.height / 14);
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

/// The two half-steps as chips, the one that just happened filled.
void draw_step_chips(const ChainRunner& runner, ImVec2 at) {
  const rbm::GibbsChains& chains = runner.chains();
  const ui::Palette& colours = ui::palette();
  const bool at_hidden = chains.phase() == rbm::Phase::Hidden, begun = chains.half_steps() > 0;
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float height = ui::px(kChipHeight);
  const std::array<const char*, 2> labels{"1  v → h", "2  h → v"};
  for (std::size_t i = 0; i < 2; ++i) {
    const bool done = begun && (i == 0) == at_hidden;
    const ImVec2 text = ImGui::CalcTextSize(labels[i]);
    const ImVec2 max{at.x + text.x + ui::px(20), at.y + height};
    if (done)
      list->AddRectFilled(at, max, colours.accent, height / 2);
    else
      ui::draw_rect(list, at, max, colours.border, height / 2, ui::px(1));
    list->AddText({at.x + ui::px(10), at.y + (height - text.y) / 2},
                  done ? colours.on_accent : colours.text_dim, labels[i]);
    at.x = max.x + ui::px(6);
  }
}

void describe(const ChainPictures& pictures, int chain) {
  if (chain < 0 || chain >= static_cast<int>(pictures.free_energies.size())) return;
  const double f = pictures.free_energies[static_cast<std::size_t>(chain)];
  const double share = share_above(pictures.data, f);
  if (std::isnan(share)) {
    ImGui::SetTooltip("Chain %d\nfree energy %.1f\u00a0nats", chain, f);
  } else {
    ImGui::SetTooltip(
        "Chain %d\nfree energy %.1f\u00a0nats: %s\nlower than %.0f\u00a0%% of the validation images", chain,
        f, word(familiarity(share)), 100 * share);
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

  const int columns = ui::TileWall::best_columns(shown, shape.width, tile_height, kTileGap, wall);
  const Drawn now{pictures.runner.version(), pictures.measured, pictures.probabilities, columns, shown};
  if (drawn_visible_ != now) {
    visible_.shape({.tile_width = shape.width,
                    .tile_height = tile_height,
                    .channels = shape.channels,
                    .count = shown,
                    .columns = columns,
                    .gap = kTileGap,
                    .map = ui::ColourMap::Ink,
                    .centres_rest = true});
    put_visible(pictures);
    drawn_visible_ = now;
  }
  draw_wall_title("v",
                  chains.half_steps() <= 1 ? "the start"
                  : pictures.probabilities ? (chains.states().is_real ? "E[v|h]" : "p(v|h)")
                                           : "pictures",
                  chains.half_steps() > 0 && chains.phase() == rbm::Phase::Visible);
  ImGui::SetCursorPos({origin.x, origin.y + title});
  const auto hit = visible_.draw(
      "chains.wall", {.size = wall,
                      .highlighted = hovered_,
                      .centred = !pictures.hidden,
                      .hint = "One chain each; the bar below it is the share of the validation images "
                              "that the model finds less probable."});
  hovered_next_ = hit.hovered ? hit.tile : -1;
  clicked_ = hit.clicked;
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
                   .map = ui::ColourMap::Ink,
                   .centres_rest = true});
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
  const StepCaption words = caption(chains.phase(), chains.half_steps(), runner.drawn_again());
  const bool in_trouble = trouble != nullptr && *trouble != '\0';
  const char* first = in_trouble ? trouble : words.done;
  const char* second = in_trouble ? "" : words.next;
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x, inset = ui::px(10), gap = ui::px(2);
  // The sentences stand beside the chips, or where that is too narrow below them, on as many lines as they need.
  const float chips = ImGui::CalcTextSize("1  v → h2  h → v").x + ui::px(52) + inset;
  const bool beside = room - chips > ui::px(320);
  const float left = beside ? chips + ui::px(6) : inset, wrap = room - left - inset;
  const float first_height = ImGui::CalcTextSize(first, nullptr, false, wrap).y,
              text_height = first_height + gap + ImGui::CalcTextSize(second, nullptr, false, wrap).y;
  const float above = beside ? 0 : ui::px(kChipHeight) + ui::px(6);
  const float height = std::max(ui::px(kCaptionHeight), above + text_height + ui::px(14));
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(corner, {corner.x + room, corner.y + height}, colours.panel_raised, ui::px(6));
  draw_step_chips(runner,
                  {corner.x + inset, corner.y + (beside ? (height - ui::px(kChipHeight)) / 2 : ui::px(7))});
  const float y =
      corner.y + (beside ? (height - (in_trouble ? first_height : text_height)) / 2 : above + ui::px(7));
  const auto write = [&](const char* text, float at, ImU32 colour) {
    list->AddText(ImGui::GetFont(), ImGui::GetFontSize(), {corner.x + left, at}, colour, text, nullptr, wrap);
  };
  write(first, y, in_trouble ? colours.warning : colours.text);
  write(second, y + first_height + gap, colours.text_dim);
  ImGui::Dummy({room, height});
}

}  // namespace lab
