// The action table: menus, keys, the help list and scripts all come from it.
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "app/panels/actions.hpp"
#include "app/panels/views.hpp"

namespace {

using namespace lab;

TEST_CASE("every action has a row, in the order of its number") {
  const auto kCount = static_cast<std::size_t>(ActionId::FirstView) + views().size();
  REQUIRE(actions().size() == kCount);
  for (std::size_t i = 0; i < kCount; ++i) {
    CHECK(actions()[i].id == static_cast<ActionId>(i));
    CHECK(&action(static_cast<ActionId>(i)) == &actions()[i]);
  }
}

TEST_CASE("names are unique and lead back to their action") {
  std::set<std::string> names;
  for (const Action& a : actions()) {
    CAPTURE(a.name);
    CHECK(names.insert(a.name).second);
    CHECK(find_action(a.name) == &a);
  }
  CHECK(find_action("no.such.action") == nullptr);
  CHECK(find_action("") == nullptr);
}

TEST_CASE("shortcuts are unique and lead back to their action") {
  for (const Action& a : actions()) {
    CAPTURE(a.name);
    // Ten digits are no keys for more than ten views.
    CHECK((a.shortcut.key != ui::kKeyNone || std::string(a.group) == "Views"));
    if (a.shortcut.key != ui::kKeyNone) CHECK(find_action(a.shortcut) == &a);
  }
}

TEST_CASE("a modifier makes another shortcut") {
  const Action* save = find_action(ui::Shortcut{.key = ui::kKeyS, .ctrl = true});
  const Action* checkpoint = find_action(ui::Shortcut{.key = ui::kKeyS, .ctrl = true, .shift = true});
  REQUIRE(save != nullptr);
  REQUIRE(checkpoint != nullptr);
  CHECK(save->id == ActionId::Save);
  CHECK(checkpoint->id == ActionId::SaveCheckpoint);
  CHECK(find_action(ui::Shortcut{.key = ui::kKeyS}) == nullptr);
  CHECK(find_action(ui::Shortcut{}) == nullptr);
}

TEST_CASE("the keys of the manual do what it says") {
  const struct {
    ui::Shortcut keys;
    const char* name;
  } rows[] = {
      {{.key = ui::kKeySpace}, "play"},
      {{.key = ui::kKeyB}, "step.batch"},
      {{.key = ui::kKeyE}, "step.epoch"},
      {{.key = ui::kKeyR, .ctrl = true}, "reset"},
      {{.key = ui::kKeyO, .ctrl = true}, "open"},
      {{.key = ui::kKeyE, .ctrl = true}, "export.curves"},
      {{.key = ui::kKeyF12}, "export.picture"},
      {{.key = ui::kKey1}, "view.watch"},
      {{.key = ui::kKey7}, "view.curves"},
      {{.key = ui::kKey9}, "view.heights"},
      {{.key = ui::kKey0}, "view.exact"},
      {{.key = ui::kKeyG}, "gibbs.play"},
      {{.key = ui::kKeyPeriod}, "gibbs.half"},
      {{.key = ui::kKeySlash}, "gibbs.full"},
      {{.key = ui::kKeyR}, "gibbs.redraw"},
      {{.key = ui::kKeyN}, "gibbs.restart"},
      {{.key = ui::kKeyZ, .ctrl = true}, "paint.undo"},
      {{.key = ui::kKeyY, .ctrl = true}, "paint.redo"},
      {{.key = ui::kKeyDelete}, "paint.clear"},
      {{.key = ui::kKeyD}, "paint.digit"},
      {{.key = ui::kKeyM}, "paint.dream"},
      {{.key = ui::kKeyF9}, "theme.toggle"},
      {{.key = ui::kKeyEqual, .ctrl = true}, "scale.up"},
      {{.key = ui::kKeyMinus, .ctrl = true}, "scale.down"},
      {{.key = ui::kKeyB, .ctrl = true}, "build.on"},
      {{.key = ui::kKeyF8}, "sides.toggle"},
      {{.key = ui::kKeyF11}, "fullscreen"},
      {{.key = ui::kKeyF1}, "help"},
      {{.key = ui::kKeyQ, .ctrl = true}, "quit"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const Action* found = find_action(row.keys);
    REQUIRE(found != nullptr);
    CHECK(std::string(found->name) == row.name);
  }
}

TEST_CASE("every action has a label and one sentence that ends like one") {
  const std::set<std::string> groups{"Training", "Views", "Gibbs sampling", "Painting", "Program"};
  for (const Action& a : actions()) {
    CAPTURE(a.name);
    CHECK(!std::string(a.label).empty());
    CHECK(std::string(a.hint).ends_with("."));
    CHECK(groups.contains(a.group));
  }
}

}  // namespace
