// Lessons. The tables of actions, facts and views, which would bring all panels along, are stood in for.
#include "app/lab/lesson.hpp"
#include "app/lab/lesson_facts.hpp"
#include "app/panels/actions.hpp"
#include "app/panels/views.hpp"
#include "tests/fuzz/as_file.hpp"

namespace lab {

const Action* find_action(std::string_view name) {
  static const Action play{ActionId::PlayPause, "play", "", "", {}, "", ui::Icon::Play};
  return name == play.name ? &play : nullptr;
}

std::span<const View> views() {
  static const View watch{.id = "watch"};
  return {&watch, 1};
}

const View* find_view(std::string_view id) {
  return id == "watch" ? views().data() : nullptr;
}

rbm::Result<void> check_fact(const std::string& name) {
  if (name == "updates") return {};
  return rbm::fail(rbm::ErrorCode::BadFormat, "there is no fact \"" + name + "\"");
}

}  // namespace lab

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string path = as_file(data, size);
  const auto lesson = lab::load_lesson(path);
  if (!lesson) {
    check(lesson.error(), path);
    return 0;
  }
  RBM_ASSERT(!lesson->steps.empty() && !lesson->title.empty() && lesson->minutes > 0);
  for (const lab::LessonStep& step : lesson->steps) {
    RBM_ASSERT(!step.say.empty());
    for (const lab::Want& want : step.wants)
      RBM_ASSERT(want.how != lab::Comparison::Between || want.low <= want.high);
  }
  return 0;
}
