#include "app/panels/hidden_panel.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

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

}  // namespace

void HiddenPanel::update(const Context& context) {
  const rbm::Snapshot& s = context.snapshot;
  if (s.version == version_) return;
  version_ = s.version;
  counts_ = extreme_units(s.hidden.mean_activity);
  bins_.fill(0);
  const auto bins = static_cast<float>(bins_.size());
  for (rbm::Index j = 0; j < s.hidden.mean_activity.size(); ++j) {
    bins_[static_cast<std::size_t>(std::clamp(s.hidden.mean_activity[j] * bins, 0.0f, bins - 1))] += 1;
  }
  const int cases = static_cast<int>(s.hidden.batch.rows()), units = static_cast<int>(s.hidden.batch.cols());
  wall_.shape({.tile_width = std::max(1, units),
               .tile_height = std::max(1, cases),
               .channels = 1,
               .count = cases > 0 ? 1 : 0,
               .columns = 1,
               .gap = 0,
               .map = ui::ColourMap::Heat,
               .low = 0,
               .high = 1});
  packed_.resize(static_cast<std::size_t>(cases) * static_cast<std::size_t>(units));
  for (int r = 0; r < cases; ++r) {
    std::memcpy(packed_.data() + static_cast<std::size_t>(r) * static_cast<std::size_t>(units),
                s.hidden.batch.row(r), static_cast<std::size_t>(units) * sizeof(float));
  }
  if (cases > 0) wall_.put(0, packed_.data());
}

void HiddenPanel::draw_texture(Context& context, const char* id, ImVec2 room, bool zoomable) {
  const rbm::Snapshot& s = context.snapshot;
  const auto hit = wall_.draw(id, {.size = room, .zoomable = zoomable, .integer_scale = false});
  if (!hit.hovered) return;
  context.shared.hovered_unit_next = hit.x;
  if (hit.clicked) context.shared.selected_unit = hit.x;
  char text[96];
  std::snprintf(text, sizeof text, "unit %d, case %d\np(h = 1 | v) = %.3f\nmean activity %.1f %%", hit.x,
                hit.y, static_cast<double>(s.hidden.batch(hit.y, hit.x)),
                hit.x < s.hidden.mean_activity.size()
                    ? 100.0 * static_cast<double>(s.hidden.mean_activity[hit.x])
                    : 0.0);
  ImGui::BeginTooltip();
  ui::text_mono(text);
  ImGui::EndTooltip();
}

void HiddenPanel::draw_counts(Context& context, bool compact) {
  char dead[48], saturated[48];
  write_counts(counts_, dead, saturated);
  if (ui::button(compact ? "strip.dead" : "hidden.dead", dead,
                 "Units that are on for less than 1 % of the images; click selects the next one.",
                 ui::Icon::None, ui::Emphasis::Quiet)) {
    select_next(context, counts_.dead, &next_dead_);
  }
  ImGui::SameLine();
  if (ui::button(compact ? "strip.saturated" : "hidden.saturated", saturated,
                 "Units that are on for more than 99 % of the images; click selects the next one.",
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
  update(context);
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
                  "rows: cases of the mini-batch, columns: units");
  if (context.snapshot.hidden.batch.empty() || !context.has_model()) {
    ui::empty_state("No mini-batch yet",
                    context.snapshot.progress.updates > 0
                        ? "It comes in a moment."
                        : "The first update fills this: press Space to train, or B for one mini-batch.");
    ui::end_panel();
    return;
  }
  update(context);
  const float below = ui::px(150);
  draw_texture(context, "hidden.texture", {0, std::max(ui::px(80), ImGui::GetContentRegionAvail().y - below)},
               true);
  ui::push_font(ui::fonts().small);
  ImGui::PushTextWrapPos(0);
  ui::text_dim(
      "A healthy picture has no lines: a bright column is a unit that is always on, a dark one never; equal "
      "rows ignore the data.");
  ImGui::PopTextWrapPos();
  ui::pop_font();
  ImGui::Dummy({0, ui::px(2)});
  ImGui::AlignTextToFramePadding();
  ui::text_dim("Mean activity of the units, from never on to always on");
  ImGui::SameLine();
  draw_counts(context, false);
  ui::histogram("hidden.histogram", bins_, 0, 1, -1.0 / 0.0, ui::palette().accent,
                {0, std::max(ui::px(24), ImGui::GetContentRegionAvail().y)},
                "How many units have which mean activity, from never on (left) to always on (right).");
  ui::end_panel();
}

}  // namespace lab
