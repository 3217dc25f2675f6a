// The window keeps its run: beside the training, when another one takes its place and at the end, and without a change
// to what is learned. Time is a counter of the tests.
#include "core/session/run_keeper.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>

#include "core/run/loading.hpp"
#include "core/session/session.hpp"
#include "tests/core/run/small_run.hpp"
#include "tests/core/session/waiting.hpp"

namespace {

using namespace rbm;
using oracle::done;
using oracle::small_settings;
using oracle::wait_for;
namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("rbm_run_keeper_test_" + std::to_string(::getpid()));
  Folder() { fs::remove_all(path); }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string kept() const { return (path / "runs").string(); }
};

/// A clock that goes on by a second with every look at it.
Keeping each_look_a_second(const std::string& folder, double every_s) {
  auto looks = std::make_shared<std::atomic<int>>(0);
  return {.folder = folder, .every_s = every_s, .clock_s = [looks] { return double(++*looks); }};
}

Eigen::MatrixXf weights(const Snapshot& s) {
  return s.model->weights.view();
}

Eigen::MatrixXf weights_after(std::uint64_t updates, Keeping keeping = {}) {
  Session session(small_settings(), false, {}, {}, std::move(keeping));
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  session.post(command::Step{updates});
  return weights(*wait_for(session, [&](const Snapshot& s) {
    return s.progress.updates == updates && s.state == RunState::Paused;
  }));
}

}  // namespace

TEST_CASE("keeping a run does not change what it learns, and one that is opened goes on bit for bit") {
  const Folder folder;
  const Eigen::MatrixXf whole = weights_after(300);
  CHECK(weights_after(300, each_look_a_second(folder.kept(), 3)) == whole);
  CHECK(KeptRuns(folder.kept()).list().at(0).updates == 300);
  weights_after(130, each_look_a_second(folder.kept(), 1e9));  // at the end alone
  const KeptRun last = KeptRuns(folder.kept()).list().at(0);
  CHECK(last.updates == 130);
  Session session(small_settings(), false);
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  const auto opened = done(session, command::Open{last.path});
  CHECK(opened->messages.fault == "");
  CHECK(opened->progress.updates == 130);
  CHECK(opened->monitoring.curves->size() == 7);  // of the updates 0, 20 … 120
  CHECK(opened->state == RunState::Paused);
  session.post(command::Step{170});
  CHECK(weights(*wait_for(session, [](const Snapshot& s) {
          return s.progress.updates == 300 && s.state == RunState::Paused;
        })) == whole);
}

TEST_CASE("a run is kept while it trains, and says so") {
  const Folder folder;
  Session session(small_settings(), true, {}, {}, each_look_a_second(folder.kept(), 5));
  const auto s = wait_for(session, [](const Snapshot& now) { return now.kept.updates > 0; });
  CHECK(s->kept.is_on);
  CHECK(s->kept.failed == "");
  CHECK(s->state == RunState::Running);
  const auto listed = KeptRuns(folder.kept()).list();
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].updates >= s->kept.updates);
}

TEST_CASE("a run that another one takes the place of is kept, and one that was not trained is not") {
  const Folder folder;
  const KeptRuns runs(folder.kept());
  {
    Session session(small_settings(), false, {}, {}, each_look_a_second(folder.kept(), 1e9));
    wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
    session.post(command::Step{40});
    wait_for(session,
             [](const Snapshot& s) { return s.progress.updates == 40 && s.state == RunState::Paused; });
    TrainingSettings other = small_settings();
    other.hidden = 9;
    done(session, command::Reset{other});
    CHECK(done(session, command::Keep{})->messages.fault == "");
    const auto listed = runs.list();
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].updates == 40);
    CHECK(listed[0].hidden == 6);
    session.post(command::Step{10});
    wait_for(session,
             [](const Snapshot& s) { return s.progress.updates == 10 && s.state == RunState::Paused; });
  }
  const auto listed = runs.list();
  REQUIRE(listed.size() == 2);
  CHECK(listed[0].updates == 10);
  CHECK(listed[0].hidden == 9);
}

TEST_CASE("a run that is opened to go on goes on") {
  const Folder folder;
  weights_after(60, each_look_a_second(folder.kept(), 1e9));
  Session session(small_settings(), false);
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  session.post(command::Open{KeptRuns(folder.kept()).list().at(0).path, true});
  wait_for(session,
           [](const Snapshot& s) { return s.progress.updates > 60 && s.state == RunState::Running; });
}

TEST_CASE("a folder that takes nothing is a note, training goes on, and Keep is refused with the reason") {
  const Folder folder;
  fs::create_directories(folder.path);
  std::ofstream(folder.path / "runs") << "no folder";
  Session session(small_settings(), true, {}, {}, each_look_a_second(folder.kept(), 5));
  auto s = wait_for(session, [](const Snapshot& now) { return !now.messages.notes.empty(); });
  CHECK(s->state == RunState::Running);
  CHECK(s->messages.fault == "");
  CHECK(s->messages.notes.size() == 1);
  CHECK(s->messages.notes[0].starts_with("The run could not be kept: "));
  CHECK(s->kept.updates == 0);
  const std::uint64_t number = session.post(command::Keep{});
  s = wait_for(session, [&](const Snapshot& now) { return now.applied >= number; });
  const auto answer = std::ranges::find(s->answers, number, &Answer::number);
  REQUIRE(answer != s->answers.end());
  CHECK_FALSE(answer->ok);
  CHECK(answer->sentence.find(folder.kept()) != std::string::npos);
  fs::remove(folder.path / "runs");
  s = done(session, command::Keep{});
  CHECK(s->kept.failed == "");
  CHECK(s->kept.updates > 0);
}

TEST_CASE(
    "what was to be saved is saved although the session ends at once, and the run that it is of is loaded "
    "for it") {
  const Folder folder;
  fs::create_directories(folder.path);
  const std::string saved = (folder.path / "m.safetensors").string(),
                    other = (folder.path / "n.safetensors").string();
  {
    Session session(small_settings(), false);
    wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
    session.post(command::Save{saved});
    TrainingSettings wide = small_settings();
    wide.hidden = 11;
    session.post(command::Reset{wide});
    session.post(command::Save{other});
    session.post(command::Play{});
  }
  REQUIRE(load_model(saved).has_value());
  CHECK(load_model(saved)->hidden() == 6);
  REQUIRE(load_model(other).has_value());
  CHECK(load_model(other)->hidden() == 11);
}
