// The table of views: every row is whole, and what is on the screen decides what the worker is asked for.
#include <doctest/doctest.h>

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

TEST_CASE("the worker is asked for what the view and the side column show, and for nothing else") {
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
      if (sides) expected = expected | SideColumn::kNeeds;
      // The inspector of the filters, for a unit that is chosen.
      const bool inspects = view.id == std::string("filters");
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
