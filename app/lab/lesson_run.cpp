#include "app/lab/lesson_run.hpp"

#include <utility>

namespace lab {

LessonRun::LessonRun(Lesson lesson) : lesson_(std::move(lesson)) {
  begin(0);
}

void LessonRun::begin(std::size_t step) {
  at_ = step;
  done_ = lesson_.steps[at_].wants.empty();
  begun_ = true;
  settling_ = true;
  setup_ = {lesson_.steps[at_].setup.begin(), lesson_.steps[at_].setup.end()};
  before_.clear();
  taken_for_.clear();
  doings_ = {};
}

void LessonRun::next() {
  if (!done_) return;
  if (is_last())
    over_ = true;
  else
    begin(at_ + 1);
}

void LessonRun::skip() {
  if (!is_last()) begin(at_ + 1);
}

void LessonRun::back() {
  if (at_ > 0) begin(at_ - 1);
}

void LessonRun::note(const std::string& action) {
  if (setup_.empty()) ++doings_.actions[action];
}

void LessonRun::look(const Context& context, Panels& panels) {
  if (done_) return;
  bool all = true;
  taken_for_.clear();
  for (const Want& want : step().wants) {
    const auto now = fact_now(want.fact, context, panels, doings_, likenesses_);
    if (!now) {
      all = false;
      continue;
    }
    FactValue& before = before_.emplace(want.fact, *now).first->second;
    // What is counted from 0 again grows from there.
    if (want.how == Comparison::Grows && now->number < before.number) before = *now;
    const bool is_so = holds(want, *now, before);
    if (!is_so && want.fact.starts_with("painting.")) taken_for_ = painting_taken_for(context, likenesses_);
    all = is_so && all;
  }
  done_ = all;
}

}  // namespace lab
