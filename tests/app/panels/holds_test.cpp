// What the user holds: edits, undo in one order with strokes, the brush, and what chains get of it.
#include <doctest/doctest.h>

#include <vector>

#include "app/panels/edit_order.hpp"
#include "app/panels/hold_board.hpp"
#include "app/panels/hold_brush.hpp"
#include "tests/app/small_lab.hpp"
#include "tests/core/evaluation/explained_models.hpp"

namespace {

using namespace lab;

HoldBoard small_board() {
  HoldBoard board;
  board.fit(6, 4, 3);
  return board;
}

TEST_CASE("every hold is one edit, a stroke of many is one, and undo and redo go through them") {
  HoldBoard board = small_board();
  board.set_pixel(2, Hold::On);
  board.begin_edit();
  board.set_pixel(3, Hold::Off);
  board.set_pixel(4, Hold::Off);
  board.end_edit();
  board.set_hidden(1, Hold::On);
  board.set_label(2);
  CHECK(board.edits() == 4);
  const Held all = board.now();
  board.undo();
  board.undo();
  CHECK((board.pixel(3) == Hold::Off && board.hidden(1) == Hold::Free && board.now().label == -1));
  board.undo();
  CHECK((board.pixel(2) == Hold::On && board.pixel(3) == Hold::Free && board.pixel(4) == Hold::Free));
  board.undo();
  CHECK((!board.any() && !board.can_undo()));
  for (int n = 0; n < 4; ++n) board.redo();
  CHECK(board.now() == all);
  board.undo();
  board.set_pixel(0, Hold::On);
  CHECK_FALSE(board.can_redo());
}

TEST_CASE("what changes nothing is no edit, and another model keeps only what it has") {
  HoldBoard board = small_board();
  board.set_pixel(1, Hold::Free);
  board.set_pixel(99, Hold::On);
  board.free_all();
  CHECK(board.edits() == 0);
  board.set_pixel(1, Hold::On);
  board.set_hidden(3, Hold::Off);
  board.set_label(2);
  const std::uint64_t age = board.age();
  board.fit(6, 4, 3);
  CHECK((board.age() == age && board.can_undo()));
  board.fit(6, 5, 0);
  CHECK(board.age() != age);
  CHECK(
      (board.pixel(1) == Hold::On && !board.holds_hidden() && board.now().label == -1 && !board.can_undo()));
}

TEST_CASE("undo takes back strokes and holds in the order in which they were made") {
  EditOrder order;
  order.note({1, 0});
  order.note({1, 2});
  order.note({2, 2});
  std::vector<std::size_t> taken;
  while (const auto list = order.take_back()) taken.push_back(*list);
  CHECK(taken == std::vector<std::size_t>{0, 1, 1, 0});
  CHECK((order.do_again() == std::size_t{0}));
  order.note({2, 3});
  CHECK_FALSE(order.can_do_again());
  order.forget(1, 0);
  CHECK((order.take_back() == std::size_t{0}));
  CHECK_FALSE(order.can_take_back());
}

TEST_CASE("the hold brush takes what is drawn, or on, or off, under every point of its stroke") {
  const rbm::ImageShape shape{2, 3, 1};
  const std::vector<float> ink{1, 0, 0.6f, 0.4f, 0, 0};
  HoldBoard board = small_board();
  apply({0.5f, 0.5f, 2.5f, 0.5f, 0.3f}, HoldAs::Drawn, shape, ink, board);
  CHECK((board.pixel(0) == Hold::On && board.pixel(1) == Hold::Off && board.pixel(2) == Hold::On));
  CHECK(board.pixel(4) == Hold::Free);
  apply({1.9f, 1.1f, 1.9f, 1.1f, 0}, HoldAs::On, shape, ink, board);
  CHECK((board.pixel(4) == Hold::On && board.pixel(3) == Hold::Free));
  apply({0.5f, 0.5f, 0.5f, 0.5f, 0.5f, true}, HoldAs::On, shape, ink, board);
  CHECK((board.pixel(0) == Hold::Free && board.pixel(1) == Hold::Off));
  board.hold_ink(ink);
  CHECK((board.pixel(0) == Hold::On && board.pixel(2) == Hold::On && board.pixel(3) == Hold::Free));
}

TEST_CASE("chains get the held pixels, units and label as the model has them") {
  rbm::ThreadPool pool(1);
  const rbm::oracle::Explained joint = rbm::oracle::models_with_states()[1];
  HoldBoard board;
  board.fit(5, 4, 3);
  board.set_pixel(0, Hold::On);
  board.set_pixel(2, Hold::Off);
  board.set_hidden(1, Hold::On);
  board.set_hidden(3, Hold::Off);
  board.set_label(1);
  const auto holds = board.holds_of(joint.model, std::vector<float>{0, 0, 1, 1, 1}, pool);
  REQUIRE(holds.has_value());
  CHECK(holds->visible_mask == std::vector<std::uint8_t>{1, 0, 1, 0, 0});
  CHECK((holds->visible.bits.get(0, 0) && !holds->visible.bits.get(0, 2)));
  CHECK(holds->hidden_mask == std::vector<std::uint8_t>{0, 1, 0, 1});
  CHECK(holds->hidden_on == std::vector<std::uint8_t>{0, 1, 0, 0});
  CHECK(holds->label == 1);
  // Real numbers are known as they are drawn.
  const rbm::oracle::Explained real = rbm::oracle::real_models()[0];
  HoldBoard of_real;
  of_real.fit(4, 3, 0);
  of_real.set_pixel(3, Hold::On);
  const auto drawn = of_real.holds_of(real.model, std::vector<float>{0, 0, 0, 0.3f}, pool);
  REQUIRE(drawn.has_value());
  CHECK(drawn->visible.values(0, 3) == doctest::Approx(0.3f));
  // A stack has no pixels to hold, but hidden units.
  HoldBoard of_stack;
  of_stack.fit(6, 3, 0);
  of_stack.set_hidden(0, Hold::On);
  CHECK(of_stack.holds_of(rbm::oracle::stack(), std::vector<float>(6), pool).has_value());
  of_stack.set_pixel(0, Hold::On);
  CHECK_FALSE(of_stack.holds_of(rbm::oracle::stack(), std::vector<float>(6), pool).has_value());
}

}  // namespace
