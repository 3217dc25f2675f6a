#include "app/lab/lesson_strip.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {
namespace {

constexpr float kStripPadding = 12, kStripGap = 8, kDot = 4, kDotPitch = 14;
constexpr float kRounding = 6, kLightRoom = 4;
constexpr float kDimDark = 0.5f, kDimLight = 0.32f;
constexpr ImU32 kBlack = IM_COL32(0, 0, 0, 255);

/// What is read now: the task, and once it is done what comes of it.
const std::string& text_of(const LessonRun& run) {
  const LessonStep& step = run.step();
  return run.is_done() && !step.then.empty() && !step.wants.empty() ? step.then : step.say;
}

/// The height of the longest of its texts: one height for all steps, so that nothing below jumps.
float longest_text(const Lesson& lesson, float room) {
  float height = 0;
  for (const LessonStep& step : lesson.steps) {
    for (const std::string& text : {step.say, step.then})
      height = std::max(height, ImGui::CalcTextSize(text.c_str(), nullptr, false, room).y);
  }
  return height;
}

/// The name of the lesson, and a dot for each of its steps: those before filled, this one with a ring.
void draw_head(const LessonRun& run, ImVec2 at, float right) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  ui::push_font(ui::fonts().small);
  const std::string title = run.lesson().title + "   " + std::to_string(run.step_number() + 1) + " of " +
                            std::to_string(run.lesson().steps.size());
  list->AddText(at, p.text_dim, title.c_str());
  float x = at.x + ImGui::CalcTextSize(title.c_str()).x + ui::px(16);
  const float y = at.y + std::floor(ImGui::GetFontSize() / 2);
  ui::pop_font();
  for (std::size_t n = 0; n < run.lesson().steps.size(); ++n, x += ui::px(kDotPitch)) {
    if (n < run.step_number() || (n == run.step_number() && run.is_done()))
      list->AddCircleFilled({x, y}, ui::px(kDot), p.accent);
    else
      list->AddCircle({x, y}, ui::px(kDot), n == run.step_number() ? p.accent : p.text_faint, 0,
                      ui::px(1.5f));
  }
  if (run.is_done() && !run.step().wants.empty()) {
    ui::push_font(ui::fonts().small);
    list->AddText({x + ui::px(4), at.y}, p.good, "Done");
    ui::pop_font();
  } else if (!run.taken_for().empty()) {
    ui::push_font(ui::fonts().small);
    ui::draw_fitted(list, {x + ui::px(4), at.y}, right - x - ui::px(4), p.text, run.taken_for().c_str());
    ui::pop_font();
  }
}

float width_of(const char* label) {
  return std::ceil(ImGui::CalcTextSize(label).x) + 2 * ImGui::GetStyle().FramePadding.x;
}

struct Labels {
  const char *back = "Back", *skip = "Skip", *next, *end = "End lesson";
};

StripPress draw_buttons(const LessonRun& run, const Labels& labels) {
  const float gap = ui::px(kStripGap);
  StripPress press = StripPress::None;
  ImGui::BeginDisabled(run.step_number() == 0);
  if (ui::button("lesson.back", labels.back, "Goes back to the step before.", ui::Icon::None,
                 ui::Emphasis::Quiet, {width_of(labels.back), 0}))
    press = StripPress::Back;
  ImGui::EndDisabled();
  ImGui::SameLine(0, gap);
  if (!run.is_done() && !run.is_last()) {
    if (ui::button("lesson.skip", labels.skip, "Goes on without having done this step.", ui::Icon::None,
                   ui::Emphasis::Quiet, {width_of(labels.skip), 0}))
      press = StripPress::Skip;
    ImGui::SameLine(0, gap);
  }
  ImGui::BeginDisabled(!run.is_done());
  if (ui::button("lesson.next", labels.next,
                 "Goes on to the next step; Enter does the same, unless Tab has just reached a control.",
                 ui::Icon::None, run.is_done() ? ui::Emphasis::Primary : ui::Emphasis::Normal,
                 {width_of(labels.next), 0}))
    press = StripPress::Next;
  ImGui::EndDisabled();
  ImGui::SameLine(0, gap);
  if (ui::button("lesson.end", labels.end, "Ends the lesson; all stays as it is now.", ui::Icon::None,
                 ui::Emphasis::Quiet, {width_of(labels.end), 0}))
    press = StripPress::End;
  return press;
}

bool is_named(const std::string& id, const std::string& name) {
  return name.ends_with('*') ? id.starts_with(std::string_view(name).substr(0, name.size() - 1)) : id == name;
}

/// What surrounds all controls of a name.
std::optional<ui::Rect> around(const std::string& name) {
  std::optional<ui::Rect> all;
  for (const auto& [id, rect] : ui::registered()) {
    if (!is_named(id, name)) continue;
    const float left = all ? std::min(all->x, rect.x) : rect.x, top = all ? std::min(all->y, rect.y) : rect.y,
                right = std::max(all ? all->x + all->w : 0, rect.x + rect.w),
                bottom = std::max(all ? all->y + all->h : 0, rect.y + rect.h);
    all = {left, top, right - left, bottom - top};
  }
  return all;
}

/// What lies between the corners of a rectangle and the arcs that round it.
void dim_corners(ImDrawList* list, const ui::Rect& r, float radius, ImU32 colour) {
  const ImDrawListFlags flags = list->Flags;
  list->Flags &= ~ImDrawListFlags_AntiAliasedFill;  // it would darken the edges twice
  for (int corner = 0; corner < 4; ++corner) {
    const bool is_right = corner == 1 || corner == 2, is_low = corner >= 2;
    const ImVec2 tip{is_right ? r.x + r.w : r.x, is_low ? r.y + r.h : r.y},
        middle{tip.x + (is_right ? -radius : radius), tip.y + (is_low ? -radius : radius)};
    list->PathLineTo(tip);
    list->PathArcToFast(middle, radius, 6 + 3 * corner, 9 + 3 * corner);
    list->PathFillConvex(colour);  // a fan from the tip: the arc bends towards it
  }
  list->Flags = flags;
}

/// Fills the window but for these rectangles.
void dim_outside(const std::vector<ui::Rect>& lit, ImU32 colour) {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  ImDrawList* list = ImGui::GetWindowDrawList();
  std::vector<float> xs{0, size.x}, ys{0, size.y};
  for (const ui::Rect& r : lit) {
    xs.insert(xs.end(), {r.x, r.x + r.w});
    ys.insert(ys.end(), {r.y, r.y + r.h});
  }
  std::ranges::sort(xs);
  std::ranges::sort(ys);
  for (std::size_t row = 0; row + 1 < ys.size(); ++row) {
    float from = 0;  // of the dark piece that goes on
    const float y = (ys[row] + ys[row + 1]) / 2;
    const auto fill = [&](float to) {
      if (to > from) list->AddRectFilled({from, ys[row]}, {to, ys[row + 1]}, colour);
    };
    for (std::size_t column = 0; column + 1 < xs.size(); ++column) {
      const float x = (xs[column] + xs[column + 1]) / 2;
      const bool is_lit = std::ranges::any_of(
          lit, [&](const ui::Rect& r) { return x > r.x && x < r.x + r.w && y > r.y && y < r.y + r.h; });
      if (!is_lit) continue;
      fill(xs[column]);
      from = xs[column + 1];
    }
    fill(size.x);
  }
}

}  // namespace

Strip draw_lesson_strip(const LessonRun& run, float x, float y, float width) {
  const float padding = ui::px(kStripPadding), gap = ui::px(kStripGap);
  const Labels labels{.next = run.is_last() ? "Finish" : "Next"};
  const bool skips = !run.is_done() && !run.is_last();
  const float buttons = width_of(labels.back) + width_of(labels.next) + width_of(labels.end) + 2 * gap +
                        (skips ? width_of(labels.skip) + gap : 0);
  ui::push_font(ui::fonts().small);
  const float head = ImGui::GetFontSize() + ui::px(6);
  ui::pop_font();
  // In small windows the buttons stand beside the title, and the text below has all of the width.
  const bool is_narrow = width < ui::px(1000);
  const float room = width - 2 * padding - (is_narrow ? 0 : buttons + 2 * padding);
  const std::string& text = text_of(run);
  const float text_height = longest_text(run.lesson(), room);
  const float row = ImGui::GetFrameHeight();
  const float height = 2 * ui::px(8) + (is_narrow ? std::max(head, row + ui::px(4)) : head) +
                       std::max(text_height, is_narrow ? 0 : 2 * ImGui::GetTextLineHeight());
  begin_region("lesson", {x, y}, {width, height});
  const ImVec2 origin = ImGui::GetCursorScreenPos(), max{origin.x + width, origin.y + height};
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ui::Palette& p = ui::palette();
  list->AddRectFilled(origin, max, p.panel_raised, ui::px(kRounding));
  ui::draw_rect(list, origin, max, ui::faded(p.accent, 0.6f), ui::px(kRounding), 1);
  draw_head(run, {origin.x + padding, origin.y + ui::px(8)}, max.x - buttons - 2 * padding);
  const float text_y = max.y - ui::px(8) - text_height;
  const float centred = is_narrow ? text_y : std::floor(origin.y + ui::px(8) + head);
  list->AddText(ImGui::GetFont(), ImGui::GetFontSize(), {origin.x + padding, centred}, p.text, text.c_str(),
                nullptr, room);
  const float button_y = is_narrow ? origin.y + ui::px(6) : std::floor(origin.y + (height - row) / 2);
  ImGui::SetCursorScreenPos({std::floor(max.x - padding - buttons), button_y});
  const StripPress press = draw_buttons(run, labels);
  ImGui::EndChild();
  ui::mark("lesson.strip");
  return {height + gap / 2, press};
}

void draw_lesson_light(std::span<const std::string> names) {
  std::vector<ui::Rect> lit;
  const float out = ui::px(kLightRoom);
  for (const std::string& name : names) {
    if (const auto all = around(name))
      lit.push_back({all->x - out, all->y - out, all->w + 2 * out, all->h + 2 * out});
  }
  if (lit.empty()) return;
  // A window of its own over the screen: below lists that are open, tooltips and dialogs.
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});  // it would clip what is drawn at the edges
  ImGui::Begin("lesson.light", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoInputs | ImGuiWindowFlags_NoBackground |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing);
  ImGui::PopStyleVar(2);
  ImDrawList* list = ImGui::GetWindowDrawList();
  const ImU32 dim = ui::faded(kBlack, ui::theme() == ui::Theme::Dark ? kDimDark : kDimLight);
  std::vector<ui::Rect> clear = lit;
  if (const auto strip = around("lesson.strip")) clear.push_back(*strip);
  dim_outside(clear, dim);
  for (const ui::Rect& r : clear) dim_corners(list, r, ui::px(kRounding), dim);
  for (const ui::Rect& r : lit)
    ui::draw_rect(list, {r.x, r.y}, {r.x + r.w, r.y + r.h}, ui::palette().accent_hovered, ui::px(kRounding),
                  ui::px(2));
  ImGui::End();
}

}  // namespace lab
