#include "app/panels/hidden_panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/ui/plot.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

/// Selects the next of `units` and counts on.
void select_next(Context& context, const std::vector<int>& units, int* next) {
  if (units.empty()) return;
  context.shared.selected_unit = units[static_cast<std::size_t>(*next) % units.size()];
  ++*next;
}

void write_counts(const UnitCounts& counts, char (&dead)[48], char (&saturated)[48]) {
  std::snprintf(dead, sizeof dead, "%zu dead", counts.dead.size());
  std::snprintf(saturated, sizeof saturated, "%zu saturated", counts.saturated.size());
}

/// Left of the activations, for the names of classes.
constexpr float kClasses = 44;

/// How many pixels of the texture a unit and a case take, so that it has about the form of its room.
struct Cell {
  int across = 1, down = 1;
};
Cell cell_that_fills(int units, int cases, ImVec2 room) {
  constexpr int kMost = 6;
  constexpr long kMostDrawn = 4 << 20;
  Cell best;
  double least = 1e9;
  for (int across = 1; across <= kMost; ++across) {
    for (int down = 1; down <= kMost; ++down) {
      if (long{units} * across * cases * down > kMostDrawn) continue;
      const double form = double(units * across) * room.y / (double(std::max(1, cases * down)) * room.x);
      const double off = std::abs(std::log(std::max(1e-9, form)));
      if (off < least - 1e-6) best = {across, down}, least = off;
    }
  }
  return best;
}

}  // namespace

void HiddenPanel::update(const Context& context, ImVec2 room) {
  const rbm::Snapshot& s = context.snapshot;
  const int cases = static_cast<int>(s.hidden.batch.rows()), units = static_cast<int>(s.hidden.batch.cols());
  const Cell cell = cell_that_fills(units, cases, room);
  if (s.version == version_ && cell.across == across_ && cell.down == down_) return;
  if (s.version != version_) {
    counts_ = extreme_units(s.hidden.mean_activity);
    bins_.fill(0);
    const auto bins = static_cast<float>(bins_.size());
    for (rbm::Index j = 0; j < s.hidden.mean_activity.size(); ++j) {
      bins_[static_cast<std::size_t>(std::clamp(s.hidden.mean_activity[j] * bins, 0.0f, bins - 1))] += 1;
    }
    order_.update(s);
  }
  version_ = s.version;
  across_ = cell.across;
  down_ = cell.down;
  const int width = units * across_, height = cases * down_;
  wall_.shape({.tile_width = std::max(1, width),
               .tile_height = std::max(1, height),
               .channels = 1,
               .count = cases > 0 ? 1 : 0,
               .columns = 1,
               .gap = 0,
               .map = ui::ColourMap::Heat,
               .low = 0,
               .high = 1});
  packed_.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  float* to = packed_.data();
  for (const int n : order_.cases()) {
    const float* row = s.hidden.batch.row(n);
    for (const int j : order_.units()) to = std::fill_n(to, across_, row[j]);
    for (int copy = 1; copy < down_; ++copy) to = std::copy_n(to - width, width, to);
  }
  if (cases > 0) wall_.put(0, packed_.data());
}

void HiddenPanel::draw_texture(Context& context, const char* id, ImVec2 room, bool zoomable) {
  const rbm::Snapshot& s = context.snapshot;
  const auto hit = wall_.draw(id, {.size = room, .zoomable = zoomable, .integer_scale = false});
  if (!hit.hovered) return;
  const int unit = order_.units()[static_cast<std::size_t>(hit.x / across_)];
  const int row = order_.cases()[static_cast<std::size_t>(hit.y / down_)];
  context.shared.hovered.next = unit;
  if (hit.clicked) context.shared.selected_unit = unit;
  char label[48] = "";
  const auto at = static_cast<std::size_t>(row);
  if (!order_.groups().empty() && s.data.train && at < s.hidden.batch_rows.size())
    std::snprintf(label, sizeof label, ", class %s",
                  label_name(s.data.train.get(), s.data.train->labels[s.hidden.batch_rows[at]]).text);
  char text[160];
  std::snprintf(
      text, sizeof text, "unit %d, case %d%s\np(h = 1 | v) = %.3f\nmean activity %.1f\u00a0%%", unit, row,
      label, static_cast<double>(s.hidden.batch(row, unit)),
      unit < s.hidden.mean_activity.size() ? 100.0 * static_cast<double>(s.hidden.mean_activity[unit]) : 0.0);
  ImGui::BeginTooltip();
  ui::text_mono(text);
  ImGui::EndTooltip();
}

/// The class of each group of rows, left of them, and a line where one ends. Where the wall is zoomed both follow it.
void HiddenPanel::draw_classes(const Context& context, ImVec2 corner) const {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& colours = ui::palette();
  ui::push_font(ui::fonts().mono_small);
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  float free_from = min.y;
  for (const ActivityOrder::Group& group : order_.groups()) {
    const float top = wall_.on_screen(0, static_cast<float>(group.first * down_)).y,
                bottom = wall_.on_screen(0, static_cast<float>((group.first + group.count) * down_)).y;
    const ShortText name = label_name(context.snapshot.data.train.get(), group.label);
    const float y = std::floor((top + bottom - ImGui::GetFontSize()) / 2);
    if (y >= free_from && y + ImGui::GetFontSize() <= max.y) {
      ui::draw_fitted(list, {corner.x, y}, ui::px(kClasses) - ui::px(6), colours.text_dim, name.text);
      free_from = y + ImGui::GetFontSize();
    }
    if (top > min.y + 1 && top < max.y)
      list->AddLine({corner.x, std::round(top)}, {max.x, std::round(top)}, colours.text_faint, 1);
  }
  ui::pop_font();
}

void HiddenPanel::draw_counts(Context& context, bool compact) {
  char dead[48], saturated[48];
  write_counts(counts_, dead, saturated);
  if (ui::button(compact ? "strip.dead" : "hidden.dead", dead,
                 "Units that are on for less than 1\u00a0% of the images; click selects the next one.",
                 ui::Icon::None, ui::Emphasis::Quiet)) {
    select_next(context, counts_.dead, &next_dead_);
  }
  ImGui::SameLine();
  if (ui::button(compact ? "strip.saturated" : "hidden.saturated", saturated,
                 "Units that are on for more than 99\u00a0% of the images; click selects the next one.",
                 ui::Icon::None, ui::Emphasis::Quiet)) {
    select_next(context, counts_.saturated, &next_saturated_);
  }
}

void HiddenPanel::draw_strip(Context& context) {
  ui::begin_panel("panel.strip", "Hidden activity", {0, 0});
  if (context.snapshot.hidden.batch.empty()) {
    ui::empty_state("No mini-batch yet", context.snapshot.progress.updates > 0 ? "It comes in a moment."
                                                                               : "Press Space to train.");
    ui::end_panel();
    return;
  }
  update(context, ImGui::GetContentRegionAvail());
  ui::push_font(ui::fonts().small);
  char text[2][48];
  write_counts(counts_, text[0], text[1]);
  ui::panel_title_controls(button_width(text[0], false) + ImGui::GetStyle().ItemSpacing.x +
                           button_width(text[1], false));
  draw_counts(context, true);
  ui::pop_font();
  ui::panel_content();
  draw_texture(context, "strip.texture", ImGui::GetContentRegionAvail(), false);
  ui::end_panel();
}

void HiddenPanel::draw(Context& context) {
  ui::begin_panel("panel.hidden", "Hidden activations", {0, 0},
                  order_.groups().empty()
                      ? "rows: cases, columns: units, alike beside each other"
                      : "rows: cases by class, columns: units by the class they answer to");
  if (context.snapshot.hidden.batch.empty() || !context.has_model()) {
    ui::empty_state("No mini-batch yet",
                    context.snapshot.progress.updates > 0
                        ? "It comes in a moment."
                        : "The first update fills this: press Space to train, or B for one mini-batch.");
    ui::end_panel();
    return;
  }
  const ImVec2 room = ImGui::GetContentRegionAvail(), corner = ImGui::GetCursorScreenPos();
  const float left = order_.groups().empty() ? 0 : ui::px(kClasses);
  const ImVec2 size{room.x - left, std::max(ui::px(80), room.y - ui::px(150))};
  update(context, size);
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + left);
  draw_texture(context, "hidden.texture", size, true);
  draw_classes(context, corner);
  ui::push_font(ui::fonts().small);
  ImGui::PushTextWrapPos(0);
  ui::text_dim(
      "A column that is bright from top to bottom is a unit that is always on, a dark one never; equal rows "
      "ignore the data.");
  ImGui::PopTextWrapPos();
  ui::pop_font();
  ImGui::Dummy({0, ui::px(2)});
  ImGui::AlignTextToFramePadding();
  ui::text_dim("Mean activity of the units");
  char text[2][48];
  write_counts(counts_, text[0], text[1]);
  same_line_if_fits(button_width(text[0], false) + button_width(text[1], false) +
                    ImGui::GetStyle().ItemSpacing.x);
  draw_counts(context, false);
  ui::histogram("hidden.histogram", bins_, 0, 1, -1.0 / 0.0, ui::palette().accent,
                {0, std::max(ui::px(24), ImGui::GetContentRegionAvail().y)},
                "How many units have which mean activity, from never on (left) to always on (right).");
  ui::end_panel();
}

}  // namespace lab
