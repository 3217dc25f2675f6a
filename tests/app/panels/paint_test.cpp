// What the paint panel computes without a window: centring, and what a model makes of a drawing.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "app/panels/paint_answer.hpp"
#include "app/panels/paint_centre.hpp"
#include "core/data/dataset.hpp"
#include "core/math/scalar.hpp"

namespace {

using namespace lab;
using rbm::Index;

constexpr int kSide = 28;

/// A crude seven with its upper left corner at (x, y): 9 wide, 14 high.
std::vector<float> seven(int x, int y) {
  std::vector<float> ink(kSide * kSide, 0.0f);
  const auto at = [&](int px, int py) -> float& {
    return ink[static_cast<std::size_t>((y + py) * kSide + x + px)];
  };
  for (int i = 0; i < 9; ++i) at(i, 0) = at(i, 1) = 1;
  for (int i = 0; i < 12; ++i) at(8 - i / 2, 2 + i) = at(7 - i / 2, 2 + i) = 0.8f;
  return ink;
}

std::vector<float> centred(const std::vector<float>& ink) {
  std::vector<float> out(ink.size());
  move_ink(ink, kSide, kSide, centring_shift(ink, kSide, kSide), out);
  return out;
}

TEST_CASE("a drawing is seen the same wherever it was painted") {
  const std::vector<float> middle = centred(seven(9, 6));
  for (int y = 0; y + 14 <= kSide; y += 3) {
    for (int x = 0; x + 9 <= kSide; x += 3) {
      CAPTURE(x);
      CAPTURE(y);
      CHECK(centred(seven(x, y)) == middle);
    }
  }
}

TEST_CASE("after centring the centre of mass is where the data have theirs") {
  const std::vector<float> seen = centred(seven(0, 0));
  double total = 0, sum_x = 0, sum_y = 0;
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) {
      const double value = seen[static_cast<std::size_t>(y * kSide + x)];
      total += value, sum_x += value * (x + 0.5), sum_y += value * (y + 0.5);
    }
  }
  CHECK(std::abs(sum_x / total - 14.5) <= 0.5);
  CHECK(std::abs(sum_y / total - 14.5) <= 0.5);
}

TEST_CASE("centring loses no ink, even where the centre of mass is far from the middle of the ink") {
  // A blot in one corner and a hair to the opposite side: the shift stops at the edge.
  std::vector<float> ink(kSide * kSide, 0.0f);
  for (int y = 0; y < 6; ++y) {
    for (int x = 0; x < 6; ++x) ink[static_cast<std::size_t>(y * kSide + x)] = 1;
  }
  for (int x = 0; x < kSide - 2; ++x) ink[static_cast<std::size_t>(x)] = 1;
  const std::vector<float> seen = centred(ink);
  CHECK(std::accumulate(seen.begin(), seen.end(), 0.0) == std::accumulate(ink.begin(), ink.end(), 0.0));
  CHECK(centring_shift(ink, kSide, kSide).x == 2);
}

TEST_CASE("centring twice moves nothing the second time, and an empty canvas never moves") {
  const std::vector<float> once = centred(seven(1, 13));
  CHECK(centring_shift(once, kSide, kSide) == Shift{});
  const std::vector<float> empty(kSide * kSide, 0.0f);
  CHECK(centring_shift(empty, kSide, kSide) == Shift{});
}

TEST_CASE("the digits of the data are centred already") {
  const auto digits = rbm::load_dataset("mnist:test");
  REQUIRE(digits.has_value());
  std::vector<float> ink(kSide * kSide);
  for (Index n = 0; n < 1000; ++n) {
    for (std::size_t i = 0; i < ink.size(); ++i) ink[i] = static_cast<float>(digits->image(n)[i]) / 255;
    CAPTURE(n);
    CHECK(centring_shift(ink, kSide, kSide) == Shift{});
  }
}

/// 4 pixels, 3 hidden units, every parameter different.
struct SmallModel {
  rbm::Model model;
  rbm::Matrix transposed;
  rbm::ThreadPool pool{1};
  SmallModel() {
    model.shape = {2, 2, 1};
    model.weights.resize(4, 3);
    for (Index i = 0; i < 4; ++i) {
      for (Index j = 0; j < 3; ++j) model.weights(i, j) = 0.7f * static_cast<float>((i * 5 + j * 3) % 7) - 2;
    }
    model.visible_bias = Eigen::VectorXf{{0.3f, -0.6f, 0.1f, -1.2f}};
    model.hidden_bias = Eigen::VectorXf{{0.2f, -0.4f, 0.9f}};
    transposed.resize(3, 4);
    rbm::transpose(model.weights, transposed, pool);
  }
  /// −log Σ_h e^(−E(v, h)) by going through all h.
  double free_energy(const std::vector<int>& v) const {
    double sum = 0;
    for (int h = 0; h < 8; ++h) {
      double minus_energy = 0;
      for (Index i = 0; i < 4; ++i)
        minus_energy += v[static_cast<std::size_t>(i)] * double(model.visible_bias[i]);
      for (Index j = 0; j < 3; ++j) {
        if (!((h >> j) & 1)) continue;
        minus_energy += model.hidden_bias[j];
        for (Index i = 0; i < 4; ++i)
          minus_energy += v[static_cast<std::size_t>(i)] * double(model.weights(i, j));
      }
      sum += std::exp(minus_energy);
    }
    return -std::log(sum);
  }
};

TEST_CASE("the answer's free energy is that of enumeration, for the drawing cut at one half") {
  SmallModel small;
  PaintAnswer answer;
  const std::vector<float> seen{0.9f, 0.1f, 0.5f, 0.49f};
  answer.compute(small.model, small.transposed, {}, seen, small.pool);
  CHECK(answer.free_energy() == doctest::Approx(small.free_energy({1, 0, 1, 0})).epsilon(1e-6));
  CHECK(answer.picture()[2] == 1.0f);
  CHECK(answer.picture()[3] == 0.0f);
}

TEST_CASE("reconstruction, difference and error follow from the formulas") {
  SmallModel small;
  PaintAnswer answer;
  const std::vector<float> seen{1, 0, 1, 0};
  answer.compute(small.model, small.transposed, {}, seen, small.pool);
  double squares = 0;
  for (Index i = 0; i < 4; ++i) {
    double input = small.model.visible_bias[i];
    for (Index j = 0; j < 3; ++j) {
      double h = small.model.hidden_bias[j];
      for (Index n = 0; n < 4; ++n)
        h += double(seen[static_cast<std::size_t>(n)]) * double(small.model.weights(n, j));
      input += rbm::sigmoid(h) * double(small.model.weights(i, j));
    }
    const double p = rbm::sigmoid(input), difference = double(seen[static_cast<std::size_t>(i)]) - p;
    CHECK(answer.reconstruction()[static_cast<std::size_t>(i)] == doctest::Approx(p).epsilon(1e-5));
    CHECK(answer.difference()[static_cast<std::size_t>(i)] == doctest::Approx(difference).epsilon(1e-5));
    squares += difference * difference;
  }
  CHECK(answer.error() == doctest::Approx(squares / 4).epsilon(1e-5));
}

TEST_CASE("a unit that is always on does not lead the answer") {
  SmallModel small;
  // Unit 2 is on for every picture, unit 0 for this one only.
  small.model.hidden_bias = Eigen::VectorXf{{-3.0f, -3.0f, 9.0f}};
  for (Index i = 0; i < 4; ++i) {
    small.model.weights(i, 0) = i == 0 ? 8.0f : -8.0f;
    small.model.weights(i, 1) = i == 1 ? 8.0f : -8.0f;
    small.model.weights(i, 2) = 0;
  }
  PaintAnswer answer;
  const std::vector<float> seen{1, 0, 0, 0};
  const Eigen::VectorXf usual{{0.2f, 0.2f, 1.0f}};
  answer.compute(small.model, small.transposed, usual, seen, small.pool);
  REQUIRE(answer.ranking().size() == 3);
  CHECK(answer.hidden()[2] > answer.hidden()[0]);
  CHECK(answer.ranking()[0] == 0);
  CHECK(answer.ranking()[2] == 1);
}

TEST_CASE("the evidence of all pixels and the bias add up to the unit's input") {
  SmallModel small;
  const std::vector<float> picture{1, 1, 0, 1};
  std::vector<float> parts(4);
  PaintAnswer answer;
  answer.compute(small.model, small.transposed, {}, picture, small.pool);
  for (Index j = 0; j < 3; ++j) {
    evidence(small.model, j, picture, parts);
    CHECK(parts[2] == 0.0f);
    const double input = std::accumulate(parts.begin(), parts.end(), double(small.model.hidden_bias[j]));
    CHECK(answer.hidden()[static_cast<std::size_t>(j)] == doctest::Approx(rbm::sigmoid(input)).epsilon(1e-5));
  }
}

}  // namespace
