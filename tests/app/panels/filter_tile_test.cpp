#include "app/panels/filter_tile.hpp"

#include <doctest/doctest.h>

#include <memory>

namespace {

rbm::Model model_of(std::vector<std::vector<std::string>> names, std::vector<std::string> columns) {
  rbm::Model model;
  auto states = std::make_shared<rbm::UnitStates>();
  states->names = std::move(names);
  states->columns = std::move(columns);
  model.states = std::move(states);
  return model;
}

}  // namespace

TEST_CASE("a filter of pixels is its own tile") {
  rbm::Model model;
  model.shape = {3, 2, 1};
  lab::FilterTile form(model, 4);
  const std::vector<float> filter{0.1f, -0.2f, 0.3f, 0, 0.5f, 0.6f};
  CHECK(form.width() == 2);
  CHECK(form.height() == 3);
  CHECK(form.tile(filter.data(), 1) == filter.data());
  CHECK(form.at(model, filter.data(), 1, 2) == "pixel (1, 2)  W +0.600");
}

TEST_CASE("a filter of categories is a column of bars for each unit, as long as the weights") {
  const rbm::Model model = model_of({{"red", "green", "blue"}, {"no", "yes"}}, {"colour", "is new"});
  lab::FilterTile form(model, 1);
  // Rows are states, columns are units; the second unit has no third state.
  const std::vector<float> filter{1.0f, -0.5f, 0.01f, 2.0f, -1.0f, 0.0f};
  REQUIRE(form.width() == 2 * 10);
  REQUIRE(form.height() == 3 * 3);
  const float* tile = form.tile(filter.data(), 1);
  const auto row = [&](int y) { return std::vector<float>(tile + y * 20, tile + y * 20 + 20); };
  const float f = 0.35f;
  // +1 is a full bar to the right, −0.5 half of one to the left.
  CHECK(row(0) == std::vector<float>{0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, -1, -1, -1, 0, 0, 0, 0, 0});
  CHECK(row(1) == row(0));
  CHECK(row(2) == std::vector<float>(20, 0.0f));
  // A weight too small for a pixel keeps its place and sign; one beyond the range is cut.
  CHECK(row(3) == std::vector<float>{0, 0, 0, 0, f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0});
  CHECK(row(6) == std::vector<float>{-1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  CHECK(form.at(model, filter.data(), 12, 4) == "is new = yes  W +2.000");
  CHECK(form.at(model, filter.data(), 12, 8) == "is new");
  CHECK(form.at(model, filter.data(), 0, 8) == "colour = blue  W -1.000");
}

TEST_CASE("units of two states, and walls too large for bars, are points") {
  const rbm::Model two = model_of({{"a", "b"}, {"c", "d"}}, {});
  CHECK(lab::FilterTile(two, 1).width() == 2);
  const rbm::Model three = model_of({{"a", "b", "c"}}, {});
  CHECK(lab::FilterTile(three, 1).width() == 10);
  CHECK(lab::FilterTile(three, 1 << 20).width() == 1);
  const std::vector<float> filter{0.5f, 0, 0};
  CHECK(lab::FilterTile(three, 1).at(three, filter.data(), 0, 0) == "unit 1 = a  W +0.500");
}
