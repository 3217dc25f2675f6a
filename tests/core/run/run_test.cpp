// A run without a window: when it is over, how far it says it is, and that it is nothing but its trainer.
#include "core/run/run.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "core/learning/checkpoint_facts.hpp"
#include "core/run/loading.hpp"
#include "tests/core/run/small_run.hpp"

namespace {

using namespace rbm;
using oracle::small_settings;

std::unique_ptr<Run> small_run(const RunLength& length = {}, TrainingSettings settings = small_settings()) {
  auto run = begin_run({.settings = settings, .length = length});
  REQUIRE(run.has_value());
  return std::move(*run);
}

Eigen::MatrixXf weights(const Model& model) {
  return model.weights.view();
}

/// Steps to its end, at most so many times.
std::uint64_t steps_to_end(Run& run, int most) {
  int steps = 0;
  for (; !run.is_over() && steps < most; ++steps) REQUIRE(run.step().has_value());
  return static_cast<std::uint64_t>(steps);
}

}  // namespace

TEST_CASE("a run is over after its updates, its epochs or its seconds, whichever comes first") {
  CHECK(steps_to_end(*small_run({.updates = 7}), 100) == 7);
  CHECK(steps_to_end(*small_run({.epochs = 2.5}), 100) == 5);  // 30 images in batches of 15
  CHECK(steps_to_end(*small_run({.updates = 7, .epochs = 2}), 100) == 4);
  CHECK(steps_to_end(*small_run({.updates = 3, .epochs = 2}), 100) == 3);
  CHECK(steps_to_end(*small_run({.updates = 3, .seconds = 1e6}), 100) == 3);
  const auto timed = small_run({.updates = 1000000, .seconds = 1e-9});
  CHECK(steps_to_end(*timed, 100) == 1);
  CHECK(timed->progress().share_done == 1);
  CHECK(steps_to_end(*small_run(), 50) == 50);
}

TEST_CASE(
    "a run gives the bits of its trainer, for any number of threads and however often it is looked at") {
  TrainingSettings settings = small_settings();
  ThreadPool pool(1);
  const auto data = load_dataset(settings.data);
  const auto rows = training_data(*data, settings, pool);
  REQUIRE(rows.has_value());
  Trainer bare(settings, rows->train);
  for (int t = 0; t < 120; ++t) REQUIRE(bare.step(pool).has_value());
  settings.threads = 2;
  const auto run = small_run({}, settings);
  for (int t = 0; t < 120; ++t) {
    REQUIRE(run->step().has_value());
    if (t % 3 == 0) run->view();
  }
  CHECK(weights(run->trainer().model()) == weights(bare.model()));
  CHECK(weights(*run->view().model) == weights(bare.averaged()));
  CHECK(run->view().transposed->view().transpose() == run->view().model->weights.view());
  CHECK(run->monitoring().points().size() == 6);  // of the updates 20, 40 … 120
}

TEST_CASE("a run says how far it is") {
  const auto run = small_run({.updates = 8, .decays = true});
  RunProgress now = run->progress();
  CHECK(now.share_done == 0);
  CHECK(std::isnan(now.seconds_left));
  CHECK(now.learning_rate == doctest::Approx(small_settings().learning_rate));
  for (int t = 0; t < 2; ++t) REQUIRE(run->step().has_value());
  now = run->progress();
  CHECK(now.updates == 2);
  CHECK(now.epochs == 1);
  CHECK(now.share_done == 0.25);
  CHECK(now.images_per_second > 0);
  CHECK(now.seconds_left == doctest::Approx(6 * 15 / now.images_per_second));
  CHECK(now.learning_rate == doctest::Approx(0.75 * small_settings().learning_rate));
  CHECK_FALSE(now.is_over);
  steps_to_end(*run, 100);
  now = run->progress();
  CHECK(now.is_over);
  CHECK(now.share_done == 1);
  CHECK(now.seconds_left == 0);
  CHECK(now.learning_rate == 0);
}

TEST_CASE("without a length of its own a run is done when its rate has decayed, and goes on if asked") {
  TrainingSettings settings = small_settings();
  settings.decay_updates = 4;
  const auto run = small_run({}, settings);
  for (int t = 0; t < 3; ++t) REQUIRE(run->step().has_value());
  CHECK(run->progress().share_done == 0.75);
  for (int t = 0; t < 3; ++t) REQUIRE(run->step().has_value());
  CHECK(run->progress().is_over);
  CHECK_FALSE(run->is_over());
  CHECK(run->progress().updates == 6);
  settings.decay_updates = 0;
  CHECK(std::isnan(small_run({}, settings)->progress().share_done));
}

TEST_CASE("a resumed run goes on bit for bit, and its length counts from the beginning") {
  const auto whole = small_run({.updates = 60});
  const auto first = small_run({.updates = 60});
  for (int t = 0; t < 25; ++t) REQUIRE(first->step().has_value());
  auto second = resume_run(first->trainer().checkpoint(), "c.safetensors",
                           {.settings = small_settings(), .length = {.updates = 60}});
  REQUIRE(second.has_value());
  CHECK((*second)->progress().share_done == doctest::Approx(25.0 / 60));
  CHECK(steps_to_end(*whole, 100) == 60);
  CHECK(steps_to_end(**second, 100) == 35);
  CHECK(weights((*second)->trainer().model()) == weights(whole->trainer().model()));
}

TEST_CASE("the first checkpoint of a run knows its data, and goes on with no others unasked") {
  const auto run = small_run({.updates = 60});
  REQUIRE(run->step().has_value());
  const TensorFile file = run->checkpoint();
  const TrainingData& rows = run->data().rows;
  CHECK(facts_of(file, small_settings(), "kept")->data ==
        fingerprint_of(*rows.train_pictures, *rows.validation_pictures, false));
  auto other = std::make_shared<Dataset>(*load_dataset(small_settings().data));
  other->pixels.front() = other->pixels.front() == 0 ? 255 : 0;
  RunRequest request{.settings = small_settings(), .source = {small_settings().data, {}, other}};
  const auto refused = resume_run(file, "c.safetensors", request);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("--other-data") != std::string::npos);
  request.other_data = true;
  CHECK(resume_run(file, "c.safetensors", request).has_value());
}

TEST_CASE("loading tells how far it is, and gives up when nobody waits any more") {
  for (const double until : {0.0, 0.5, 0.9}) {
    const auto cancelled =
        begin_run({.settings = small_settings()}, [&](double share) { return share < until; });
    REQUIRE_FALSE(cancelled.has_value());
    CHECK(cancelled.error().code == ErrorCode::Cancelled);
  }
  double last = 0;
  CHECK(begin_run({.settings = small_settings()}, [&](double share) {
          CHECK(share >= last);
          last = share;
          return true;
        }).has_value());
  CHECK(last > 0.9);
}

TEST_CASE("data that were read already are not read again, and rows at hand are taken over") {
  TrainingSettings settings = small_settings();
  auto data = load_dataset(settings.data);
  REQUIRE(data.has_value());
  const LoadedSource source{"no/such/file", {}, std::make_shared<const Dataset>(std::move(*data))};
  settings.data = "no/such/file";
  const auto run = begin_run({.settings = settings, .source = source});
  REQUIRE(run.has_value());
  settings.seed = 9;
  const auto again = begin_run({.settings = settings, .at_hand = (*run)->data()});
  REQUIRE(again.has_value());
  CHECK((*again)->data().rows.train == (*run)->data().rows.train);
  CHECK((*again)->trainer().settings().seed == 9);
  settings.source.patch = 2;  // another source than the one that was read
  const auto other = begin_run({.settings = settings, .source = source});
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().message.find("no/such/file") != std::string::npos);
}

TEST_CASE("a run that cannot begin says why") {
  TrainingSettings settings = small_settings();
  settings.batch = 0;
  CHECK_FALSE(begin_run({.settings = settings}).has_value());
  settings = small_settings();
  settings.labels = true;  // bars and stripes have none
  const auto unlabelled = begin_run({.settings = settings});
  REQUIRE_FALSE(unlabelled.has_value());
  CHECK(unlabelled.error().message.find("label") != std::string::npos);
  CHECK_FALSE(open_run("m.safetensors", {.settings = small_settings()}).has_value());
}
