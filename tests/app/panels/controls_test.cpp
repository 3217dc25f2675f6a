// What the training controls decide without a window: which edits apply now, which wait, which are refused.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "app/panels/format_text.hpp"
#include "app/panels/pending_settings.hpp"
#include "app/panels/preset_cards.hpp"
#include "app/panels/run_state.hpp"
#include "app/panels/waiting_list.hpp"
#include "tests/app/small_lab.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab;
using lab::test::NullWindow;
using lab::test::SmallLab;
using rbm::TrainingSettings;
using Change = std::function<void(TrainingSettings&)>;

const std::vector<Change> kAtReset{
    [](auto& s) { s.data = "other"; },  [](auto& s) { s.hidden = 7; },
    [](auto& s) { s.batch = 11; },      [](auto& s) { s.chains = 13; },
    [](auto& s) { s.validation = 17; }, [](auto& s) { s.initial_sd = 0.2f; },
    [](auto& s) { s.seed = 19; },
};
const std::vector<Change> kNow{
    [](auto& s) { s.method = rbm::Method::Cd; },
    [](auto& s) { s.k = 5; },
    [](auto& s) { s.centred = false; },
    [](auto& s) { s.learning_rate = 0.5f; },
    [](auto& s) { s.decay_updates = 5; },
    [](auto& s) { s.final_rate = 0.5f; },
    [](auto& s) { s.momentum = 0.5f; },
    [](auto& s) { s.l1 = 0.01f; },
    [](auto& s) { s.l2 = 0.01f; },
    [](auto& s) { s.average = 0.5f; },
    [](auto& s) { s.binarization = rbm::Binarization::None; },
    [](auto& s) { s.threads = 3; },
};

TEST_CASE("presets that the user has opened can be closed, those that show by themselves stay") {
  NullWindow window({1280, 560});
  SmallLab lab;
  lab.shared.presets = rbm::all_presets();
  ControlsPanel& controls = lab.screen.controls;
  const auto shown = [&](int frames) {
    for (int i = 0; i < frames; ++i) window.bare_frame([&] { lab.draw(); });
    return std::ranges::any_of(ui::registered(),
                               [](const auto& entry) { return entry.first.starts_with("preset."); });
  };
  REQUIRE_FALSE(shown(3));
  CHECK_FALSE(controls.close_presets());
  for (int n = 0; n < 60 && ui::focused() != "train.preset"; ++n) {
    ui::focus_key({.key = ui::kKeyTab});
    shown(2);
  }
  REQUIRE(ui::focused() == "train.preset");
  ui::focus_key({.key = ui::kKeyEnter});
  CHECK(shown(3));
  CHECK(controls.close_presets());
  CHECK_FALSE(shown(3));
  CHECK_FALSE(controls.close_presets());
}

TEST_CASE("the count of waiting settings agrees with the core about what needs a reset") {
  const TrainingSettings in_force;
  CHECK(waiting_for_reset(in_force, in_force) == 0);
  TrainingSettings wanted;
  int changes = 0;
  for (const Change& change : kAtReset) {
    TrainingSettings alone;
    change(alone);
    CHECK(rbm::needs_reset(in_force, alone));
    CHECK(waiting_for_reset(in_force, alone) == 1);
    change(wanted);
    CHECK(waiting_for_reset(in_force, wanted) == ++changes);
  }
  for (const Change& change : kNow) {
    TrainingSettings alone;
    change(alone);
    CHECK(!rbm::needs_reset(in_force, alone));
    CHECK(waiting_for_reset(in_force, alone) == 0);
  }
}

TEST_CASE("what applies now leaves everything that needs a reset as it is in force") {
  const TrainingSettings in_force;
  TrainingSettings wanted, live;
  for (const Change& change : kNow) change(wanted), change(live);
  for (const Change& change : kAtReset) change(wanted);
  CHECK(applicable_now(wanted, in_force) == live);
}

TEST_CASE("a model on top of another learns units that are on or off, and pixels come back as they were") {
  TrainingSettings draft;
  draft.visible = rbm::VisibleType::Gaussian;
  draft.learning_rate = 0.003f;
  const TrainingSettings colour = draft;
  PixelUnits pixels;
  build_on("first.safetensors", draft, pixels);
  CHECK((draft.on == "first.safetensors" && draft.visible == rbm::VisibleType::Binary));
  CHECK(draft.learning_rate == TrainingSettings{}.learning_rate);
  draft.learning_rate = 0.2f;
  build_on("other.safetensors", draft, pixels);
  CHECK(draft.learning_rate == 0.2f);
  build_on("", draft, pixels);
  CHECK(draft == colour);
  // Digits learn at the rate of their own on both floors.
  TrainingSettings digits;
  digits.learning_rate = 0.25f;
  build_on("first.safetensors", digits, pixels);
  CHECK(digits.learning_rate == 0.25f);
}

TEST_CASE("an edit takes along what hangs on it: label units their share, a model below the kind of units") {
  TrainingSettings before;
  before.labels = true;
  before.discriminative = 0.5f;
  TrainingSettings draft = before;
  PixelUnits pixels;
  draft.labels = false;
  follow_up(before, draft, pixels);
  CHECK(draft.discriminative == 0);
  before = draft;
  before.visible = draft.visible = rbm::VisibleType::Gaussian;
  draft.on = "first.safetensors";
  follow_up(before, draft, pixels);
  CHECK((draft.on == "first.safetensors" && draft.visible == rbm::VisibleType::Binary));
  const TrainingSettings on = draft;
  draft.on.clear();
  follow_up(on, draft, pixels);
  CHECK(draft.visible == rbm::VisibleType::Gaussian);
}

TEST_CASE("a class is called by its name, or by its number") {
  rbm::Dataset data;
  data.label_names = {"cats", std::string(80, 'x')};
  CHECK(std::string(label_name(&data, 0).text) == "cats");
  CHECK(std::string(label_name(&data, 1).text) == std::string(31, 'x'));
  CHECK(std::string(label_name(&data, 2).text) == "2");
  CHECK(std::string(label_name(nullptr, 3).text) == "3");
}

TEST_CASE("an edit says when it applies") {
  for (const Change& change : kNow) {
    TrainingSettings wanted, edited;
    std::string trouble;
    change(edited);
    CHECK(take_edit(edited, wanted, trouble) == Edit::AppliesNow);
    CHECK(wanted == edited);
    CHECK(trouble.empty());
  }
  for (const Change& change : kAtReset) {
    TrainingSettings wanted, edited;
    std::string trouble;
    change(edited);
    CHECK(take_edit(edited, wanted, trouble) == Edit::AppliesAtReset);
    CHECK(wanted == edited);
  }
  TrainingSettings wanted;
  std::string trouble;
  CHECK(take_edit(TrainingSettings{}, wanted, trouble) == Edit::None);
}

TEST_CASE("a live edit applies now although other settings still wait for a reset") {
  TrainingSettings wanted;
  wanted.hidden = 400;
  TrainingSettings edited = wanted;
  edited.learning_rate = 0.02f;
  std::string trouble;
  CHECK(take_edit(edited, wanted, trouble) == Edit::AppliesNow);
  CHECK(wanted.hidden == 400);
}

TEST_CASE("an impossible edit is refused with the core's sentence and changes nothing") {
  TrainingSettings wanted;
  TrainingSettings edited = wanted;
  edited.k = 0;
  std::string trouble;
  CHECK(take_edit(edited, wanted, trouble) == Edit::Rejected);
  CHECK(wanted == TrainingSettings{});
  CHECK(trouble == rbm::validate(edited).error().message);
}

TEST_CASE("the button that starts over says that changes wait for it") {
  CHECK(std::string(reset_label(0).text) == "Start over");
  CHECK(std::string(reset_label(1).text) == "Start over with it");
  CHECK(std::string(reset_label(2).text) == "Start over with them");
}

TEST_CASE("a change that waits is listed with what it was and what it will be; what applies now is not") {
  TrainingSettings in_force, wanted;
  CHECK(waiting_changes(in_force, wanted).empty());
  wanted.learning_rate = 0.5f;
  wanted.hidden = 500;
  wanted.labels = true;
  wanted.visible = rbm::VisibleType::Gaussian;
  wanted.on = "/models/first.safetensors";
  wanted.initial_sd = 0.05f;
  std::string told;
  for (const SettingChange& change : waiting_changes(in_force, wanted))
    told += std::string(change.setting->key) + ": " + change.from + " to " + change.to + "\n";
  CHECK(told ==
        "on: none to first.safetensors\nvisible: Binary to Gaussian\nhidden: 196 to 500\nlabels: off to on\n"
        "initial_sd: 0.01 to 0.05\n");
}

TEST_CASE("a preset brings its data, but not over data of one's own, and leaves seed and threads") {
  TrainingSettings own;
  own.seed = 7;
  own.threads = 3;
  const rbm::Preset digits{.settings = {.hidden = 500}};
  const rbm::Preset bars{.settings = {.data = "bars-and-stripes:4", .hidden = 10}};
  CHECK(started_from(bars, own).data == "bars-and-stripes:4");
  own.data = "bars-and-stripes:3";
  CHECK(started_from(digits, own).data == "mnist");
  own.data = "letters.npy";
  CHECK(started_from(digits, own).data == "letters.npy");
  CHECK(started_from(bars, own).data == "bars-and-stripes:4");
  CHECK((started_from(digits, own).seed == 7 && started_from(digits, own).threads == 3));
  CHECK(started_from(digits, own).hidden == 500);
}

TEST_CASE("a run says in a word what it does, and where that needs it what to do") {
  SmallLab lab;
  rbm::Snapshot& s = lab.snapshot;
  const auto is = [&](rbm::RunState state, std::uint64_t updates, bool is_over, double rate) {
    s.state = state;
    s.progress.updates = updates;
    s.progress.is_over = is_over;
    s.progress.learning_rate = rate;
    return std::string(run_look(s).text);
  };
  using enum rbm::RunState;
  CHECK(is(Paused, 0, false, 0.1) == "Ready");
  CHECK(run_advice(s) != nullptr);
  CHECK(is(Paused, 9, false, 0.1) == "Paused");
  CHECK(run_advice(s) == nullptr);
  CHECK(is(Running, 9, false, 0.1) == "Training");
  CHECK(is(Running, 9, true, 0.01) == "Training past its end");
  const std::string goes_on = run_advice(s);
  CHECK(is(Paused, 9, true, 0) == "Finished");
  CHECK(goes_on != run_advice(s));
}

TEST_CASE("a change that waits is taken back by its own button, and all of them by one") {
  SmallLab lab;
  const rbm::TrainingSettings in_force = lab.snapshot.settings;
  NullWindow window({1280, 800});
  const auto draw = [&] { window.bare_frame([&] { lab.draw(); }); };
  const auto click = [&](const char* id) {
    for (int i = 0; i < 3; ++i) draw();
    window.mouse_to(NullWindow::middle(id));
    for (const bool down : {false, false, true, true, false, false}) window.left(down), draw();
  };
  lab.shared.wanted.hidden = 77;
  lab.shared.wanted.seed = 9;
  lab.shared.wanted.on = "first.safetensors";
  click("waiting.hidden");
  CHECK(lab.shared.wanted.hidden == in_force.hidden);
  CHECK(lab.shared.wanted.seed == 9);
  click("waiting.all");
  CHECK(lab.shared.wanted == in_force);
  draw();
  CHECK_FALSE(ui::registered().contains("waiting.all"));
}

TEST_CASE("the cards of the presets show when their row is pressed, and the one that is chosen starts over") {
  SmallLab lab;
  lab.shared.presets = rbm::all_presets();
  NullWindow window({1280, 800});
  rbm::TrainingSettings begun;
  const auto draw = [&] {
    window.bare_frame([&] {
      Context context = lab.context();
      context.start_over = [&](rbm::TrainingSettings settings) { begun = std::move(settings); };
      lab.screen.draw(context, lab.preferences);
    });
  };
  const auto click = [&](const char* id) {
    for (int i = 0; i < 3; ++i) draw();
    window.mouse_to(NullWindow::middle(id));
    for (const bool down : {false, false, true, true, false, false}) window.left(down), draw();
  };
  for (int i = 0; i < 3; ++i) draw();
  CHECK_FALSE(ui::registered().contains("preset.classifier"));
  click("train.preset");
  click("preset.classifier");
  CHECK(begun == started_from(*rbm::find_preset("classifier"), lab.shared.wanted));
  NullWindow::rect("train.preset");
  CHECK_FALSE(ui::registered().contains("preset.classifier"));
}

TEST_CASE("a seed is any whole number of 64 bits and nothing else") {
  CHECK(*parse_seed("0") == 0);
  CHECK(*parse_seed("18446744073709551615") == 18446744073709551615u);
  for (const char* wrong : {"", "-1", "1.5", "12 ", "x", "18446744073709551616"}) {
    CAPTURE(wrong);
    CHECK(!parse_seed(wrong));
  }
}

TEST_CASE("numbers are grouped by thousands") {
  CHECK(std::string(grouped(0).text) == "0");
  CHECK(std::string(grouped(999).text) == "999");
  CHECK(std::string(grouped(1000).text) == "1 000");
  CHECK(std::string(grouped(1234567).text) == "1 234 567");
  CHECK(std::string(grouped(18446744073709551615u).text) == "18 446 744 073 709 551 615");
}

TEST_CASE("durations read as a clock does") {
  CHECK(std::string(duration(0).text) == "0.0\u00a0s");
  CHECK(std::string(duration(7.26).text) == "7.3\u00a0s");
  CHECK(std::string(duration(59.96).text) == "1:00");
  CHECK(std::string(duration(245).text) == "4:05");
  CHECK(std::string(duration(3723).text) == "1:02:03");
  CHECK(std::string(duration(-1).text) == "–");
}

TEST_CASE("rates keep three digits") {
  CHECK(std::string(rate(0).text) == "–");
  CHECK(std::string(rate(12345.6).text) == "12 300");
  CHECK(std::string(rate(99.6).text) == "100");
  CHECK(std::string(rate(999999).text) == "1 000 000");
}

}  // namespace
