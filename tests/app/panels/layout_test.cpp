// Every view, laid out at the sizes of screens and at all scales: no text leaves its place or lies on another.
#include <doctest/doctest.h>

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "app/lab/run_picture.hpp"
#include "tests/app/small_lab.hpp"
#include "tests/app/ui/drawn_text.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab;
using lab::test::NullWindow;
using lab::test::SmallLab;

const std::array<ImVec2, 2> kSmall{{{1280, 800}, {1440, 900}}}, kLarge{{{1920, 1080}, {2560, 1440}}};

/// All views of a lab at one scale, at each of the sizes.
void check_layouts(SmallLab& lab, float scale, std::span<const ImVec2> sizes) {
  NullWindow window({1280, 800}, scale);
  std::map<std::pair<float, float>, unsigned> known;
  for (const ImVec2 size : sizes) {
    window.resize(size);
    for (const View& view : views()) {
      lab.shared.view = &view;
      for (int i = 0; i < 2; ++i) window.bare_frame([&] { lab.draw(); });
      if (known.empty()) known = lab::test::characters();
      const auto texts = lab::test::drawn_texts(known);
      CHECK(texts.size() > 20);
      for (const std::string& fault : lab::test::faults_of(texts)) {
        // Images that are alike lie on each other in a map.
        if (std::string_view(view.id) == "map" && fault.ends_with("lie on each other")) continue;
        FAIL_CHECK(std::string(view.id), " at ", size.x, " × ", size.y, ", scale ", scale, ": ", fault);
      }
    }
  }
}

/// Seven runs with long names and notes, of which three are compared.
void add_runs(RunsInView& runs, const rbm::Snapshot& snapshot) {
  runs.is_on = runs.is_known = true;
  runs.notice = "The run is in the trash, from where the file manager of the desktop can put it back, too.";
  runs.can_put_back = true;
  runs.replay = {.title = "27 Nov, 22:13",
                 .sentence = "Replayed 27 Nov, 22:13: after 12345678 updates with 20 changes of settings its array "
                             "weights is another than the kept one; another version of the program, other data or "
                             "another kind of processor made it."};
  for (int n = 0; n < 7; ++n) {
    RunFacts facts;
    facts.data = n % 2 == 0 ? "mnist" : "/home/somebody/data/a folder with a long name";
    facts.hidden = 100 << n;
    facts.updates = 12345678;
    facts.images_per_second = 123456;
    facts.settings = {{"Hidden units", std::to_string(facts.hidden)},
                      {"Gibbs steps k", std::to_string(n + 1)},
                      {"Learning rate", "0.05"}};
    facts.curves = *snapshot.monitoring.curves;
    if (n != 3) facts.best = facts.curves.back();
    facts.picture = picture_of(*snapshot.model, 16);
    RunRow row;
    row.key = std::to_string(n);
    row.title = n == 1 ? "a name that is longer than every column of the table could be" : "27 Nov, 22:13";
    row.note = n == 2 ? "a note that says at length what was different" : "";
    row.when = "38 minutes ago";
    row.is_starred = n == 0;
    row.is_present = n == 4;
    row.facts = std::make_shared<const RunFacts>(std::move(facts));
    runs.rows.push_back(std::move(row));
    if (n < 3) runs.chosen.push_back(std::to_string(n));
  }
}

/// With changes that wait, a drawing, a unit that is chosen, a moment that is looked back at, runs, and a kept picture.
struct BusyLab : SmallLab {
  BusyLab() {
    shared.presets = rbm::all_presets();
    shared.wanted.hidden = 77;
    shared.wanted.labels = true;
    paint_two();
    shared.selected_unit = 7;
    snapshot.monitoring.timeline.looking_at = 100;
    add_runs(shared.runs, snapshot);
    const rbm::Matrix& chains = snapshot.chains.pictures;
    const rbm::ImageShape shape = rbm::picture_shape(*snapshot.model);
    const std::span picture(chains.row(0), static_cast<std::size_t>(chains.cols()));
    shared.menu.corner.keep({shape, {picture.begin(), picture.end()}, "training's chain 0"});
    shared.menu.corner.point_at(shape, {chains.row(1), picture.size()}, "reconstruction of image 12");
  }
};

TEST_CASE("no text leaves its place or lies on another, at scale 1 on small screens") {
  BusyLab lab;
  check_layouts(lab, 1, kSmall);
}

TEST_CASE("no text leaves its place or lies on another, at scale 1 on large screens") {
  BusyLab lab;
  check_layouts(lab, 1, kLarge);
}

TEST_CASE("no text leaves its place or lies on another, at scale 1.5 on small screens") {
  BusyLab lab;
  check_layouts(lab, 1.5f, kSmall);
}

TEST_CASE("no text leaves its place or lies on another, at scale 1.5 on large screens") {
  BusyLab lab;
  check_layouts(lab, 1.5f, kLarge);
}

TEST_CASE("no text leaves its place or lies on another, at scale 2") {
  SmallLab plain;  // where nothing stands below the views they lay out otherwise
  check_layouts(plain, 2, kSmall);
  BusyLab lab;
  check_layouts(lab, 2, kSmall);
  check_layouts(lab, 2, kLarge);
}

TEST_CASE("no text leaves its place or lies on another, at scale 3 on the screens where that fits") {
  BusyLab lab;
  check_layouts(lab, 3, kLarge);
}

TEST_CASE("at scale 2 on a small screen Paint, Health and Curves do not scroll sideways") {
  SmallLab lab;
  lab.paint_two();
  NullWindow window({1280, 800}, 2);
  for (const char* view : {"paint", "health", "curves"}) {
    CAPTURE(view);
    lab.shared.view = find_view(view);
    for (int i = 0; i < 3; ++i) window.bare_frame([&] { lab.draw(); });
    for (const ImGuiWindow* region : ImGui::GetCurrentContext()->Windows) {
      if (region->WasActive) CHECK_MESSAGE(!region->ScrollbarX, region->Name);
    }
  }
  // The title of Curves and one row of controls below it.
  const float title_row = NullWindow::rect("curves.likelihood").y;
  for (const char* control : {"curves.axis", "curves.fit", "curves.export"})
    CHECK(NullWindow::rect(control).y == title_row);
}

TEST_CASE("a text that is cut off, and two that lie on each other, are found") {
  NullWindow window({400, 300});
  const auto faults = [&](auto&& draw) {
    for (int i = 0; i < 2; ++i) window.frame(draw);
    return lab::test::faults_of(lab::test::drawn_texts(lab::test::characters())).size();
  };
  CHECK(faults([] { ImGui::TextUnformatted("Here is room enough."); }) == 0);
  CHECK(faults([] {
          ui::begin_child("narrow", {60, 40});
          ImGui::TextUnformatted("There is no room for all of this.");
          ImGui::EndChild();
        }) == 1);
  const auto low = [&](ImGuiWindowFlags flags) {
    return faults([flags] {
      ui::begin_child("low", {300, 26}, false, flags);
      for (int n = 0; n < 3; ++n) ImGui::TextUnformatted("The second line is cut in its middle.");
      ImGui::EndChild();
    });
  };
  CHECK(low(ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse) == 1);
  CHECK(faults([] {
          ImGui::GetWindowDrawList()->AddText({40, 40}, ~0U, "Number 8");
          ImGui::GetWindowDrawList()->AddText({60, 41}, ~0U, "Another");
        }) == 1);
}

}  // namespace
