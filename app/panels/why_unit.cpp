#include "app/panels/why_unit.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/inline_controls.hpp"
#include "app/panels/picture_tile.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/evaluation/picture_answer.hpp"

namespace lab {
namespace {

constexpr std::array kHoldLabels{"Free", "Held off", "Held on"};
constexpr float kLeastChange = 0.05f;  // of grey: below this a change is shown as the little that it is

}  // namespace

/// The filters may come later than the picture: a view that needs none of them may have shown before.
void WhyUnit::follow_filter(const Context& context, const rbm::Model& model, int unit) {
  const auto& weights = context.snapshot.weights;
  if (!weights.filters || unit >= weights.filters->rows()) return;
  if (unit == filter_unit_ && weights.version == filter_version_) return;
  filter_unit_ = unit;
  filter_version_ = weights.version;
  const rbm::ImageShape shape = rbm::picture_shape(model);
  const float* filter = weights.filters->row(unit);
  const float range = ui::symmetric_range({filter, static_cast<std::size_t>(shape.pixels())}, 1e-6f);
  put_picture(pictures_[0], shape, filter, ui::ColourMap::Diverging, -range, range);
}

void WhyUnit::follow(Context& context, const Explained& explained, int unit) {
  if (unit < 0 || unit >= explained.model().hidden()) return;
  follow_filter(context, explained.model(), unit);
  if (unit == unit_ && version_ == explained.version()) return;
  unit_ = unit;
  version_ = explained.version();
  const rbm::Model& model = explained.model();
  const rbm::PictureAnswer& answer = explained.answer();
  effect_ =
      rbm::unit_effect(model, explained.transposed(), answer.states(), answer.hidden(), unit, context.pool);
  const rbm::ImageShape shape = rbm::picture_shape(model);
  evidence_.assign(static_cast<std::size_t>(shape.pixels()), 0.0f);
  if (model.below == nullptr) rbm::evidence(model, unit, answer.picture(), evidence_);
  evidence_range_ = ui::symmetric_range(evidence_, 1e-6f);
  put_picture(pictures_[1], shape, evidence_.data(), ui::ColourMap::Diverging, -evidence_range_,
              evidence_range_);
  // Both changes on one scale.
  change_range_ = kLeastChange;
  for (std::size_t i = 0; i < effect_.present.size(); ++i)
    change_range_ = std::max({change_range_, std::abs(effect_.off[i] - effect_.present[i]),
                              std::abs(effect_.on[i] - effect_.present[i])});
  const auto put_change = [&](ui::TileWall& wall, const std::vector<float>& other) {
    change_.resize(other.size());
    for (std::size_t i = 0; i < other.size(); ++i) change_[i] = other[i] - effect_.present[i];
    put_picture(wall, shape, change_.data(), ui::ColourMap::Diverging, -change_range_, change_range_);
  };
  put_change(pictures_[2], effect_.off);
  put_change(pictures_[3], effect_.on);
}

void WhyUnit::draw(Context& context, const Explained& explained, int unit, ImVec2 size) {
  char title[32] = "This unit", subtitle[48] = "";
  const bool chosen = unit >= 0 && unit < explained.model().hidden();
  if (chosen) {
    follow(context, explained, unit);
    std::snprintf(title, sizeof title, "Unit %d", unit);
    std::snprintf(subtitle, sizeof subtitle, "on with p = %.3f", double{effect_.probability});
  }
  ui::begin_panel("why.unit", title, size, subtitle);
  if (!chosen) {
    ui::empty_state(
        "No unit chosen",
        "Hover a unit to see what drives it and what it does; click it to keep it and to see the picture "
        "without it.");
    ui::end_panel();
    return;
  }
  draw_title(context, unit);
  // Four pictures in a row with the numbers below, or two by two with the numbers beside: what makes them
  // larger.
  const ImVec2 room = ImGui::GetContentRegionAvail(), origin = ImGui::GetCursorPos();
  const rbm::ImageShape shape = rbm::picture_shape(explained.model());
  const float aspect = static_cast<float>(shape.height) / static_cast<float>(shape.width);
  const float gap = ui::px(8), label = ImGui::GetTextLineHeight() + ui::px(2);
  const float below = 4 * ImGui::GetTextLineHeightWithSpacing() + ui::px(4), beside = ui::px(150);
  const float in_row = std::min((room.x - 3 * gap) / 4, (room.y - below - label) / aspect);
  const float in_square = std::min((room.x - beside - 2 * gap) / 2, ((room.y - gap) / 2 - label) / aspect);
  const bool square = in_square > in_row;
  const float width = std::floor(std::max(ui::px(32), square ? in_square : in_row));
  draw_pictures(explained, square ? 2 : 4, {width, width * aspect});
  if (square) {
    ImGui::SetCursorPos({origin.x + 2 * (width + gap) + gap, origin.y + label});
    ui::begin_child("why.unit.numbers", {0, room.y - label}, false, ImGuiWindowFlags_NoScrollbar);
  } else {
    ImGui::SetCursorPos({origin.x, origin.y + label + width * aspect + ui::px(4)});
  }
  draw_numbers(explained, unit);
  if (square) ImGui::EndChild();
  ui::end_panel();
}

/// A unit that is held keeps its state in the chains and in the painting's dream.
void WhyUnit::draw_title(Context& context, int unit) {
  const float width = segmented_width(kHoldLabels);
  if (ImGui::GetContentRegionAvail().x < width + ui::px(190)) return;
  HoldBoard& held = context.shared.held;
  int choice = static_cast<int>(held.hidden(static_cast<std::size_t>(unit)));
  ui::panel_title_controls(width);
  if (ui::segmented("why.hold", &choice, kHoldLabels,
                    "What this unit does in your chains and dreams: held units never change."))
    held.set_hidden(static_cast<std::size_t>(unit), static_cast<Hold>(choice));
  ui::panel_content();
}

void WhyUnit::draw_pictures(const Explained& explained, int columns, ImVec2 picture) {
  static constexpr std::array<const char*, 4> kIds{"why.unit.filter", "why.unit.evidence", "why.unit.off",
                                                   "why.unit.on"};
  static constexpr std::array<const char*, 4> kHints{
      "The unit's weights, on their own scale.",
      "What every pixel of this picture adds to the unit's input (orange) or takes from it (blue): W times "
      "v.",
      "The change of the expected picture when the unit is off and the others stay: orange ink appears, blue "
      "is lost.",
      "The change of the expected picture when the unit is on and the others stay."};
  const std::array<const char*, 4> names{"Filter W", "Evidence W·v", "Off: change", "On: change"};
  const std::array<std::span<const float>, 2> others{effect_.off, effect_.on};
  const ImVec2 origin = ImGui::GetCursorPos();
  const float gap = ui::px(8), label = ImGui::GetTextLineHeight() + ui::px(2);
  const rbm::ImageShape shape = rbm::picture_shape(explained.model());
  for (std::size_t n = 0; n < 4; ++n) {
    const auto column = static_cast<float>(static_cast<int>(n) % columns),
               row = static_cast<float>(static_cast<int>(n) / columns);
    const ImVec2 at{origin.x + column * (picture.x + gap), origin.y + row * (picture.y + label + gap)};
    ImGui::SetCursorPos(at);
    ui::push_font(ui::fonts().small);
    ui::draw_fitted(ImGui::GetWindowDrawList(), ImGui::GetCursorScreenPos(), picture.x,
                    ui::palette().text_dim, names[n]);
    ui::pop_font();
    if (n == 0 && filter_unit_ != unit_) continue;
    ImGui::SetCursorPos({at.x, at.y + label});
    const auto hit = pictures_[n].draw(kIds[n], {.size = picture, .integer_scale = false, .hint = kHints[n]});
    if (!hit.hovered || n == 0) continue;
    const auto pixel = static_cast<std::size_t>((hit.y * shape.width + hit.x) * shape.channels);
    if (n == 1 && pixel < evidence_.size())
      ImGui::SetTooltip("Pixel (%d, %d) adds %+.3f", hit.x, hit.y, double{evidence_[pixel]});
    else if (n > 1 && pixel < effect_.present.size())
      ImGui::SetTooltip("Pixel (%d, %d): %.3f becomes %.3f", hit.x, hit.y, double{effect_.present[pixel]},
                        double{others[n - 2][pixel]});
  }
}

void WhyUnit::draw_numbers(const Explained& explained, int unit) const {
  const float bias = explained.model().hidden_bias[unit];
  char text[120];
  const auto say = [&] {
    ImGui::PushTextWrapPos(0);
    ui::text_dim(text);
    ImGui::PopTextWrapPos();
  };
  ui::push_font(ui::fonts().small);
  std::snprintf(text, sizeof text, "Input %+.2f = bias %+.2f, pixels %+.2f.", double{effect_.input},
                double{bias}, double{effect_.input} - double{bias});
  say();
  std::snprintf(text, sizeof text, "Held off, F rises by %.2f\u00a0nats; held on, by %.2f.",
                effect_.free_energy_off, effect_.free_energy_on);
  say();
  std::snprintf(text, sizeof text, "Changes are shown up to ±%.2f of grey.", double{change_range_});
  say();
  ui::pop_font();
}

}  // namespace lab
