// The controls without a window: register, mouse, hints.
#include "app/ui/widgets.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/app/ui/drawn_text.hpp"
#include "tests/app/ui/form_sample.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab::ui;
using lab::test::Form;
using lab::test::kControls;
using lab::test::NullWindow;

/// Where the tooltip of the last frame is; there has to be one.
ImRect shown_tooltip() {
  for (const ImGuiWindow* window : ImGui::GetCurrentContext()->Windows)
    if (window->WasActive && !window->Hidden && (window->Flags & ImGuiWindowFlags_Tooltip) != 0)
      return window->Rect();
  FAIL("there is no tooltip");
  return {};
}

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

TEST_CASE(
    "a tooltip covers neither its control nor one beside it where there is room elsewhere, in whatever "
    "order") {
  NullWindow window;
  const auto draw = [] {
    for (const float top : {200.0f, 230.0f, 260.0f}) {
      for (const float left : {40.0f, 120.0f, 200.0f}) {
        ImGui::SetCursorPos({left, top});
        const std::string id = "at " + std::to_string(top) + " " + std::to_string(left);
        button(id.c_str(), "Go", "A hint that is as wide as two of the buttons.", Icon::None,
               Emphasis::Normal, {70, 24});
      }
    }
  };
  window.frames(2, draw);
  std::vector<std::string> ids;
  for (const auto& [id, rect] : registered()) ids.push_back(id);
  REQUIRE(ids.size() == 9);
  for (const std::string& id : ids) {
    window.mouse_to(NullWindow::middle(id));
    window.frames(60, draw);
    const ImRect tip = shown_tooltip();
    CAPTURE(id);
    for (const std::string& other : ids) {
      const Rect r = NullWindow::rect(other);
      CHECK(!tip.Overlaps({r.x + 2, r.y + 2, r.x + r.w - 2, r.y + r.h - 2}));  // but for its rim
    }
  }
}

TEST_CASE("a control that was pressed shows no tooltip until the mouse comes to it anew") {
  NullWindow window;
  const auto draw = [] { button("go", "Go", "What it does."); };
  const auto has_tip = [] {
    return std::ranges::any_of(ImGui::GetCurrentContext()->Windows, [](const ImGuiWindow* w) {
      return w->WasActive && !w->Hidden && (w->Flags & ImGuiWindowFlags_Tooltip) != 0;
    });
  };
  window.frames(2, draw);
  window.mouse_to(NullWindow::middle("go"));
  window.frames(60, draw);
  CHECK(has_tip());
  window.click("go", draw);
  window.frames(60, draw);
  CHECK(!has_tip());
  window.mouse_to({700, 500});
  window.frames(3, draw);
  window.mouse_to(NullWindow::middle("go"));
  window.frames(60, draw);
  CHECK(has_tip());
}

TEST_CASE("a number for which 0 means none says so") {
  NullWindow window;
  int size = 0;
  const auto says_off = [&] {
    window.frames(2, [&] { row_int("size", "Resize to", &size, 0, 100, "A side.", nullptr, false, "off"); });
    for (const auto& text : lab::test::drawn_texts(lab::test::characters()))
      if (text.text == "off") return true;
    return false;
  };
  CHECK(says_off());
  size = 28;
  CHECK(!says_off());
}

TEST_CASE(
    "an id that two controls of one frame share is reported, one that is drawn anew in each frame is not") {
  NullWindow window;
  const auto draw = [](const char* second) {
    button("first", "First", "");
    ImGui::PushID("elsewhere");
    button(second, "Second", "");
    button(second, "Third", "");
    ImGui::PopID();
  };
  for (int i = 0; i < 2; ++i) window.frame([] { button("first", "First", ""); });
  CHECK(shared_id() == "");
  window.frame([&] { draw("second"); });
  CHECK(shared_id() == "second");
  window.frame([&] { draw("first"); });
  CHECK(shared_id() == "first");
  window.frame([] {
    button("first", "First", "");
    mark("first", "the same control once more");
  });
  CHECK(shared_id() == "");
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
