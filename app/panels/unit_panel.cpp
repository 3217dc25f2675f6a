#include "app/panels/unit_panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>
#include <string>

#include "app/panels/format_text.hpp"
#include "app/panels/send_menu.hpp"
#include "app/ui/plot.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/model/pictures.hpp"

namespace lab {
namespace {

constexpr float kLeastHistogram = 66;  // height of one with its caption and the ends of its axis

}  // namespace

void UnitPanel::draw(Context& context) {
  const bool chosen = context.has_model() && context.shared.selected_unit >= 0 &&
                      context.shared.selected_unit < context.snapshot.model->hidden();
  const int unit = chosen ? context.shared.selected_unit : -1;
  context.shared.watch.inspected_unit = unit;
  context.shared.watch.needs.driving_images |= chosen;
  char title[32] = "Unit";
  if (chosen) std::snprintf(title, sizeof title, "Unit %d", unit);
  ui::begin_panel("panel.unit", title, {0, 0});
  if (!chosen) {
    ui::empty_state(
        "No unit chosen",
        "Click a unit in any view: its weights, bias and activity are shown here, with the training images "
        "that drive it most.");
    ui::end_panel();
    return;
  }
  draw_title(context, unit);
  if (context.snapshot.weights.filters) update(context, unit);
  if (shown_ != unit) {
    ui::empty_state("No filter yet", "It comes in a moment.");
    ui::end_panel();
    return;
  }
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const bool wide = room.x > 1.3f * room.y;
  const float side =
      std::floor(wide ? std::min(room.y, room.x * 0.32f) : std::min(room.x * 0.55f, room.y * 0.36f));
  const ImVec2 origin = ImGui::GetCursorPos();
  const auto hit = filter_.draw(
      "unit.filter",
      {.size = {side, side}, .integer_scale = false, .hint = "The unit's weights, on its own scale."});
  if (hit.hovered && context.snapshot.weights.filters) {
    const rbm::Snapshot& s = context.snapshot;
    ImGui::BeginTooltip();
    ui::text_mono(form_.at(*s.model, s.weights.filters->row(unit), hit.x, hit.y).c_str());
    ImGui::EndTooltip();
  }
  const float gap = ui::px(16);
  ImGui::SetCursorPos({origin.x + side + gap, origin.y});
  const float numbers = wide ? std::max(ui::px(150), room.x * 0.24f) : room.x - side - gap;
  ui::begin_child("unit.numbers", {numbers, side}, false, ImGuiWindowFlags_NoScrollbar);
  draw_numbers(context, unit);
  ImGui::EndChild();
  if (wide)
    ImGui::SetCursorPos({origin.x + side + numbers + 2 * gap, origin.y});
  else
    ImGui::SetCursorPos({origin.x, origin.y + side + gap});
  draw_images(context, unit,
              wide ? ImVec2{room.x - side - numbers - 2 * gap, room.y} : ImVec2{room.x, room.y - side - gap});
  ui::end_panel();
}

void UnitPanel::draw_title(Context& context, int unit) {
  const int hidden = static_cast<int>(context.snapshot.model->hidden());
  ui::panel_title_controls(3 * ImGui::GetFrameHeight() + 2 * ImGui::GetStyle().ItemSpacing.x);
  if (ui::icon_button("unit.previous", ui::Icon::Minus, "The unit before this one."))
    context.shared.selected_unit = (unit + hidden - 1) % hidden;
  ImGui::SameLine();
  if (ui::icon_button("unit.next", ui::Icon::Plus, "The unit after this one."))
    context.shared.selected_unit = (unit + 1) % hidden;
  ImGui::SameLine();
  if (ui::icon_button("unit.close", ui::Icon::Close, "No unit is selected any more."))
    context.shared.selected_unit = -1;
  ui::panel_content();
}

void UnitPanel::update(const Context& context, int unit) {
  const rbm::Snapshot& s = context.snapshot;
  if (s.weights.version == model_version_ && unit == shown_) return;
  model_version_ = s.weights.version;
  shown_ = unit;
  form_ = FilterTile(*s.model, 1);
  const float* weights = s.weights.filters->row(unit);
  const auto count = static_cast<std::size_t>(s.weights.filters->cols());
  float largest = 1e-6f, squares = 0;
  for (std::size_t i = 0; i < count; ++i) {
    largest = std::max(largest, std::abs(weights[i]));
    squares += weights[i] * weights[i];
  }
  range_ = largest;
  norm_ = std::sqrt(squares);
  bins_.fill(0);
  const auto bins = static_cast<float>(bins_.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto bin =
        static_cast<std::size_t>(std::clamp((weights[i] / largest + 1) / 2 * bins, 0.0f, bins - 1));
    bins_[bin] += 1;
  }
  ui::TileSpec spec = form_.spec(range_);
  spec.count = 1;
  spec.gap = 0;
  filter_.shape(spec);
  filter_.put(0, form_.tile(weights, range_));
}

void UnitPanel::draw_numbers(const Context& context, int unit) const {
  const rbm::Snapshot& s = context.snapshot;
  char text[48];
  std::snprintf(text, sizeof text, "%+.3f", static_cast<double>(s.model->hidden_bias[unit]));
  ui::readout("Bias", text, "b of the unit: how ready it is to switch on without input.");
  std::snprintf(text, sizeof text, "%.3f", static_cast<double>(norm_));
  ui::readout("Norm", text, "Length of the unit's weight vector.");
  const float activity = unit < s.hidden.mean_activity.size() ? s.hidden.mean_activity[unit] : 0.0f;
  std::snprintf(text, sizeof text, "%.1f\u00a0%%", static_cast<double>(activity * 100));
  ui::readout("Activity", text, "Mean activity: how often the unit is on for training images, a sliding mean.");
  if (ImGui::GetContentRegionAvail().y < ui::px(kLeastHistogram)) return;
  ImGui::Dummy({0, ui::px(4)});
  ui::push_font(ui::fonts().small);
  char caption[64];
  std::snprintf(caption, sizeof caption, "Weights, ±%.2g", static_cast<double>(range_));
  ui::text_dim(caption);
  ui::pop_font();
  ui::histogram("unit.histogram", bins_, -static_cast<double>(range_), static_cast<double>(range_), 0,
                ui::palette().accent, {0, std::max(ui::px(20), ImGui::GetContentRegionAvail().y - ui::px(2))},
                "Histogram of the unit's weights; the line marks zero.");
}

void UnitPanel::draw_images(Context& context, int unit, ImVec2 room) {
  const rbm::Snapshot& s = context.snapshot;
  ImGui::BeginGroup();
  ui::push_font(ui::fonts().small);
  ui::draw_fitted(ImGui::GetWindowDrawList(), ImGui::GetCursorScreenPos(), room.x, ui::palette().text_dim,
                  "Training images that drive it most");
  ImGui::Dummy({0, ImGui::GetTextLineHeight()});
  ui::pop_font();
  room.y -= ImGui::GetTextLineHeightWithSpacing();
  if (s.hidden.inspected.unit != unit || s.hidden.inspected.images.empty()) {
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + room.x);
    ui::text_dim("Looking through the training images …");
    ImGui::PopTextWrapPos();
    ImGui::EndGroup();
    return;
  }
  const int available = static_cast<int>(s.hidden.inspected.images.size());
  const rbm::ImageShape& shape = s.data.train->shape;
  // As many as fit at a size in which a digit is clear.
  const float wanted = ui::px(48);
  const int columns = std::max(1, static_cast<int>(room.x / wanted)),
            rows = std::max(1, static_cast<int>(room.y / wanted));
  const int fitting = std::min(available, columns * rows);
  const int count = fitting > columns ? fitting - fitting % columns : fitting;  // whole rows
  images_.shape({.tile_width = shape.width,
                 .tile_height = shape.height,
                 .channels = shape.channels,
                 .count = count,
                 .columns = std::min(columns, count),
                 .gap = 2,
                 .map = ui::ColourMap::Ink,
                 .low = 0,
                 .high = 1});
  tile_.resize(static_cast<std::size_t>(shape.pixels()));
  for (int n = 0; n < count; ++n) {
    s.data.train->row(s.hidden.inspected.images[static_cast<std::size_t>(n)], tile_.data());
    images_.put(n, tile_.data());
  }
  const auto hit = images_.draw(
      "unit.images",
      {.size = {std::max(1.0f, room.x), std::max(1.0f, room.y)}, .integer_scale = false, .centred = false});
  std::span<const float> sent;
  std::string name;
  if (hit.hovered) {
    const auto n = static_cast<std::size_t>(hit.tile);
    char text[80];
    std::snprintf(text, sizeof text, "training image %u\np(h = 1 | v) = %.3f", s.hidden.inspected.images[n],
                  static_cast<double>(s.hidden.inspected.activations[n]));
    ImGui::BeginTooltip();
    ui::text_mono(text);
    ImGui::EndTooltip();
    s.data.train->row(s.hidden.inspected.images[n], tile_.data());
    if (shape == rbm::picture_shape(*s.model)) sent = tile_;
    name = "training image " + std::to_string(s.hidden.inspected.images[n]);
  }
  offer_to_send(context, "unit.send", sent, name);
  ImGui::EndGroup();
}

}  // namespace lab
