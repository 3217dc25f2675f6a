// What Health counts without a window: the change of the parameters per update, within one run.
#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <numeric>

#include "app/panels/health_panel.hpp"
#include "tests/app/ui/null_window.hpp"

namespace {

using namespace lab;
using lab::test::NullWindow;

/// A model of 12 pixels and 5 hidden units, with a constant on top of each of W, a and b.
std::shared_ptr<const rbm::Model> moved(float weights, float visible_bias, float hidden_bias) {
  rbm::Model model = rbm::initial_model({3, 4, 1}, 5, Eigen::VectorXf::Constant(12, 0.3f), 0.1f, 1);
  for (rbm::Index r = 0; r < model.visible(); ++r) {
    for (rbm::Index c = 0; c < model.hidden(); ++c) model.weights(r, c) += weights;
  }
  model.visible_bias.array() += visible_bias;
  model.hidden_bias.array() += hidden_bias;
  return std::make_shared<const rbm::Model>(std::move(model));
}

struct HealthAlone {
  rbm::Snapshot snapshot;
  Shared shared;
  rbm::ThreadPool pool{1};
  HealthPanel panel;
  NullWindow window{ImVec2{900, 700}};

  /// Shows the panel a model of this run after this update.
  void show(std::uint64_t run, std::uint64_t update, std::shared_ptr<const rbm::Model> model) {
    snapshot.run = run;
    snapshot.progress.updates = update;
    snapshot.model = std::move(model);
    ++snapshot.weights.version;
    window.frame([&] {
      Context context{snapshot, shared, pool, 0, [](const rbm::command::Command&) {}, [](ActionId) {}};
      panel.draw(context);
    });
  }
  bool has_changes() const {
    const bool any = !panel.change(0).bins.empty();
    for (std::size_t n = 1; n < 3; ++n) CHECK(panel.change(n).bins.empty() == !any);
    return any;
  }
  double counted(std::size_t of) const {
    return std::accumulate(panel.change(of).bins.begin(), panel.change(of).bins.end(), 0.0);
  }
};

TEST_CASE("the changes per update are those of two models of one run, divided by the updates between them") {
  HealthAlone health;
  health.show(1, 100, moved(0, 0, 0));
  CHECK_FALSE(health.has_changes());
  health.show(1, 250, moved(7, 7, 7));  // so soon a change is not looked at
  CHECK_FALSE(health.has_changes());
  health.show(1, 400, moved(0.3f, -0.6f, 0.9f));
  REQUIRE(health.has_changes());
  constexpr std::array<double, 3> expected{0.3 / 300, -0.6 / 300, 0.9 / 300}, sizes{60, 12, 5};
  for (std::size_t n = 0; n < 3; ++n) {
    CAPTURE(n);
    const ValueHistogram& change = health.panel.change(n);
    CHECK(change.mean == doctest::Approx(expected[n]).epsilon(1e-4));
    CHECK(change.sd < 1e-7);
    CHECK(health.counted(n) == sizes[n]);
  }
  health.show(1, 500, moved(9, 9, 9));  // the last ones stay until the next are known
  CHECK(health.panel.change(0).mean == doctest::Approx(expected[0]).epsilon(1e-4));
}

TEST_CASE("another run begins without changes, whatever its update and its size") {
  HealthAlone health;
  health.show(1, 100, moved(0, 0, 0));
  health.show(1, 400, moved(1, 1, 1));
  REQUIRE(health.has_changes());
  health.show(2, 1000, moved(0, 0, 0));  // of the same size and further on: a checkpoint that was opened
  CHECK_FALSE(health.has_changes());
  health.show(2, 1300, moved(0.3f, 0.3f, 0.3f));
  REQUIRE(health.has_changes());
  CHECK(health.panel.change(0).mean == doctest::Approx(0.001).epsilon(1e-4));
  health.show(2, 1200, moved(0, 0, 0));  // back at an earlier state of itself
  CHECK_FALSE(health.has_changes());
}

}  // namespace
