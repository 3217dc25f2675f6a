// The views that explain: what they say of a painting is what the energy says, and which units and edges they
// list.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "app/panels/familiarity.hpp"
#include "app/panels/graph_panel.hpp"
#include "app/panels/map_panel.hpp"
#include "app/panels/paint_centre.hpp"
#include "app/panels/why_panel.hpp"
#include "tests/app/small_lab.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab;
using namespace lab::test;

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

TEST_CASE("familiarity is said in words, and noise with as much ink decides whether it is one") {
  CHECK(familiarity_words({0.62, 1}, "unseen digits") ==
        "More familiar than 62 of 100 unseen digits. Of 100 noise pictures with as much ink it beats 100.");
  CHECK(familiarity_words({0.96, 0.4}, "unseen digits") ==
        "More familiar than 96 of 100 unseen digits. But noise with as much ink is as familiar: it beats "
        "only 40 of 100.");
  CHECK(familiarity_words({0.5, kNothing}, "unseen pictures") ==
        "More familiar than 50 of 100 unseen pictures.");
  CHECK(familiarity_words({kNothing, kNothing}, "").find("no unseen pictures") != std::string::npos);
  CHECK(familiarity_words({0.93, 1, true}, "unseen digits") ==
        "More familiar than 93 of 100 unseen digits. But it has less ink than any of them, and that alone "
        "makes it "
        "familiar.");
  CHECK((is_only_ink({0.93, 1, true}) && !is_only_ink({0.93, kNothing, true})));
  // What is not familiar is not so for its ink.
  CHECK((!is_only_ink({0, 0}) && !is_only_ink({0.01, 0, true})));
  CHECK(familiarity_words({0, 0}, "unseen digits") ==
        "More familiar than 0 of 100 unseen digits. Of 100 noise pictures with as much ink it beats 0.");
  CHECK((is_only_ink({0.96, 0.4}) && !is_only_ink({0.1, 1}) && !is_only_ink({0.5, kNothing})));
}

TEST_CASE("four pixels in a corner are no digit, and a digit is: noise with as much ink tells them apart") {
  SmallLab lab;
  lab.shared.view = find_view("why");
  Context context = lab.context();
  const auto shares = [&](const std::vector<float>& picture) {
    rbm::PictureAnswer answer;
    answer.compute(*lab.snapshot.model, *lab.snapshot.weights.transposed, {}, picture, lab.pool);
    InkedNoise noise;
    return noise.share_above(context, *lab.snapshot.model, 1, answer);
  };
  std::vector<float> corner(784, 0.0f), digit(784);
  corner[0] = corner[1] = corner[28] = corner[29] = 1;
  lab.shared.test->row(5, digit.data());
  UnseenPictures unseen;
  CHECK(!unseen.has_less_ink(corner));
  unseen.follow(context, *lab.snapshot.model, 1);
  CHECK(unseen.has_less_ink(corner));
  CHECK(!unseen.has_less_ink(digit));
  CHECK(shares(corner) < 0.2);
  CHECK(shares(digit) == 1);
}

TEST_CASE("a drawing is fitted to the box that the data have") {
  const auto digits = rbm::load_dataset("mnist:test");
  REQUIRE(digits.has_value());
  CHECK(usual_box(*digits) == 20);
  // A square of 6 pixels becomes one of 20, and one of 24 as well; in the middle.
  for (const int side : {6, 24}) {
    std::vector<float> ink(784, 0.0f), fitted(784);
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) ink[static_cast<std::size_t>((y + 2) * 28 + x + 1)] = 1;
    }
    fit_ink(ink, 28, 28, 20, fitted);
    int on = 0;
    for (int i = 0; i < 784; ++i) {
      const bool inside = i % 28 >= 4 && i % 28 < 24 && i / 28 >= 4 && i / 28 < 24;
      const bool is_on = fitted[static_cast<std::size_t>(i)] >= 0.5f;
      on += is_on;
      CHECK((inside || !is_on));
    }
    CHECK(on >= 380);
  }
  std::vector<float> empty(784, 0.0f), out(784, 1.0f);
  fit_ink(empty, 28, 28, 20, out);
  CHECK(std::ranges::all_of(out, [](float x) { return x == 0; }));
}

TEST_CASE("the strongest edges are those of a unit, of a pixel, or of all, in order") {
  rbm::Model m;
  m.shape = {1, 3, 1};
  m.weights.resize(3, 2);
  const float w[] = {1, -4, 0.5f, 2, -3, 0.1f};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 2; ++j) m.weights(i, j) = w[2 * i + j];
  }
  const auto all = strongest_edges(m, -1, -1, 3);
  REQUIRE(all.size() == 3);
  CHECK((all[0].weight == -4 && all[1].weight == -3 && all[2].weight == 2));
  const auto of_hidden = strongest_edges(m, -1, 0, 9);
  REQUIRE(of_hidden.size() == 3);
  CHECK((of_hidden[0].visible == 2 && of_hidden[0].hidden == 0 && of_hidden[2].weight == 0.5f));
  const auto of_visible = strongest_edges(m, 0, -1, 1);
  REQUIRE(of_visible.size() == 1);
  CHECK((of_visible[0].hidden == 1 && of_visible[0].weight == -4));
}

TEST_CASE("the view Why explains the painting, and says what the energy says of it") {
  NullWindow window({1280, 800});
  SmallLab lab;
  lab.paint_two();
  const auto frames = [&](const char* view, int count) {
    lab.shared.view = find_view(view);
    for (int n = 0; n < count; ++n) {
      window.bare_frame([&] { lab.draw(); });
      lab.now_s += 0.1;
    }
  };
  frames("paint", 2);
  const double painted = lab.screen.panels.of<PaintPanel>().state()["free_energy"];
  frames("why", 3);
  std::map<std::string, double> state = lab.screen.panels.of<WhyPanel>().state();
  CHECK(state["free_energy"] == doctest::Approx(painted));
  CHECK(state["of_noise"] > 0.95);
  CHECK(state["pixel"] == -1);
  // A pixel under the mouse is asked about, and its input is that of the energy.
  window.mouse_to(NullWindow::middle("why.v"));
  frames("why", 3);
  state = lab.screen.panels.of<WhyPanel>().state();
  const auto pixel = static_cast<rbm::Index>(state["pixel"]);
  REQUIRE(pixel >= 0);
  rbm::PictureAnswer answer;
  answer.compute(*lab.snapshot.model, *lab.snapshot.weights.transposed, {}, lab.shared.painted, lab.pool);
  double input = double{lab.snapshot.model->visible_bias[pixel]};
  for (rbm::Index j = 0; j < 36; ++j)
    input +=
        double{answer.hidden()[static_cast<std::size_t>(j)]} * double{lab.snapshot.model->weights(pixel, j)};
  CHECK(state["input"] == doctest::Approx(input).epsilon(1e-4));
  CHECK(state["rows"] > 4);
  // The first unit of the list is chosen by a click on its row.
  window.mouse_to(NullWindow::middle("why.pixel.for.0"));
  frames("why", 2);
  window.left(true);
  frames("why", 1);
  window.left(false);
  frames("why", 2);
  CHECK(lab.shared.selected_unit >= 0);
  // Another picture is explained when it is sent.
  lab.shared.for_why.picture.assign(784, 0.0f);
  lab.shared.for_why.version = 1;
  frames("why", 2);
  state = lab.screen.panels.of<WhyPanel>().state();
  CHECK(state["source"] == 2);
  double f = 0;
  rbm::Matrix scratch;
  rbm::free_energies(*lab.snapshot.model, rbm::BitMatrix(1, 784), {&f, 1}, scratch, lab.pool);
  CHECK(state["free_energy"] == doctest::Approx(f));
}

TEST_CASE(
    "a right click on a picture sends it on: an image of the reconstructions or of an update to Why, a chain "
    "to "
    "Paint") {
  NullWindow window({1280, 800});
  SmallLab lab;
  const auto frames = [&](int count) {
    for (int n = 0; n < count; ++n) {
      window.bare_frame([&] { lab.draw(); });
      lab.now_s += 0.1;
    }
  };
  const auto click = [&](ImVec2 at, bool right) {
    window.mouse_to(at);
    frames(2);
    right ? window.right(true) : window.left(true);
    frames(2);
    right ? window.right(false) : window.left(false);
    frames(2);
  };
  lab.shared.view = find_view("reconstructions");
  frames(2);
  const ui::Rect wall = NullWindow::rect("reconstructions.0.0");
  click({wall.x + 10, wall.y + 10}, true);
  click(NullWindow::middle("send.why"), false);
  CHECK(lab.shared.for_why.version == 1);
  REQUIRE(lab.shared.for_why.picture.size() == 784);
  for (rbm::Index i = 0; i < 784; ++i)
    CHECK(lab.shared.for_why.picture[static_cast<std::size_t>(i)] == lab.snapshot.reconstructions.data(0, i));
  lab.shared.view = find_view("update");
  frames(2);
  const ui::Rect batch = NullWindow::rect("update.batch");
  click({batch.x + 10, batch.y + 10}, true);
  click(NullWindow::middle("send.why"), false);
  CHECK(lab.shared.for_why.version == 2);
  CHECK(lab.shared.for_why.name == "image 1 of the mini-batch");
  rbm::Matrix first;
  rbm::unpack(rbm::rows_of(lab.snapshot.pace.traced->batch, 0, 1), first);
  REQUIRE(lab.shared.for_why.picture.size() == 784);
  for (rbm::Index i = 0; i < 784; ++i)
    CHECK(lab.shared.for_why.picture[static_cast<std::size_t>(i)] == first(0, i));
  lab.shared.view = find_view("chains");
  frames(3);
  click(NullWindow::middle("chains.large.v"), true);
  click(NullWindow::middle("send.paint"), false);
  CHECK(lab.shared.for_paint.version == 1);
  lab.shared.view = find_view("paint");
  frames(2);
  CHECK(lab.screen.panels.of<PaintPanel>().state()["ink"] > 100);  // noise, half of it on
}

TEST_CASE("the filter of the chosen unit shows once it is there, and not before") {
  SmallLab lab;
  NullWindow window({1280, 800});
  lab.shared.view = find_view("why");
  lab.paint_two();
  lab.shared.selected_unit = 7;
  const auto filters = std::exchange(lab.snapshot.weights.filters, nullptr);
  for (int i = 0; i < 3; ++i) window.bare_frame([&] { lab.draw(); });
  CHECK(ui::registered().contains("why.unit.evidence"));
  CHECK(!ui::registered().contains("why.unit.filter"));
  lab.snapshot.weights.filters = filters;
  for (int i = 0; i < 2; ++i) window.bare_frame([&] { lab.draw(); });
  CHECK(ui::registered().contains("why.unit.filter"));
}

TEST_CASE("held pixels of the painting stay in the dream that fills in the rest, and undo lets them go") {
  NullWindow window({1280, 800});
  SmallLab lab;
  lab.paint_two();
  lab.shared.view = find_view("paint");
  const auto frames = [&](int count) {
    for (int n = 0; n < count; ++n) {
      window.bare_frame([&] { lab.draw(); });
      lab.now_s += 0.1;
    }
  };
  frames(2);
  PaintPanel& paint = lab.screen.panels.of<PaintPanel>();
  HoldBoard& held = lab.shared.held;
  held.hold_ink(lab.shared.painted);
  held.set_pixel(0, Hold::On);  // which no digit has
  frames(1);
  CHECK(paint.state()["held_pixels"] > 20);
  CHECK(paint.state()["centred"] == 0);
  paint.fill_in();
  for (int n = 0; n < 400 && paint.animating(); ++n) frames(1);
  CHECK(paint.state()["dream_steps"] == 200);
  const std::span<const float> filled = paint.dreamt();
  REQUIRE(filled.size() == 784);
  CHECK(filled[0] == 1);
  for (std::size_t i = 0; i < 784; ++i) {
    if (held.pixel(i) == Hold::On) CHECK(filled[i] == 1);
  }
  paint.undo();
  CHECK(held.pixel(0) == Hold::Free);
  paint.undo();
  CHECK_FALSE(held.any());
  const double ink = paint.state()["ink"];
  paint.undo();
  CHECK(paint.state()["ink"] < ink);
}

TEST_CASE("the graph and the map are drawn, and a chain steps through both") {
  NullWindow window({1280, 800});
  SmallLab lab;
  lab.shared.view = find_view("graph");
  const auto frame = [&] {
    window.bare_frame([&] { lab.draw(); });
    lab.now_s += 0.1;
  };
  frame();
  CHECK(lab.screen.panels.of<GraphPanel>().state()["edges"] == 0);  // 784 × 36 are too many to be shown whole
  lab.shared.selected_unit = 7;
  frame();
  CHECK(lab.screen.panels.of<GraphPanel>().state()["edges"] == 120);
  lab.shared.view = find_view("map");
  for (int n = 0; n < 2000 && lab.screen.panels.of<MapPanel>().state()["maps"] == 0; ++n) {
    frame();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  std::map<std::string, double> state = lab.screen.panels.of<MapPanel>().state();
  CHECK(state["points"] == 1000);
  CHECK(state["walkers"] == 6);
  // What was not begun in its own view is not there.
  CHECK(state["chains"] == 0);
  CHECK(state["dream"] == 0);

  // Chains and the dream that were begun in their views go on in the map.
  lab.paint_two();
  lab.shared.view = find_view("chains");
  frame();
  lab.screen.panels.of<ChainsPanel>().play_pause();
  lab.shared.view = find_view("paint");
  frame();
  lab.screen.panels.of<PaintPanel>().dream_play_pause();
  lab.shared.view = find_view("map");
  for (int n = 0; n < 10; ++n) frame();
  state = lab.screen.panels.of<MapPanel>().state();
  CHECK(state["chains"] == 25);
  CHECK(state["dream"] == 1);
  const double half_steps = lab.screen.panels.of<ChainsPanel>().state()["half_steps"];
  const double dreamt = lab.screen.panels.of<PaintPanel>().state()["dream_steps"];
  for (int n = 0; n < 10; ++n) frame();
  CHECK(lab.screen.panels.of<ChainsPanel>().state()["half_steps"] > half_steps);
  CHECK(lab.screen.panels.of<PaintPanel>().state()["dream_steps"] > dreamt);
  lab.screen.panels.of<PaintPanel>().clear();
  frame();
  CHECK(lab.screen.panels.of<MapPanel>().state()["dream"] == 0);
}

}  // namespace
