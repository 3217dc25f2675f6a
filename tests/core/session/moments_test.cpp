// Looking back: which moments are kept, that a snapshot of one is what the run was then, and that a run that goes on from
// one is the run that went on.
#include "core/session/moments.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/run/loading.hpp"
#include "core/run/replay.hpp"
#include "core/session/session.hpp"
#include "tests/core/run/small_run.hpp"
#include "tests/core/session/waiting.hpp"

namespace {

using namespace rbm;
using oracle::done;
using oracle::small_settings;
using oracle::wait_for;

std::unique_ptr<Run> run_of_moments() {
  auto run = begin_run({.settings = small_settings()});
  REQUIRE(run.has_value());
  (*run)->measure_likelihood(false);
  return std::move(*run);
}

void train(Run& run, Moments& moments, std::uint64_t until) {
  while (run.trainer().updates() < until) {
    REQUIRE(run.step().has_value());
    moments.keep_if_due(run);
  }
}

std::vector<std::uint64_t> updates_of(const Moments& moments) {
  std::vector<std::uint64_t> out;
  for (const auto& moment : moments.all()) out.push_back(moment->update);
  return out;
}

/// Steps, and waits until it rests.
std::shared_ptr<const Snapshot> stepped(Session& session, std::uint64_t updates) {
  const std::uint64_t number = session.post(command::Step{updates});
  return wait_for(session,
                  [&](const Snapshot& s) { return s.applied >= number && s.state == RunState::Paused; });
}

command::Watch watch_all() {
  return {.needs = command::Needs::all(), .inspected_unit = 2, .reconstructions = 8, .likelihood = false};
}

Eigen::MatrixXf weights_of(const Snapshot& s) {
  return s.model->weights.view();
}

}  // namespace

TEST_CASE("moments become ever rarer, and each is the whole state of the run at its update") {
  const auto run = run_of_moments();
  Moments moments;
  moments.begin(*run);
  train(*run, moments, 1000);
  const auto updates = updates_of(moments);
  CHECK(updates.front() == 0);
  CHECK(std::is_sorted(updates.begin(), updates.end()));
  for (std::size_t n = 1; n < updates.size(); ++n)
    CHECK(updates[n] - updates[n - 1] == std::max<std::uint64_t>(10, updates[n - 1] / 20));
  const auto moment = moments.at(100);
  REQUIRE(moment != nullptr);
  CHECK(moments.at(101) == nullptr);
  const auto there = replay_run(run->journal(), "run", {.until = 100});
  REQUIRE(there.has_value());
  const auto kept = moment->checkpoint();
  REQUIRE(kept.has_value());
  CHECK(first_difference((*there)->checkpoint(), *kept) == "");
}

TEST_CASE("where the budget is used up every other of the older moments goes, and the newest never does") {
  const auto run = run_of_moments();
  Moments all;
  all.begin(*run);
  train(*run, all, 2000);
  const std::uint64_t one = all.bytes() / all.all().size();
  CHECK(all.bytes() < all.budget());
  const auto again = run_of_moments();
  Moments few(12 * one);
  few.begin(*again);
  for (std::uint64_t until = 50; until <= 2000; until += 50) {
    train(*again, few, until);
    CHECK(few.bytes() <= few.budget());
  }
  const auto updates = updates_of(few);
  CHECK(updates.size() >= 5);
  CHECK(updates.front() == 0);
  CHECK(updates.back() == updates_of(all).back());
  std::uint64_t bytes = 0;
  for (const auto& moment : few.all()) bytes += moment->bytes;
  CHECK(bytes == few.bytes());
  Moments none(10);
  none.begin(*again);
  CHECK(none.all().empty());
  CHECK(none.bytes() == 0);
}

TEST_CASE(
    "a snapshot that looks back shows the model, chains and reconstructions of then, and counts as of now") {
  Session session(small_settings(), false);
  done(session, watch_all());
  const auto then = stepped(session, 200);
  const auto later = stepped(session, 300);
  REQUIRE(weights_of(*then) != weights_of(*later));
  REQUIRE(std::ranges::binary_search(*later->monitoring.timeline.moments, 200u));
  const auto back = done(session, command::LookBack{200});
  CHECK(back->monitoring.timeline.looking_at == 200u);
  CHECK(back->progress.updates == 500);
  CHECK(weights_of(*back) == weights_of(*then));
  CHECK(back->weights.transposed->view() == then->weights.transposed->view());
  CHECK(back->weights.filters->view() == then->weights.filters->view());
  CHECK(back->weights.version != later->weights.version);
  CHECK(back->hidden.mean_activity == then->hidden.mean_activity);
  CHECK(back->hidden.batch_rows == then->hidden.batch_rows);
  CHECK(back->hidden.inspected.unit == then->hidden.inspected.unit);
  CHECK(back->chains.age == then->chains.age);
  CHECK(back->chains.pictures.view() == then->chains.pictures.view());
  CHECK(back->reconstructions.data.view() == then->reconstructions.data.view());
  CHECK(back->reconstructions.reconstructed.view() == then->reconstructions.reconstructed.view());
  // The run trains on behind it, and is shown again when it is asked for.
  const auto behind = stepped(session, 20);
  CHECK(behind->progress.updates == 520);
  CHECK(weights_of(*behind) == weights_of(*then));
  const auto live = done(session, command::LookBack{});
  CHECK_FALSE(live->monitoring.timeline.looking_at.has_value());
  CHECK(weights_of(*live) != weights_of(*then));
  CHECK(live->hidden.batch_rows != then->hidden.batch_rows);
  CHECK(done(session, command::LookBack{201})->messages.fault.find("not kept") != std::string::npos);
}

TEST_CASE("a run that goes on from a moment is the run that went on then, bit for bit, with its journal") {
  TrainingSettings settings = small_settings();
  Session session(settings, false);
  done(session, command::Watch{.likelihood = false});
  stepped(session, 200);
  const auto straight = stepped(session, 60);
  settings.learning_rate = 0.4f;
  settings.method = Method::Cd;
  done(session, command::Configure{settings});
  const auto first = stepped(session, 300);
  const auto branch = done(session, command::Branch{200, false});
  CHECK(branch->run == first->run + 1);
  CHECK(branch->progress.updates == 200);
  CHECK(branch->settings.method == small_settings().method);
  CHECK(branch->monitoring.timeline.moments->back() == 200);
  CHECK(branch->monitoring.timeline.moments->front() == 0);
  CHECK(branch->monitoring.curves->back().update == 200);
  REQUIRE(branch->monitoring.journal->entries().size() == 1);
  CHECK(branch->monitoring.journal->entries()[0].kind == JournalEntry::Kind::Resumed);
  const auto again = stepped(session, 60);
  CHECK(weights_of(*again) == weights_of(*straight));
  CHECK(done(session, command::Branch{201, false})->messages.fault.find("not kept") != std::string::npos);
}
