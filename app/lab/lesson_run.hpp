// LessonRun: a lesson that somebody goes through: at which step, what of it is set up, and whether what the learner must
// do is done. UI thread only.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <utility>

#include "app/lab/lesson.hpp"
#include "app/lab/lesson_facts.hpp"

namespace lab {

class LessonRun {
 public:
  /// The lesson has at least one step.
  explicit LessonRun(Lesson lesson);

  const Lesson& lesson() const { return lesson_; }
  std::size_t step_number() const { return at_; }
  const LessonStep& step() const { return lesson_.steps[at_]; }
  bool is_last() const { return at_ + 1 == lesson_.steps.size(); }
  /// True once all that the step wants has come true, and from the beginning where it wants nothing.
  bool is_done() const { return done_; }
  /// True once the last step was left by next().
  bool is_over() const { return over_; }

  /// The next step, or the end; only where the present one is done.
  void next();
  /// The next step, whatever is done; the last one stays.
  void skip();
  void back();

  /// What the painting is taken for, where the step wants another: a sentence, else empty.
  const std::string& taken_for() const { return taken_for_; }

  /// What is still to be set up, one after the other; nothing is looked at before that is empty.
  std::deque<Verb>& setup() { return setup_; }
  /// True once after a step began: its view is to be shown.
  bool take_begun() { return std::exchange(begun_, false); }
  /// True once a step, when all is set up: what that asked of the worker is to be answered before anything is looked at.
  bool take_set_up() { return setup_.empty() && std::exchange(settling_, false); }

  /// The learner did this.
  void note(const std::string& action);
  /// Once a frame, when all is set up: looks whether the step is done.
  void look(const Context& context, Panels& panels);

 private:
  void begin(std::size_t step);

  Lesson lesson_;
  std::size_t at_ = 0;
  std::string taken_for_;
  bool done_ = false, over_ = false, begun_ = false, settling_ = false;
  std::deque<Verb> setup_;
  std::map<std::string, FactValue> before_;  // the facts when the step began
  Doings doings_;
  Likenesses likenesses_;
};

}  // namespace lab
