#include "app/ui/typed_number.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "tests/app/ui/form_sample.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab::ui;
using lab::test::Form;
using lab::test::NullWindow;

TEST_CASE("a number has a point or a comma before its decimals, and nothing else around it") {
  CHECK(number_of("0.05") == 0.05);
  CHECK(number_of("0,05") == 0.05);
  CHECK(number_of(",5") == 0.5);
  CHECK(number_of(" 1e-3 ") == 1e-3);
  CHECK(number_of("+7") == 7.0);
  CHECK(number_of("-0,5") == -0.5);
  for (const char* text : {"", " ", "x", "0,05x", "1.000,5", "1,000.5", "1,2,3", "1.2.3", "1 000", "nan",
                           "inf", "+-1", "++1", "+", "-", ",", "1e999", "0x10", "٣"}) {
    CAPTURE(text);
    CHECK(!number_of(text));
  }
}

/// Ctrl+click on a control, a text, and a click elsewhere.
void enter(NullWindow& window, const std::string& id, const std::string& text, const auto& draw) {
  window.frames(2, draw);
  window.mouse_to(NullWindow::middle(id));
  window.frames(2, draw);
  ImGui::GetIO().KeyCtrl = true;
  window.left(true);
  window.frames(2, draw);
  window.left(false);
  ImGui::GetIO().KeyCtrl = false;
  window.frames(3, draw);
  ImGui::GetIO().AddInputCharactersUTF8(text.c_str());
  window.frames(3, draw);
  window.mouse_to({790, 590});
  window.frames(2, draw);
  window.left(true);
  window.frames(2, draw);
  window.left(false);
  window.frames(3, draw);
}

TEST_CASE("what is typed over a slider is taken as it is meant, or not at all") {
  NullWindow window;
  Form form;
  const auto draw = [&] { form.draw(); };
  enter(window, "form.float", "0,05", draw);
  CHECK(form.rate == 0.05f);
  CHECK(form.committed_float == 1);
  enter(window, "form.float", "0.25", draw);
  CHECK(form.rate == 0.25f);
  // Out of the range, no number, nothing.
  for (const char* text : {"5", "-1", "0", "1.000,5", "0,5x", "nan", " "}) {
    CAPTURE(text);
    enter(window, "form.float", text, draw);
    CHECK(form.rate == 0.25f);
  }
  CHECK(form.committed_float == 2);
  enter(window, "form.int", "42", draw);
  CHECK(form.count == 42);
  for (const char* text : {"4,2", "101", "-1", "4611686018427387904", "1e400"}) {
    CAPTURE(text);
    enter(window, "form.int", text, draw);
    CHECK(form.count == 42);
  }
  CHECK(form.committed_int == 1);
}

TEST_CASE("a click without Ctrl types nothing, and a value that is only looked at stays exact") {
  NullWindow window;
  Form form;
  form.rate = 0.0123456f;  // the control shows four digits
  const auto draw = [&] { form.draw(); };
  enter(window, "form.float", "", draw);
  CHECK(form.rate == 0.0123456f);
  CHECK(form.committed_float == 0);
  // A disabled control takes no numbers, and is as before once it is not.
  form.disabled = true;
  enter(window, "form.int", "42", draw);
  CHECK(form.count == 10);
  form.disabled = false;
  enter(window, "form.int", "43", draw);
  CHECK(form.count == 43);
}

}  // namespace
