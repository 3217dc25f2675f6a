// What is suggested for data learns them.
#include <doctest/doctest.h>

#include <cmath>

#include "core/data/batches.hpp"
#include "core/evaluation/monitor.hpp"
#include "core/evaluation/partition_function.hpp"
#include "core/learning/first_model.hpp"
#include "core/learning/suggested_settings.hpp"
#include "core/learning/trainer.hpp"
#include "core/learning/training_data.hpp"

using namespace rbm;

namespace {

TrainingSettings suggested(const Dataset& data, int hidden, std::uint64_t updates) {
  TrainingSettings asked;
  asked.hidden = hidden;
  asked.threads = 1;
  asked.validation = 0;
  TrainingSettings out = suggested_for(data, asked);
  out.decay_updates = updates;
  out.final_rate = 0;
  out.average = 0.99f;
  return out;
}

/// Mean log density of the columns, standardized, after as many updates as the rate takes to fall to 0. Columns by
/// themselves have −(log √2π + ½) = −1.42 each.
double density_learned(const Dataset& data, const TrainingSettings& settings) {
  ThreadPool pool(1);
  const auto rows = training_data(data, settings, pool);
  REQUIRE(rows);
  Trainer trainer(settings, rows->train);
  for (std::uint64_t t = 0; t < settings.decay_updates; ++t) REQUIRE(trainer.step(pool));
  const auto log_z = exact_log_z(trainer.averaged(), pool);
  REQUIRE(log_z);
  const Index count = data.count();
  const States v = first_states(*rows->train, count, settings.binarization, {1, Stream::Window, 0}, pool);
  std::vector<double> energies(static_cast<std::size_t>(count));
  Matrix scratch;
  free_energies(trainer.averaged(), v, energies, scratch, pool);
  return -mean_of(energies).value - *log_z;
}

}  // namespace

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
    const TrainingSettings settings = suggested(data, wide ? 17 : 4, 2000);
    CHECK(settings.initial_sd > 0.1f);
    CHECK(name(settings.method) == (wide ? "tempering" : "exact"));
    // Columns by themselves have −8.51; the truth, two hills of deviation 0.24 each, has
    // −log 2 − 6 (log √2π + ½ + log 0.2425) = −0.71.
    CHECK(density_learned(data, settings) > -1.5);
  }
}

TEST_CASE(
    "settings that are suggested for a table learn columns that are independent and have two hills each" *
    doctest::test_suite("long")) {
  // One Gaussian explains all second moments of such columns, so that W = 0 is a saddle.
  Dataset data;
  data.name = "corners";
  data.shape = {1, 3, 1};
  for (std::uint32_t r = 0; r < 800; ++r) {
    for (std::uint32_t i = 0; i < 3; ++i) {
      const float side = (r >> i & 1) != 0 ? 1.0f : -1.0f;
      data.values.push_back(side + 0.2f * normal({3, Stream::Synthetic, 0}, r, i));
    }
  }
  for (const int hidden : {5, 12}) {
    TrainingSettings settings = suggested(data, hidden, 20000);
    CHECK(name(settings.first_weights) == "cases");
    // Columns by themselves have −4.26; the truth, hills of deviation 0.196, has 3 (−log 2 − log √2π − ½ − log 0.196) = −1.45.
    CHECK(density_learned(data, settings) > -1.75);
    settings.first_weights = FirstWeights::Random;
    CHECK(density_learned(data, settings) < -3);
  }
}

TEST_CASE("first weights go from one case of the data to another one and are undecided between them") {
  Dataset rows;
  rows.name = "points";
  rows.shape = {1, 3, 1};
  rows.values = {0, 1, 2, 0, 1, 2, 5, -1, 3, 4, 4, -4};  // two of them equal
  rows.missing = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0};
  clear_missing(rows);
  TrainingSettings s;
  s.visible = VisibleType::Gaussian;
  s.hidden = 16;
  s.batch = 2;
  s.validation = 0;
  s.initial_sd = 0.2f;
  s.first_weights = FirstWeights::Cases;
  const Model model = first_model(s, rows);
  const float scale = 0.2f / std::sqrt(2.0f);
  for (Index j = 0; j < s.hidden; ++j) {
    int pairs = 0;
    for (Index x = 0; x < rows.count(); ++x) {
      for (Index y = 0; y < rows.count(); ++y) {
        float off = 0, between = model.hidden_bias[j], length = 0;
        for (Index i = 0; i < 3; ++i) {
          const float a = rows.real_row(x)[i], b = rows.real_row(y)[i], w = model.weights(i, j);
          const bool known = !rows.is_missing(x, i) && !rows.is_missing(y, i);
          off += std::abs(w - (known ? scale * (b - a) : 0));
          between += w * (a + b) / 2 / std::exp(model.log_variance[i]);
          length += std::abs(w);
        }
        pairs += static_cast<int>(off < 1e-5f && length > 0 && std::abs(between) < 1e-4f);
      }
    }
    CHECK(pairs >= 1);
  }
  // Hidden units that are on half of the time leave the first two moments those of the columns.
  s.initial_sd = 0.05f;
  const Model small = first_model(s, rows);
  const VisibleStatistics wanted = visible_statistics(rows, s.binarization);
  for (Index i = 0; i < 3; ++i) {
    float mean = small.visible_bias[i], variance = std::exp(small.log_variance[i]);
    for (Index j = 0; j < s.hidden; ++j) {
      mean += small.weights(i, j) / 2;
      variance += small.weights(i, j) * small.weights(i, j) / 4;
    }
    CHECK(mean == doctest::Approx(wanted.means[i]).epsilon(1e-4));
    CHECK(variance == doctest::Approx(wanted.variances[i]).epsilon(1e-4));
  }
  // Of many units every second one does, and the others are as they were drawn.
  TrainingSettings many = s;
  many.hidden = 17;
  const Model of_cases = first_model(many, rows);
  many.first_weights = FirstWeights::Random;
  const Model drawn = first_model(many, rows);
  for (Index j = 0; j < many.hidden; ++j)
    CHECK((of_cases.weights(0, j) == drawn.weights(0, j)) == (j % 2 == 1));
  // Where all cases are equal the weights stay as they were drawn.
  rows.values = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};
  rows.missing.clear();
  const Model alike = first_model(s, rows);
  s.first_weights = FirstWeights::Random;
  CHECK((alike.weights.view() - first_model(s, rows).weights.view()).norm() == 0);
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
