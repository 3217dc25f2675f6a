// What a model makes of one picture, against sums over all hidden states and the formulas.
#include "core/evaluation/picture_answer.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "core/math/scalar.hpp"

namespace {

using namespace rbm;

/// 4 pixels, 3 hidden units, every parameter different.
struct SmallModel {
  Model model;
  Matrix transposed;
  ThreadPool pool{1};
  SmallModel() {
    model.shape = {2, 2, 1};
    model.weights.resize(4, 3);
    for (Index i = 0; i < 4; ++i) {
      for (Index j = 0; j < 3; ++j) model.weights(i, j) = 0.7f * static_cast<float>((i * 5 + j * 3) % 7) - 2;
    }
    model.visible_bias = Eigen::VectorXf{{0.3f, -0.6f, 0.1f, -1.2f}};
    model.hidden_bias = Eigen::VectorXf{{0.2f, -0.4f, 0.9f}};
    transposed.resize(3, 4);
    transpose(model.weights, transposed, pool);
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
  PictureAnswer answer;
  const std::vector<float> seen{0.9f, 0.1f, 0.5f, 0.49f};
  answer.compute(small.model, small.transposed, {}, seen, small.pool);
  CHECK(answer.free_energy() == doctest::Approx(small.free_energy({1, 0, 1, 0})).epsilon(1e-6));
  CHECK(answer.picture()[2] == 1.0f);
  CHECK(answer.picture()[3] == 0.0f);
}

TEST_CASE("reconstruction, difference and error follow from the formulas") {
  SmallModel small;
  PictureAnswer answer;
  const std::vector<float> seen{1, 0, 1, 0};
  answer.compute(small.model, small.transposed, {}, seen, small.pool);
  double squares = 0;
  for (Index i = 0; i < 4; ++i) {
    double input = small.model.visible_bias[i];
    for (Index j = 0; j < 3; ++j) {
      double h = small.model.hidden_bias[j];
      for (Index n = 0; n < 4; ++n)
        h += double(seen[static_cast<std::size_t>(n)]) * double(small.model.weights(n, j));
      input += sigmoid(h) * double(small.model.weights(i, j));
    }
    const double p = sigmoid(input), difference = double(seen[static_cast<std::size_t>(i)]) - p;
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
  PictureAnswer answer;
  const std::vector<float> seen{1, 0, 0, 0};
  const Eigen::VectorXf usual{{0.2f, 0.2f, 1.0f}};
  answer.compute(small.model, small.transposed, usual, seen, small.pool);
  REQUIRE(answer.ranking().size() == 3);
  CHECK(answer.hidden()[2] > answer.hidden()[0]);
  CHECK(answer.ranking()[0] == 0);
  CHECK(answer.ranking()[2] == 2);
  // One that is off where it is usually on says as much.
  const Eigen::VectorXf mostly_on{{0.2f, 0.9f, 1.0f}};
  answer.compute(small.model, small.transposed, mostly_on, seen, small.pool);
  CHECK(answer.ranking()[0] == 1);
}

TEST_CASE("the evidence of all pixels and the bias add up to the unit's input") {
  SmallModel small;
  const std::vector<float> picture{1, 1, 0, 1};
  std::vector<float> parts(4);
  PictureAnswer answer;
  answer.compute(small.model, small.transposed, {}, picture, small.pool);
  for (Index j = 0; j < 3; ++j) {
    evidence(small.model, j, picture, parts);
    CHECK(parts[2] == 0.0f);
    const double input = std::accumulate(parts.begin(), parts.end(), double(small.model.hidden_bias[j]));
    CHECK(answer.hidden()[static_cast<std::size_t>(j)] == doctest::Approx(sigmoid(input)).epsilon(1e-5));
  }
}

}  // namespace
