// What the training controls decide without a window: which edits apply now, which wait, which are refused.
#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

#include "app/panels/format_text.hpp"
#include "app/panels/pending_settings.hpp"

namespace {

using namespace lab;
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

TEST_CASE("the reset button counts the changes that wait") {
  CHECK(std::string(reset_label(0).text) == "Start over");
  CHECK(std::string(reset_label(1).text) == "Reset to apply: 1 change");
  CHECK(std::string(reset_label(2).text) == "Reset to apply: 2 changes");
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
  CHECK(std::string(duration(0).text) == "0.0 s");
  CHECK(std::string(duration(7.26).text) == "7.3 s");
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
