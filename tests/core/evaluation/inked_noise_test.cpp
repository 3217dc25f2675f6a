// Noise with as much ink as a picture, against the law that it is drawn by.
#include "core/evaluation/inked_noise.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/model/pictures.hpp"
#include "core/sampling/gibbs_chains.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/evaluation/explained_models.hpp"

using namespace rbm;

TEST_CASE("noise has exactly as much ink as it was asked for, where the data have theirs") {
  const std::vector<float> means{0.5f, 0, 0.9f, 0.2f, 0.1f, 0};
  const InkOrder order(means, 50, 3);
  for (const Index ink : {Index{0}, Index{1}, Index{4}, Index{6}}) {
    const Matrix noise = order.pictures(ink);
    for (Index r = 0; r < 50; ++r) {
      float sum = 0;
      for (Index i = 0; i < 6; ++i) sum += noise(r, i);
      CHECK(sum == static_cast<float>(ink));
    }
  }
  CHECK(order.pictures(3).view() == InkOrder(means, 50, 3).pictures(3).view());
  CHECK(order.pictures(3).view() != InkOrder(means, 50, 4).pictures(3).view());
}

TEST_CASE("one pixel of ink falls on each place by its odds in the data") {
  const std::vector<float> means{0.5f, 0.75f, 0.2f, 0.1f};
  const Matrix noise = InkOrder(means, 20000, 5).pictures(1);
  std::vector<double> counts(4, 0.0), shares(4);
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i)
    sum += shares[i] = static_cast<double>(means[i]) / (1 - static_cast<double>(means[i]));
  for (double& share : shares) share /= sum;
  for (Index r = 0; r < noise.rows(); ++r) {
    for (Index i = 0; i < 4; ++i) counts[static_cast<std::size_t>(i)] += double{noise(r, i)};
  }
  CHECK(oracle::chi_square(counts, shares) < 16.3);  // 3 degrees of freedom, false-alarm rate 0.001, seed 5
}

TEST_CASE("free energies of noise are those of its pictures, in order, and only ink has them") {
  ThreadPool pool(2);
  const oracle::Explained binary = oracle::models_with_states()[0], spins = oracle::models_with_states()[2];
  for (const Model* model : {&binary.model, &spins.model}) {
    const auto pixels = static_cast<std::size_t>(model->visible());
    std::vector<float> picture(pixels, 0.2f), means(pixels, 0.4f);
    picture[1] = 0.5f;
    picture[3] = 1;
    const InkOrder order(means, 9, 6);
    const auto energies = noise_free_energies(*model, picture, order, pool);
    REQUIRE(energies.has_value());
    const States noise = states_from_pictures(*model, order.pictures(2), pool);
    std::vector<double> by_hand;
    std::vector<float> v(pixels);
    for (Index r = 0; r < 9; ++r) {
      for (std::size_t i = 0; i < pixels; ++i) v[i] = noise.at(r, static_cast<Index>(i));
      by_hand.push_back(oracle::free_energy_by_hand(*model, v));
    }
    std::ranges::sort(by_hand);
    for (std::size_t n = 0; n < 9; ++n) CHECK((*energies)[n] == doctest::Approx(by_hand[n]).epsilon(1e-5));
  }
  const oracle::Explained real = oracle::real_models()[0];
  CHECK_FALSE(noise_free_energies(real.model, oracle::row_of(real.v), InkOrder(std::vector<float>(4), 3, 1), pool));
  const oracle::Explained words = oracle::models_with_states()[3];
  CHECK_FALSE(noise_free_energies(words.model, std::vector<float>(8), InkOrder(std::vector<float>(8), 3, 1), pool));
}

TEST_CASE("the mean picture is the mean of the first pictures") {
  const auto data = oracle::dataset_of({1, 3, 1}, {"110", "010", "001", "111"});
  CHECK(mean_picture(*data, 2) == std::vector<float>{0.5f, 1, 0});
  CHECK(mean_picture(*data, 99) == std::vector<float>{0.5f, 0.75f, 0.5f});
}
