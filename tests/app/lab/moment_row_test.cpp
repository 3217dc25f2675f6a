// Moments of the run of this window beside other runs: what their row says, and that Compare shows two of them.
#include "app/lab/moment_row.hpp"

#include <doctest/doctest.h>

#include "app/panels/compare_panel.hpp"
#include "tests/app/small_lab.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab;
using lab::test::NullWindow;
using lab::test::SmallLab;

TEST_CASE("a moment has the settings that were in force then and the curves up to it") {
  SmallLab lab;
  rbm::TrainingSettings settings = lab.snapshot.settings;
  settings.learning_rate = 0.5f;
  rbm::Journal journal(rbm::JournalStart{.settings = settings});
  settings.learning_rate = 0.25f;
  journal.set(150, settings);
  lab.snapshot.monitoring.journal = std::make_shared<const rbm::Journal>(journal);
  const auto rate = [](const RunRow& row) {
    for (const RunSetting& setting : row.facts->settings)
      if (setting.title == "Learning rate") return setting.value;
    return std::string();
  };
  const RunRow now = moment_row(lab.snapshot);
  CHECK(now.facts->updates == 300);
  CHECK(now.title == "Update 300");
  CHECK(rate(now) == "0.25");
  CHECK(now.facts->picture.filters.rows() == 36);
  lab.snapshot.monitoring.timeline.looking_at = 100;
  const RunRow then = moment_row(lab.snapshot);
  CHECK(rate(then) == "0.5");
  CHECK(then.key != now.key);
  CHECK(then.facts->curves.back().update == 100);
  CHECK(then.facts->best->log_likelihood == doctest::Approx(-180));
}

TEST_CASE("two moments stand side by side in Compare without any kept run, and are taken out together") {
  SmallLab lab;
  RunsInView& runs = lab.shared.runs;
  lab.shared.view = find_view("compare");
  for (const std::uint64_t update : {100U, 200U}) {
    lab.snapshot.monitoring.timeline.looking_at = update;
    runs.moments.push_back(moment_row(lab.snapshot));
    runs.chosen.push_back(runs.moments.back().key);
  }
  NullWindow window({1280, 800});
  const auto draw = [&] { lab.draw(); };
  const auto click = [&](const char* id, float right = 0) {
    window.bare_frame(draw);
    ImVec2 at = NullWindow::middle(id);
    at.x += right;
    window.mouse_to(at);
    for (const bool down : {false, false, true, true, false, false})
      window.left(down), window.bare_frame(draw);
  };
  const auto state = [&] { return lab.screen.panels.of<ComparePanel>().state(); };
  window.bare_frame(draw);
  CHECK(state().at("runs") == 2);
  click("compare.mode", 40);
  CHECK(state().at("filters") == 36);
  click("compare.clear");
  CHECK(runs.chosen.empty());
  CHECK(runs.moments.empty());
  CHECK_FALSE(ui::registered().contains("compare.mode"));
  CHECK(ui::registered().contains("compare.add"));
}

}  // namespace
