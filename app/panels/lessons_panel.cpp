#include "app/panels/lessons_panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr float kLessonHeight = 82, kRunHeight = 96, kLeastCardWidth = 250, kCardGap = 10;

/// A card to be clicked: a title, a note at its right end, and a text of up to three lines. True when it was pressed.
struct Card {
  std::string id, title, note, text;
  bool is_done = false;
};

bool draw_card(const Card& card, ImVec2 size) {
  const ui::Focus focus = ui::take_focus(card.id);
  const bool pressed = ImGui::InvisibleButton(card.id.c_str(), size) || focus.pressed;
  const bool is_hovered = ImGui::IsItemHovered();
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  ui::mark(card.id, card.text, ui::Tip::StatusLineOnly);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  list->AddRectFilled(min, max, p.panel_raised, ui::px(6));
  ui::draw_rect(list, min, max, is_hovered ? p.accent : p.border, ui::px(6), 1);
  const float pad = ui::px(12);
  float right = max.x - pad;
  ui::push_font(ui::fonts().small);
  right -= ImGui::CalcTextSize(card.note.c_str()).x;
  list->AddText({right, min.y + pad}, card.is_done ? p.good : p.text_faint, card.note.c_str());
  ui::pop_font();
  ui::push_font(ui::fonts().medium);
  const float title_height = ImGui::GetFontSize();
  ui::draw_fitted(list, {min.x + pad, min.y + pad - ui::px(1)}, right - min.x - pad - ui::px(10), p.text,
                  card.title.c_str());
  ui::pop_font();
  ui::push_font(ui::fonts().small);
  const float top = min.y + pad + title_height + ui::px(6);
  list->PushClipRect({min.x, top}, {max.x, max.y - ui::px(4)}, true);
  list->AddText(ImGui::GetFont(), ImGui::GetFontSize(), {min.x + pad, top}, p.text_dim, card.text.c_str(),
                nullptr, size.x - 2 * pad);
  list->PopClipRect();
  ui::pop_font();
  ui::draw_focus(focus);
  return pressed;
}

/// Places `count` cards in columns, as many as leave the last line full, or as full as can be, without cards of twice the
/// least width; advances line by line in place().
struct Grid {
  int columns;
  ImVec2 size;
  Grid(int count, float room, float height) {
    const float gap = ui::px(kCardGap);
    const int most = std::max(1, static_cast<int>((room + gap) / (ui::px(kLeastCardWidth) + gap)));
    columns = most;
    const auto missing = [count](int c) { return (c - count % c) % c; };
    for (int fewer = most - 1; 2 * fewer > most; --fewer)
      if (missing(fewer) < missing(columns)) columns = fewer;
    size = {std::floor((room - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns)),
            ui::px(height)};
  }
  void place(int number) const {
    if (number % columns != 0) ImGui::SameLine(0, ui::px(kCardGap));
  }
};

std::string minutes_text(double minutes) {
  char text[32];
  if (minutes < 1.5)
    std::snprintf(text, sizeof text, "%.0f seconds", 60 * minutes);
  else
    std::snprintf(text, sizeof text, "%g minutes", minutes);
  return text;
}

}  // namespace

void LessonsPanel::draw_lessons(Context& context, float width) {
  const Grid grid(static_cast<int>(context.shared.lessons.cards.size()), width, kLessonHeight);
  int number = 0;
  for (const LessonCard& lesson : context.shared.lessons.cards) {
    grid.place(number++);
    const std::string time = minutes_text(lesson.minutes);
    if (draw_card({"lessons." + lesson.id, lesson.title, lesson.is_done ? "Done, " + time : time,
                   lesson.about, lesson.is_done},
                  grid.size))
      context.shared.lessons.asked = lesson.id;
  }
  if (number > 0) return;
  ImGui::PushTextWrapPos(0);
  ui::text_dim("There are no lessons: the folder assets/lessons of the program is empty.");
  ImGui::PopTextWrapPos();
}

void LessonsPanel::draw_broken_runs(Context& context, float width) {
  const auto runs = std::ranges::count_if(context.shared.presets, &rbm::Preset::broken);
  const Grid grid(static_cast<int>(runs), width, kRunHeight);
  int number = 0;
  for (const rbm::Preset& preset : context.shared.presets) {
    if (!preset.broken) continue;
    grid.place(number++);
    constexpr std::string_view kPrefix = "Broken: ";
    std::string title = preset.title;
    if (title.starts_with(kPrefix)) title.erase(0, kPrefix.size());
    if (!title.empty()) title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
    if (!draw_card({"lessons.run." + preset.id, title, "", preset.description}, grid.size)) continue;
    rbm::TrainingSettings settings = preset.settings;
    settings.threads = context.shared.wanted.threads;
    context.start_over(std::move(settings));
    context.post(rbm::command::Play{});
    if (const View* view = find_view(preset.shows)) context.shared.view = view;
  }
}

void LessonsPanel::draw(Context& context) {
  ui::begin_panel("panel.lessons", "Lessons", {0, 0},
                  "the program leads, step by step, and looks whether it is done");
  constexpr const char* kSwitch = "Classroom";
  ui::panel_title_controls(toggle_width(kSwitch));
  ui::toggle("lessons.classroom", kSwitch, &context.shared.lessons.classroom,
             "While a lesson runs, hides the views and columns that it does not use.");
  ui::panel_content();
  ui::begin_child("lessons.room", {0, 0});
  const float width = ImGui::GetContentRegionAvail().x;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui::px(kCardGap), ui::px(kCardGap)});
  draw_lessons(context, width);
  ImGui::Dummy({0, ui::px(4)});
  ui::heading("Runs that break: start one, see what goes wrong, and ask Health (8) for its cure");
  draw_broken_runs(context, width);
  ImGui::PopStyleVar();
  ImGui::EndChild();
  ui::end_panel();
}

}  // namespace lab
