// Stacks: a model that learns the hidden units of another one.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "core/learning/suggested_settings.hpp"
#include "core/learning/trainer.hpp"
#include "core/learning/training_data.hpp"
#include "core/model/model_file.hpp"
#include "core/model/pictures.hpp"

namespace {

using namespace rbm;

struct Stack {
  ThreadPool pool{1};
  std::string file = (std::filesystem::temp_directory_path() / "rbm_stack_test.safetensors").string();
  TrainingSettings settings;
  Dataset data;

  Stack() {
    data = *load_dataset("bars-and-stripes:4");
    settings.data = "bars-and-stripes:4";
    settings.hidden = 12;
    settings.batch = 10;
    settings.chains = 10;
    settings.validation = 4;
    settings.learning_rate = 0.1f;
    settings.average = 0;
    auto rows = training_data(data, settings, pool);
    REQUIRE(rows.has_value());
    Trainer first(settings, rows->train);
    for (int i = 0; i < 200; ++i) REQUIRE(first.step(pool).has_value());
    REQUIRE(save_model(file, first.described_model()).has_value());
    settings.on = file;
    settings.hidden = 5;
  }
  ~Stack() { std::filesystem::remove(file); }
};

TEST_CASE("the second model of a stack learns p(h | picture) of the first, to a byte's precision") {
  Stack stack;
  auto rows = training_data(stack.data, stack.settings, stack.pool);
  REQUIRE(rows.has_value());
  const Model below = *load_model(stack.file);
  REQUIRE(rows->train->shape.pixels() == 12);
  REQUIRE(rows->train_pictures->shape.pixels() == 16);
  for (Index r = 0; r < rows->train->count(); ++r) {
    for (Index j = 0; j < 12; ++j) {
      double input = double{below.hidden_bias[j]};
      for (Index i = 0; i < 16; ++i)
        input += rows->train_pictures->image(r)[i] / 255.0 * double{below.weights(i, j)};
      CHECK(std::abs(rows->train->image(r)[j] / 255.0 - 1 / (1 + std::exp(-input))) < 0.5 / 255 + 1e-6);
    }
  }
}

TEST_CASE("a stack is one file, shows pictures, and its filters are sums of those below") {
  Stack stack;
  auto rows = training_data(stack.data, stack.settings, stack.pool);
  REQUIRE(rows.has_value());
  Trainer second(stack.settings, rows->train);
  for (int i = 0; i < 100; ++i) REQUIRE(second.step(stack.pool).has_value());
  const std::string file = stack.file + ".npz";
  REQUIRE(save_model(file, second.described_model()).has_value());
  auto loaded = load_model(file);
  std::filesystem::remove(file);
  REQUIRE(loaded.has_value());
  const Model& top = *loaded;
  REQUIRE(top.below != nullptr);
  CHECK(top.visible() == 12);
  CHECK(picture_shape(top) == stack.data.shape);
  CHECK(top.metadata.at("on") == stack.file);
  CHECK(top.below->metadata.at("data") == "bars-and-stripes:4");

  Matrix weights(top.hidden(), top.visible()), filters;
  transpose(top.weights, weights, stack.pool);
  picture_filters(top, weights, filters, stack.pool);
  REQUIRE(filters.cols() == 16);
  for (Index k = 0; k < top.hidden(); ++k) {
    for (Index i = 0; i < 16; ++i) {
      double sum = 0;
      for (Index j = 0; j < 12; ++j) sum += double{top.weights(j, k)} * double{top.below->weights(i, j)};
      CHECK(filters(k, i) == doctest::Approx(sum).epsilon(1e-4));
    }
  }
  // Down: hidden states of the first model as the pictures that it expects of them.
  Matrix hidden(1, 12), picture;
  for (Index j = 0; j < 12; ++j) hidden(0, j) = j % 3 == 0 ? 1.0f : 0.0f;
  to_pictures(top, hidden, picture, stack.pool);
  for (Index i = 0; i < 16; ++i) {
    double input = double{top.below->visible_bias[i]};
    for (Index j = 0; j < 12; j += 3) input += double{top.below->weights(i, j)};
    CHECK(picture(0, i) == doctest::Approx(1 / (1 + std::exp(-input))).epsilon(1e-4));
  }
}

TEST_CASE("what cannot stand on a model is refused with a sentence") {
  Stack stack;
  TrainingSettings wrong = stack.settings;
  wrong.on = "nowhere.safetensors";
  CHECK(training_data(stack.data, wrong, stack.pool).error().message.find("nowhere.safetensors") !=
        std::string::npos);
  const Dataset other = *load_dataset("bars-and-stripes:3");
  const auto misfit = training_data(other, stack.settings, stack.pool);
  REQUIRE(!misfit.has_value());
  CHECK(misfit.error().message.find("9 pixels") != std::string::npos);
  wrong = stack.settings;
  wrong.visible = VisibleType::Gaussian;
  CHECK(!training_data(stack.data, wrong, stack.pool).has_value());
}

TEST_CASE("data that a user brings are learned by the units that suit them") {
  Dataset photos;
  photos.shape = {8, 8, 3};
  photos.pixels.assign(192 * 2000, 100);
  TrainingSettings usual;
  usual.labels = true;
  const TrainingSettings colour = suggested_for(photos, usual);
  CHECK(colour.visible == VisibleType::Gaussian);
  CHECK(colour.whitening == Whitening::Zca);
  CHECK(!colour.labels);
  CHECK(colour.validation == 200);
  CHECK(colour.variance_rate == 0);
  photos.pixels.resize(192 * 40);
  const TrainingSettings few = suggested_for(photos, usual);
  CHECK(few.whitening == Whitening::Standardize);
  CHECK(few.batch + few.validation <= 40);
  photos.shape = {64, 64, 3};
  photos.pixels.assign(64 * 64 * 3 * 3, 100);
  const TrainingSettings large = suggested_for(photos, usual);
  CHECK(large.whitening == Whitening::Standardize);
  CHECK(large.learning_rate < few.learning_rate);
  // What the user chose stays, and the rates follow it.
  TrainingSettings told = usual;
  told.visible = VisibleType::Binary;
  CHECK(with_suggested_units(photos, told, {.visible = true}).visible == VisibleType::Binary);
  CHECK(with_suggested_units(photos, told, {.visible = true}).learning_rate == usual.learning_rate);
  told.whitening = Whitening::Zca;
  told.variance_rate = 0.3f;
  const TrainingSettings kept =
      with_suggested_units(photos, told, {.whitening = true, .variance_rate = true});
  CHECK(kept.visible == VisibleType::Gaussian);
  CHECK(kept.whitening == Whitening::Zca);
  CHECK(kept.variance_rate == 0.3f);
  CHECK(kept.learning_rate > large.learning_rate);

  Dataset numbers;
  numbers.shape = {2, 2, 1};
  numbers.values.assign(4 * 50, -2.0f);
  CHECK(suggested_for(numbers, usual).visible == VisibleType::Gaussian);
  // Two by two "pixels" are four columns of a table, whose variances are learned.
  CHECK(suggested_for(numbers, usual).variance_rate > 0);
  numbers.values.assign(4 * 50, 0.5f);
  CHECK(suggested_for(numbers, usual).visible == VisibleType::Binary);
  // Back from colours, a rate that digits learn with.
  CHECK(suggested_for(numbers, colour).learning_rate == TrainingSettings{}.learning_rate);

  // From a table back to pictures, of either kind: its method and its first weights do not stay.
  numbers.values.assign(4 * 50, -2.0f);
  const TrainingSettings table = suggested_for(numbers, usual);
  REQUIRE(table.method != usual.method);
  CHECK(suggested_for(photos, table).method == usual.method);
  CHECK(suggested_for(photos, table).initial_sd == usual.initial_sd);
  CHECK(suggested_for(photos, table, {.method = true}).method == table.method);
  // What somebody chose for pictures does.
  TrainingSettings chosen = suggested_for(photos, usual);
  chosen.method = table.method;
  CHECK(suggested_for(photos, chosen).method == table.method);
}

}  // namespace
