#include "app/panels/large_chain.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "app/panels/format_text.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/model/pictures.hpp"

namespace lab {
namespace {

constexpr int kStripGap = 2;

/// A grid of cells that fills a region of this size best with square ones.
int cell_columns(rbm::Index hidden, ImVec2 size) {
  int best = 1;
  float best_side = 0;
  for (int columns = 1; columns <= static_cast<int>(hidden); ++columns) {
    const auto rows = static_cast<float>((hidden + columns - 1) / columns);
    const float side = std::min(size.x / static_cast<float>(columns), size.y / rows);
    if (side > best_side) best = columns, best_side = side;
  }
  return best;
}

ImU32 between(ImU32 from, ImU32 to, float share) {
  const ImVec4 a = ImGui::ColorConvertU32ToFloat4(from), b = ImGui::ColorConvertU32ToFloat4(to);
  return ImGui::ColorConvertFloat4ToU32(
      {a.x + share * (b.x - a.x), a.y + share * (b.y - a.y), a.z + share * (b.z - a.z), 1});
}

/// A layer's name, what is shown of it, and what drawing again changed.
void layer_title(ImVec2 at, const char* name, const std::string& what, bool is_newest, float room) {
  const ui::Palette& colours = ui::palette();
  ImGui::SetCursorPos(at);
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  ui::text_mono(name, is_newest ? colours.accent_hovered : colours.text);
  const float width = ImGui::GetItemRectSize().x + ui::px(8);
  ui::push_font(ui::fonts().small);
  ui::draw_fitted(ImGui::GetWindowDrawList(), {corner.x + width, corner.y + ui::px(1)}, room - width,
                  is_newest ? colours.accent_hovered : colours.text_dim, what.c_str());
  ui::pop_font();
}

std::string flips_text(const std::vector<std::uint8_t>& flipped, const char* units, float room) {
  const std::string count =
      std::to_string(std::ranges::count(flipped, 1)) + " of " + std::to_string(flipped.size());
  return room > ui::px(250) ? "drawn again: " + count + " " + units + " flipped" : count + " flipped";
}

}  // namespace

std::string steps_text(std::uint64_t half_steps) {
  if (half_steps == 0) return "start";
  const std::uint64_t whole = half_steps / 2;
  std::string out = whole > 0 ? grouped(whole).text : "";
  if (half_steps % 2 != 0) out += "½";
  return out + (half_steps <= 2 ? " step" : " steps");
}

void LargeChain::follow(const ChainPictures& pictures, std::uint64_t starts) {
  if (starts_ != starts) trace_.clear();
  starts_ = starts;
  if (followed_ == pictures.measured) return;
  followed_ = pictures.measured;
  const auto chain = static_cast<std::size_t>(pictures.runner.watched());
  if (pictures.runner.chains().phase() != rbm::Phase::Visible || chain >= pictures.free_energies.size())
    return;
  trace_.add(pictures.runner.chains().half_steps(), pictures.free_energies[chain], pictures.data);
}

/// v and h as large as leaves room for the strip below them and, where the room is wide, the trace beside
/// them.
LargeChain::Layout LargeChain::lay_out(const rbm::ImageShape& shape, ImVec2 room) {
  const float title = ImGui::GetTextLineHeight() + ui::px(6), gap = ui::px(16),
              small = ImGui::GetTextLineHeight();
  const float aspect = static_cast<float>(shape.width) / static_cast<float>(shape.height);
  const float least_trace = ui::px(100);
  const bool wide = room.x > 1.45f * room.y && room.x > ui::px(380);
  const auto moments = static_cast<float>(ChainRunner::kMoments);
  // A strip of pictures over the whole width, but no more than a fifth of the height.
  const float tile =
      std::min((room.x - ui::px(2) * (moments - 1)) / moments, 0.2f * room.y * std::max(1.0f, aspect));
  const float strip = tile / aspect + small + ui::px(4);
  const float below = wide ? strip + ui::px(10) : strip + ui::px(20) + std::max(ui::px(90), 0.2f * room.y);
  const float width =
      wide ? std::min(0.4f * room.x, (room.x - 2 * gap - least_trace) / 2) : (room.x - gap) / 2;
  Layout l{};
  l.picture = {std::min(width, (room.y - title - below) * aspect), 0};
  l.picture.y = l.picture.x / aspect;
  // Flat pictures have cells of a height of their own.
  l.cells = {l.picture.x, std::max(l.picture.y, std::min(room.y - title - below, 0.5f * l.picture.x))};
  const float height = std::max(l.picture.y, l.cells.y);
  l.visible = {0, title};
  l.hidden = {l.picture.x + gap, title};
  const float strip_y = title + height + ui::px(10);
  l.strip = {0, strip_y};
  l.strip_size = {room.x, strip};
  const float right = 2 * (l.picture.x + gap);
  l.trace = wide ? ImVec2{right, title} : ImVec2{0, strip_y + strip + ui::px(10)};
  l.trace_size =
      wide ? ImVec2{room.x - right, height} : ImVec2{room.x, std::max(ui::px(60), room.y - l.trace.y)};
  return l;
}

LargeChain::Hit LargeChain::draw(const ChainPictures& pictures, int selected_unit, int hovered_unit,
                                 ImVec2 room) {
  const rbm::ImageShape shape = rbm::picture_shape(pictures.model);
  const Layout l = lay_out(shape, room);
  const ImVec2 origin = ImGui::GetCursorPos();
  const auto place = [&](ImVec2 at) { return ImVec2{origin.x + at.x, origin.y + at.y}; };
  put_moments(pictures);
  ImGui::SetCursorPos(place(l.visible));
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const bool on_picture = draw_visible(pictures, place(l.visible), l.picture);
  Hit hit = draw_hidden(pictures, selected_unit, hovered_unit, place(l.hidden), l.cells);
  hit.on_picture = on_picture;
  hit.corner = corner;
  hit.size = l.picture;
  draw_strip(pictures, place(l.strip), l.strip_size);
  const bool wide = l.trace.y == l.visible.y;
  if (wide) layer_title(place({l.trace.x, 0}), "F", "in nats; the band: the data", false, l.trace_size.x);
  ImGui::SetCursorPos(place(l.trace));
  trace_.draw("chains.trace", l.trace_size);
  ImGui::SetCursorPos(place({0, room.y}));
  ImGui::Dummy({0, 0});
  return hit;
}

void LargeChain::put_moments(const ChainPictures& pictures) {
  if (put_version_ == pictures.runner.version() && put_probabilities_ == pictures.probabilities) return;
  put_version_ = pictures.runner.version();
  put_probabilities_ = pictures.probabilities;
  const auto& moments = pictures.runner.moments();
  const rbm::ImageShape shape = rbm::picture_shape(pictures.model);
  const auto count = static_cast<rbm::Index>(moments.size());
  values_.resize(count, pictures.model.visible());
  steps_.clear();
  for (rbm::Index n = 0; n < count; ++n) {
    const ChainMoment& moment = moments[static_cast<std::size_t>(n)];
    std::ranges::copy(pictures.probabilities ? moment.expected : moment.state, values_.row(n));
    steps_.push_back(moment.half_steps);
  }
  rbm::to_pictures(pictures.model, values_, pixels_, pictures.pool);
  ui::TileSpec spec{.tile_width = shape.width,
                    .tile_height = shape.height,
                    .channels = shape.channels,
                    .count = static_cast<int>(ChainRunner::kMoments),
                    .columns = static_cast<int>(ChainRunner::kMoments),
                    .gap = kStripGap,
                    .map = ui::ColourMap::Ink};
  strip_.shape(spec);
  const std::vector<float> empty(static_cast<std::size_t>(shape.pixels()), 0.0f);
  for (rbm::Index n = 0; n < spec.count; ++n)
    strip_.put(static_cast<int>(n), n < count ? pixels_.row(n) : empty.data());
  spec.count = spec.columns = 1;
  spec.gap = 0;
  picture_.shape(spec);
  if (count > 0) picture_.put(0, pixels_.row(count - 1));
}

bool LargeChain::draw_visible(const ChainPictures& pictures, ImVec2 at, ImVec2 size) {
  const rbm::GibbsChains& chains = pictures.runner.chains();
  const ui::Palette& colours = ui::palette();
  const auto& flipped = pictures.runner.flipped();
  const bool is_newest = chains.half_steps() > 0 && chains.phase() == rbm::Phase::Visible;
  const bool lights = is_newest && !flipped.empty();
  layer_title({at.x, at.y - ImGui::GetTextLineHeight() - ui::px(6)}, "v",
              lights                     ? flips_text(flipped, "pixels", size.x)
              : chains.half_steps() <= 1 ? std::string("the start")
              : pictures.probabilities   ? std::string(chains.states().is_real ? "E[v|h]" : "p(v|h)")
              : is_newest                ? std::string("just drawn from p(v|h)")
                                         : std::string("given"),
              is_newest, size.x);
  ImGui::SetCursorPos(at);
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const bool hovered =
      picture_
          .draw("chains.large.v",
                {.size = size,
                 .integer_scale = false,
                 .centred = false,
                 .has_menu = true,
                 .hint = "The visible units of one chain. Drawing again outlines what flipped."})
          .hovered;
  ImDrawList* list = ImGui::GetWindowDrawList();
  ui::draw_rect(list, {corner.x - 1, corner.y - 1}, {corner.x + size.x + 1, corner.y + size.y + 1},
                is_newest ? ui::faded(colours.accent, 0.8f) : colours.border, 0,
                ui::px(is_newest ? 1.5f : 1));
  const rbm::ImageShape shape = rbm::picture_shape(pictures.model);
  if (!lights || static_cast<rbm::Index>(flipped.size()) != shape.pixels() || pictures.model.below != nullptr)
    return hovered;
  const float cell = size.x / static_cast<float>(shape.width);
  for (int i = 0; i < shape.width * shape.height; ++i) {
    const int unit = i * shape.channels;
    if (flipped[static_cast<std::size_t>(unit)] == 0) continue;
    const float x = corner.x + static_cast<float>(i % shape.width) * cell,
                y = corner.y + static_cast<float>(i / shape.width) * cell;
    ui::draw_rect(list, {x + 1, y + 1}, {x + cell - 1, y + cell - 1}, colours.warning, 0, ui::px(1.5f));
  }
  return hovered;
}

LargeChain::Hit LargeChain::draw_hidden(const ChainPictures& pictures, int selected_unit, int hovered_unit,
                                        ImVec2 at, ImVec2 size) {
  const rbm::GibbsChains& chains = pictures.runner.chains();
  const ui::Palette& colours = ui::palette();
  const auto& flipped = pictures.runner.flipped();
  const rbm::Index hidden = pictures.model.hidden(), chain = pictures.runner.watched();
  const bool is_newest = chains.half_steps() > 0 && chains.phase() == rbm::Phase::Hidden;
  const bool is_drawn = chains.half_steps() > 0, lights = is_newest && !flipped.empty();
  layer_title({at.x, at.y - ImGui::GetTextLineHeight() - ui::px(6)}, "h",
              !is_drawn                ? std::string("not drawn yet")
              : lights                 ? flips_text(flipped, "units", size.x)
              : pictures.probabilities ? std::string("p(h|v)")
              : is_newest              ? std::string("just drawn from p(h|v)")
                                       : std::string("given"),
              is_newest, size.x);
  ImGui::SetCursorPos(at);
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const ui::Focus focus = ui::take_focus("chains.large.h");
  const bool pressed = ImGui::InvisibleButton("chains.large.h", size);
  ui::mark(
      "chains.large.h",
      "The hidden units of the same chain, a cell each in the order of the filters: click one to select it.",
      ui::Tip::StatusLineOnly);
  const int columns = cell_columns(hidden, size), rows = static_cast<int>((hidden + columns - 1) / columns);
  const ImVec2 cell{size.x / static_cast<float>(columns), size.y / static_cast<float>(rows)};
  const float gap = std::min(ui::px(2), 0.2f * std::min(cell.x, cell.y)),
              rounding = std::min(ui::px(2), 0.2f * cell.x);
  ImDrawList* list = ImGui::GetWindowDrawList();
  Hit hit;
  ui::draw_focus(focus);
  if (focus.here) {
    cursor_ = focus.over_wall(cursor_, columns, static_cast<int>(hidden));
    hit = {cursor_, focus.pressed};
  }
  if (ImGui::IsItemHovered()) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const int x = static_cast<int>((mouse.x - corner.x) / cell.x),
              y = static_cast<int>((mouse.y - corner.y) / cell.y);
    const int unit = y * columns + x;
    if (x >= 0 && x < columns && y >= 0 && unit < static_cast<int>(hidden)) hit = {unit, pressed};
  }
  for (rbm::Index j = 0; j < hidden; ++j) {
    const auto column = static_cast<float>(j % columns), row = static_cast<float>(j / columns);
    const ImVec2 min{corner.x + column * cell.x, corner.y + row * cell.y},
        max{min.x + cell.x - gap, min.y + cell.y - gap};
    const float value = !is_drawn                ? 0
                        : pictures.probabilities ? chains.hidden_probabilities()(chain, j)
                                                 : (chains.hidden().get(chain, j) ? 1.0f : 0.0f);
    list->AddRectFilled(min, max, between(colours.panel_raised, colours.text, value), rounding);
    const bool flips = lights && flipped[static_cast<std::size_t>(j)] != 0;
    const bool marked = j == selected_unit || j == hovered_unit || j == hit.unit;
    if (flips || marked)
      ui::draw_rect(list, {min.x - 1, min.y - 1}, {max.x + 1, max.y + 1},
                    flips ? colours.warning : colours.accent_hovered, rounding, ui::px(2));
  }
  return hit;
}

void LargeChain::draw_strip(const ChainPictures& pictures, ImVec2 at, ImVec2 size) {
  const rbm::ImageShape shape = rbm::picture_shape(pictures.model);
  const float label = ImGui::GetTextLineHeight() + ui::px(4), height = size.y - label;
  ImGui::SetCursorPos(at);
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const auto newest = static_cast<int>(steps_.size()) - 1;
  strip_.draw("chains.strip", {.size = {size.x, height},
                               .selected = newest,
                               .integer_scale = false,
                               .centred = false,
                               .hint = "The last pictures of this chain, the newest at the right."});
  const auto pitch = static_cast<float>(shape.width + kStripGap);
  const auto count = static_cast<float>(ChainRunner::kMoments);
  const float pixel =
      std::min(size.x / (count * pitch - kStripGap), height / static_cast<float>(shape.height));
  ui::push_font(ui::fonts().mono_small);
  ImDrawList* list = ImGui::GetWindowDrawList();
  for (std::size_t n = 0; n < steps_.size(); ++n) {
    const std::string text = steps_[n] == 0 ? "start" : std::string(grouped(steps_[n] / 2).text);
    ui::draw_fitted(list,
                    {corner.x + static_cast<float>(n) * pitch * pixel,
                     corner.y + pixel * static_cast<float>(shape.height) + ui::px(3)},
                    pitch * pixel,
                    static_cast<int>(n) == newest ? ui::palette().text : ui::palette().text_dim,
                    text.c_str());
  }
  ui::pop_font();
}

}  // namespace lab
