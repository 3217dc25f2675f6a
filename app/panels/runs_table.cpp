#include "app/panels/runs_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "app/panels/format_text.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr float kRunRow = 58, kRunPicture = 46, kRunHeader = 24, kRunButton = 26, kColumnGap = 10;
constexpr int kPictureColumns = 4;

double sort_value(const RunFacts& run, RunOrder order) {
  switch (order) {
    case RunOrder::Written:
    case RunOrder::Data:
      break;
    case RunOrder::Updates:
      return static_cast<double>(run.updates);
    case RunOrder::Likelihood:
      return run.best ? run.best->log_likelihood : std::numeric_limits<double>::quiet_NaN();
    case RunOrder::Speed:
      return run.images_per_second > 0 ? run.images_per_second : std::numeric_limits<double>::quiet_NaN();
  }
  return static_cast<double>(run.written_ns);
}

/// Two lines beside each other's picture, the upper one brighter.
void draw_lines(ImVec2 at, float width, const std::string& upper, const std::string& lower) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  const float top = at.y + ui::px(lower.empty() ? 20 : 11);
  ui::draw_fitted(list, {at.x, top}, width, p.text, upper.c_str());
  ui::push_font(ui::fonts().small);
  ui::draw_fitted(list, {at.x, at.y + ui::px(32)}, width, p.text_dim, lower.c_str());
  ui::pop_font();
}

/// Settings in up to three lines, broken between them; what has no room ends in an ellipsis.
void draw_differing(ImVec2 at, float width, const std::vector<std::string>& settings) {
  constexpr std::size_t kDifferLines = 3;
  ui::push_font(ui::fonts().small);
  std::vector<std::string> lines;
  for (const std::string& setting : settings) {
    const std::string longer = lines.empty() ? "" : lines.back() + "  ·  " + setting;
    const bool fits = !lines.empty() && ImGui::CalcTextSize(longer.c_str()).x <= width;
    if (fits || lines.size() == kDifferLines)
      lines.back() = longer;
    else
      lines.push_back(setting);
  }
  const float line = ui::px(16);
  float y = at.y + std::floor((ui::px(kRunRow - 2) - line * static_cast<float>(lines.size())) / 2);
  for (const std::string& text : lines) {
    ui::draw_fitted(ImGui::GetWindowDrawList(), {at.x, y}, width, ui::palette().text_dim, text.c_str());
    y += line;
  }
  ui::pop_font();
}

/// The same at the right end of a column.
void draw_number(ImVec2 at, float width, const std::string& upper, const std::string& lower) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  const auto put = [&](ImFont* font, float y, ImU32 colour, const std::string& text) {
    ui::push_font(font);
    const float own = std::min(width, ImGui::CalcTextSize(text.c_str()).x);
    ui::draw_fitted(list, {std::floor(at.x + width - own), y}, width, colour, text.c_str());
    ui::pop_font();
  };
  put(ui::fonts().mono, at.y + ui::px(lower.empty() ? 20 : 11), p.text, upper);
  put(ui::fonts().mono_small, at.y + ui::px(33), p.text_dim, lower);
}

}  // namespace

std::vector<std::size_t> ordered_runs(const std::vector<RunRow>& rows, RunOrder order, bool falling) {
  std::vector<std::size_t> out(rows.size());
  for (std::size_t n = 0; n < out.size(); ++n) out[n] = n;
  std::ranges::stable_sort(out, [&](std::size_t a, std::size_t b) {
    const RunFacts &left = *rows[a].facts, &right = *rows[b].facts;
    if (order == RunOrder::Data) return falling ? right.data < left.data : left.data < right.data;
    const double x = sort_value(left, order), y = sort_value(right, order);
    if (std::isnan(x) || std::isnan(y)) return std::isnan(y) && !std::isnan(x);
    return falling ? y < x : x < y;
  });
  return out;
}

/// Where the columns of the table begin, from its left end, and how wide they are; 0: there is no room.
struct RunsTable::Columns {
  float check, picture, name, data, differs, updates, likelihood, speed, buttons;
  float name_width, data_width, differs_width, updates_width, likelihood_width, speed_width;
  float width;

  explicit Columns(float room) : width(room) {
    const float gap = ui::px(kColumnGap);
    updates_width = ui::px(84), likelihood_width = ui::px(142), speed_width = ui::px(78);
    const float end = 4 * ui::px(kRunButton) + ui::px(6);
    check = ui::px(6), picture = check + ui::px(26), name = picture + ui::px(kRunPicture) + gap;
    float left = room - name - end - gap;
    const auto keep = [&](float& column, float least) {
      if (left - column - gap < least)
        column = 0;
      else
        left -= column + gap;
    };
    keep(likelihood_width, ui::px(110)), keep(updates_width, ui::px(130)), keep(speed_width, ui::px(300));
    differs_width = left > ui::px(240) ? std::floor(left * 0.42f) : 0;
    left -= differs_width > 0 ? differs_width + gap : 0;
    data_width = left > ui::px(210) ? std::floor(left * 0.4f) : 0;
    name_width = left - (data_width > 0 ? data_width + gap : 0);
    float x = name + name_width + gap;
    const auto place = [&](float& begin, float column) {
      begin = x;
      if (column > 0) x += column + gap;
    };
    place(data, data_width), place(differs, differs_width), place(updates, updates_width);
    place(likelihood, likelihood_width), place(speed, speed_width);
    buttons = room - end;
  }
};

void RunsTable::draw(Context& context, float below) {
  const RunsInView& runs = context.shared.runs;
  const Columns columns(ImGui::GetContentRegionAvail().x - ui::px(14));
  draw_header(columns);
  ui::begin_child("runs.room", {0, -below});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui::px(8), 0});
  const std::vector<std::size_t> order = ordered_runs(runs.rows, order_, falling_);
  const std::vector<std::size_t> differ = differing(runs.rows);
  for (std::size_t place = 0; place < order.size(); ++place) {
    const RunRow& row = runs.rows[order[place]];
    draw_row(context, columns, place, row, settings_at(*row.facts, differ));
  }
  ImGui::PopStyleVar();
  ImGui::EndChild();
}

void RunsTable::draw_header(const Columns& columns) {
  const ImVec2 at = ImGui::GetCursorPos();
  ui::push_font(ui::fonts().small);
  draw_head("runs.sort.written", "Run", RunOrder::Written, columns.name, columns.name_width,
            "Sorts by the moment at which each run was written last.");
  draw_head("runs.sort.data", "Data", RunOrder::Data, columns.data, columns.data_width, "Sorts by the data.");
  if (columns.differs_width > 0) {
    ImGui::SetCursorPosX(at.x + columns.differs);
    const ImVec2 text = ImGui::GetCursorScreenPos();
    ui::draw_fitted(ImGui::GetWindowDrawList(), {text.x, text.y + ui::px(4)}, columns.differs_width,
                    ui::palette().text_faint, "Settings that differ");
    ImGui::SetCursorPos(at);
  }
  draw_head("runs.sort.updates", "Updates", RunOrder::Updates, columns.updates, columns.updates_width,
            "Sorts by updates.");
  draw_head("runs.sort.likelihood", "Log-likelihood", RunOrder::Likelihood, columns.likelihood,
            columns.likelihood_width,
            "Sorts by the best log-likelihood, in nats per validation image: one with a bracket, unless an "
            "estimate is better by more than a nat. Runs on other data, or other validation images, are not "
            "comparable.");
  draw_head("runs.sort.speed", "Images/s", RunOrder::Speed, columns.speed, columns.speed_width,
            "Sorts by the images a second over the whole run, measurements aside.");
  ui::pop_font();
  ImGui::SetCursorPos({at.x, at.y + ui::px(kRunHeader)});
}

/// A head that sorts; the present one has a small triangle, which points the way of the numbers.
void RunsTable::draw_head(const char* id, const char* label, RunOrder order, float x, float width,
                          const char* hint) {
  if (width <= 0) return;
  const bool is_number = order != RunOrder::Written && order != RunOrder::Data, is_this = order == order_;
  const ImVec2 start = ImGui::GetCursorPos();
  ImGui::SetCursorPos({start.x + x, start.y});
  const ui::Focus focus = ui::take_focus(id);
  const bool pressed = ImGui::InvisibleButton(id, {width, ui::px(kRunHeader) - ui::px(2)}) || focus.pressed;
  const bool is_hovered = ImGui::IsItemHovered();
  ui::mark(id, hint);
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  const ui::Palette& p = ui::palette();
  const ImU32 colour = is_hovered ? p.text : is_this ? p.text_dim : p.text_faint;
  const float mark = is_this ? ui::px(12) : 0;
  const float own = std::min(width - mark, ImGui::CalcTextSize(label).x);
  const float left = is_number ? max.x - own - mark : min.x;
  ImDrawList* list = ImGui::GetWindowDrawList();
  ui::draw_fitted(list, {left, min.y + ui::px(4)}, width - mark, colour, label);
  if (is_this) {
    const ImVec2 centre{left + own + ui::px(7), min.y + ui::px(12)};
    const float half = ui::px(3.5f), way = falling_ ? half : -half;
    list->AddTriangleFilled({centre.x - half, centre.y - way * 0.7f},
                            {centre.x + half, centre.y - way * 0.7f}, {centre.x, centre.y + way * 0.8f},
                            colour);
  }
  ui::draw_focus(focus);
  ImGui::SetCursorPos(start);
  if (!pressed) return;
  falling_ = is_this ? !falling_ : order != RunOrder::Data;
  order_ = order;
}

void RunsTable::draw_row(Context& context, const Columns& columns, std::size_t place, const RunRow& row,
                         const std::vector<std::string>& settings) {
  RunsInView& runs = context.shared.runs;
  const std::string id = "runs.open." + std::to_string(place);
  const ImVec2 at = ImGui::GetCursorPos(), corner = ImGui::GetCursorScreenPos();
  const float height = ui::px(kRunRow);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  ImGui::SetCursorPos({at.x + columns.picture - ui::px(4), at.y});
  const ui::Focus focus = ui::take_focus(id);
  const float open_width = columns.buttons - columns.picture - ui::px(4);
  const bool opens =
      (ImGui::InvisibleButton(id.c_str(), {open_width, height - ui::px(2)}) || focus.pressed) &&
      !row.is_present;
  const bool is_hovered = ImGui::IsItemHovered();
  std::string differs;
  for (const std::string& setting : settings) differs += "\n" + setting;
  const std::string hint =
      (row.is_present ? "The run of this window, as it was kept last."
                      : "Goes on with this run, bit for bit. The present one is kept first.") +
      (row.facts->best ? "\n" + likelihood_sentence(*row.facts) : "") + differs +
      (row.note.empty() ? "" : "\n" + row.note);
  ui::mark(id, hint);
  if (is_hovered || edited_ == row.key)
    list->AddRectFilled(corner, {corner.x + columns.width, corner.y + height - ui::px(2)}, p.panel_raised,
                        ui::px(6));
  ui::TileWall& wall = picture_of(row);
  const ui::TileSpec& spec = wall.spec();
  const int lines = (spec.count + spec.columns - 1) / std::max(1, spec.columns);
  const auto w = static_cast<float>(spec.columns * (spec.tile_width + spec.gap)),
             h = static_cast<float>(lines * (spec.tile_height + spec.gap));
  const float scale = ui::px(kRunPicture) / std::max({w, h, 1.0f});
  const ImVec2 picture{corner.x + columns.picture,
                       std::floor(corner.y + (height - ui::px(2) - h * scale) / 2)};
  wall.paint(list, picture, {picture.x + w * scale, picture.y + h * scale});
  draw_cells(columns, row, settings, corner);
  ui::draw_focus(focus);
  draw_check(runs, place, row, {at.x + columns.check, at.y});
  draw_buttons(runs, place, row, {at.x + columns.buttons, at.y});
  ImGui::SetCursorPos({at.x, at.y + height});
  if (edited_ == row.key) draw_editor(runs, row, columns);
  list->AddLine({corner.x, corner.y + height - 1}, {corner.x + columns.width, corner.y + height - 1}, p.grid);
  if (opens) runs.wishes.push_back({RunWish::Kind::GoOn, row.key});
}

void RunsTable::draw_cells(const Columns& columns, const RunRow& row,
                           const std::vector<std::string>& settings, ImVec2 corner) {
  const RunFacts& run = *row.facts;
  std::string below = row.is_present ? "this window" : row.is_elsewhere ? "in another window" : row.when;
  if (columns.data_width <= 0) below += "  ·  " + run.data;
  if (!row.note.empty()) below = row.note + "  ·  " + below;
  draw_lines({corner.x + columns.name, corner.y}, columns.name_width, row.title, below);
  if (columns.data_width > 0)
    draw_lines({corner.x + columns.data, corner.y}, columns.data_width, run.data,
               std::string(grouped(static_cast<std::uint64_t>(run.hidden)).text) + " hidden");
  if (columns.differs_width > 0)
    draw_differing({corner.x + columns.differs, corner.y}, columns.differs_width, settings);
  if (columns.updates_width > 0) {
    const double epochs = run.curves.empty() ? 0 : run.curves.back().epoch;
    char text[32] = "";
    if (epochs > 0) std::snprintf(text, sizeof text, epochs < 10 ? "%.1f epochs" : "%.0f epochs", epochs);
    draw_number({corner.x + columns.updates, corner.y}, columns.updates_width, grouped(run.updates).text,
                text);
  }
  if (columns.likelihood_width > 0)
    draw_number({corner.x + columns.likelihood, corner.y}, columns.likelihood_width,
                likelihood_text(run.best), bracket_text(run.best));
  if (columns.speed_width > 0)
    draw_number({corner.x + columns.speed, corner.y}, columns.speed_width, rate(run.images_per_second).text,
                "");
}

void RunsTable::draw_check(RunsInView& runs, std::size_t place, const RunRow& row, ImVec2 at) const {
  const std::string id = "runs.check." + std::to_string(place);
  const auto found = std::ranges::find(runs.chosen, row.key);
  const bool is_chosen = found != runs.chosen.end();
  const float side = ui::px(18);
  ImGui::SetCursorPos({at.x, at.y + std::floor((ui::px(kRunRow - 2) - side) / 2)});
  const ui::Focus focus = ui::take_focus(id);
  const bool pressed = ImGui::InvisibleButton(id.c_str(), {side, side}) || focus.pressed;
  const bool is_hovered = ImGui::IsItemHovered();
  ui::mark(id, "Chooses the run for Compare.");
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  if (is_chosen) list->AddRectFilled(min, max, p.accent, ui::px(4));
  ui::draw_rect(list, min, max, is_hovered || is_chosen ? p.accent : p.text_faint, ui::px(4), 1);
  if (is_chosen) {
    const std::array<ImVec2, 3> tick{{{min.x + side * 0.24f, min.y + side * 0.52f},
                                      {min.x + side * 0.43f, min.y + side * 0.70f},
                                      {min.x + side * 0.76f, min.y + side * 0.32f}}};
    ui::draw_polyline(list, tick.data(), 3, p.on_accent, false, ui::px(2));
  }
  ui::draw_focus(focus);
  if (!pressed) return;
  if (is_chosen)
    runs.chosen.erase(found);
  else
    runs.chosen.push_back(row.key);
}

void RunsTable::draw_buttons(RunsInView& runs, std::size_t place, const RunRow& row, ImVec2 at) {
  const std::string n = std::to_string(place);
  const float side = ui::px(kRunButton), y = at.y + std::floor((ui::px(kRunRow - 2) - side) / 2);
  ImGui::SetCursorPos({at.x, y});
  if (ui::icon_button(("runs.star." + n).c_str(), row.is_starred ? ui::Icon::StarFull : ui::Icon::Star,
                      row.is_starred ? "Takes the star off: newer runs may push this one out again."
                                     : "Stars the run: newer ones never push it out.",
                      row.is_starred, side))
    runs.wishes.push_back({RunWish::Kind::Star, row.key, "", !row.is_starred});
  ImGui::SetCursorPos({at.x + side, y});
  if (ui::icon_button(("runs.edit." + n).c_str(), ui::Icon::Brush, "Gives the run a name and a note.",
                      edited_ == row.key, side))
    edited_ = edited_ == row.key ? "" : row.key;
  const bool is_replayed = runs.replay.is_busy && runs.replay.key == row.key;
  ImGui::SetCursorPos({at.x + 2 * side, y});
  if (ui::icon_button(("runs.replay." + n).c_str(), ui::Icon::Redo,
                      is_replayed ? "Stops the replay."
                                  : "Replays the run: makes it again from its seed, with every change of its "
                                    "settings, beside the training, and says whether it has the same bits.",
                      is_replayed, side))
    runs.wishes.push_back({is_replayed ? RunWish::Kind::StopReplay : RunWish::Kind::Replay, row.key});
  if (row.is_present || row.is_elsewhere) return;  // they would be written again
  ImGui::SetCursorPos({at.x + 3 * side, y});
  if (ui::icon_button(("runs.remove." + n).c_str(), ui::Icon::Clear,
                      row.is_folder ? "Takes the folder off this list; its files stay where they are."
                                    : "Moves the run to the trash, from where it can be put back.",
                      false, side))
    runs.wishes.push_back({RunWish::Kind::Remove, row.key});
}

void RunsTable::draw_editor(RunsInView& runs, const RunRow& row, const Columns& columns) {
  const ImVec2 at = ImGui::GetCursorPos();
  ImGui::SetCursorPos({at.x + columns.name, at.y});
  ui::begin_child("runs.editor", {std::min(ui::px(520), columns.width - columns.name), ui::px(66)});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui::px(8), ui::px(4)});
  std::string name = row.name, note = row.note;
  if (ui::row_text("runs.name", "Name", &name, "What the run is called in this list; empty: when it began."))
    runs.wishes.push_back({RunWish::Kind::Rename, row.key, name});
  if (ui::row_text("runs.note", "Note", &note, "What you want to know of it later."))
    runs.wishes.push_back({RunWish::Kind::Note, row.key, note});
  ImGui::PopStyleVar();
  ImGui::EndChild();
  ImGui::SetCursorPos({at.x, at.y + ui::px(70)});
}

ui::TileWall& RunsTable::picture_of(const RunRow& row) {
  Picture& picture = pictures_[row.key];
  const RunFacts& facts = *row.facts;
  if (picture.of == &facts) return picture.wall;
  picture.of = &facts;
  FilterTile tile = facts.picture.tile;
  ui::TileSpec spec = tile.spec(facts.picture.range);
  spec.count = static_cast<int>(facts.picture.filters.rows());
  spec.columns = std::min(kPictureColumns, std::max(1, spec.count));
  picture.wall.shape(spec);
  for (int n = 0; n < spec.count; ++n)
    picture.wall.put(n, tile.tile(facts.picture.filters.row(n), facts.picture.range));
  return picture.wall;
}

}  // namespace lab
