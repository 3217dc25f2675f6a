// Lessons: what a teacher may write, what is said where it is wrong, and what passes a step.
#include "app/lab/lesson.hpp"

#include <doctest/doctest.h>

#include "app/lab/class_guess.hpp"
#include "app/lab/lesson_facts.hpp"
#include "app/lab/lesson_run.hpp"
#include "tests/app/small_lab.hpp"
#include "tests/app/ui/null_window.hpp"

using namespace lab;

namespace {

constexpr const char* kHead = "title A lesson\nminutes 2\nabout Of something.\n";

Lesson lesson_of(const std::string& steps) {
  auto lesson = parse_lesson(kHead + steps, "20-try.lesson");
  if (!lesson) FAIL(lesson.error().message);
  return *lesson;
}

std::string error_of(const std::string& text) {
  const auto lesson = parse_lesson(text, "own.lesson");
  REQUIRE(!lesson.has_value());
  return lesson.error().message;
}

rbm::Snapshot snapshot_at(std::uint64_t updates) {
  rbm::Snapshot out;
  out.progress.updates = updates;
  return out;
}

}  // namespace

TEST_CASE("a lesson has its head, and steps with what they say, show, set up and want") {
  const Lesson lesson = lesson_of(
      "# a note\nstep\nsay First this,\nsay then that.\nview chains\npoint chains.half chains.*\n"
      "do preset tiny hidden=8\ndo wait updates 5\ndo pause\nwant chains.half_steps grows 4\nwant setting.learning_rate between "
      "0.05 and 0.2\n"
      "then Well done.\nstep\nsay The end.\n");
  CHECK(lesson.id == "try");
  CHECK(lesson.title == "A lesson");
  CHECK(lesson.minutes == 2);
  REQUIRE(lesson.steps.size() == 2);
  const LessonStep& step = lesson.steps.front();
  CHECK(step.say == "First this, then that.");
  CHECK(step.view == "chains");
  CHECK(step.point == std::vector<std::string>{"chains.half", "chains.*"});
  REQUIRE(step.setup.size() == 3);
  CHECK(std::get<verb::StartPreset>(step.setup[0]).settings.hidden == 8);
  CHECK(std::get<verb::WaitUpdates>(step.setup[1]).updates == 5);
  REQUIRE(step.wants.size() == 2);
  CHECK(step.wants[0].how == Comparison::Grows);
  CHECK(step.wants[1].high == 0.2);
  CHECK(step.then == "Well done.");
}

TEST_CASE("what is wrong in a lesson is told with its file, its line and what to write") {
  const std::string head = kHead;
  const auto told = [&](const std::string& text, const char* line, const char* what) {
    const std::string said = error_of(text);
    CAPTURE(said);
    CHECK(said.starts_with(std::string("own.lesson") + line));
    CHECK(said.find(what) != std::string::npos);
    CHECK(said.ends_with('.'));
  };
  told("", ": ", "write a line \"title\"");
  told(head, ": ", "write a line \"step\"");
  told(head + "step\nview watch\n", ": ", "write a line \"say\"");
  told(head + "say Hello.\n", ", line 4: ", "before it");
  told(head + "stop\n", ", line 4: ", "there is no word \"stop\"");
  told("minutes soon\n", ", line 1: ", "a number of minutes");
  told(head + "step\nview paints\n", ", line 5: ", "watch, filters");
  told(head + "step\ndo wait seconds 3\n", ", line 5: ", "a lesson does only");
  told(head + "step\ndo preset quik\n", ", line 5: ", "no preset \"quik\"");
  told(head + "step\ndo preset quick hidden=none\n", ", line 5: ", "hidden");
  told(head + "step\ndo preset quick learning_rate=-1\n", ", line 5: ", "learning rate");
  told(head + "step\nwant luck at least 1\n", ", line 5: ", "no fact \"luck\"");
  told(head + "step\nwant setting.speed is 1\n", ", line 5: ", "\"speed\" is not a setting");
  told(head + "step\nwant updates about 5\n", ", line 5: ", "at least N");
  told(head + "step\nwant updates between 5 and 2\n", ", line 5: ", "the smaller first");
  told(head + "step\nwant updates at least many\n", ", line 5: ", "a number");
  told(head + "step\nwant updates at least 5 now\n", ", line 5: ", "too many");
  told(head + "step\npoint\n", ", line 5: ", "name of a control");
}

TEST_CASE("comparisons are of the fact as it is now, and as it was when the step began") {
  const auto want = [](const std::string& line) {
    return lesson_of("step\nsay x\nwant " + line + "\n").steps[0].wants[0];
  };
  const FactValue five{5, ""}, nine{9, ""}, word{std::nan(""), "paint"}, other{std::nan(""), "watch"};
  CHECK(holds(want("updates is 5"), five, nine));
  CHECK_FALSE(holds(want("updates is 5"), nine, five));
  CHECK(holds(want("setting.initial_sd is 0.01"), FactValue{double{0.01f}, ""}, five));
  CHECK(holds(want("view is paint"), word, other));
  CHECK_FALSE(holds(want("view is paint"), other, word));
  CHECK(holds(want("updates at least 9"), nine, five));
  CHECK_FALSE(holds(want("updates at most 8"), nine, five));
  CHECK(holds(want("updates grows 4"), nine, five));
  CHECK_FALSE(holds(want("updates grows 5"), nine, five));
  CHECK(holds(want("view changes"), word, other));
  CHECK_FALSE(holds(want("updates changes"), five, five));
}

TEST_CASE("only what a step wants passes it; back and skip go without") {
  test::SmallLab lab(snapshot_at(10));
  LessonRun run(
      lesson_of("step\nsay a\nwant view is paint\nwant updates grows 5\nstep\nsay b\nwant action.play is 2\n"
                "step\nsay c\n"));
  const auto look = [&] {
    const Context context = lab.context();
    run.look(context, lab.screen.panels);
  };
  look();
  run.note("step.batch");
  lab.shared.view = find_view("curves");
  look();
  run.next();
  CHECK(run.step_number() == 0);
  lab.shared.view = find_view("paint");
  look();
  CHECK_FALSE(run.is_done());  // the updates are not there yet
  lab.snapshot.progress.updates = 15;
  look();
  REQUIRE(run.is_done());
  run.next();
  CHECK(run.step_number() == 1);
  run.note("play");
  look();
  CHECK_FALSE(run.is_done());
  run.back();
  CHECK(run.step_number() == 0);
  CHECK_FALSE(run.is_done());  // begun anew
  run.skip();
  run.note("play");
  run.note("play");
  look();
  run.next();
  CHECK(run.step_number() == 2);
  CHECK(run.is_done());  // it is only read
  run.next();
  CHECK(run.is_over());
}

TEST_CASE("a step that wants another digit says what it takes the painting for") {
  test::SmallLab lab;
  LessonRun run(lesson_of("step\nsay a\nwant painting.3 is 0\n"));
  const auto look = [&] {
    const Context context = lab.context();
    run.look(context, lab.screen.panels);
    return run.taken_for();
  };
  const auto paint = [&](rbm::Index digit) {
    const rbm::Dataset& data = *lab.snapshot.data.train;
    rbm::Index row = 0;
    while (data.labels[static_cast<std::size_t>(row)] != digit) ++row;
    lab.shared.painted.resize(static_cast<std::size_t>(data.shape.pixels()));
    data.row(row, lab.shared.painted.data());
  };
  CHECK(look().empty());  // nothing is painted
  paint(0);
  CHECK(look() == "It looks like \"0\" so far");
  paint(3);
  CHECK(look().empty());
  CHECK(run.is_done());
}

TEST_CASE("every lesson that comes with the program is one") {
  const FoundLessons found = find_lessons({rbm::asset_root() + "/lessons"});
  for (const std::string& trouble : found.troubles) FAIL(trouble);
  CHECK(found.lessons.size() == 9);
  for (const Lesson& lesson : found.lessons) {
    CAPTURE(lesson.id);
    CHECK(lesson.minutes <= 3);
  }
}

TEST_CASE("digits look like digits of their class, wherever they stand") {
  const auto digits = rbm::load_dataset("mnist:test");
  REQUIRE(digits.has_value());
  const auto train = rbm::load_dataset("mnist");
  REQUIRE(train.has_value());
  int best = 0, among_two = 0;
  std::vector<float> row(784), moved(784);
  for (rbm::Index r = 0; r < 40; ++r) {
    digits->row(r, row.data());
    std::rotate_copy(row.begin(), row.begin() + 2, row.end(), moved.begin());  // two pixels to the left
    const std::string name = std::to_string(digits->labels[static_cast<std::size_t>(r)]);
    const auto rank = class_rank(*train, class_likeness(*train, moved), name);
    REQUIRE(rank.has_value());
    best += *rank == 0;
    among_two += *rank <= 1;
  }
  CHECK(best >= 33);
  CHECK(among_two >= 37);
  CHECK(class_likeness(*train, std::vector<float>(784, 0.0f)).empty());
  CHECK_FALSE(class_rank(*train, {}, "3").has_value());
  CHECK_FALSE(class_rank(*train, class_likeness(*train, row), "eleven").has_value());
}

TEST_CASE("a picture is compared with the digits once, until it is another one") {
  test::SmallLab lab;
  const auto& data = lab.snapshot.data.train;
  std::vector<float> picture(static_cast<std::size_t>(data->shape.pixels()));
  data->row(0, picture.data());
  KeptLikeness likeness;
  for (int n = 0; n < 3; ++n)
    CHECK(std::ranges::equal(likeness.of(data, picture), class_likeness(*data, picture)));
  CHECK(likeness.times() == 1);
  picture[400] = 1 - picture[400];
  CHECK(std::ranges::equal(likeness.of(data, picture), class_likeness(*data, picture)));
  CHECK(likeness.times() == 2);
  const auto others = std::make_shared<const rbm::Dataset>(*data);
  CHECK(likeness.of(others, picture).size() == 10);
  CHECK(likeness.times() == 3);
  CHECK(likeness.of(nullptr, picture).empty());
}

TEST_CASE("the class of the large chain is that of its picture, and none before there are chains") {
  test::SmallLab lab;
  test::NullWindow window({1280, 800});
  Likenesses likenesses;
  const auto fact = [&](const char* name) {
    return fact_now(name, lab.context(), lab.screen.panels, Doings{}, likenesses);
  };
  CHECK(check_fact("chain.8").has_value());
  CHECK_FALSE(fact("chain.3").has_value());
  lab.shared.view = find_view("chains");
  for (const rbm::Index row : {0, 1, 2, 3}) {
    std::vector<float> digit(784);
    lab.shared.test->row(row, digit.data());
    for (float& pixel : digit) pixel = pixel > 0.5f ? 1.0f : 0.0f;  // as the model's units are
    lab.shared.for_chains = {digit, "a digit", lab.shared.for_chains.version + 1};
    for (int i = 0; i < 2; ++i) window.bare_frame([&] { lab.draw(); });
    for (const char* name : {"0", "2", "7"}) {
      const auto rank = fact((std::string("chain.") + name).c_str());
      REQUIRE(rank.has_value());
      const rbm::Dataset& data = *lab.snapshot.data.train;
      CHECK(rank->number == class_rank(data, class_likeness(data, digit), name).value());
    }
  }
  CHECK_FALSE(fact("chain.eleven").has_value());
}
