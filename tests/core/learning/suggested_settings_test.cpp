// What is suggested for data learns them.
#include <doctest/doctest.h>

#include "core/data/batches.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/evaluation/partition_function.hpp"
#include "core/learning/trainer.hpp"
#include "core/learning/training_data.hpp"

using namespace rbm;

TEST_CASE("settings that are suggested for a table learn its clusters, and none of them is lost" *
          doctest::test_suite("long")) {
  // Two clusters of equal size in six columns, of very different units.
  Dataset data;
  data.name = "clusters";
  data.shape = {1, 6, 1};
  for (std::uint32_t r = 0; r < 600; ++r) {
    for (std::uint32_t i = 0; i < 6; ++i) {
      const float side = r % 2 == 0 ? 1.0f : -1.0f;
      const float scale = i % 2 == 0 ? 1e-6f : 1e4f;
      data.values.push_back(scale * (side + 0.25f * normal({2, Stream::Synthetic, 0}, r, i)));
    }
  }
  for (const bool wide : {false, true}) {
    TrainingSettings asked;
    asked.hidden = wide ? 17 : 4;
    asked.threads = 1;
    asked.validation = 0;
    TrainingSettings settings = suggested_for(data, asked);
    settings.decay_updates = 2000;
    settings.final_rate = 0;
    settings.average = 0.99f;
    CHECK(settings.initial_sd > 0.1f);
    CHECK(name(settings.method) == (wide ? "tempering" : "exact"));
    ThreadPool pool(1);
    const auto rows = training_data(data, settings, pool);
    REQUIRE(rows);
    Trainer trainer(settings, rows->train);
    for (int i = 0; i < 2000; ++i) REQUIRE(trainer.step(pool));
    const auto log_z = exact_log_z(trainer.averaged(), pool);
    REQUIRE(log_z);
    const States v = first_states(*rows->train, 600, settings.binarization, {1, Stream::Window, 0}, pool);
    std::vector<double> energies(600);
    Matrix scratch;
    free_energies(trainer.averaged(), v, energies, scratch, pool);
    const double energy = mean_of(energies).value;
    // Standardized columns by themselves have −6 (log √2π + ½) = −8.51; the truth, two hills of deviation 0.24 each, has
    // −log 2 − 6 (log √2π + ½ + log 0.2425) = −0.71.
    CHECK(-energy - *log_z > -1.5);
  }
}

TEST_CASE("small tables of every kind are learned by the exact gradient, and what cannot be is not") {
  TrainingSettings asked;
  asked.hidden = 8;
  Dataset bits;
  bits.name = "bits";
  bits.shape = {1, 12, 1};
  bits.pixels.assign(12 * 50, 255);
  CHECK(name(suggested_for(bits, asked).method) == "exact");
  CHECK(name(suggested_for(bits, asked, {.method = true}).method) == "pcd");
  asked.hidden = 500;  // of which all 4,096 states of the columns would take too long
  CHECK(name(suggested_for(bits, asked).method) == "pcd");
  bits.shape = {1, 6, 1};
  CHECK(name(suggested_for(bits, asked).method) == "exact");
  Dataset words;
  words.name = "words";
  words.shape = {1, 3, 1};
  words.state_names.assign(3, {"a", "b", "c", "d"});
  words.pixels.assign(3 * 50, 1);
  asked.hidden = 8;
  CHECK(name(suggested_for(words, asked).method) == "exact");
  // A method that suited the table before does not stay with pictures that it cannot learn.
  Dataset digits;
  digits.name = "digits";
  digits.shape = {28, 28, 1};
  digits.pixels.assign(784 * 50, 255);
  TrainingSettings before = suggested_for(bits, asked);
  before.hidden = 196;
  CHECK(name(suggested_for(digits, before).method) == "pcd");
}
