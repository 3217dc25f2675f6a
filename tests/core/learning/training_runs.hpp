// Small training runs that several tests share.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "core/learning/trainer.hpp"

namespace rbm::oracle {

/// Parameters in one list: W row by row, a, b.
inline std::vector<double> flattened(const Model& model) {
  std::vector<double> out;
  for (Index i = 0; i < model.visible(); ++i)
    out.insert(out.end(), model.weights.row(i), model.weights.row(i) + model.hidden());
  out.insert(out.end(), model.visible_bias.begin(), model.visible_bias.end());
  out.insert(out.end(), model.hidden_bias.begin(), model.hidden_bias.end());
  return out;
}

/// Grey pictures with structure: two blobs of random brightness.
inline std::shared_ptr<const Dataset> grey_dataset(int count) {
  auto data = std::make_shared<Dataset>();
  data->name = "blobs";
  data->shape = {8, 9, 1};
  std::mt19937 engine(4);
  for (int n = 0; n < count; ++n) {
    const auto left = engine() % 256, right = 255 - left;
    for (int p = 0; p < 72; ++p)
      data->pixels.push_back(static_cast<std::uint8_t>(p % 9 < 4 ? left : p % 9 > 4 ? right : 0));
  }
  return data;
}

/// Two hills of the same size, far from each other in two columns.
inline Dataset far_hills(std::uint32_t rows) {
  Dataset data;
  data.name = "hills";
  data.shape = {1, 2, 1};
  for (std::uint32_t r = 0; r < rows; ++r) {
    for (std::uint32_t i = 0; i < 2; ++i)
      data.values.push_back((r % 2 == 0 ? 3.0f : -3.0f) + 0.3f * normal({5, Stream::Synthetic, 0}, r, i));
  }
  return data;
}

inline TrainingSettings small_run() {
  TrainingSettings s;
  s.hidden = 33;
  s.batch = 20;
  s.chains = 30;
  s.learning_rate = 0.05f;
  s.decay_updates = 200;
  s.average = 0.95f;
  s.seed = 5;
  return s;
}

inline std::unique_ptr<Trainer> trained(const TrainingSettings& settings, std::shared_ptr<const Dataset> data,
                                        int updates, int threads) {
  ThreadPool pool(threads);
  auto trainer = std::make_unique<Trainer>(settings, std::move(data));
  for (int t = 0; t < updates; ++t) REQUIRE(trainer->step(pool).has_value());
  return trainer;
}

}  // namespace rbm::oracle
