// What becomes of commands: their answers, what waits while data are loaded, and what is left when something
// fails.
#include "core/session/answers.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "core/model/model_file.hpp"
#include "core/session/session.hpp"
#include "tests/core/run/small_run.hpp"
#include "tests/core/session/waiting.hpp"

namespace {

using namespace rbm;
using oracle::done;
using oracle::small_settings;
using oracle::wait_for;

std::string file(const char* name) {
  return (std::filesystem::temp_directory_path() /
          ("rbm_answers_" + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()) +
           name))
      .string();
}

/// Waits for the answer to a command.
Answer answer_to(Session& session, std::uint64_t number) {
  const auto is_it = [&](const Answer& answer) { return answer.number == number; };
  const auto s = wait_for(session, [&](const Snapshot& x) { return std::ranges::any_of(x.answers, is_it); });
  return *std::ranges::find_if(s->answers, is_it);
}

/// Holds loading up from the second one on, until it is let go.
struct Gate {
  std::atomic<int> loadings = 0;
  std::atomic<bool> is_open = false;
  Probes probes() {
    return {.before_loading = [this] {
      if (loadings++ == 0) return;
      while (!is_open) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }};
  }
};

}  // namespace

TEST_CASE("answers count as complete up to the first command that has none") {
  Answers answers;
  answers.add(1, 1, true, "");
  answers.add(4, 5, true, "");
  answers.add(3, 3, false, "no");
  CHECK(answers.all_to() == 1);
  answers.add(2, 2, true, "");
  CHECK(answers.all_to() == 5);
  REQUIRE(answers.recent().size() == 5);
  CHECK(answers.recent()[1].number == 4);
  CHECK_FALSE(answers.recent()[3].ok);
  for (std::uint64_t n = 6; n < 200; ++n) answers.add(n, n, true, "");
  CHECK(answers.recent().size() == 64);
  CHECK(answers.all_to() == 199);
}

TEST_CASE("every command has an answer of its own: done, or refused with a sentence") {
  Session session(small_settings(), false);
  TrainingSettings invalid = small_settings();
  invalid.batch = -3;
  const auto step = session.post(command::Step{2}), refused = session.post(command::Reset{invalid}),
             opened = session.post(command::Open{"no-such.safetensors"}),
             watched = session.post(command::Watch{});
  CHECK(answer_to(session, step).number == step);
  CHECK_FALSE(answer_to(session, refused).ok);
  CHECK_FALSE(answer_to(session, opened).ok);
  CHECK(answer_to(session, opened).sentence.find("no-such.safetensors") != std::string::npos);
  CHECK(answer_to(session, watched).ok);
  const auto s = wait_for(session, [&](const Snapshot& x) { return x.applied >= watched; });
  CHECK(s->model != nullptr);
}

TEST_CASE("commands that coalesce are all answered") {
  Session session(small_settings(), false);
  TrainingSettings settings = small_settings();
  std::uint64_t last = 0;
  for (int i = 1; i <= 40; ++i) {
    settings.learning_rate = 0.01f * static_cast<float>(i);
    last = session.post(command::Configure{settings});
  }
  const auto s = wait_for(session, [&](const Snapshot& x) { return x.applied >= last; });
  CHECK(s->settings.learning_rate == settings.learning_rate);
  for (std::uint64_t number = 1; number <= last; ++number) CHECK(answer_to(session, number).ok);
}

TEST_CASE("commands are answered while data are loaded, and what needs the run waits for it") {
  Gate gate;
  Session session(small_settings(), false, {}, gate.probes());
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  TrainingSettings other = small_settings();
  other.hidden = 9;
  const auto reset = session.post(command::Reset{other});
  CHECK(answer_to(session, session.post(command::Watch{.needs = {.filters = true}})).ok);
  const auto step = session.post(command::Step{3});
  auto s = wait_for(session, [](const Snapshot& x) { return x.state == RunState::Loading; });
  CHECK(s->model->hidden() == 6);
  CHECK(s->applied < reset);
  gate.is_open = true;
  CHECK(answer_to(session, reset).ok);
  CHECK(answer_to(session, step).ok);
  s = wait_for(session, [](const Snapshot& x) { return x.state == RunState::Paused; });
  CHECK(s->model->hidden() == 9);
  CHECK(s->progress.updates == 3);
  CHECK(s->weights.filters != nullptr);
}

TEST_CASE("a reset takes the place of one that is still loading, and of what waited for it") {
  Gate gate;
  Session session(small_settings(), false, {}, gate.probes());
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  TrainingSettings first = small_settings(), second = small_settings();
  first.hidden = 9;
  second.hidden = 12;
  const auto superseded = session.post(command::Reset{first}), step = session.post(command::Step{3});
  wait_for(session, [](const Snapshot& s) { return s.state == RunState::Loading; });
  const auto wanted = session.post(command::Reset{second});
  gate.is_open = true;
  CHECK(answer_to(session, wanted).ok);
  CHECK_FALSE(answer_to(session, superseded).ok);
  CHECK_FALSE(answer_to(session, step).ok);
  const auto s = wait_for(session, [&](const Snapshot& x) { return x.applied >= wanted; });
  CHECK(s->model->hidden() == 12);
  CHECK(s->progress.updates == 0);
  CHECK(s->messages.fault == "");
}

TEST_CASE("the data of a dialog ride along with the reset") {
  Session session(small_settings(), false);
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  auto data = load_dataset("bars-and-stripes:3");
  REQUIRE(data.has_value());
  TrainingSettings settings = small_settings();
  settings.data = "read/before";
  settings.batch = 7;
  const LoadedSource source{settings.data, {}, std::make_shared<const Dataset>(std::move(*data))};
  const auto s = done(session, command::Reset{settings, source});
  CHECK(s->messages.fault == "");
  CHECK(s->data.train->shape.pixels() == 9);
}

TEST_CASE("a measurement that throws is a note, and training goes on") {
  Session session(small_settings(), true, {}, {.before_measurement = [] { throw std::bad_alloc(); }});
  session.post(command::Watch{.needs = {.exact = true}});
  const auto noted = wait_for(session, [](const Snapshot& s) { return !s.messages.notes.empty(); });
  CHECK(noted->messages.notes.front().find("could not be computed") != std::string::npos);
  const std::uint64_t then = noted->progress.updates;
  auto s = wait_for(session, [&](const Snapshot& x) { return x.progress.updates > then + 20; });
  CHECK(s->state == RunState::Running);
  CHECK(s->messages.fault == "");
  s = done(session, command::Pause{});
  CHECK(s->state == RunState::Paused);
  CHECK(s->messages.notes.size() == 1);  // told once
  CHECK(done(session, command::Reset{small_settings()})->run > noted->run);
}

TEST_CASE("when a step throws the last model can be saved, and a fresh run begins") {
  std::atomic<int> steps = 0;
  Session session(small_settings(), false, {}, {.before_step = [&] {
                    if (++steps == 31) throw std::bad_alloc();
                  }});
  wait_for(session, [](const Snapshot& s) { return s.model != nullptr; });
  session.post(command::Step{100});
  const auto faulted = wait_for(session, [](const Snapshot& s) { return s.state == RunState::Faulted; });
  CHECK(faulted->messages.fault.find("bad_alloc") != std::string::npos);
  REQUIRE(faulted->model != nullptr);

  const std::string path = file("m.safetensors"), checkpoint = file("c.safetensors");
  CHECK_FALSE(answer_to(session, session.post(command::Step{1})).ok);
  CHECK_FALSE(answer_to(session, session.post(command::Save{checkpoint, true})).ok);
  CHECK_FALSE(std::filesystem::exists(checkpoint));
  CHECK(answer_to(session, session.post(command::Save{path})).ok);
  const auto saved = load_model(path);
  REQUIRE(saved.has_value());
  CHECK(Eigen::MatrixXf(saved->weights.view()) == Eigen::MatrixXf(faulted->model->weights.view()));
  std::filesystem::remove(path);

  auto s = done(session, command::Reset{small_settings()});
  CHECK(s->state == RunState::Paused);
  CHECK(s->messages.fault == "");
  session.post(command::Step{5});
  s = wait_for(session,
               [](const Snapshot& x) { return x.progress.updates == 5 && x.state == RunState::Paused; });
  CHECK(s->run > faulted->run);
}

TEST_CASE("where loading throws the run at hand stays, and without one a reset begins") {
  std::atomic<bool> fails = true;
  Session session(small_settings(), false, {}, {.before_loading = [&] {
                    if (fails) throw std::bad_alloc();
                  }});
  const auto s = wait_for(session, [](const Snapshot& x) { return x.state == RunState::Faulted; });
  CHECK(s->messages.fault.find("bad_alloc") != std::string::npos);
  CHECK_FALSE(answer_to(session, session.post(command::Save{file("m.safetensors")})).ok);
  fails = false;
  CHECK(done(session, command::Reset{small_settings()})->state == RunState::Paused);
  fails = true;
  const auto refused = done(session, command::Reset{small_settings()});
  CHECK(refused->state == RunState::Paused);
  CHECK(refused->model != nullptr);
  CHECK(refused->messages.fault.find("bad_alloc") != std::string::npos);
}
