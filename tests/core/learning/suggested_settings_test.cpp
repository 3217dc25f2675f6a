// What is suggested for data learns them.
#include <doctest/doctest.h>

#include "core/data/batches.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/evaluation/partition_function.hpp"
#include "core/learning/trainer.hpp"
#include "core/learning/training_data.hpp"

using namespace rbm;

TEST_CASE("settings that are suggested for a table learn its clusters, and none of them is lost") {
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
    asked.hidden = wide ? 16 : 4;
    asked.threads = 1;
    asked.validation = 0;
    TrainingSettings settings = suggested_for(data, asked);
    settings.decay_updates = 2000;
    settings.final_rate = 0;
    settings.average = 0.99f;
    CHECK(settings.initial_sd > 0.1f);
    CHECK(name(settings.method) == "tempering");
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
