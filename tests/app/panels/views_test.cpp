// The table of views: every row is whole, and what is on the screen decides what the worker is asked for.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "tests/app/small_lab.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab;
using lab::test::NullWindow;
using lab::test::SmallLab;

TEST_CASE("every view has a name of its own, an action that shows it, and a drawing") {
  std::set<std::string> ids;
  for (std::size_t n = 0; n < views().size(); ++n) {
    const View& view = views()[n];
    CAPTURE(std::string(view.id));
    CHECK(ids.insert(view.id).second);
    CHECK(find_view(view.id) == &view);
    CHECK((view.draw != nullptr));
    const Action* shows = find_action(std::string("view.") + view.id);
    REQUIRE(shows != nullptr);
    CHECK(shows->id == show_view(n));
  }
  CHECK(find_view("") == nullptr);
}

/// Whether the tab of this id was on the screen in the last frame.
bool has_tab(const std::string& id) {
  return ui::registered().contains(id);
}

TEST_CASE("the tabs are at most six places and the views of the one on the screen") {
  SmallLab lab;
  NullWindow window({1280, 800});
  CHECK(places().size() <= 6);
  for (const View& shown : views()) {
    CAPTURE(std::string(shown.id));
    lab.shared.view = &shown;
    for (int i = 0; i < 2; ++i) window.bare_frame([&] { lab.draw(); });
    for (const View& view : views()) {
      const auto in_place = std::ranges::count(views(), view.place, &View::place);
      CHECK(has_tab(std::string("tab.") + view.id) == (view.place == shown.place || in_place == 1));
    }
    for (const Place& place : places())
      CHECK(has_tab(place.tab) == (std::ranges::count(views(), place.id, &View::place) > 0));
  }
}

TEST_CASE("a place shows the view that it showed last") {
  SmallLab lab;
  NullWindow window({1280, 800});
  ActionId asked = ActionId::Help;
  const auto draw = [&] {
    Context context = lab.context();
    context.run = [&](ActionId id) { asked = id; };
    lab.screen.draw(context, lab.preferences);
  };
  for (const char* view : {"health", "paint"}) {
    lab.shared.view = find_view(view);
    window.bare_frame(draw);
  }
  const auto click = [&](const char* id) {
    window.mouse_to(NullWindow::middle(id));
    for (const bool down : {false, false, true, true, false, false})
      window.left(down), window.bare_frame(draw);
  };
  click("place.measure");
  CHECK(asked == find_action("view.health")->id);
  click("place.explain");
  CHECK(asked == find_action("view.heights")->id);
}

TEST_CASE("the worker is asked for what the view and its side show, and for nothing else") {
  SmallLab lab;
  lab.shared.selected_unit = 7;
  NullWindow window({1280, 800});
  for (const bool sides : {true, false}) {
    lab.preferences.sides = sides;
    for (const View& view : views()) {
      CAPTURE(std::string(view.id));
      lab.shared.view = &view;
      window.bare_frame([&] { lab.draw(); });
      rbm::command::Needs expected = view.needs;
      if (sides) expected = expected | view.side.needs;
      // The inspector, for a unit that is chosen: of the filters' own, and beside the hidden activations.
      const bool inspects = view.id == std::string("filters") || (sides && view.id == std::string("hidden"));
      expected.driving_images = inspects;
      CHECK(lab.shared.watch.needs == expected);
      CHECK(lab.shared.watch.inspected_unit == (inspects ? 7 : -1));
    }
  }
}

TEST_CASE("a view whose part of the snapshot is not there yet is drawn all the same") {
  SmallLab lab;
  lab.paint_two();
  lab.shared.selected_unit = 7;
  NullWindow window({1280, 800});
  const rbm::Snapshot whole = lab.snapshot;
  for (const bool seen_before : {false, true}) {
    for (const View& view : views()) {
      CAPTURE(std::string(view.id));
      lab.shared.view = &view;
      if (seen_before) {
        lab.snapshot = whole;
        window.bare_frame([&] { lab.draw(); });
      }
      lab.snapshot.weights.filters = nullptr;
      lab.snapshot.hidden.batch = lab.snapshot.reconstructions.reconstructed =
          lab.snapshot.reconstructions.data = {};
      lab.snapshot.hidden.batch_rows.clear();
      lab.snapshot.chains.states = {};
      lab.snapshot.chains.pictures = {};
      lab.snapshot.hidden.inspected = {};
      lab.snapshot.likelihood.exact = nullptr;
      lab.snapshot.monitoring.diagnostics = nullptr;
      ++lab.snapshot.version;
      for (int i = 0; i < 2; ++i) window.bare_frame([&] { lab.draw(); });
      CHECK(ui::shared_id() == "");
      CHECK(ui::registered().size() > 20);
    }
  }
}

}  // namespace
