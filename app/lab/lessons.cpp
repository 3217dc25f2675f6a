#include "app/lab/lessons.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/lab/lesson_strip.hpp"
#include "app/panels/inline_controls.hpp"
#include "app/ui/theme.hpp"
#include "app/ui/widgets.hpp"

namespace lab {

std::vector<LessonCard> Lessons::cards(const Preferences& preferences) const {
  std::vector<LessonCard> out;
  for (const Lesson& lesson : found_.lessons) {
    LessonCard& card = out.emplace_back();
    card = {lesson.id, lesson.title, lesson.about, lesson.minutes,
            std::ranges::find(preferences.lessons_done, lesson.id) != preferences.lessons_done.end()};
    for (const LessonStep& step : lesson.steps) card.steps.push_back(step.say.substr(0, step.say.find(". ")));
  }
  return out;
}

rbm::Result<void> Lessons::start(const std::string& id) {
  meant_ = {};
  if (id.ends_with(".lesson")) {
    auto loaded = load_lesson(id);
    if (!loaded) return rbm::Unexpected{loaded.error()};
    run_ = std::make_unique<LessonRun>(*std::move(loaded));
    return {};
  }
  const auto found = std::ranges::find(found_.lessons, id, &Lesson::id);
  if (found != found_.lessons.end()) return run_ = std::make_unique<LessonRun>(*found), rbm::Result<void>{};
  std::string known;
  for (const Lesson& lesson : found_.lessons) known += (known.empty() ? "" : ", ") + lesson.id;
  return rbm::fail(rbm::ErrorCode::BadArgument,
                   "There is no lesson \"" + id + "\": use one of " +
                       (known.empty() ? "none, because no folder has any" : known) + ".");
}

void Lessons::finish(Preferences& preferences) {
  const std::string& id = run_->lesson().id;
  if (std::ranges::find(preferences.lessons_done, id) == preferences.lessons_done.end())
    preferences.lessons_done.push_back(id);
  run_.reset();
}

bool Lessons::go_on(Preferences& preferences) {
  if (run_ == nullptr || !run_->is_done()) return false;
  run_->next();
  if (run_->is_over()) finish(preferences);
  return true;
}

float Lessons::draw_line(Preferences& preferences, float x, float y, float width, bool offers) {
  if (run_ == nullptr)
    return offers && preferences.lesson_offer && !found_.lessons.empty()
               ? draw_offer(preferences, x, y, width)
               : 0;
  preferences.lesson_offer = false;  // whoever is in a lesson has found them
  reveal_what_is_meant();
  const Strip strip = draw_lesson_strip(*run_, x, y, width);
  switch (strip.press) {
    case StripPress::None:
      break;
    case StripPress::Back:
      run_->back();
      break;
    case StripPress::Next:
      go_on(preferences);
      break;
    case StripPress::Skip:
      run_->skip();
      break;
    case StripPress::End:
      run_.reset();
      break;
  }
  return strip.height;
}

/// In small windows what a step speaks of may be out of sight: first what is to be done, then what came of it.
void Lessons::reveal_what_is_meant() {
  const Meant meant{run_->lesson().id, run_->step_number(), run_->is_done()};
  if (meant == meant_) return;
  meant_ = meant;
  const std::vector<std::string>& named = run_->step().point;
  if (!named.empty()) ui::reveal(run_->is_done() ? named.back() : named.front());
}

float Lessons::draw_offer(Preferences& preferences, float x, float y, float width) {
  const Lesson& first = found_.lessons.front();
  const float height = ui::px(36), gap = ui::px(8);
  begin_region("lesson.offer", {x, y}, {width, height});
  const ImVec2 origin = ImGui::GetCursorScreenPos(), max{origin.x + width, origin.y + height};
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(origin, max, ui::palette().panel, ui::px(6));
  const float padding = 2 * ImGui::GetStyle().FramePadding.x;
  const float start = ImGui::CalcTextSize("Begin").x + padding,
              not_now = ImGui::CalcTextSize("No, thanks").x + padding;
  const float buttons = start + not_now + 2 * gap;
  const std::string sentence = "New here? The first lesson: " + first.title + ". " + first.about;
  const float text_y = std::floor(origin.y + (height - ImGui::GetFontSize()) / 2);
  ui::draw_fitted(list, {origin.x + ui::px(14), text_y}, width - buttons - ui::px(28), ui::palette().text,
                  sentence.c_str());
  ImGui::SetCursorScreenPos(
      {std::floor(max.x - buttons), std::floor(origin.y + (height - ImGui::GetFrameHeight()) / 2)});
  const bool begins = ui::button("lesson.offer.begin", "Begin", "Starts the first lesson.", ui::Icon::None,
                                 ui::Emphasis::Primary, {start, 0});
  ImGui::SameLine(0, gap);
  const bool is_refused =
      ui::button("lesson.offer.no", "No, thanks", "Hides this line for good; Lessons has them all.",
                 ui::Icon::None, ui::Emphasis::Normal, {not_now, 0});
  ImGui::EndChild();
  if (begins) (void)Lessons::start(first.id);
  if (is_refused) preferences.lesson_offer = false;
  return height + gap / 2;
}

void Lessons::draw_light() const {
  if (run_ != nullptr && !(run_->is_done() && !run_->step().wants.empty()))
    draw_lesson_light(run_->step().point);
}

void Lessons::tell(LessonsInView& view) const {
  view.running = run_ ? run_->lesson().id : "";
  if (run_ == nullptr) return;
  view.step = run_->step_number();
  view.steps = run_->lesson().steps.size();
  view.step_done = run_->is_done();
  view.views.clear();
  view.uses_controls = false;
  for (const LessonStep& step : run_->lesson().steps) {
    if (!step.view.empty()) view.views.push_back(step.view);
    for (const Want& want : step.wants)
      if (want.fact == "view") view.views.push_back(want.text);
    for (const std::string& name : step.point) {
      view.uses_controls |= name.starts_with("train.");
      if (name.starts_with("tab.")) view.views.push_back(name.substr(4));
    }
  }
}

}  // namespace lab
