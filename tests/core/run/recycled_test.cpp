// Objects that come back, and those that are still held.
#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/run/recycled.hpp"

using namespace rbm;

TEST_CASE("an object that nobody holds any more is handed out again, one that is held is not") {
  Recycled<std::vector<int>> numbers;
  auto first = numbers.take();
  *first = {1, 2, 3};
  const std::vector<int>* place = first.get();
  const auto second = numbers.take();
  CHECK(second.get() != place);
  CHECK(second->empty());
  const std::weak_ptr<std::vector<int>> watched = first;
  std::shared_ptr<const std::vector<int>> shown = std::move(first);
  CHECK(numbers.take().get() != place);
  shown.reset();
  CHECK(watched.expired());
  const auto again = numbers.take();
  CHECK(again.get() == place);
  CHECK(*again == std::vector<int>{1, 2, 3});
}

TEST_CASE("an object that is out outlives the one that has handed it out") {
  std::optional<Recycled<std::vector<int>>> numbers(std::in_place);
  const auto held = numbers->take();
  *held = {7};
  numbers.reset();
  CHECK(*held == std::vector<int>{7});
}
