// The exact view without a window: what it asks the worker for, what it says of a model that is too large,
// and what it shows of a small one.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tests/app/small_lab.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab;
using lab::test::exact_snapshot;
using lab::test::NullWindow;
using lab::test::SmallLab;

constexpr std::array kParts{"exact.likelihood",
                            "exact.divergence",
                            "exact.mass",
                            "exact.reconstruction",
                            "exact.states",
                            "exact.method.0",
                            "exact.method.1",
                            "exact.method.2",
                            "exact.method.3",
                            "exact.plot.likelihood",
                            "exact.plot.reconstruction",
                            "exact.plot.cosine"};

TEST_CASE("exact numbers are asked for while the view is shown, and only then") {
  SmallLab lab;
  NullWindow window({1280, 800});
  for (const std::string view : {"watch", "exact", "health"}) {
    lab.shared.view = find_view(view);
    window.bare_frame([&] { lab.draw(); });
    CHECK(lab.shared.watch.needs.exact == (view == "exact"));
  }
}

TEST_CASE("a model that is too large offers the exact world, with the seed and the threads of the run") {
  SmallLab lab;
  lab.shared.presets = rbm::all_presets();
  lab.shared.wanted.seed = 17;
  lab.shared.wanted.threads = 2;
  NullWindow window({800, 600});
  std::optional<rbm::TrainingSettings> asked;
  window.click("exact.start", [&] {
    Context context{lab.snapshot,
                    lab.shared,
                    lab.pool,
                    lab.now_s,
                    [](const rbm::command::Command&) {},
                    [](ActionId) {},
                    [&](rbm::TrainingSettings settings) { asked = std::move(settings); }};
    lab.screen.panels.of<ExactPanel>().draw(context);
  });
  REQUIRE(asked.has_value());
  CHECK(asked->data == "bars-and-stripes:4");
  CHECK(asked->hidden == 10);
  CHECK(asked->seed == 17);
  CHECK(asked->threads == 2);
  CHECK(lab.shared.wanted.hidden == 36);  // until it is confirmed
  CHECK(lab.screen.panels.of<ExactPanel>().state().empty());
}

TEST_CASE(
    "a small model shows its figures, its distribution and every method, in any order and for any part") {
  SmallLab lab(exact_snapshot());
  lab.shared.view = find_view("exact");
  NullWindow window({1280, 800});
  const auto draw = [&] { lab.draw(); };
  const auto draw_view = [&] {
    Context context = lab.context();
    lab.screen.panels.of<ExactPanel>().draw(context);
  };
  for (int i = 0; i < 3; ++i) window.bare_frame(draw);
  for (const char* id : kParts) {
    CAPTURE(id);
    CHECK(ui::registered().contains(id));
  }
  CHECK_FALSE(ui::registered().contains("exact.start"));
  const auto state = lab.screen.panels.of<ExactPanel>().state();
  CHECK(state.at("divergence") > 0);
  CHECK(std::abs(state.at("divergence") + state.at("log_likelihood") + std::log(30)) < 1e-9);
  // Near the end of a run tempering still finds the direction, which one step from the data does not.
  CHECK(state.at("cosine3") > 0.9);
  CHECK(state.at("cosine3") > state.at("cosine0"));

  const auto listed = [&] {
    std::vector<std::uint32_t> out;
    for (const rbm::StateProbability& s : lab.screen.panels.of<ExactPanel>().listed()) out.push_back(s.state);
    return out;
  };
  std::vector<std::uint32_t> by_model, data;
  for (const rbm::StateProbability& s : lab.snapshot.likelihood.exact->states) {
    by_model.push_back(s.state);
    if (s.data > 0) data.push_back(s.state);
  }
  std::ranges::sort(data);
  REQUIRE(data.size() == 30);
  CHECK(listed() == by_model);
  window.click("exact.order.Data first", draw_view);
  std::vector<std::uint32_t> first = listed();
  CHECK(first.size() == by_model.size());
  first.resize(data.size());
  CHECK(first == data);
  window.click("exact.order.By model", draw_view);
  CHECK(listed() == by_model);

  CHECK(state.at("part") == 0);
  window.click("exact.part.W", draw_view);
  CHECK(lab.screen.panels.of<ExactPanel>().state().at("part") == 1);
  window.click("exact.part.b", draw_view);
  CHECK(lab.screen.panels.of<ExactPanel>().state().at("part") == 3);
}

/// A control that is registered in full view of a mouse: what is clipped away has no extent.
void check_reachable(const std::string& id, float width, float height) {
  CAPTURE(id);
  const auto found = ui::registered().find(id);
  REQUIRE(found != ui::registered().end());
  CHECK(found->second.w >= width);
  CHECK(found->second.h >= height);
}

TEST_CASE("the exact view of a small model keeps its controls apart, and the tabs in reach, at any size") {
  SmallLab lab(exact_snapshot());
  lab.shared.view = find_view("exact");
  struct Case {
    ImVec2 size;
    float scale;
    bool is_roomy;  // else a part of the view is scrolled out of sight
  };
  for (const Case& c : {Case{{1280, 800}, 1, true}, Case{{1280, 800}, 1.25f, false},
                        Case{{1280, 800}, 2, false}, Case{{960, 600}, 1, false}, Case{{1000, 620}, 1, false},
                        Case{{1000, 620}, 2, false}, Case{{2560, 1440}, 1, true}, Case{{2560, 1440}, 2, true},
                        Case{{800, 1200}, 1, false}, Case{{800, 1200}, 2, false}}) {
    NullWindow window(c.size, c.scale);
    CAPTURE(c.size.x);
    CAPTURE(c.scale);
    for (int i = 0; i < 3; ++i) window.bare_frame([&] { lab.draw(); });
    CHECK(ui::shared_id() == "");
    for (const char* id :
         {"place.watch", "place.measure", "place.explain", "tab.paint", "tab.heights", "tab.exact"})
      check_reachable(id, ui::px(36), ui::px(18));
    check_reachable("exact.likelihood", ui::px(60), ui::px(30));
    if (!c.is_roomy) continue;
    for (const char* id : kParts) check_reachable(id, ui::px(60), ui::px(20));
  }
}

TEST_CASE("a right click on a picture of the distribution sends it on") {
  SmallLab lab(exact_snapshot());
  lab.shared.view = find_view("exact");
  NullWindow window({1280, 800});
  const auto frames = [&](int count) {
    for (int i = 0; i < count; ++i) window.bare_frame([&] { lab.draw(); });
  };
  frames(3);
  const ui::Rect bars = NullWindow::rect("exact.states");
  window.mouse_to({bars.x + 48, bars.y + bars.h / 2});  // right of the numbers: the first bar
  frames(2);
  window.right(true);
  frames(2);
  window.right(false);
  frames(2);
  window.mouse_to(NullWindow::middle("send.why"));
  frames(2);
  window.left(true);
  frames(2);
  window.left(false);
  frames(2);
  REQUIRE(lab.shared.for_why.picture.size() == 16);
  const std::uint32_t state = lab.screen.panels.of<ExactPanel>().listed()[0].state;
  for (std::size_t i = 0; i < 16; ++i) CHECK(lab.shared.for_why.picture[i] == ((state >> i & 1U) != 0 ? 1.0f : 0.0f));
}

TEST_CASE("a report that was refused and one that is not there yet say so instead of numbers") {
  SmallLab lab(exact_snapshot());
  lab.shared.view = find_view("exact");
  NullWindow window({1280, 800});
  rbm::ExactReport refused;
  refused.refused = "The model has a parameter that is not finite, so it has no exact gradient.";
  for (const auto& report :
       {std::shared_ptr<const rbm::ExactReport>(), std::make_shared<const rbm::ExactReport>(refused)}) {
    lab.snapshot.likelihood.exact = report;
    for (int i = 0; i < 2; ++i) window.bare_frame([&] { lab.draw(); });
    CHECK_FALSE(ui::registered().contains("exact.states"));
    CHECK_FALSE(ui::registered().contains("exact.likelihood"));
  }
}

TEST_CASE("numbers have a real minus sign, no negative zero, and a dash where they are none") {
  CHECK(std::string(signed_text(-3.40119738, 4).text) == "−3.4012");
  CHECK(std::string(signed_text(2.5, 1).text) == "2.5");
  CHECK(std::string(signed_text(-0.00001, 4).text) == "0.0000");
  CHECK(std::string(signed_text(std::numeric_limits<double>::quiet_NaN(), 4).text) == "–");
}

}  // namespace
