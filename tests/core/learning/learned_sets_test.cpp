// Small sets whose best possible log-likelihood is known, learned and measured exactly.
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "core/data/dataset.hpp"
#include "core/evaluation/exact_gradient.hpp"
#include "core/evaluation/likelihood.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/learning/preset.hpp"
#include "core/learning/trainer.hpp"
#include "core/learning/training_data.hpp"
#include "core/model/labels.hpp"
#include "tests/core/evaluation/enumerated_model.hpp"
#include "tests/core/learning/training_runs.hpp"

using namespace rbm;

namespace {

TrainingSettings patient_run() {
  TrainingSettings s;
  s.validation = 0;
  s.initial_sd = 0.1f;
  s.learning_rate = 0.5f;
  s.final_rate = 0;
  s.average = 0.99f;
  s.binarization = Binarization::Threshold;
  return s;
}

BitMatrix states_of_all(const Dataset& data) {
  BitMatrix v(data.count(), data.shape.pixels());
  for (Index r = 0; r < v.rows(); ++r) {
    for (Index i = 0; i < v.cols(); ++i) v.set(r, i, data.image(r)[i] >= 128);
  }
  return v;
}

/// A row of four bits, the same row shifted with wrap-around, and which way: −1, 0, +1. 48 cases.
std::shared_ptr<const Dataset> labelled_shifter() {
  std::vector<std::string> images;
  std::vector<std::uint8_t> labels;
  for (unsigned row = 0; row < 16; ++row) {
    for (unsigned shift = 0; shift < 3; ++shift) {
      const unsigned moved = (row << (shift + 3) % 4 | row >> (4 - (shift + 3) % 4)) & 15;
      std::string image;
      for (unsigned bit = 0; bit < 8; ++bit) image += ((moved << 4 | row) >> bit & 1) ? '1' : '0';
      images.push_back(image);
      labels.push_back(static_cast<std::uint8_t>(shift));
    }
  }
  auto data = std::make_shared<Dataset>(*oracle::dataset_of({2, 4, 1}, images));
  data->labels = labels;
  return data;
}

}  // namespace

TEST_CASE("categories are not learned as grey values: training and evaluation refuse them with a sentence") {
  Dataset words;
  words.name = "words.csv";
  words.shape = {1, 2, 1};
  words.pixels = {0, 1, 1, 0, 0, 0, 1, 1};
  words.state_names = {{"no", "yes"}, {"left", "right"}};
  ThreadPool pool(1);
  TrainingSettings settings;
  settings.validation = 0;
  const auto learned = training_data(words, settings, pool);
  REQUIRE_FALSE(learned.has_value());
  CHECK(learned.error().message.find("words.csv holds categories (2 columns") == 0);
  const auto evaluated =
      data_for(initial_model(words.shape, 3, Eigen::VectorXf::Constant(2, 0.5f), 0.1f, 1), words, pool);
  REQUIRE_FALSE(evaluated.has_value());
  CHECK(evaluated.error().message == learned.error().message);
}

TEST_CASE("bars and stripes of 4 x 4 are learned to within 0.3 nats of the best" *
          doctest::test_suite("long")) {
  const auto data = oracle::dataset_of({4, 4, 1}, oracle::bars_and_stripes(4));
  REQUIRE(data->count() == 30);
  TrainingSettings s = patient_run();
  s.hidden = 24;
  s.batch = 30;
  s.chains = 500;
  s.k = 5;
  s.decay_updates = 8000;
  s.learning_rate = 0.2f;
  ThreadPool pool(2);
  const auto trainer = oracle::trained(s, data, 8000, 2);
  std::vector<double> energies(30);
  Matrix scratch;
  free_energies(trainer->averaged(), states_of_all(*data), energies, scratch, pool);
  const double log_likelihood = -mean_of(energies).value - enumerated_log_z(trainer->averaged(), pool)->log_z;
  CHECK(log_likelihood > -3.401197 - 0.3);  // −log 30
  CHECK(log_likelihood < -3.401197);
}

TEST_CASE("the labelled shifter is learned jointly to within 0.2 nats of the best" *
          doctest::test_suite("long")) {
  const auto data = labelled_shifter();
  TrainingSettings s = patient_run();
  s.hidden = 20;
  s.batch = 48;
  s.chains = 500;
  s.k = 5;
  s.labels = true;
  s.decay_updates = 8000;
  ThreadPool pool(2);
  const auto trainer = oracle::trained(s, data, 8000, 2);
  const Model& model = trainer->averaged();
  const BitMatrix v = states_of_all(*data);
  Matrix values(v.rows(), v.cols()), posteriors;
  unpack(v, values);
  classify(model, values, &posteriors, pool);
  std::vector<double> energies(static_cast<std::size_t>(v.rows()));
  Matrix scratch;
  free_energies(model, v, energies, scratch, pool);
  const double log_z = enumerated_log_z(model, pool)->log_z;
  double joint = 0;
  for (Index r = 0; r < v.rows(); ++r) {
    joint += (static_cast<double>(posteriors(r, data->labels[static_cast<std::size_t>(r)])) -
              energies[static_cast<std::size_t>(r)] - log_z) /
             48;
  }
  CHECK(joint > -3.871201 - 0.2);  // −log 48
  CHECK(joint < -3.871201);
}

TEST_CASE("the preset of the exact world comes to within 0.05 nats of the best" *
          doctest::test_suite("long")) {
  const auto preset = find_preset("exact");
  REQUIRE(preset.has_value());
  ThreadPool pool(2);
  const Dataset bars = *load_dataset(preset->settings.data);
  const auto data = training_data(bars, preset->settings, pool);
  REQUIRE(data.has_value());
  Trainer trainer(preset->settings, data->train);
  while (trainer.updates() < preset->updates) REQUIRE(trainer.step(pool).has_value());
  const BitMatrix rows = states_of_all(*data->train);
  REQUIRE(rows.rows() == 30);
  const auto exact = exact_gradient(trainer.averaged(), States(rows), pool);
  REQUIRE(exact.has_value());
  CHECK(exact->log_likelihood < -std::log(30));
  CHECK(exact->log_likelihood > -std::log(30) - 0.05);
  const auto log_p = exact_distribution(trainer.averaged(), pool);
  REQUIRE(log_p.has_value());
  double mass = 0;
  for (Index r = 0; r < rows.rows(); ++r) mass += std::exp((*log_p)[oracle::state_number(rows, r)]);
  CHECK(mass > 0.95);
}
