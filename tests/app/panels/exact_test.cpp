// The exact view without a window: what it asks the worker for, what it says of a model that is too large,
// and what it shows of a small one.
#include <doctest/doctest.h>

#include <cmath>
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

TEST_CASE("exact numbers are asked for while the view is shown, and only then") {
  SmallLab lab;
  NullWindow window({1280, 800});
  for (const View view : {View::Watch, View::Exact, View::Health}) {
    lab.shared.view = view;
    window.bare_frame([&] { lab.draw(); });
    CHECK(lab.shared.watch.exact == (view == View::Exact));
  }
}

TEST_CASE("a model that is too large offers the exact world, with the seed and the threads of the run") {
  SmallLab lab;
  lab.shared.presets = rbm::all_presets();
  lab.shared.wanted.seed = 17;
  lab.shared.wanted.threads = 2;
  NullWindow window({800, 600});
  std::vector<ActionId> asked;
  window.click("exact.start", [&] {
    Context context{lab.snapshot,
                    lab.shared,
                    lab.pool,
                    lab.now_s,
                    [](rbm::command::Command) {},
                    [&](ActionId id) { asked.push_back(id); }};
    lab.screen.exact.draw(context);
  });
  CHECK(asked == std::vector{ActionId::Reset});
  CHECK(lab.shared.wanted.data == "bars-and-stripes:4");
  CHECK(lab.shared.wanted.hidden == 10);
  CHECK(lab.shared.wanted.seed == 17);
  CHECK(lab.shared.wanted.threads == 2);
  CHECK(lab.screen.exact.state().empty());
}

TEST_CASE(
    "a small model shows its figures, its distribution and every method, in any order and for any part") {
  SmallLab lab(exact_snapshot());
  lab.shared.view = View::Exact;
  NullWindow window({1280, 800});
  const auto draw = [&] { lab.draw(); };
  const auto draw_view = [&] {
    Context context = lab.context();
    lab.screen.exact.draw(context);
  };
  for (int i = 0; i < 3; ++i) window.bare_frame(draw);
  for (const char* id :
       {"exact.likelihood", "exact.divergence", "exact.mass", "exact.reconstruction", "exact.states",
        "exact.method.0", "exact.method.1", "exact.method.2", "exact.method.3", "exact.plot.likelihood",
        "exact.plot.reconstruction", "exact.plot.cosine"}) {
    CAPTURE(id);
    CHECK(ui::registered().contains(id));
  }
  CHECK_FALSE(ui::registered().contains("exact.start"));
  const auto state = lab.screen.exact.state();
  CHECK(state.at("divergence") > 0);
  CHECK(std::abs(state.at("divergence") + state.at("log_likelihood") + std::log(30)) < 1e-9);
  CHECK(state.at("cosine3") <= 1);
  for (const char* id : {"exact.order", "exact.part"}) {
    CAPTURE(id);
    window.click(id, draw_view);  // its middle
    CHECK(ui::registered().contains("exact.states"));
  }
}

TEST_CASE("the exact view of a small model keeps its controls apart, inside the window, at any size") {
  SmallLab lab(exact_snapshot());
  lab.shared.view = View::Exact;
  for (const ImVec2 size : {ImVec2{1280, 800}, ImVec2{1000, 620}, ImVec2{2560, 1440}, ImVec2{800, 1200}}) {
    for (const float scale : {1.0f, 2.0f}) {
      NullWindow window(size, scale);
      CAPTURE(size.x);
      CAPTURE(scale);
      for (int i = 0; i < 3; ++i) window.bare_frame([&] { lab.draw(); });
      CHECK(ui::shared_id() == "");
      for (const auto& [id, r] : ui::registered()) {
        CAPTURE(id);
        CHECK((r.x >= -1 && r.y >= -1 && r.x + r.w <= size.x + 1 && r.y + r.h <= size.y + 1));
      }
    }
  }
}

TEST_CASE("a report that was refused and one that is not there yet say so instead of numbers") {
  SmallLab lab(exact_snapshot());
  lab.shared.view = View::Exact;
  NullWindow window({1280, 800});
  rbm::ExactReport refused;
  refused.refused = "The model has a parameter that is not finite, so it has no exact gradient.";
  for (const auto& report :
       {std::shared_ptr<const rbm::ExactReport>(), std::make_shared<const rbm::ExactReport>(refused)}) {
    lab.snapshot.exact = report;
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
