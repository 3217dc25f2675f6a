// The corner of kept pictures: what is kept, what is compared, and that it goes with the run.
#include "app/panels/corner.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

#include "app/lab/window_state.hpp"
#include "tests/app/small_lab.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab;
using lab::test::NullWindow;
using lab::test::SmallLab;

constexpr rbm::ImageShape kTwo{1, 2, 1};

KeptPicture two(float a, float b, const char* name = "two") {
  return {kTwo, {a, b}, name};
}

TEST_CASE("the difference of two pictures is that of their pixels, and none where their sizes differ") {
  const PictureDifference apart = difference(two(1, 0.25f), two(0, 0.5f));
  CHECK(apart.pixels == std::vector<float>{1, -0.25f});
  CHECK(apart.far_apart == 1);
  CHECK(apart.mean == doctest::Approx(0.625));
  CHECK(difference(two(1, 0), {{2, 1, 1}, {1, 0}, "upright"}).pixels.empty());
  CHECK(difference(two(1, 0), {}).pixels.empty());
  // A colour pixel is one pixel.
  const PictureDifference colour =
      difference({{1, 1, 3}, {1, 1, 0}, "yellow"}, {{1, 1, 3}, {0, 0, 0}, "black"});
  CHECK(colour.far_apart == 1);
}

TEST_CASE("a picture is kept once, the newest is chosen, and beyond the most the oldest goes") {
  Corner corner;
  for (int n = 0; n < 7; ++n) corner.keep(two(static_cast<float>(n), 0));
  REQUIRE(corner.kept().size() == Corner::kMost);
  CHECK(corner.kept().front().pixels[0] == 1);
  CHECK(corner.chosen() == 5);
  const auto version = corner.version();
  corner.keep(two(3, 0));
  CHECK(corner.version() == version);
  CHECK(corner.chosen() == 2);
  corner.keep({{5, 5, 1}, {1, 2}, "no picture"});
  corner.keep(two(std::numeric_limits<float>::quiet_NaN(), 0));
  CHECK(corner.version() == version);
  corner.remove(0);
  CHECK(corner.chosen() == 1);  // the same picture
  CHECK(corner.kept()[corner.chosen()].pixels[0] == 3);
  corner.choose(4);
  corner.remove(4);
  CHECK(corner.chosen() == 3);
}

TEST_CASE("the corner goes with the run into its file and comes back, without what is no picture") {
  WindowState state{"paint", {}, {two(1, 0.5f, "chain 7"), two(0, 1, "the painting")}};
  rbm::TensorFile file;
  add_window_state(state, file);
  const WindowState back = window_state_of(file);
  REQUIRE(back.corner.size() == 2);
  CHECK(back.corner[0].pixels == state.corner[0].pixels);
  CHECK(back.corner[0].shape == kTwo);
  CHECK(back.corner[0].name == "chain 7");
  file.tensors["run/corner/0"].shape = {1, 3, 1};
  Corner corner;
  corner.restore(window_state_of(file).corner);
  REQUIRE(corner.kept().size() == 1);
  CHECK(corner.kept()[0].name == "the painting");
}

TEST_CASE("the strip takes room only while something is kept; a click chooses, the cross removes") {
  SmallLab lab;
  lab.paint_two();
  lab.shared.view = find_view("paint");
  NullWindow window({1280, 800});
  const auto frames = [&](int n) {
    for (int i = 0; i < n; ++i) window.bare_frame([&] { lab.draw(); });
  };
  const auto click = [&](const char* id) {
    window.mouse_to(NullWindow::middle(id));
    frames(2);
    window.left(true);
    frames(2);
    window.left(false);
    frames(2);
  };
  frames(2);
  const float before = NullWindow::rect("paint.canvas").h;
  CHECK(!ui::registered().contains("corner.0"));

  // By the menu of the right button, as a user does it.
  window.mouse_to(NullWindow::middle("paint.seen"));
  frames(2);
  window.right(true);
  frames(2);
  window.right(false);
  frames(2);
  click("send.corner");
  REQUIRE(lab.shared.menu.corner.kept().size() == 1);
  CHECK(lab.shared.menu.corner.kept()[0].name == "the painting");
  CHECK(NullWindow::rect("paint.canvas").h < before);

  window.mouse_to(NullWindow::middle("paint.reconstruction"));
  frames(2);
  CHECK(lab.shared.menu.corner.present().name == "reconstruction");
  CHECK(ui::registered().contains("corner.difference"));

  lab.shared.menu.corner.keep(
      {lab.shared.menu.corner.present().shape, lab.shared.menu.corner.present().pixels, "kept"});
  frames(2);
  CHECK(lab.shared.menu.corner.chosen() == 1);
  click("corner.0");
  CHECK(lab.shared.menu.corner.chosen() == 0);
  CHECK(lab.shared.menu.corner.present().name == "reconstruction");  // the corner's own do not count
  click("corner.1.remove");
  click("corner.0.remove");
  CHECK(lab.shared.menu.corner.kept().empty());
  frames(2);
  CHECK(NullWindow::rect("paint.canvas").h == before);
}

}  // namespace
