// The worker thread seen from outside: commands go in, facts come out in snapshots. No test waits for a time,
// only for facts, with a generous limit after which it fails.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "core/session/session.hpp"
#include "core/session/worker.hpp"
#include "tests/core/session/small_data.hpp"
#include "tests/core/session/waiting.hpp"

using namespace rbm;
using oracle::done;
using oracle::SmallData;
using oracle::wait_for;
namespace fs = std::filesystem;

TEST_CASE("a session that is told to play trains, and one that is told to pause stands still") {
  SmallData data;
  Session session(data.settings(), true);
  wait_for(session,
           [](const Snapshot& s) { return s.progress.updates >= 50 && s.state == RunState::Running; });
  const auto paused = done(session, command::Pause{});
  CHECK(paused->state == RunState::Paused);
  const auto later = done(session, command::Watch{});
  CHECK(later->progress.updates == paused->progress.updates);
}

TEST_CASE("a step runs exactly so many updates and then pauses, and an epoch ends where the data does") {
  SmallData data;
  Session session(data.settings(), false);
  wait_for(session, [](const Snapshot& s) { return s.state == RunState::Paused; });
  session.post(command::Step{7});
  auto s = wait_for(session,
                    [](const Snapshot& x) { return x.progress.updates == 7 && x.state == RunState::Paused; });
  session.post(command::StepEpoch{});
  s = wait_for(session,
               [](const Snapshot& x) { return x.progress.updates > 7 && x.state == RunState::Paused; });
  CHECK(s->progress.updates == 10);  // 200 training images in batches of 20
  CHECK(s->progress.epochs == doctest::Approx(1.0));
}

TEST_CASE(
    "the same seed and commands give the same weights, however often snapshots are taken and for any number "
    "of threads") {
  SmallData data;
  const auto weights_after = [&](int threads, bool hurry) {
    TrainingSettings settings = data.settings();
    settings.threads = threads;
    Session session(settings, false);
    wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
    session.post(command::Step{300});
    const auto s = wait_for(session, [&](const Snapshot& x) {
      if (!hurry) std::this_thread::sleep_for(std::chrono::milliseconds(20));
      return x.progress.updates == 300 && x.state == RunState::Paused;
    });
    return Eigen::MatrixXf(s->model->weights.view());
  };
  const Eigen::MatrixXf once = weights_after(1, true);
  CHECK(once == weights_after(1, false));
  CHECK(once == weights_after(2, true));
}

TEST_CASE("live settings apply at once and the others wait for a reset") {
  SmallData data;
  Session session(data.settings(), false);
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  TrainingSettings wanted = data.settings();
  wanted.learning_rate = 0.25f;
  wanted.hidden = 9;
  auto s = done(session, command::Configure{wanted});
  CHECK(s->settings.learning_rate == 0.25f);
  CHECK(s->settings.hidden == 6);
  CHECK(s->model->hidden() == 6);
  s = done(session, command::Reset{wanted});
  CHECK(s->settings.hidden == 9);
  CHECK(s->model->hidden() == 9);
  CHECK(s->progress.updates == 0);
}

TEST_CASE("what the units of the run do not allow waits for a reset with them") {
  SmallData data;
  data.add_labels();
  TrainingSettings joint = data.settings();
  joint.labels = true;
  Session session(joint, false);
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  TrainingSettings wanted = data.settings();
  wanted.method = Method::Tempering;
  auto s = done(session, command::Configure{wanted});
  CHECK(s->messages.fault == "");
  CHECK(s->settings == joint);
  s = done(session, command::Reset{wanted});
  CHECK(s->messages.fault == "");
  CHECK(s->settings.method == Method::Tempering);
  CHECK(s->model->labels() == 0);
  session.post(command::Step{3});
  wait_for(session, [](const Snapshot& x) { return x.progress.updates == 3 && x.state == RunState::Paused; });
  s = done(session, command::Configure{joint});
  CHECK_FALSE(s->settings.labels);
}

TEST_CASE("every run has a number of its own, and pauses and settings do not change it") {
  SmallData data;
  Session session(data.settings(), false);
  const std::uint64_t first = wait_for(session, [](const Snapshot& s) { return s.model != nullptr; })->run;
  TrainingSettings wanted = data.settings();
  wanted.learning_rate = 0.25f;
  CHECK(done(session, command::Configure{wanted})->run == first);
  CHECK(done(session, command::Reset{wanted})->run != first);
}

TEST_CASE("a learning rate that diverges stops training with one sentence and leaves a finite model") {
  SmallData data;
  TrainingSettings settings = data.settings();
  settings.learning_rate = 1000;
  settings.decay_updates = 0;
  Session session(settings, true);
  const auto s = wait_for(session, [](const Snapshot& x) { return x.state == RunState::Faulted; });
  CHECK(s->messages.fault.find("lower the learning rate") != std::string::npos);
  ThreadPool pool(1);
  CHECK(all_finite(*s->model, pool));
}

TEST_CASE("a command that fails says why and changes nothing") {
  SmallData data;
  Session session(data.settings(), false);
  const auto before = wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  auto s = done(session, command::Open{(data.folder / "missing.safetensors").string()});
  CHECK(s->messages.fault.find("missing.safetensors") != std::string::npos);
  CHECK(s->state == RunState::Paused);
  CHECK(s->model->hidden() == before->model->hidden());
  s = done(session, command::Save{(data.folder / "no" / "folder" / "m.safetensors").string()});
  CHECK(s->messages.fault.find("m.safetensors") != std::string::npos);
  TrainingSettings bad = data.settings();
  bad.data = (data.folder / "nothing-here").string();
  s = done(session, command::Reset{bad});
  CHECK(s->messages.fault.find("nothing-here") != std::string::npos);
  CHECK(s->data.train == before->data.train);
}

TEST_CASE(
    "data too small for the usual validation get less of it, and those large enough what was asked for") {
  SmallData data;
  TrainingSettings settings = data.settings();
  settings.validation = 5000;
  settings.batch = 100;
  Session session(settings, false);
  const auto s = wait_for(
      session, [](const Snapshot& now) { return now.model != nullptr || !now.messages.fault.empty(); });
  CHECK(s->messages.fault == "");
  CHECK(s->settings.validation * 10 <= s->data.train->count() + s->settings.validation);
  Session other(data.settings(), false);
  const auto kept = wait_for(other, [](const Snapshot& now) { return now.model != nullptr; });
  CHECK(kept->settings.validation == data.settings().validation);
}

TEST_CASE("snapshots are whole: every part belongs to one model") {
  SmallData data;
  Session session(data.settings(), true);
  std::uint64_t last = done(session, command::Watch{.needs = command::Needs::all()})->version;
  for (int i = 0; i < 200; ++i) {
    const auto s =
        wait_for(session, [&](const Snapshot& x) { return x.version > last && x.model != nullptr; });
    last = s->version;
    CHECK(s->weights.transposed->view().transpose() == s->model->weights.view());
    CHECK(s->hidden.batch.cols() == s->model->hidden());
    CHECK(s->chains.states.cols() == s->model->visible());
    CHECK(s->reconstructions.reconstructed.rows() == s->reconstructions.data.rows());
  }
}

TEST_CASE("a snapshot holds what is watched and nothing else, also after somebody looked away") {
  SmallData data;
  Session session(data.settings(), false);
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });  // Watch does not wait for it
  const auto watched = [&](command::Needs needs) {
    return done(session, command::Watch{.needs = needs, .inspected_unit = 3});
  };
  auto s = watched({});
  CHECK(s->model != nullptr);
  CHECK(s->weights.filters == nullptr);
  CHECK(s->hidden.batch.empty());
  CHECK(s->reconstructions.reconstructed.empty());
  CHECK(s->chains.states.rows() == 0);
  CHECK(s->chains.pictures.empty());
  CHECK(s->hidden.inspected.unit == -1);

  s = watched(command::Needs{.filters = true} | command::Needs{.chains = true});
  REQUIRE(s->weights.filters != nullptr);
  CHECK(s->weights.filters->rows() == 6);
  CHECK(s->chains.states.rows() == 20);
  CHECK(s->chains.pictures.rows() == 20);
  CHECK(s->hidden.batch.empty());
  CHECK(s->hidden.inspected.unit == -1);
  CHECK(watched({.driving_images = true})->hidden.inspected.unit == 3);
  CHECK(watched({.reconstructions = true})->reconstructions.reconstructed.rows() == 16);

  s = watched({});
  CHECK(s->weights.filters == nullptr);
  CHECK(s->chains.pictures.empty());
  CHECK(s->hidden.inspected.unit == -1);
}

TEST_CASE("the images that drive an inspected unit are real rows in falling order") {
  SmallData data;
  Session session(data.settings(), false);
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  const auto s = done(session, command::Watch{.needs = {.reconstructions = true, .driving_images = true},
                                              .inspected_unit = 3,
                                              .reconstructions = 5,
                                              .from_validation = true});
  REQUIRE(s->hidden.inspected.unit == 3);
  REQUIRE(!s->hidden.inspected.images.empty());
  CHECK(s->reconstructions.reconstructed.rows() == 5);
  for (std::size_t i = 0; i < s->hidden.inspected.images.size(); ++i) {
    CHECK(s->hidden.inspected.images[i] < s->data.train->count());
    if (i > 0) CHECK(s->hidden.inspected.activations[i] <= s->hidden.inspected.activations[i - 1]);
  }
}

TEST_CASE("curve points come at the same updates in every run and name a finite error") {
  SmallData data;
  Session session(data.settings(), false);
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  session.post(command::Step{400});
  const auto s = wait_for(
      session, [](const Snapshot& x) { return x.progress.updates == 400 && x.state == RunState::Paused; });
  std::uint64_t expected = 0;
  for (const CurvePoint& point : *s->monitoring.curves) {
    CHECK(point.update == expected);
    CHECK(point.reconstruction_train >= 0);
    CHECK(point.reconstruction_train <= 1);
    CHECK(point.pseudo_log_likelihood < 0);
    expected += expected < 200 ? 20 : 100;
  }
  CHECK(expected == 500);
  CHECK(s->monitoring.curves->back().reconstruction_validation <
        s->monitoring.curves->front().reconstruction_validation);
}

TEST_CASE("every point of the curves has its likelihood, unless nobody wants it") {
  const SmallData data;
  Session session(data.settings(), false);
  session.post(command::Step{300});
  const auto measured = wait_for(
      session, [](const Snapshot& s) { return s.progress.updates == 300 && s.state == RunState::Paused; });
  for (const CurvePoint& p : *measured->monitoring.curves) {
    CHECK(p.log_likelihood < 0);
    CHECK(p.log_likelihood > -16 * std::log(2.0));      // better than knowing nothing
    CHECK(p.log_likelihood_lower == p.log_likelihood);  // six hidden units: exact
    CHECK(std::isinf(p.effective_sample_size));
  }
  session.post(command::Watch{.likelihood = false});
  session.post(command::Step{100});
  const auto without = wait_for(
      session, [](const Snapshot& s) { return s.progress.updates == 400 && s.state == RunState::Paused; });
  CHECK(std::isnan(without->monitoring.curves->back().log_likelihood));
}

TEST_CASE("a paused session finishes the annealing of its last point") {
  const SmallData data;
  TrainingSettings settings = data.settings();
  settings.hidden = 40;
  Session session(settings, false);
  session.post(command::Step{100});
  const auto rests = wait_for(session, [](const Snapshot& s) {
    return s.progress.updates == 100 && s.state == RunState::Paused && !s.likelihood.is_measuring;
  });
  CHECK(rests->monitoring.curves->back().log_likelihood < 0);
}

TEST_CASE("a session ends at once while the likelihood is measured") {
  const SmallData data;
  TrainingSettings settings = data.settings();
  settings.hidden = 4000;  // an annealing of fewer may be over between two snapshots
  Session session(settings, true);
  wait_for(session, [](const Snapshot& s) { return s.likelihood.is_measuring; });
}

TEST_CASE(
    "a pace holds the training back, steps that are asked for are made at once, and without one it runs "
    "again") {
  SmallData data;
  Session session(data.settings(), false);
  wait_for(session, [](const Snapshot& s) { return s.state == RunState::Paused; });
  // One update in three years: the first one comes at once.
  auto s = done(session, command::Pace{.updates_per_second = 1e-8});
  CHECK(s->pace.updates_per_second == 1e-8);
  session.post(command::Play{});
  wait_for(session, [](const Snapshot& x) { return x.progress.updates == 1; });
  s = done(session, command::Watch{});
  CHECK(s->progress.updates == 1);
  CHECK(s->state == RunState::Running);
  session.post(command::Step{5});
  s = wait_for(session, [](const Snapshot& x) { return x.progress.updates == 6; });
  CHECK(s->state == RunState::Paused);
  session.post(command::Pace{});
  session.post(command::Play{});
  wait_for(session, [](const Snapshot& x) { return x.progress.updates >= 50; });
  session.post(command::Pace{.updates_per_second = -1});
  wait_for(session, [](const Snapshot& x) { return !x.messages.fault.empty(); });
}

TEST_CASE("the first run begins slowly where that is asked for, and pausing or another run ends it") {
  SmallData data;
  for (const bool by_pause : {true, false}) {
    Session session(data.settings(), false);
    auto s = done(session, command::Pace{.begins_slowly = true});
    wait_for(session, [](const Snapshot& x) { return x.state == RunState::Paused; });
    CHECK(session.snapshot()->pace.is_opening);
    if (by_pause)
      s = done(session, command::Pause{});
    else
      s = done(session, command::Reset{data.settings()});
    CHECK(!s->pace.is_opening);
    CHECK(s->pace.updates_per_second == 0);
    s = done(session, command::Pace{.begins_slowly = true});
    CHECK(s->pace.is_opening == by_pause);  // never of a second run
  }
}

TEST_CASE("an update is handed out phase by phase in slow motion and of single steps, where somebody looks") {
  SmallData data;
  Session session(data.settings(), false);
  wait_for(session, [](const Snapshot& s) { return s.state == RunState::Paused; });
  const auto after_step = [&](std::uint64_t updates) {
    const std::uint64_t end = session.snapshot()->progress.updates + updates;
    session.post(command::Step{updates});
    return wait_for(session, [&](const Snapshot& s) { return s.progress.updates == end; });
  };
  CHECK(after_step(1)->pace.traced == nullptr);
  CHECK(done(session, command::Watch{.needs = {.update = true}})->pace.traced ==
        nullptr);  // nobody had looked
  auto s = after_step(1);
  REQUIRE(s->pace.traced != nullptr);
  CHECK(s->pace.traced->update == 2);
  s = after_step(100);
  CHECK(s->pace.traced->update == 102);  // of many steps the last one
  session.post(command::Pace{.updates_per_second = 1e-8});
  session.post(command::Play{});
  s = wait_for(session, [](const Snapshot& x) { return x.pace.traced && x.pace.traced->update == 103; });
  CHECK(s->state == RunState::Running);
  // Who looks away misses nothing, and who looks again has an update at once.
  CHECK(done(session, command::Watch{})->pace.traced == nullptr);
  s = done(session, command::Watch{.needs = {.update = true}});
  wait_for(session, [](const Snapshot& x) { return x.pace.traced && x.pace.traced->update == 104; });
  session.post(command::Reset{data.settings()});
  s = wait_for(session, [](const Snapshot& x) { return x.state == RunState::Running && x.run == 2; });
  CHECK((s->pace.traced == nullptr || s->pace.traced->update == 1));
}

#ifdef __linux__
TEST_CASE("what trains leaves the processor to what draws") {
  const SmallData data;
  Session session(data.settings(), true);
  (void)wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  const auto niceness = [](const fs::path& task) {
    std::ifstream file(task / "stat");
    std::string line;
    std::getline(file, line);
    std::istringstream words(line.substr(line.rfind(')') + 1));
    std::string word;
    for (int i = 0; i < 17; ++i) words >> word;  // the 19th of the line, which its name may hold spaces in
    return std::stoi(word);
  };
  const int own = niceness("/proc/thread-self");
  int nicer = 0, alike = 0;
  for (const auto& task : fs::directory_iterator("/proc/self/task"))
    ++(niceness(task.path()) > own ? nicer : alike);
  CHECK(nicer >= 1);
  CHECK(alike >= 1);
}
#endif
