// What happens in the window is in the journal of the run: changed while it trains, kept, opened again and replayed.
#include <doctest/doctest.h>

#include <filesystem>

#include "core/run/kept_runs.hpp"
#include "core/run/replay.hpp"
#include "core/session/session.hpp"
#include "tests/core/run/small_run.hpp"
#include "tests/core/session/waiting.hpp"

namespace {

using namespace rbm;
using oracle::done;
using oracle::wait_for;
namespace fs = std::filesystem;

struct KeptFolder {
  fs::path path = fs::temp_directory_path() / "rbm_replay_session_test";
  KeptFolder() { fs::remove_all(path); }
  ~KeptFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Keeping keeping() const { return {.folder = path.string(), .every_s = 1e9}; }
};

/// Any twenty settings after each other, which the eye could follow or not.
TrainingSettings live_change(int n, TrainingSettings s) {
  constexpr Method kMethods[] = {Method::Cd, Method::Fpcd, Method::Tempering, Method::Pcd};
  s.learning_rate = 0.1f / static_cast<float>(2 + n);
  if (n % 3 == 0) s.method = kMethods[n / 3 % 4];
  if (n % 4 == 0) s.k = 1 + n % 3;
  if (n == 7) s.optimizer = Optimizer::Nesterov;
  if (n == 8) s.momentum = 0.5f;
  if (n == 12) s.average = 0;
  if (n == 14) s.threads = 2;
  if (n == 16) s.average = 0.9f;
  return s;
}

}  // namespace

TEST_CASE(
    "a run that is changed twenty times while it plays is replayed to the same bits, with one thread and "
    "with two") {
  const KeptFolder folder;
  TrainingSettings settings = oracle::small_settings();
  {
    Session session(settings, true, {}, {}, folder.keeping());
    for (int n = 0; n < 20; ++n) {
      settings = live_change(n, settings);
      const std::uint64_t at = done(session, command::Configure{settings})->progress.updates;
      wait_for(session, [&](const Snapshot& s) { return s.progress.updates > at; });
    }
    done(session, command::Pause{});
    done(session, command::Keep{});
    // Opened again it goes on, and is the same run still.
    const std::string kept = KeptRuns(folder.path.string()).list().at(0).path;
    done(session, command::Open{kept, false});
    done(session, command::Step{40});
    wait_for(session, [](const Snapshot& s) { return s.state == RunState::Paused; });
  }
  const auto runs = KeptRuns(folder.path.string()).list();
  REQUIRE(runs.size() == 2);
  for (const KeptRun& run : runs) {
    const auto record = read_record(run.path);
    REQUIRE(record.has_value());
    CHECK(record->journal.entries().size() >= 20);
    for (const int threads : {1, 2}) {
      const auto replayed =
          replay_run(record->journal, run.path, {.until = record->updates, .threads = threads});
      REQUIRE(replayed.has_value());
      CHECK(first_difference((*replayed)->checkpoint(), *record->checkpoint) == "");
      CHECK(checksum_of((*replayed)->averaged()) ==
            checksum_of(*model_from_tensors(*record->checkpoint, "")));
    }
  }
}
