#include "app/panels/compare_panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/format_text.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/panels/unit_order.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr std::array<const char*, 2> kModes{"Curves", "Filters"};
constexpr std::array<const char*, 3> kComparedAxes{"Updates", "Epochs", "Seconds"};
constexpr std::array<const char*, 3> kComparedAxisNames{"update", "epoch", "second"};
constexpr const char* kSwap = "Other one  (hold X)";
constexpr const char* kHowToChoose =
    "Choose two or more runs by their boxes in Runs: their curves are then drawn over each other here, with "
    "what their settings differ in and the filters of two of them side by side. Moments of this run are put "
    "beside them, or beside each other, by the line below or C.";
constexpr const char* kAddMoment = "Add this moment";
constexpr const char* kClearMoments = "Take them out";

ImU32 colour_of(std::size_t run) {
  return ui::palette().series[run % kMostCompared];
}

/// One colour range for several walls: what ordinary weights of any of them need.
float common_range(const RunPicture& a, const RunPicture& b) {
  return std::max(filter_range(a.filters), filter_range(b.filters));
}

/// A short bar of a run's colour at the left of a text.
void draw_swatch(ImVec2 at, ImU32 colour) {
  ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + ui::px(12), at.y + ui::px(4)}, colour, ui::px(2));
}

/// The colours between both ends of the range, with their numbers, at the right end of a line.
void draw_scale_bar(float range, ImVec2 right, float line) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  char low[24], high[24];
  std::snprintf(low, sizeof low, "%.2g", static_cast<double>(-range));
  std::snprintf(high, sizeof high, "+%.2g", static_cast<double>(range));
  ui::push_font(ui::fonts().mono_small);
  const float bar = ui::px(90), gap = ui::px(6),
              text_y = std::floor(right.y + (line - ImGui::GetFontSize()) / 2);
  const float end = right.x - ImGui::CalcTextSize(high).x - gap, begin = end - bar;
  list->AddText({end + gap, text_y}, p.text_dim, high);
  list->AddText({begin - gap - ImGui::CalcTextSize(low).x, text_y}, p.text_dim, low);
  ui::pop_font();
  const ImU32 zero =
      ui::theme() == ui::Theme::Dark ? IM_COL32(12, 14, 18, 255) : IM_COL32(252, 252, 252, 255);
  const float top = std::floor(right.y + line / 2 - ui::px(4)), middle = std::floor((begin + end) / 2);
  list->AddRectFilledMultiColor({begin, top}, {middle, top + ui::px(8)}, p.negative, zero, zero, p.negative);
  list->AddRectFilledMultiColor({middle, top}, {end, top + ui::px(8)}, zero, p.positive, p.positive, zero);
  ui::draw_rect(list, {begin, top}, {end, top + ui::px(8)}, p.border, 0, 1);
}

}  // namespace

RunPicture difference_of(const RunPicture& a, const RunPicture& b) {
  RunPicture out;
  out.tile = b.tile;
  const bool is_alike = a.filters.cols() == b.filters.cols() && a.tile.width() == b.tile.width() &&
                        a.tile.height() == b.tile.height();
  if (!is_alike) return out;
  const rbm::Index count = std::min(a.filters.rows(), b.filters.rows());
  out.filters = rbm::Matrix(count, a.filters.cols());
  out.filters.view() = b.filters.view().topRows(count) - a.filters.view().topRows(count);
  return out;
}

void ComparePanel::draw(Context& context) {
  RunsInView& runs = context.shared.runs;
  runs.is_shown = true;
  runs.wanted_pictures.clear();
  Runs chosen;
  for (const std::string& key : runs.chosen) {
    const RunRow* row = runs.find(key);
    if (row != nullptr && chosen.size() < kMostCompared) chosen.push_back(row);
  }
  compared_ = chosen.size();
  const std::string subtitle = runs.chosen.size() > kMostCompared ? "the first eight of those that are chosen"
                               : chosen.size() < 2                ? ""
                                                                  : std::to_string(chosen.size()) + " runs";
  ui::begin_panel("panel.compare", "Compare", {0, 0}, subtitle.c_str());
  if (chosen.size() > 1) draw_controls(runs, chosen);
  const float below = context.has_model() ? moments_height() + ui::px(8) : 0;
  ui::begin_child("compare.room", {0, -below});
  if (chosen.size() < 2)
    ui::empty_state("Nothing to compare yet", kHowToChoose);
  else
    mode_ == 0 ? draw_curves(chosen) : draw_filters(runs, chosen);
  ImGui::EndChild();
  if (below > 0) draw_moments(context);
  ui::end_panel();
}

float ComparePanel::moments_height() {
  return std::max(Timeline::height(), ImGui::GetFrameHeight());
}

/// The slider through the moments of this run, what puts the one that it shows beside the others, and what takes them out.
void ComparePanel::draw_moments(Context& context) {
  RunsInView& runs = context.shared.runs;
  const float gap = ui::px(8), add = button_width(kAddMoment, true);
  const float clear = runs.moments.empty() ? 0 : button_width(kClearMoments, false) + gap;
  const ImVec2 start = ImGui::GetCursorPos();
  const ImVec2 at{start.x, start.y + ui::px(2)};
  const float room = ImGui::GetContentRegionAvail().x,
              slider = std::max(ui::px(80), room - add - clear - gap);
  ImGui::SetCursorPos(at);
  ui::begin_child("compare.slider", {slider, moments_height()});
  moments_.draw(context, "compare.moments");
  ImGui::EndChild();
  const float y = at.y + std::floor((moments_height() - ImGui::GetFrameHeight()) / 2);
  ImGui::SetCursorPos({at.x + slider + gap, y});
  if (ui::button("compare.add", kAddMoment, action(ActionId::CompareMoment).hint, ui::Icon::Plus,
                 ui::Emphasis::Normal, {add, 0}))
    context.run(ActionId::CompareMoment);
  if (runs.moments.empty()) return;
  ImGui::SetCursorPos({at.x + slider + add + 2 * gap, y});
  if (!ui::button("compare.clear", kClearMoments, "Takes all moments of this run out of Compare again."))
    return;
  std::erase_if(runs.chosen, [&](const std::string& key) {
    const RunRow* row = runs.find(key);
    return row != nullptr && row->is_moment;
  });
  runs.moments.clear();
}

void ComparePanel::draw_controls(RunsInView& runs, const Runs& chosen) {
  std::vector<const char*> names;
  for (const ComparedQuantity& quantity : compared_quantities()) names.push_back(quantity.name);
  const float spacing = ImGui::GetStyle().ItemSpacing.x;
  const float own = mode_ == 0 ? segmented_width(names) + segmented_width(kComparedAxes) + spacing
                               : button_width(kSwap, false);
  ui::panel_title_controls(segmented_width(kModes) + own + spacing);
  ui::segmented("compare.mode", &mode_, kModes, "What is compared: curves and settings, or filters.");
  if (mode_ == 0) {
    same_line_if_fits(segmented_width(names));
    if (ui::segmented("compare.quantity", &quantity_, names,
                      "The quantity whose curves are drawn over each other."))
      plot_.y.fitted = true;
    same_line_if_fits(segmented_width(kComparedAxes));
    ui::segmented("compare.axis", &axis_, kComparedAxes, "What the horizontal axis counts.");
  } else {
    same_line_if_fits(button_width(kSwap, false));
    ui::button("compare.swap", kSwap,
               "While it is held, or X is, either run shows in the other one's place.");
    button_held_ = ImGui::IsItemActive();
  }
  is_swapped_ = mode_ == 1 && (button_held_ || runs.swap_held);
  ui::panel_content();
  pair_[0] = std::min(pair_[0], chosen.size() - 1);
  pair_[1] = std::min(pair_[1], chosen.size() - 1);
}

void ComparePanel::draw_curves(const Runs& chosen) {
  bool is_new = curves_.size() != chosen.size() || shown_ != std::array<int, 2>{quantity_, axis_};
  for (std::size_t n = 0; n < chosen.size() && !is_new; ++n) is_new = curves_[n].of != chosen[n]->facts;
  if (is_new) {
    if (shown_[1] != axis_) x_.fitted = true;
    if (shown_[0] != quantity_)
      plot_.log_y = compared_quantities()[static_cast<std::size_t>(quantity_)].is_logarithmic;
    curves_.clear();
    for (const RunRow* row : chosen)
      curves_.push_back(compared_curve(row->facts, static_cast<std::size_t>(quantity_), axis_));
    shown_ = {quantity_, axis_};
  }
  std::vector<ui::Series> series;
  bool has_points = false;
  for (std::size_t n = 0; n < chosen.size(); ++n) {
    const ComparedCurve& curve = curves_[n];
    has_points = has_points || !curve.x.empty();
    series.push_back({.name = chosen[n]->title.c_str(),
                      .colour = colour_of(n),
                      .x = curve.x,
                      .y = curve.y,
                      .lower = curve.lower,
                      .upper = curve.upper,
                      .bars = true});
  }
  const ImVec2 at = ImGui::GetCursorPos(), room = ImGui::GetContentRegionAvail();
  const bool is_wide = room.x > ui::px(1100);
  const float gap = ui::px(14);
  const ImVec2 upper =
      is_wide ? ImVec2{std::floor(room.x * 0.62f), room.y} : ImVec2{room.x, std::floor(room.y * 0.58f)};
  const ComparedQuantity& what = compared_quantities()[static_cast<std::size_t>(quantity_)];
  if (has_points) {
    cursor_ = ui::kNoNumber;
    ui::plot({.id = "compare.plot",
              .title = what.name,
              .y_format = what.format,
              .x_name = kComparedAxisNames[static_cast<std::size_t>(axis_)],
              .hint = what.hint,
              .size = upper},
             plot_, x_, cursor_, series);
  } else {
    ui::begin_child("compare.none", upper);
    ui::empty_state("Not measured", "None of these runs has this quantity in its curves.");
    ImGui::EndChild();
  }
  if (is_wide)
    draw_settings(chosen, {at.x + upper.x + gap, at.y}, {room.x - upper.x - gap, room.y});
  else
    draw_settings(chosen, {at.x, at.y + upper.y + gap}, {room.x, room.y - upper.y - gap});
}

/// A line a setting that is not alike in all, a column a run; likelihood, updates and speed on top.
void ComparePanel::draw_settings(const Runs& chosen, ImVec2 at, ImVec2 size) const {
  ImGui::SetCursorPos(at);
  ui::begin_child("compare.settings", size);
  const float first = std::min(ui::px(130), std::floor(size.x * 0.3f)),
              line = ImGui::GetTextLineHeight() + ui::px(7);
  const float column =
      std::min(ui::px(150), std::floor((size.x - first - ui::px(14)) / static_cast<float>(chosen.size())));
  const ui::Palette& p = ui::palette();
  const auto row = [&](const char* name, const auto& cell, ImFont* font, ImU32 colour) {
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    ImDrawList* list = ImGui::GetWindowDrawList();
    ui::push_font(ui::fonts().small);
    ui::draw_fitted(list, corner, first - ui::px(8), p.text_dim, name);
    ui::pop_font();
    ui::push_font(font);
    for (std::size_t n = 0; n < chosen.size(); ++n)
      ui::draw_fitted(list, {corner.x + first + static_cast<float>(n) * column, corner.y},
                      column - ui::px(10), colour, cell(*chosen[n]->facts, n).c_str());
    ui::pop_font();
    ImGui::Dummy({size.x - ui::px(14), line - ImGui::GetStyle().ItemSpacing.y});
  };
  const ImVec2 head = ImGui::GetCursorScreenPos();
  for (std::size_t n = 0; n < chosen.size(); ++n)
    draw_swatch({head.x + first + static_cast<float>(n) * column, head.y}, colour_of(n));
  ImGui::Dummy({1, ui::px(4)});
  row(
      "Run", [&](const RunFacts&, std::size_t n) { return chosen[n]->title; }, ui::fonts().small, p.text);
  row(
      "Data", [](const RunFacts& run, std::size_t) { return run.data; }, ui::fonts().small, p.text);
  row(
      "Likelihood", [](const RunFacts& run, std::size_t) { return likelihood_text(run.best); },
      ui::fonts().mono_small, p.text);
  row(
      "Updates", [](const RunFacts& run, std::size_t) { return std::string(grouped(run.updates).text); },
      ui::fonts().mono_small, p.text);
  row(
      "Images/s",
      [](const RunFacts& run, std::size_t) { return std::string(rate(run.images_per_second).text); },
      ui::fonts().mono_small, p.text);
  std::vector<const RunFacts*> facts;
  for (const RunRow* each : chosen) facts.push_back(each->facts.get());
  const std::vector<std::size_t> numbers = differing(facts);
  ui::heading(numbers.empty() ? "All settings are alike" : "Settings that differ");
  for (const std::size_t setting : numbers)
    row(
        facts[0]->settings[setting].title.c_str(),
        [&](const RunFacts& run, std::size_t) { return run.settings[setting].value; }, ui::fonts().mono_small,
        p.text);
  ImGui::EndChild();
}

void ComparePanel::fill(Wall& wall, std::shared_ptr<const RunPicture> picture, float range, ImVec2 room) {
  if (wall.of == picture && wall.range == range && wall.room.x == room.x && wall.room.y == room.y) return;
  wall.of = std::move(picture);
  wall.range = range;
  wall.room = room;
  FilterTile tile = wall.of->tile;
  ui::TileSpec spec = tile.spec(range);
  spec.count = static_cast<int>(wall.of->filters.rows());
  spec.gap = tile.gap();
  spec.columns = ui::TileWall::best_columns(spec.count, spec.tile_width, spec.tile_height, spec.gap, room);
  spec.centres_rest = true;
  spec.marks_ends = !tile.has_bars();
  wall.tiles.shape(spec);
  for (int n = 0; n < spec.count; ++n) wall.tiles.put(n, tile.tile(wall.of->filters.row(n), range));
}

void ComparePanel::draw_wall(const char* id, const std::string& title, ImU32 mark, Wall& wall, ImVec2 at,
                             ImVec2 size) {
  ImGui::SetCursorPos(at);
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  if (mark != 0) draw_swatch({corner.x, corner.y + ui::px(8)}, mark);
  ui::draw_fitted(ImGui::GetWindowDrawList(), {corner.x + (mark != 0 ? ui::px(18) : 0), corner.y + ui::px(2)},
                  size.x - ui::px(18), ui::palette().text, title.c_str());
  const float top = ImGui::GetTextLineHeight() + ui::px(8);
  ImGui::SetCursorPos({at.x, at.y + top});
  const auto hit = wall.tiles.draw(id, {.size = {size.x, size.y - top}, .centred = false});
  if (!hit.hovered) return;
  ImGui::BeginTooltip();
  ui::text_mono(("unit " + std::to_string(hit.tile)).c_str());
  ImGui::EndTooltip();
}

void ComparePanel::draw_choice(const char* id, std::size_t* which, const Runs& chosen, float width) {
  std::vector<const char*> titles;
  for (const RunRow* row : chosen) titles.push_back(row->title.c_str());
  int at = static_cast<int>(*which);
  ImGui::SetNextItemWidth(width);
  if (ui::combo(id, &at, titles, "The run whose filters are shown.")) *which = static_cast<std::size_t>(at);
}

void ComparePanel::draw_filters(RunsInView& runs, const Runs& chosen) {
  const ImVec2 start = ImGui::GetCursorPos();
  const float line = ImGui::GetFrameHeight(), whole = ImGui::GetContentRegionAvail().x;
  const ImVec2 screen = ImGui::GetCursorScreenPos();
  const float choice = std::min(ui::px(190), std::floor((whole - ui::px(220)) / 2));
  draw_choice("compare.first", &pair_[0], chosen, choice);
  ImGui::SameLine();
  draw_choice("compare.second", &pair_[1], chosen, choice);
  const RunRow &a = *chosen[pair_[0]], &b = *chosen[pair_[1]];
  runs.wanted_pictures = {a.key, b.key};
  const auto first = runs.picture(a), second = runs.picture(b);
  ImGui::SetCursorPos({start.x, start.y + line + ui::px(10)});
  if (first == nullptr || second == nullptr) {
    ui::empty_state("Reading the filters", "They come in a moment.");
    return;
  }
  const float range = common_range(*first, *second);
  draw_scale_bar(range, {screen.x + whole, screen.y}, line);
  if (of_[0] != first || of_[1] != second) {
    of_ = {first, second};
    difference_ = std::make_shared<const RunPicture>(difference_of(*of_[0], *of_[1]));
  }
  const ImVec2 at = ImGui::GetCursorPos();
  ImVec2 room = ImGui::GetContentRegionAvail();
  room.y -= ImGui::GetTextLineHeightWithSpacing();
  const float gap = ui::px(16), width = std::floor((room.x - 2 * gap) / 3);
  const float top = ImGui::GetTextLineHeight() + ui::px(8);
  const std::array<std::size_t, 2> shown =
      is_swapped_ ? std::array<std::size_t, 2>{1, 0} : std::array<std::size_t, 2>{0, 1};
  for (std::size_t n = 0; n < 2; ++n) {
    fill(walls_[n], of_[shown[n]], range, {width, room.y - top});
    const RunRow& row = shown[n] == 0 ? a : b;
    draw_wall(n == 0 ? "compare.a" : "compare.b", row.title, colour_of(pair_[shown[n]]), walls_[n],
              {at.x + static_cast<float>(n) * (width + gap), at.y}, {width, room.y});
  }
  const float x = at.x + 2 * (width + gap);
  if (difference_->filters.rows() > 0) {
    fill(walls_[2], difference_, range, {width, room.y - top});
    draw_wall("compare.difference", "Second minus first", 0, walls_[2], {x, at.y}, {width, room.y});
  } else {
    ImGui::SetCursorPos({x, at.y});
    ui::begin_child("compare.unlike", {width, room.y});
    ui::empty_state("No difference", "Their pictures are of other sizes.");
    ImGui::EndChild();
  }
  ImGui::SetCursorPos({at.x, at.y + room.y + ui::px(2)});
  ui::push_font(ui::fonts().small);
  const ImVec2 below = ImGui::GetCursorScreenPos();
  ui::draw_fitted(
      ImGui::GetWindowDrawList(), below, room.x, ui::palette().text_dim,
      "One colour range for all. Units are matched by their numbers: with other seeds or settings the same "
      "number need not mean the same feature.");
  ui::pop_font();
}

std::map<std::string, double> ComparePanel::state() const {
  return {{"runs", static_cast<double>(compared_)},
          {"swapped", is_swapped_ ? 1.0 : 0.0},
          {"filters", static_cast<double>(walls_[0].tiles.spec().count)}};
}

}  // namespace lab
