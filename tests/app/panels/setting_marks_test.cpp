// Where settings changed, on the curves; and changes of settings taken back.
#include "app/panels/setting_marks.hpp"

#include <doctest/doctest.h>

#include "app/panels/settings_history.hpp"

namespace {

using namespace lab;

/// A point every hundred updates; epochs are tens of updates, the clock runs half as fast after the fifth.
std::vector<rbm::CurvePoint> hundreds(int count) {
  std::vector<rbm::CurvePoint> out(static_cast<std::size_t>(count));
  for (int n = 0; n < count; ++n) {
    rbm::CurvePoint& point = out[static_cast<std::size_t>(n)];
    point.update = 100u * static_cast<unsigned>(n);
    point.epoch = 10.0 * n;
    point.seconds = n < 5 ? n : 5 + 2.0 * (n - 5);
  }
  return out;
}

}  // namespace

TEST_CASE("a mark says at which update which setting went from what to what") {
  rbm::TrainingSettings settings;
  settings.learning_rate = 0.05f;
  rbm::Journal journal({.settings = settings});
  settings.learning_rate = 0.01f;
  journal.set(1200, settings);
  settings.method = rbm::Method::Cd;
  settings.k = 3;
  journal.set(1500, settings);
  auto marks = setting_marks(journal, hundreds(30), 0, 10);
  REQUIRE(marks.size() == 2);
  CHECK(marks[0].x == 1200);
  CHECK(marks[0].text == "update 1 200: learning rate 0.05 → 0.01");
  CHECK(marks[1].text == "update 1 500\nmethod PCD → CD\nnumber of Gibbs steps k 1 → 3");
  // Over epochs and seconds they stand where the curve does.
  CHECK(setting_marks(journal, hundreds(30), 1, 1)[0].x == doctest::Approx(120));
  CHECK(setting_marks(journal, hundreds(30), 2, 1)[0].x == doctest::Approx(19));
  CHECK(place_of(450, hundreds(30), 2) == doctest::Approx(4.5));
  CHECK(place_of(99999, hundreds(30), 1) == 290);
  // Closer together than can be told apart they are one.
  marks = setting_marks(journal, hundreds(30), 0, 400);
  REQUIRE(marks.size() == 1);
  CHECK(marks[0].text ==
        "update 1 200 to 1 500\nmethod PCD → CD\nnumber of Gibbs steps k 1 → 3\nlearning rate 0.05 → 0.01");
}

TEST_CASE("a drag there and back, a divergence and a rate that follows the clock") {
  rbm::TrainingSettings settings;
  rbm::Journal journal({.settings = settings});
  settings.learning_rate = 0.2f;
  journal.set(100, settings);
  settings.learning_rate = 0.1f;
  journal.set(101, settings);
  settings.learning_rate = 0.09f;
  journal.set(300, settings, rbm::JournalEntry::Kind::Clock);
  journal.diverged(500, 537);
  settings.k = 2;
  journal.set(500, settings);
  const auto marks = setting_marks(journal, hundreds(9), 0, 5);
  REQUIRE(marks.size() == 3);
  CHECK(marks[0].text == "update 100 to 101: settings changed and changed back");
  CHECK(marks[1].text == "update 537: diverged, and the run went back");
  CHECK(marks[2].text == "update 500: number of Gibbs steps k 1 → 2");
}

TEST_CASE("changes of settings are taken back and made again, one a look, and another run begins anew") {
  SettingsHistory history;
  rbm::TrainingSettings settings;
  history.look(1, settings);
  CHECK_FALSE(history.undo().has_value());
  for (const float rate : {0.2f, 0.3f, 0.4f}) {
    settings.learning_rate = rate;
    history.look(1, settings);
    history.look(1, settings);
  }
  CHECK(history.undo()->learning_rate == 0.3f);
  CHECK(history.undo()->learning_rate == 0.2f);
  settings.learning_rate = 0.2f;
  history.look(1, settings);  // what is shown then is no further change
  CHECK(history.redo()->learning_rate == 0.3f);
  settings.learning_rate = 0.3f;
  settings.k = 7;
  history.look(1, settings);
  CHECK_FALSE(history.redo().has_value());
  CHECK(history.undo()->k == rbm::TrainingSettings{}.k);
  settings.seed = 9;
  history.look(2, settings);
  CHECK_FALSE(history.undo().has_value());
}
