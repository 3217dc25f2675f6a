#include "app/panels/filter_wall.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/ui/colour_map.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"
#include "core/model/pictures.hpp"

namespace lab {
namespace {

constexpr std::array<const char*, 3> kFilterOrders{"Index", "Norm", "Activity"};
/// The colour range follows the weights this much per new model, so that colours do not flicker.
constexpr float kRangeRate = 0.15f;
/// Where the wall would leave its region empty the gaps between filters are at most this part of their width.
constexpr float kMostGap = 0.3f;
/// The colour bar, and the room for a number at either end of it.
constexpr float kScaleBar = 64, kScaleNumber = 48;

}  // namespace

void FilterWall::draw_any(Context& context, bool compact) {
  ui::begin_panel(compact ? "panel.watch.filters" : "panel.filters", "Filters", {0, 0});
  if (!context.has_model()) {
    ui::empty_state("No filters yet", "They appear as soon as the data are loaded.");
    ui::end_panel();
    return;
  }
  draw_controls(context, compact);
  ImVec2 room = ImGui::GetContentRegionAvail();
  if (!compact) room.y -= ImGui::GetTextLineHeightWithSpacing();
  if (context.snapshot.weights.filters) update(context, room);
  // Just after a view that needs no filters was left, the last ones stand in.
  if (static_cast<rbm::Index>(units_.size()) != context.snapshot.model->hidden()) {
    ui::empty_state("No filters yet", "They come in a moment.");
    ui::end_panel();
    return;
  }
  const auto place_of = [&](int unit) {
    const auto at = std::find(units_.begin(), units_.end(), unit);
    return unit < 0 || at == units_.end() ? -1 : static_cast<int>(at - units_.begin());
  };
  const auto hit = wall_.draw(compact ? "watch.filters" : "filters.wall",
                              {.size = room,
                               .selected = place_of(context.shared.selected_unit),
                               .highlighted = place_of(context.shared.hovered.unit),
                               .zoomable = !compact});
  if (hit.hovered && context.snapshot.weights.filters) hover(context, hit);
  if (!compact) {
    ui::push_font(ui::fonts().small);
    ui::draw_fitted(ImGui::GetWindowDrawList(), ImGui::GetCursorScreenPos(), ImGui::GetContentRegionAvail().x,
                    ui::palette().text_dim,
                    "Click a filter to inspect its unit. Wheel zooms, drag moves, double click fits.");
    ui::pop_font();
  }
  ui::end_panel();
}

void FilterWall::draw_controls(Context& context, bool compact) {
  const bool colour = rbm::picture_shape(*context.snapshot.model).channels == 3;
  const float scale_width = ui::px(kScaleBar + 2 * kScaleNumber);
  if (compact) {
    ui::panel_title_controls(scale_width);
    draw_scale(colour);
    ui::panel_content();
    return;
  }
  const float switches = segmented_width(kFilterOrders) + toggle_width("Own scales") +
                         toggle_width("Keep range") + 3 * ImGui::GetStyle().ItemSpacing.x;
  // The scale keeps its place beside the title, also where the switches have to go below.
  const bool is_one_row = switches + scale_width <= ui::panel_title_room();
  ui::panel_title_controls(is_one_row ? switches + scale_width : scale_width);
  if (!is_one_row) {
    draw_scale(colour);
    ui::panel_content();
  }
  ui::segmented("filters.sort", &order_, kFilterOrders,
                "The order of the filters: unit number, falling norm, or falling mean activity.");
  same_line_if_fits(toggle_width("Own scales"));
  ui::toggle(
      "filters.each", "Own scales", &each_,
      "Every filter on a scale of its own, up to its largest weight: shows the form of weak ones beside "
      "strong ones.");
  same_line_if_fits(toggle_width("Keep range"));
  ui::toggle("filters.lock", "Keep range", &locked_,
             "Keeps the colour range as it is while the weights change.");
  if (!is_one_row) return;
  ImGui::SameLine();
  draw_scale(colour);
  ui::panel_content();
}

/// The colour bar with its range: from one sign to the other, or from a colour's absence to its presence.
void FilterWall::draw_scale(bool colour) const {
  const ui::Palette& p = ui::palette();
  char low[16], high[16];
  std::snprintf(low, sizeof low, each_ ? "least" : "%.2g", static_cast<double>(-range_));
  std::snprintf(high, sizeof high, each_ ? "most" : "+%.2g", static_cast<double>(range_));
  ui::push_font(ui::fonts().mono_small);
  const float bar = ui::px(kScaleBar), height = ui::px(8);
  ImGui::InvisibleButton("filters.scale", {ui::px(kScaleBar + 2 * kScaleNumber), ImGui::GetFrameHeight()});
  ui::mark(
      "filters.scale",
      each_ ? "Every filter has a scale of its own, up to its largest weight; the middle is zero."
      : colour
          ? "One scale for all filters, in red, green and blue: grey weighs nothing, a colour switches the "
            "unit on where the picture has it, and its complement switches it off."
          : "One colour scale for all filters: orange weights switch the unit on where the pixel is on, blue "
            "ones switch it off. The marked ends are the 2\u00a0% of weights beyond the range.");
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  // Flush with the panel's right edge, as long as the number is now.
  const float gap = ui::px(4), y = std::floor((min.y + max.y - height) / 2),
              x = std::floor(max.x - ImGui::CalcTextSize(high).x - gap - bar);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 zero =
      ui::theme() == ui::Theme::Dark ? IM_COL32(12, 14, 18, 255) : IM_COL32(252, 252, 252, 255);
  const ImU32 low_end = colour ? IM_COL32(0, 0, 0, 255) : p.negative,
              middle = colour ? IM_COL32(128, 128, 128, 255) : zero,
              high_end = colour ? IM_COL32(255, 255, 255, 255) : p.positive;
  list->AddRectFilledMultiColor({x, y}, {x + bar / 2, y + height}, low_end, middle, middle, low_end);
  list->AddRectFilledMultiColor({x + bar / 2, y}, {x + bar, y + height}, middle, high_end, high_end, middle);
  ui::draw_rect(list, {x, y}, {x + bar, y + height}, p.border, 0, 1);
  if (!each_ && !colour && !form_.has_bars()) {
    const ui::ColourTable table = ui::colour_table(ui::ColourMap::Diverging, true);
    const auto end = [&](int level) {
      const auto* c = &table[static_cast<std::size_t>(4 * level)];
      return IM_COL32(c[0], c[1], c[2], 255);
    };
    const float width = ui::px(4);
    list->AddRectFilled({x, y}, {x + width, y + height}, end(0));
    list->AddRectFilled({x + bar - width, y}, {x + bar, y + height}, end(ui::kColourLevels - 1));
  }
  const float ty = std::floor((min.y + max.y - ImGui::GetFontSize()) / 2);
  list->AddText({x - ImGui::CalcTextSize(low).x - gap, ty}, p.text_dim, low);
  list->AddText({x + bar + gap, ty}, p.text_dim, high);
  ui::pop_font();
}

void FilterWall::update(const Context& context, ImVec2 room) {
  const rbm::Snapshot& s = context.snapshot;
  const rbm::Model& model = *s.model;
  const int hidden = static_cast<int>(model.hidden());
  form_ = FilterTile(model, hidden);
  const int columns = ui::TileWall::best_columns(hidden, form_.width(), form_.height(), form_.gap(), room);
  const int most_gap = std::max(form_.gap(), static_cast<int>(kMostGap * static_cast<float>(form_.width())));
  const int gap =
      ui::TileWall::widest_gap(hidden, columns, form_.width(), form_.height(), form_.gap(), most_gap, room);
  const bool is_filled = static_cast<int>(units_.size()) == hidden && run_ == s.run;
  const bool fresh = s.weights.version != model_version_ && (context.has_news || !is_filled);
  // Whitened pictures give filters of very different strengths.
  if (seen_space_ != model.space.get()) each_ = model.space != nullptr;
  seen_space_ = model.space.get();
  if (!fresh && each_ == shown_each_ && order_ == shown_order_ && columns == columns_ && gap == gap_ &&
      is_filled)
    return;
  if (fresh) {
    norms_ = unit_norms(model);
    const float wanted = filter_range(*s.weights.filters);
    const bool jump = range_ <= 0 || wanted > 3 * range_ || range_ > 3 * wanted;
    if (!locked_) range_ = jump ? wanted : range_ + kRangeRate * (wanted - range_);
  }
  units_ = ordered_units(static_cast<UnitOrder>(order_), norms_, s.hidden.mean_activity);
  const float range = each_ ? 1 : range_;
  ui::TileSpec spec = form_.spec(range);
  spec.count = hidden;
  spec.columns = columns;
  spec.gap = gap;
  spec.centres_rest = true;
  spec.marks_ends = !each_ && !form_.has_bars();
  wall_.shape(spec);
  for (int place = 0; place < hidden; ++place) {
    const float* filter = s.weights.filters->row(units_[static_cast<std::size_t>(place)]);
    if (each_) filter = own_scale({filter, static_cast<std::size_t>(s.weights.filters->cols())}, tile_);
    wall_.put(place, form_.tile(filter, range));
  }
  model_version_ = s.weights.version;
  run_ = s.run;
  shown_order_ = order_;
  shown_each_ = each_;
  columns_ = columns;
  gap_ = gap;
}

void FilterWall::hover(Context& context, const ui::TileHit& hit) {
  const rbm::Snapshot& s = context.snapshot;
  const int unit = units_[static_cast<std::size_t>(hit.tile)];
  context.shared.hovered.next = unit;
  if (hit.clicked) context.shared.selected_unit = unit;
  const float activity = unit < s.hidden.mean_activity.size() ? s.hidden.mean_activity[unit] : 0.0f;
  const std::string place = form_.at(*s.model, s.weights.filters->row(unit), hit.x, hit.y);
  char numbers[96];
  std::snprintf(numbers, sizeof numbers, "norm %.2f   bias %+.2f\nmean activity %.1f\u00a0%%",
                static_cast<double>(norms_[static_cast<std::size_t>(unit)]),
                static_cast<double>(s.model->hidden_bias[unit]), static_cast<double>(activity * 100));
  ImGui::BeginTooltip();
  ui::text_mono(("unit " + std::to_string(unit) + "\n" + place + "\n" + numbers).c_str());
  ImGui::EndTooltip();
}

}  // namespace lab
