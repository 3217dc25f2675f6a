// The whole screen without a window: every control has an id of its own, whatever the view, the size and the
// state.
#include <doctest/doctest.h>

#include <string>

#include "tests/app/small_lab.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab;
using lab::test::NullWindow;
using lab::test::SmallLab;

/// Draws every view and checks that each put something on the screen and no id twice.
void check_views(NullWindow& window, SmallLab& lab, std::size_t least_controls) {
  for (const View& view : views()) {
    lab.shared.view = &view;
    for (int i = 0; i < 3; ++i) window.bare_frame([&] { lab.draw(); });
    CAPTURE(std::string(view.title));
    CHECK(ui::shared_id() == "");
    CHECK(ui::registered().size() > least_controls);
  }
}

TEST_CASE("no two controls of one frame share an id, in any view, at any size") {
  SmallLab lab;
  lab.paint_two();
  lab.shared.selected_unit = 7;
  for (const ImVec2 size : {ImVec2{1280, 800}, ImVec2{1000, 620}, ImVec2{2560, 1440}, ImVec2{800, 1200}}) {
    for (const float scale : {1.0f, 2.0f}) {
      NullWindow window(size, scale);
      CAPTURE(size.x);
      CAPTURE(scale);
      check_views(window, lab, 20);
    }
  }
}

TEST_CASE("no two controls share an id with chains running, a fault, help open, or a model that diverged") {
  SmallLab lab;
  lab.paint_two();
  lab.screen.panels.of<ChainsPanel>().play_pause();
  lab.screen.panels.of<PaintPanel>().dream_play_pause();
  lab.snapshot.messages.fault = "The weights are not finite any more: lower the learning rate.";
  lab.snapshot.state = rbm::RunState::Faulted;
  NullWindow window({1280, 800});
  check_views(window, lab, 20);
  lab.screen.help.toggle();
  check_views(window, lab, 20);
}

TEST_CASE("the help shows every action at once in the smallest recommended window") {
  SmallLab lab;
  NullWindow window({1280, 800});
  lab.screen.help.toggle();
  for (int i = 0; i < 3; ++i) window.bare_frame([&] { lab.draw(); });
  for (const Action& action : actions())
    CHECK_MESSAGE(ui::registered().contains(std::string("help.") + action.name), action.name);
  const ui::Rect card = NullWindow::rect("help.close"), last = NullWindow::rect("help.quit");
  CHECK(last.y + last.h < 800 - card.y);  // whole: its card is in the middle
}

TEST_CASE("no two controls share an id before the first model is there") {
  SmallLab lab(false);
  NullWindow window({1280, 800});
  check_views(window, lab, 10);
}

TEST_CASE("curves that may be negative offer no logarithmic axis, which would show nothing of them") {
  SmallLab lab;
  NullWindow window({1920, 1080});
  lab.shared.view = find_view("curves");
  for (int i = 0; i < 3; ++i) window.bare_frame([&] { lab.draw(); });
  const auto has_log = [](int plot) {
    return ui::registered().contains("curves.plot" + std::to_string(plot) + ".log");
  };
  CHECK(ui::registered().contains("curves.plot0"));
  CHECK(!has_log(0));  // log-likelihood
  CHECK(has_log(1));   // reconstruction error
  CHECK(!has_log(2));  // pseudo-log-likelihood
  CHECK(!has_log(3));  // free-energy gap
  CHECK(has_log(4));   // ‖ΔW‖ / ‖W‖
}

TEST_CASE("where there is little room the picture of the two heights goes before its story") {
  SmallLab lab;
  lab.shared.view = find_view("heights");
  for (const float scale : {1.0f, 2.0f}) {
    NullWindow window({1280, 800}, scale);
    for (int i = 0; i < 3; ++i) window.bare_frame([&] { lab.draw(); });
    CAPTURE(scale);
    CHECK(NullWindow::rect("heights.hills").h >= 100 * scale);
  }
}

}  // namespace
