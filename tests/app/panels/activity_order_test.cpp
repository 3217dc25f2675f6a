// The order of activations: what belongs together stands together, and stays.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "app/panels/activity_order.hpp"

namespace {

using lab::ActivityOrder;

/// A mini-batch of twelve cases of three classes, and nine units: unit j is on for the class j % 3, and unit 8 always.
rbm::Snapshot three_classes() {
  rbm::Snapshot s;
  rbm::Dataset data;
  s.hidden.batch = rbm::Matrix(12, 9);
  for (int n = 0; n < 12; ++n) {
    const int label = n * 5 % 3;
    data.labels.push_back(static_cast<std::uint8_t>(label));
    s.hidden.batch_rows.push_back(static_cast<std::uint32_t>(n));
    for (int j = 0; j < 9; ++j) s.hidden.batch(n, j) = j == 8 ? 1.0f : j % 3 == label ? 0.9f : 0.1f;
  }
  s.data.train = std::make_shared<const rbm::Dataset>(std::move(data));
  s.run = 1;
  s.progress.updates = 10;
  return s;
}

TEST_CASE("cases stand by class, and units by the class that they answer to") {
  const rbm::Snapshot s = three_classes();
  ActivityOrder order;
  order.update(s);
  REQUIRE(order.groups().size() == 3);
  for (const ActivityOrder::Group& group : order.groups()) {
    CHECK(group.count == 4);
    for (int n = group.first; n < group.first + group.count; ++n)
      CHECK(s.data.train->labels[static_cast<std::size_t>(order.cases()[static_cast<std::size_t>(n)])] ==
            group.label);
  }
  std::vector<int> units = order.units();
  std::erase(units, 8);  // it answers to none
  CHECK(units == std::vector<int>{0, 3, 6, 1, 4, 7, 2, 5});
}

TEST_CASE("units keep their places until the number of updates has doubled") {
  rbm::Snapshot s = three_classes();
  ActivityOrder order;
  order.update(s);
  const std::vector<int> first = order.units();
  const rbm::Matrix batch = s.hidden.batch;
  for (int n = 0; n < 12; ++n) {
    for (int j = 0; j < 9; ++j) s.hidden.batch(n, j) = batch(n, 8 - j);
  }
  for (const std::uint64_t updates : {11, 15, 19}) {
    s.progress.updates = updates;
    order.update(s);
    CHECK(order.units() == first);
  }
  for (int i = 0; i < 40; ++i) s.progress.updates = 20, order.update(s);
  s.progress.updates = 40;
  order.update(s);
  CHECK(order.units() != first);
}

TEST_CASE("without classes units that vary together stand beside each other, and every one has a place") {
  rbm::Snapshot s = three_classes();
  s.data = {};
  ActivityOrder order;
  order.update(s);
  CHECK(order.groups().empty());
  std::vector<int> units = order.units(), cases = order.cases();
  const auto place = [&](int unit) { return std::ranges::find(units, unit) - units.begin(); };
  // On a circle of nine the units of one class are an arc: two steps apart at most, or over the end.
  for (const int c : {0, 1}) {
    const auto a = place(c), b = place(c + 3), d = place(c + 6);
    const auto [low, high] = std::minmax({a, b, d});
    CHECK((high - low <= 3 || high - low >= 6));
  }
  std::ranges::sort(units);
  std::ranges::sort(cases);
  for (int j = 0; j < 9; ++j) CHECK(units[static_cast<std::size_t>(j)] == j);
  for (int n = 0; n < 12; ++n) CHECK(cases[static_cast<std::size_t>(n)] == n);
}

}  // namespace
