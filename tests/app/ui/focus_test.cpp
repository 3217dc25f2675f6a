// The keyboard's way to the controls, and what it does there.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/app/ui/form_sample.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab::ui;
using lab::test::Form;
using lab::test::kControls;
using lab::test::NullWindow;

/// Tab until the control is the one whose hint shows.
void focus_on(NullWindow& window, const std::string& hint, const auto& draw) {
  for (int i = 0; i < 20 && hovered_hint() != hint; ++i) {
    focus_key({.key = kKeyTab});
    window.frames(2, draw);
  }
  REQUIRE(hovered_hint() == hint);
}

TEST_CASE("the keyboard reaches every control in order, goes round, and leaves with Escape") {
  NullWindow window;
  Form form;
  const auto draw = [&] { form.draw(); };
  window.frames(2, draw);
  CHECK(!focus_key({.key = kKeySpace}));  // nothing has the focus: the key is the program's
  CHECK(!focus_key({.key = kKeyEscape}));
  std::vector<std::string> hints;
  for (std::size_t i = 0; i <= kControls.size(); ++i) {
    CHECK(focus_key({.key = kKeyTab}));
    window.frames(2, draw);
    hints.push_back(hovered_hint());
  }
  CHECK(hints == std::vector<std::string>{"Starts.", "Starts over.", "Switches.", "Chooses.", "Picks.",
                                          "Picks.", "Counts.", "Units.", "How fast.", "Centres.",
                                          "Where from.", "Starts."});
  focus_key({.key = kKeyTab, .shift = true});
  window.frames(2, draw);
  CHECK(hovered_hint() == "Where from.");
  CHECK(focus_key({.key = kKeyEscape}));
  window.frames(2, draw);
  CHECK(hovered_hint().empty());
}

TEST_CASE("after a view's key Tab begins at the view, and goes on from there") {
  NullWindow window;
  const auto draw = [] {
    button("column", "Column", "");
    button("tab", "Tab", "");
    mark_focus_start();
    button("first", "First", "");
    button("second", "Second", "");
  };
  const auto tab = [&](bool back = false) {
    focus_key({.key = kKeyTab, .shift = back});
    window.frames(2, draw);
    return focused();
  };
  window.frames(2, draw);
  CHECK(tab() == "column");
  focus_from_start();
  window.frames(2, draw);
  CHECK(focused().empty());
  CHECK(tab() == "first");
  CHECK(tab() == "second");
  CHECK(tab() == "column");
  focus_from_start();
  window.frames(2, draw);
  CHECK(tab(true) == "tab");
  focus_key({.key = kKeyEscape});
  CHECK(tab() == "column");  // asked for once
}

TEST_CASE("with the focus, Enter and Space press and the arrows change values") {
  NullWindow window;
  Form form;
  const auto draw = [&] { form.draw(); };
  const auto key = [&](int code, bool shift = false) {
    CHECK(focus_key({.key = code, .shift = shift}));
    window.frames(2, draw);
  };
  window.frames(2, draw);
  focus_on(window, "Starts.", draw);
  key(kKeyEnter);
  key(kKeySpace);
  CHECK(form.pressed == 2);
  focus_on(window, "Switches.", draw);
  key(kKeySpace);
  CHECK(form.on);
  key(kKeyLeft);
  CHECK(!form.on);
  focus_on(window, "Chooses.", draw);
  key(kKeyRight);
  key(kKeyRight);
  key(kKeyRight);
  CHECK(form.choice == 2);
  focus_on(window, "Counts.", draw);
  key(kKeyRight);
  CHECK(form.count == 12);
  key(kKeyLeft, true);
  CHECK(form.count == 0);
  CHECK(form.committed_int == 2);
  key(kKeyLeft);
  CHECK(form.committed_int == 2);  // at the end already
  focus_on(window, "Units.", draw);
  key(kKeyRight);
  CHECK(form.hidden > 100);
  CHECK(form.hidden < 130);
  focus_on(window, "How fast.", draw);
  const float before = form.rate;
  key(kKeyDown);
  CHECK(form.rate < before);
  CHECK(form.rate > 0.7f * before);
}

TEST_CASE("a slow slider moves by at least the smallest step that shows") {
  NullWindow window;
  float small = 0.0001f;
  int few = 1;
  const auto draw = [&] {
    row_float("a", "A", &small, 0, 1, "%.4f", "Small.", nullptr, true);
    row_int("b", "B", &few, 1, 4096, "Few.", nullptr, true);
  };
  window.frames(2, draw);
  focus_on(window, "Small.", draw);
  focus_key({.key = kKeyRight});
  window.frames(2, draw);
  CHECK(small == doctest::Approx(0.0002f));
  focus_on(window, "Few.", draw);
  for (int wanted = 2; wanted <= 5; ++wanted) {
    focus_key({.key = kKeyRight});
    window.frames(2, draw);
    CHECK(few == wanted);
  }
}

TEST_CASE("a click ends the keyboard's focus, and disabled controls are passed over") {
  NullWindow window;
  Form form;
  const auto draw = [&] {
    ImGui::BeginDisabled();
    button("off", "Off", "Is off.");
    ImGui::EndDisabled();
    form.draw();
  };
  window.frames(2, draw);
  focus_key({.key = kKeyTab});
  window.frames(2, draw);
  CHECK(hovered_hint() == "Starts.");
  window.mouse_to({450, 590});
  window.left(true);
  window.frames(2, draw);
  window.left(false);
  window.frames(3, draw);
  CHECK(hovered_hint().empty());
  CHECK(!focus_key({.key = kKeyEnter}));
}

TEST_CASE(
    "what has the focus leaves Enter to a program that waits for it, what Tab has just reached does not") {
  NullWindow window;
  int first = 0, second = 0;
  bool waits = false;
  const auto draw = [&] {
    want_enter(waits);
    first += button("first", "First", "");
    second += button("second", "Second", "");
  };
  const auto key = [&](int code, bool shift = false) {
    const bool is_used = focus_key({.key = code, .shift = shift});
    window.frames(2, draw);
    return is_used;
  };
  window.frames(2, draw);
  key(kKeyTab);
  CHECK(key(kKeyEnter));
  CHECK(first == 1);
  waits = true;  // what the button was for is done
  window.frames(2, draw);
  CHECK(!key(kKeyEnter));
  CHECK(key(kKeyEnter, true));  // the menu of what has the focus
  CHECK(key(kKeySpace));
  CHECK(first == 2);
  CHECK(!key(kKeyEnter));
  CHECK(focused() == "first");
  key(kKeyTab);
  CHECK(key(kKeyEnter));
  CHECK(key(kKeyEnter));
  CHECK(second == 2);
  waits = false;
  window.frames(2, draw);
  key(kKeyTab);
  waits = true;  // between Tab and Enter
  window.frames(2, draw);
  CHECK(key(kKeyEnter));
  CHECK(first == 3);
  waits = false;  // and is over
  window.frames(2, draw);
  CHECK(key(kKeyEnter));
  CHECK(first == 4);
}

TEST_CASE("a new window begins without the focus, the keys and the hints of the one before") {
  const auto draw_in = [](NullWindow& window, int& pressed) {
    window.frames(2, [&] {
      button("first", "First", "The first.");
      pressed += button("second", "Second", "The second.");
    });
  };
  int pressed = 0;
  {
    NullWindow before;
    draw_in(before, pressed);
    focus_key({.key = kKeyTab});
    focus_key({.key = kKeyTab});
    draw_in(before, pressed);
    REQUIRE(focused() == "second");
    focus_key({.key = kKeyEnter});
  }
  NullWindow window;
  draw_in(window, pressed);
  CHECK(focused().empty());
  CHECK(hovered_hint().empty());
  CHECK(pressed == 0);
  focus_key({.key = kKeyTab});
  draw_in(window, pressed);
  CHECK(focused() == "first");
}

TEST_CASE("a key for a control that loses the focus goes to no other") {
  NullWindow window;
  int pressed = 0;
  const auto draw = [&] { pressed += button("only", "Only", ""); };
  const auto tab = [&] {
    focus_key({.key = kKeyTab});
    window.frames(2, draw);
    REQUIRE(focused() == "only");
  };
  window.frames(2, draw);
  tab();
  focus_key({.key = kKeyEnter});
  focus_key({.key = kKeyEscape});
  tab();
  CHECK(pressed == 0);
}

TEST_CASE(
    "what is asked for is scrolled into view, also where it stands in a panel of the room that scrolls") {
  NullWindow window({400, 300});
  const auto draw = [] {
    begin_child("room", {380, 200});
    scroll_to_revealed();
    begin_panel("panel", "Panel", {360, 900});
    button("above", "Above", "The first.");
    ImGui::Dummy({0, 400});
    button("middle", "Middle", "The second.");
    ImGui::Dummy({0, 300});
    button("below", "Below", "The last.");
    end_panel();
    ImGui::EndChild();
  };
  window.frames(2, draw);
  for (const char* id : {"below", "middle", "above", "below"}) {
    reveal(id);
    window.frames(4, draw);
    CAPTURE(id);
    CHECK(NullWindow::rect(id).h >= 18);
  }
  for (const char* id : {"above", "middle", "below", "above"}) {  // the keyboard takes the room along
    focus_key({.key = kKeyTab});
    window.frames(4, draw);
    CHECK(focused() == id);
    CHECK(NullWindow::rect(id).h >= 18);
  }
}

}  // namespace
