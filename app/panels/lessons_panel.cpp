#include "app/panels/lessons_panel.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>

#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"

namespace lab {
namespace {

constexpr float kLeastCardWidth = 250, kCardGap = 10, kPadding = 12;
constexpr int kMostColumns = 3;
constexpr std::size_t kTextLines = 3;   // at most, of a card at its least width
constexpr std::size_t kLeastSteps = 4;  // fewer lines of a lesson say nothing of it

/// A card to be clicked: a title, a note at its right end, a text of a few lines, and below it as many of its steps as
/// there is room for.
struct Card {
  std::string id, title, note, text;
  bool is_done = false;
  std::span<const std::string> steps{};
};

/// Where there is room for it the cards have larger letters.
struct CardLook {
  ImFont *title, *text;
  float title_line, line;
  explicit CardLook(bool is_large)
      : title(is_large ? ui::fonts().title : ui::fonts().medium),
        text(is_large ? ui::fonts().regular : ui::fonts().small) {
    ui::push_font(title);
    title_line = ImGui::GetFontSize() + ui::px(6);
    ui::pop_font();
    ui::push_font(text);
    line = ImGui::GetTextLineHeight();
    ui::pop_font();
  }
  float height(std::size_t lines) const {
    return 2 * ui::px(kPadding) + title_line + static_cast<float>(lines) * line;
  }
};

/// The steps, numbered, a line each; the last line that fits says where there are more.
void draw_card_steps(std::span<const std::string> steps, ImVec2 at, float width, float bottom) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const float line = ImGui::GetTextLineHeight();
  const auto fitting = static_cast<std::size_t>(std::max(0.0f, (bottom - at.y) / line));
  if (fitting < std::min(steps.size(), kLeastSteps)) return;
  for (std::size_t n = 0; n < std::min(steps.size(), fitting); ++n, at.y += line) {
    const bool are_more = n + 1 == fitting && fitting < steps.size();
    const std::string text = are_more ? "and " + std::to_string(steps.size() - n) + " more steps"
                                      : std::to_string(n + 1) + "  " + steps[n];
    ui::draw_fitted(list, at, width, ui::palette().text_faint, text.c_str());
  }
}

bool draw_card(const Card& card, const CardLook& look, ImVec2 size) {
  const ui::Focus focus = ui::take_focus(card.id);
  const bool pressed = ImGui::InvisibleButton(card.id.c_str(), size) || focus.pressed;
  const bool is_hovered = ImGui::IsItemHovered();
  const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  ui::mark(card.id, card.text, ui::Tip::StatusLineOnly);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  list->AddRectFilled(min, max, p.panel_raised, ui::px(6));
  ui::draw_rect(list, min, max, is_hovered ? p.accent : p.border, ui::px(6), 1);
  const float pad = ui::px(kPadding), width = size.x - 2 * pad;
  float right = max.x - pad;
  ui::push_font(look.text);
  right -= ImGui::CalcTextSize(card.note.c_str()).x;
  list->AddText({right, min.y + pad}, card.is_done ? p.good : p.text_faint, card.note.c_str());
  ui::pop_font();
  ui::push_font(look.title);
  ui::draw_fitted(list, {min.x + pad, min.y + pad - ui::px(1)}, right - min.x - pad - ui::px(10), p.text,
                  card.title.c_str());
  ui::pop_font();
  ui::push_font(look.text);
  const float top = min.y + pad + look.title_line;
  list->PushClipRect({min.x, top}, {max.x, max.y - ui::px(4)}, true);
  list->AddText(ImGui::GetFont(), ImGui::GetFontSize(), {min.x + pad, top}, p.text_dim, card.text.c_str(),
                nullptr, width);
  const float below = top + ImGui::CalcTextSize(card.text.c_str(), nullptr, false, width).y + ui::px(8);
  draw_card_steps(card.steps, {min.x + pad, below}, width, max.y - ui::px(8));
  list->PopClipRect();
  ui::pop_font();
  ui::draw_focus(focus);
  return pressed;
}

/// Places cards in columns, line by line.
struct Grid {
  int columns;
  ImVec2 size;
  Grid(float room, float height) {
    const float gap = ui::px(kCardGap);
    columns = std::clamp(static_cast<int>((room + gap) / (ui::px(kLeastCardWidth) + gap)), 1, kMostColumns);
    size = {std::floor((room - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns)),
            std::floor(height)};
  }
  void place(int number) const {
    if (number % columns != 0) ImGui::SameLine(0, ui::px(kCardGap));
  }
  float lines(std::size_t count) const {
    return std::ceil(static_cast<float>(count) / static_cast<float>(columns));
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

/// How high cards are, in a room that all of them fill where that makes none higher than half again what it holds.
struct CardLayout {
  CardLook look;
  Grid lessons, runs;
  CardLayout(const Shared& shared, ImVec2 room) : look(false), lessons(room.x, 0), runs(room.x, 0) {
    const auto broken = static_cast<std::size_t>(std::ranges::count_if(shared.presets, &rbm::Preset::broken));
    std::size_t steps = 0;
    for (const LessonCard& card : shared.lessons.cards) steps = std::max(steps, card.steps.size());
    const float lines = lessons.lines(shared.lessons.cards.size()), run_lines = runs.lines(broken);
    const float between = ui::px(40) + ui::px(kCardGap) * (lines + run_lines + 2);
    const auto needed = [&](const CardLook& with, std::size_t text) {
      return between + lines * with.height(text) + run_lines * with.height(kTextLines + 1);
    };
    if (needed(CardLook(true), kTextLines + steps) <= room.y) look = CardLook(true);
    const float least = needed(look, kTextLines), spare = std::max(0.0f, room.y - least);
    const float for_lessons = std::min(spare, lines * look.height(steps + 1));
    const float for_runs = std::min(spare - for_lessons, 0.5f * run_lines * look.height(kTextLines + 1));
    lessons = Grid(room.x, look.height(kTextLines) + for_lessons / std::max(1.0f, lines));
    runs = Grid(room.x, look.height(kTextLines + 1) + for_runs / std::max(1.0f, run_lines));
  }
};

void draw_lessons(Context& context, const CardLayout& layout) {
  int number = 0;
  for (const LessonCard& lesson : context.shared.lessons.cards) {
    layout.lessons.place(number++);
    const std::string time = minutes_text(lesson.minutes);
    if (draw_card({"lessons." + lesson.id, lesson.title, lesson.is_done ? "Done, " + time : time,
                   lesson.about, lesson.is_done, lesson.steps},
                  layout.look, layout.lessons.size))
      context.shared.lessons.asked = lesson.id;
  }
  if (number > 0) return;
  ImGui::PushTextWrapPos(0);
  ui::text_dim("There are no lessons: the folder assets/lessons of the program is empty.");
  ImGui::PopTextWrapPos();
}

void draw_broken_runs(Context& context, const CardLayout& layout) {
  int number = 0;
  for (const rbm::Preset& preset : context.shared.presets) {
    if (!preset.broken) continue;
    layout.runs.place(number++);
    constexpr std::string_view kPrefix = "Broken: ";
    std::string title = preset.title;
    if (title.starts_with(kPrefix)) title.erase(0, kPrefix.size());
    if (!title.empty()) title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
    if (!draw_card({"lessons.run." + preset.id, title, "", preset.description}, layout.look,
                   layout.runs.size))
      continue;
    rbm::TrainingSettings settings = preset.settings;
    settings.threads = context.shared.wanted.threads;
    context.start_over(std::move(settings));
    context.post(rbm::command::Play{});
    if (const View* view = find_view(preset.shows)) context.shared.view = view;
  }
}

}  // namespace

void LessonsPanel::draw(Context& context) {
  ui::begin_panel("panel.lessons", "Lessons", {0, 0},
                  "the program leads, step by step, and looks whether it is done");
  constexpr const char* kSwitch = "Classroom";
  ui::panel_title_controls(toggle_width(kSwitch));
  ui::toggle("lessons.classroom", kSwitch, &context.shared.lessons.classroom,
             "While a lesson runs, hides the views and columns that it does not use.");
  ui::panel_content();
  ui::mark_focus_start();
  ui::begin_child("lessons.room", {0, 0});
  const CardLayout layout(context.shared, ImGui::GetContentRegionAvail());
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui::px(kCardGap), ui::px(kCardGap)});
  draw_lessons(context, layout);
  ImGui::Dummy({0, ui::px(4)});
  ui::heading("Runs that break: start one, see what goes wrong, and ask Health (8) for its cure");
  draw_broken_runs(context, layout);
  ImGui::PopStyleVar();
  ImGui::EndChild();
  ui::end_panel();
}

}  // namespace lab
