// What a session opens and saves: models, and checkpoints from which it goes on.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "core/learning/suggested_settings.hpp"
#include "core/learning/trainer.hpp"
#include "core/learning/training_data.hpp"
#include "core/model/model_file.hpp"
#include "core/session/session.hpp"
#include "tests/core/session/small_data.hpp"
#include "tests/core/session/waiting.hpp"

using namespace rbm;
using oracle::done;
using oracle::SmallData;
using oracle::wait_for;

TEST_CASE("a model of another shape is refused with both sizes named") {
  SmallData data;
  const std::string path = (data.folder / "other.safetensors").string();
  REQUIRE(save_model(path, initial_model({5, 5, 1}, 3, Eigen::VectorXf::Constant(25, 0.5f), 0.01f, 1)));
  Session session(data.settings(), false);
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  const auto s = done(session, command::Open{path});
  CHECK(s->messages.fault.find("25 pixels") != std::string::npos);
  CHECK(s->messages.fault.find("16 pixels") != std::string::npos);
}

TEST_CASE("a model that learned other data brings them along") {
  SmallData data;
  const std::string path = (data.folder / "plane.safetensors").string();
  const Dataset plane = *load_dataset("mixture:2d");
  TrainingSettings other = suggested_for(plane, data.settings());
  other.data = "mixture:2d";
  other.hidden = 5;
  REQUIRE(other.visible == VisibleType::Gaussian);
  ThreadPool pool(1);
  const auto made = training_data(plane, other, pool);
  REQUIRE(made.has_value());
  Trainer trainer(other, made->train);
  for (int t = 0; t < 10; ++t) REQUIRE(trainer.step(pool).has_value());
  REQUIRE(save_model(path, trainer.described_model()));

  Session session(data.settings(), false);
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  auto s = done(session, command::Open{path});
  CHECK(s->messages.fault == "");
  CHECK(s->data.train->shape.pixels() == 2);
  CHECK(s->data.train->count() + s->data.validation->count() == plane.count());
  CHECK(s->settings.data == "mixture:2d");
  CHECK(s->settings.visible == VisibleType::Gaussian);
  CHECK(s->settings.learning_rate == other.learning_rate);
  CHECK(Eigen::MatrixXf(s->model->weights.view()) == Eigen::MatrixXf(trainer.averaged().weights.view()));
  session.post(command::Step{20});
  s = wait_for(session,
               [](const Snapshot& x) { return x.progress.updates == 20 && x.state == RunState::Paused; });
  CHECK(s->messages.fault == "");
  // And with what it says starts over.
  s = done(session, command::Reset{s->settings});
  CHECK(s->messages.fault == "");
  CHECK(s->data.train->shape.pixels() == 2);
}

TEST_CASE("a saved model opens again with the same weights, and a checkpoint goes on bit for bit") {
  SmallData data;
  const std::string model = (data.folder / "m.safetensors").string(),
                    checkpoint = (data.folder / "c.safetensors").string();
  Session session(data.settings(), false);
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  session.post(command::Step{40});
  wait_for(session,
           [](const Snapshot& s) { return s.progress.updates == 40 && s.state == RunState::Paused; });
  session.post(command::Save{model});
  auto s = done(session, command::Save{checkpoint, true});
  CHECK(s->messages.fault == "");
  CHECK_FALSE(s->unsaved);
  const Eigen::MatrixXf at_40 = s->model->weights.view();
  session.post(command::Step{25});
  s = wait_for(session,
               [](const Snapshot& x) { return x.progress.updates == 65 && x.state == RunState::Paused; });
  const Eigen::MatrixXf at_65 = s->model->weights.view();
  CHECK(s->unsaved);

  s = done(session, command::Open{model});
  CHECK(s->messages.fault == "");
  CHECK(Eigen::MatrixXf(s->model->weights.view()) == at_40);
  s = done(session, command::Open{checkpoint});
  CHECK(s->progress.updates == 40);
  session.post(command::Step{25});
  s = wait_for(session,
               [](const Snapshot& x) { return x.progress.updates == 65 && x.state == RunState::Paused; });
  CHECK(Eigen::MatrixXf(s->model->weights.view()) == at_65);
}

TEST_CASE("a checkpoint goes on with the rows of its own run, not with those that are loaded") {
  SmallData data;
  const std::string checkpoint = (data.folder / "c.safetensors").string();
  Eigen::MatrixXf at_30;
  {
    Session session(data.settings(), false);
    wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
    session.post(command::Step{20});
    wait_for(session,
             [](const Snapshot& s) { return s.progress.updates == 20 && s.state == RunState::Paused; });
    CHECK(done(session, command::Save{checkpoint, true})->messages.fault == "");
    session.post(command::Step{10});
    at_30 = wait_for(session, [](const Snapshot& s) {
              return s.progress.updates == 30 && s.state == RunState::Paused;
            })->model->weights.view();
  }
  TrainingSettings other = data.settings();
  other.validation = 10;
  Session session(other, false);
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  auto s = done(session, command::Open{checkpoint});
  CHECK(s->messages.fault == "");
  CHECK(s->data.validation->count() == data.settings().validation);
  session.post(command::Step{10});
  s = wait_for(session,
               [](const Snapshot& x) { return x.progress.updates == 30 && x.state == RunState::Paused; });
  CHECK(Eigen::MatrixXf(s->model->weights.view()) == at_30);

  // Where they are gone it says so, and the run at hand stays.
  std::filesystem::remove(data.images);
  s = done(session, command::Reset{other});
  TrainingSettings bars = other;
  bars.data = "bars-and-stripes:4";
  bars.validation = 0;
  s = done(session, command::Reset{bars});
  CHECK(s->messages.fault == "");
  s = done(session, command::Open{checkpoint});
  CHECK(s->messages.fault.find(checkpoint) != std::string::npos);
  CHECK(s->settings.data == "bars-and-stripes:4");
}
