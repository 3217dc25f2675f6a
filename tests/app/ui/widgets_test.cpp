// The controls without a window: register, mouse, keyboard, hints.
#include "app/ui/widgets.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab::ui;
using lab::test::NullWindow;

constexpr std::array kChoices{"CD", "PCD", "Tempering"};

/// One of each control, and how often each answered true.
struct Form {
  bool on = false, row_on = false, disabled = false;
  int choice = 0, picked = 1, row_picked = 0, count = 10, hidden = 100;
  float rate = 0.01f;
  std::string text = "mnist";
  int pressed = 0, icon_pressed = 0, toggled = 0, chosen = 0, committed_int = 0, committed_float = 0,
      committed_text = 0, row_toggled = 0, row_combos = 0;

  void draw() {
    if (disabled) ImGui::BeginDisabled();
    pressed += button("form.button", "Go", "Starts.", Icon::Play, Emphasis::Primary);
    icon_pressed += icon_button("form.icon", Icon::Reset, "Starts over.");
    toggled += toggle("form.toggle", "On", &on, "Switches.");
    chosen += segmented("form.segments", &choice, kChoices, "Chooses.");
    ImGui::SetNextItemWidth(150);
    combo("form.combo", &picked, kChoices, "Picks.");
    row_combos += row_combo("form.row_combo", "Method", &row_picked, kChoices, "Picks.", "waits");
    committed_int += row_int("form.int", "Count", &count, 0, 100, "Counts.");
    committed_int += row_int("form.hidden", "Hidden units", &hidden, 1, 4096, "Units.", "waits", true);
    committed_float += row_float("form.float", "Rate", &rate, 0.0001f, 1, "%.4f", "How fast.", nullptr, true);
    row_toggled += row_toggle("form.row_toggle", "Centred", &row_on, "Centres.");
    committed_text += row_text("form.text", "Data", &text, "Where from.");
    readout("Updates", "12");
    heading("Section", "right");
    if (disabled) ImGui::EndDisabled();
  }
};

const std::vector<std::string> kControls{"form.button", "form.icon",       "form.toggle", "form.segments",
                                         "form.combo",  "form.row_combo",  "form.int",    "form.hidden",
                                         "form.float",  "form.row_toggle", "form.text"};

TEST_CASE(
    "every control registers its rectangle, inside the window and apart from the others, at every scale") {
  for (const float scale : {1.0f, 1.5f, 3.0f}) {
    NullWindow window({500 * scale, 600 * scale}, scale);
    Form form;
    window.frames(3, [&] { form.draw(); });
    for (const std::string& id : kControls) {
      const Rect r = NullWindow::rect(id);
      CAPTURE(id);
      CHECK(r.x >= 0);
      CHECK(r.y >= 0);
      CHECK(r.x + r.w <= 500 * scale);
      CHECK(r.h >= 18 * scale);
      for (const std::string& other : kControls) {
        if (other == id) continue;
        const Rect o = NullWindow::rect(other);
        CHECK((r.x + r.w <= o.x || o.x + o.w <= r.x || r.y + r.h <= o.y || o.y + o.h <= r.y));
      }
    }
  }
}

TEST_CASE("the register forgets what is no longer drawn and leaves out what is scrolled out of sight") {
  NullWindow window;
  bool shown = true;
  const auto draw = [&] {
    if (shown) button("now", "Now", "Is here.");
    begin_child("scrolled", {200, 100});
    button("above", "Above", "At the top.");
    ImGui::Dummy({0, 500});
    button("below", "Below", "Far down.");
    ImGui::EndChild();
  };
  window.frames(2, draw);
  CHECK(registered().contains("now"));
  CHECK(registered().contains("above"));
  CHECK(!registered().contains("below"));
  shown = false;
  window.frame(draw);
  CHECK(!registered().contains("now"));
}

TEST_CASE("a click presses a button once and a disabled one not at all") {
  NullWindow window;
  Form form;
  const auto draw = [&] { form.draw(); };
  window.click("form.button", draw);
  CHECK(form.pressed == 1);
  window.click("form.icon", draw);
  CHECK(form.icon_pressed == 1);
  form.disabled = true;
  window.click("form.button", draw);
  window.click("form.toggle", draw);
  window.click("form.int", draw);
  CHECK(form.pressed == 1);
  CHECK(form.toggled == 0);
  CHECK(form.committed_int == 0);
}

TEST_CASE("a toggle turns with each click") {
  NullWindow window;
  Form form;
  const auto draw = [&] { form.draw(); };
  window.click("form.toggle", draw);
  CHECK(form.on);
  window.click("form.toggle", draw);
  CHECK(!form.on);
  CHECK(form.toggled == 2);
  window.click("form.row_toggle", draw);
  CHECK(form.row_on);
  CHECK(form.row_toggled == 1);
}

TEST_CASE("a segment chooses itself, and choosing it again is no change") {
  NullWindow window;
  Form form;
  const auto draw = [&] { form.draw(); };
  window.click("form.segments.Tempering", draw);
  CHECK(form.choice == 2);
  CHECK(form.chosen == 1);
  window.click("form.segments.Tempering", draw);
  CHECK(form.chosen == 1);
}

TEST_CASE("a combo opens a list and takes the choice from it") {
  NullWindow window;
  Form form;
  const auto draw = [&] { form.draw(); };
  window.click("form.row_combo", draw);
  window.click("form.row_combo.PCD", draw);
  CHECK(form.row_picked == 1);
  CHECK(form.row_combos == 1);
  window.frames(3, draw);
  CHECK(!registered().contains("form.row_combo.PCD"));
}

TEST_CASE("a dragged slider commits once, when the mouse lets go") {
  NullWindow window;
  Form form;
  const auto draw = [&] { form.draw(); };
  window.frames(2, draw);
  const Rect r = NullWindow::rect("form.int");
  window.mouse_to({r.x + 0.2f * r.w, r.y + r.h / 2});
  window.frames(2, draw);
  window.left(true);
  window.frames(2, draw);
  window.mouse_to({r.x + 0.75f * r.w, r.y + r.h / 2});
  window.frames(3, draw);
  CHECK(form.count == 10);
  CHECK(form.committed_int == 0);
  window.left(false);
  window.frames(3, draw);
  CHECK(form.committed_int == 1);
  CHECK(std::abs(form.count - 75) <= 3);
}

TEST_CASE("a drag past the end of a slider stays at its end") {
  NullWindow window;
  Form form;
  const auto draw = [&] { form.draw(); };
  window.frames(2, draw);
  const ImVec2 at = NullWindow::middle("form.float");
  window.mouse_to(at);
  window.frames(2, draw);
  window.left(true);
  window.frames(2, draw);
  window.mouse_to({at.x + 5000, at.y});
  window.frames(2, draw);
  window.left(false);
  window.frames(2, draw);
  CHECK(form.rate == 1);
  CHECK(form.committed_float == 1);
}

TEST_CASE("text is committed when the focus leaves it after a change, not while typing") {
  NullWindow window;
  Form form;
  const auto draw = [&] { form.draw(); };
  window.click("form.text", draw);
  ImGui::GetIO().AddInputCharactersUTF8("x");
  window.frames(3, draw);
  CHECK(form.text == "mnist");
  CHECK(form.committed_text == 0);
  window.click("form.icon", draw);
  CHECK(form.text == "x");  // the click had selected all
  CHECK(form.committed_text == 1);
}

TEST_CASE(
    "the hint of the control under the mouse is there at once, also of a disabled one, and goes with the "
    "mouse") {
  NullWindow window;
  Form form;
  const auto draw = [&] { form.draw(); };
  window.frames(2, draw);
  CHECK(hovered_hint().empty());
  window.mouse_to(NullWindow::middle("form.icon"));
  window.frames(2, draw);
  CHECK(hovered_hint() == "Starts over.");
  form.disabled = true;
  window.mouse_to(NullWindow::middle("form.float"));
  window.frames(2, draw);
  CHECK(hovered_hint() == "How fast.");
  window.mouse_to({499, 599});
  window.frames(3, draw);
  CHECK(hovered_hint().empty());
}

/// F6 until the control is the one whose hint shows.
void focus_on(NullWindow& window, const std::string& hint, const auto& draw) {
  for (int i = 0; i < 20 && hovered_hint() != hint; ++i) {
    focus_key({.key = kKeyF6});
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
    CHECK(focus_key({.key = kKeyF6}));
    window.frames(2, draw);
    hints.push_back(hovered_hint());
  }
  CHECK(hints == std::vector<std::string>{"Starts.", "Starts over.", "Switches.", "Chooses.", "Picks.",
                                          "Picks.", "Counts.", "Units.", "How fast.", "Centres.",
                                          "Where from.", "Starts."});
  focus_key({.key = kKeyF6, .shift = true});
  window.frames(2, draw);
  CHECK(hovered_hint() == "Where from.");
  CHECK(focus_key({.key = kKeyEscape}));
  window.frames(2, draw);
  CHECK(hovered_hint().empty());
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
  focus_key({.key = kKeyF6});
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

TEST_CASE("panels nest and put title controls at their right end and content below the title") {
  NullWindow window;
  ImVec2 outer{}, inner{}, controls{};
  float room = 0;
  const auto draw = [&] {
    begin_panel("outer", "Outer", {400, 300});
    outer = ImGui::GetCursorScreenPos();
    room = ImGui::GetContentRegionAvail().x;
    begin_panel("inner", "Inner", {200, 100}, "with more");
    inner = ImGui::GetCursorScreenPos();
    end_panel();
    panel_title_controls(120);
    controls = ImGui::GetCursorScreenPos();
    button("title.button", "Title", "In the title.", Icon::None, Emphasis::Normal, {120, 0});
    panel_content();
    CHECK(ImGui::GetCursorScreenPos().y == outer.y);
    end_panel();
  };
  window.frames(2, draw);
  CHECK(controls.x == outer.x + room - 120);
  CHECK(controls.y + ImGui::GetFrameHeight() <= outer.y);
  CHECK(inner.y > outer.y);
  CHECK(NullWindow::rect("title.button").x + 120 == outer.x + room);
}

TEST_CASE("a banner tells its whole text on hover and closes by its button") {
  NullWindow window({300, 200});
  int closed = 0;
  const auto draw = [&] {
    closed += banner("fault.close", "A text that is far too long for so small a window to show.", true);
  };
  window.click("fault.close", draw);
  CHECK(closed == 1);
  window.mouse_to({100, 20});
  window.frames(2, draw);
  CHECK(hovered_hint() == "A text that is far too long for so small a window to show.");
}

TEST_CASE("a splitter moves with the mouse within its bounds, and a double click puts it back") {
  NullWindow window;
  float ratio = 0.3f;
  const auto draw = [&] {
    ImGui::SetCursorPos({800 * ratio, 0});
    splitter("split", true, 600, &ratio, 0.2f, 0.6f, 0.25f, 800);
  };
  window.frames(2, draw);
  window.mouse_to(NullWindow::middle("split"));
  window.frames(2, draw);
  window.left(true);
  window.frame(draw);
  window.mouse_to({NullWindow::middle("split").x + 80, 300});
  window.frames(2, draw);
  CHECK(ratio == doctest::Approx(0.4f).epsilon(0.01));
  window.mouse_to({790, 300});
  window.frames(2, draw);
  CHECK(ratio == 0.6f);
  window.left(false);
  window.frames(60, draw);
  window.click("split", draw);
  window.click("split", draw);
  CHECK(ratio == 0.25f);
}

TEST_CASE("text that is too wide ends in an ellipsis within its room, never inside a character") {
  NullWindow window;
  window.frame([] {
    ImDrawList* list = ImGui::GetWindowDrawList();
    const char* text = "‖ΔW‖/‖W‖ per update";
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    const float full = ImGui::CalcTextSize(text).x;
    for (float room = 0; room < full + 20; room += 3) {
      const int before = list->VtxBuffer.Size;
      draw_fitted(list, corner, room, IM_COL32_WHITE, text);
      float right = corner.x;
      for (int i = before; i < list->VtxBuffer.Size; ++i) right = std::max(right, list->VtxBuffer[i].pos.x);
      CHECK(right <= corner.x + room + 1);
      // Four vertices a glyph: no replacement glyph for half a character.
      CHECK((list->VtxBuffer.Size - before) % 4 == 0);
    }
  });
}

TEST_CASE("every icon draws something, and inside its square") {
  NullWindow window;
  window.frame([] {
    ImDrawList* list = ImGui::GetWindowDrawList();
    for (int icon = 1; icon <= static_cast<int>(Icon::Search); ++icon) {
      const int before = list->VtxBuffer.Size;
      draw_icon(list, static_cast<Icon>(icon), {300, 300}, 40, IM_COL32_WHITE);
      CAPTURE(icon);
      CHECK(list->VtxBuffer.Size > before);
      for (int i = before; i < list->VtxBuffer.Size; ++i) {
        CHECK(std::abs(list->VtxBuffer[i].pos.x - 300) <= 24);
        CHECK(std::abs(list->VtxBuffer[i].pos.y - 300) <= 24);
      }
    }
  });
}

}  // namespace
