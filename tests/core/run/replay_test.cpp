// A run is made again from its journal: the same seed, data and changes give the same bits, for any number of threads.
#include "core/run/replay.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "core/run/loading.hpp"
#include "core/run/run_folder.hpp"
#include "tests/core/run/small_run.hpp"

namespace {

using namespace rbm;
using oracle::small_settings;
namespace fs = std::filesystem;

/// A folder of its own, removed at the end.
struct ReplayFolder {
  fs::path path = fs::temp_directory_path() / "rbm_replay_test";
  ReplayFolder() { fs::create_directories(path); }
  ~ReplayFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string file(const char* name) const { return (path / name).string(); }
};

std::unique_ptr<Run> begun(const TrainingSettings& settings, const RunLength& length = {}) {
  auto run = begin_run({.settings = settings, .length = length});
  REQUIRE(run.has_value());
  (*run)->measure_likelihood(false);
  return std::move(*run);
}

void train(Run& run, int updates) {
  for (int t = 0; t < updates; ++t) REQUIRE(run.step().has_value());
}

/// What of the run's own state a replay does not come to, with either number of threads; empty where all is the same.
std::string difference_after_replay(const Run& run) {
  const TensorFile kept = run.checkpoint();
  const auto journal = journal_of(kept.metadata, run.trainer().settings(), 0, "kept");
  REQUIRE(journal.has_value());
  for (const int threads : {1, 2}) {
    const auto replayed =
        replay_run(*journal, "kept", {.until = run.trainer().updates(), .threads = threads});
    if (!replayed) return replayed.error().message;
    const std::string other = first_difference((*replayed)->checkpoint(), kept);
    if (!other.empty()) return other;
  }
  return {};
}

/// Twenty changes that leave no state as it was: methods, optimizers, averages, sizes of chains.
void change(int n, TrainingSettings& s) {
  constexpr Method kMethods[] = {Method::Cd, Method::Fpcd, Method::Tempering, Method::Pcd, Method::Exact};
  constexpr Optimizer kOptimizers[] = {Optimizer::Adam, Optimizer::Nesterov, Optimizer::Sgd};
  s.learning_rate = 0.05f / static_cast<float>(1 + n);
  if (n % 2 == 0) s.method = kMethods[n / 2 % 5];
  if (n % 3 == 0) s.optimizer = kOptimizers[n / 3 % 3];
  if (n % 4 == 1) s.k = 1 + n % 3;
  if (n % 5 == 2) s.average = n % 2 == 0 ? 0.0f : 0.99f;
  if (n % 7 == 3) s.momentum = 0.3f;
  if (n % 6 == 5) s.centred = !s.centred;
  if (n == 11) s.binarization = Binarization::None;
  if (n == 12) s.binarization = Binarization::Resample;
  if (n == 13) s.threads = 2;
}

}  // namespace

TEST_CASE("a run with twenty changes on the way is replayed to the same bits, with one thread and with two") {
  TrainingSettings settings = small_settings();
  const auto run = begun(settings);
  for (int n = 0; n < 20; ++n) {
    train(*run, 3 + n % 4);
    change(n, settings);
    run->configure(settings);
  }
  train(*run, 11);
  CHECK(run->journal().entries().size() == 20);
  CHECK(difference_after_replay(*run) == "");
  // The oracle is awake: without its last change the run is another one.
  Journal other({.settings = run->journal().start().settings});
  for (int n = 0; n < 19; ++n)
    other.set(run->journal().entries()[static_cast<std::size_t>(n)].update,
              run->journal().entries()[static_cast<std::size_t>(n)].settings);
  const auto wrong = replay_run(other, "kept", {.until = run->trainer().updates()});
  REQUIRE(wrong.has_value());
  CHECK(first_difference((*wrong)->checkpoint(), run->checkpoint()) != "");
}

TEST_CASE("two changes at one update are both made again: a method that is chosen and left begins anew") {
  TrainingSettings settings = small_settings();
  settings.method = Method::Fpcd;
  const auto run = begun(settings);
  train(*run, 20);
  TrainingSettings between = settings;
  between.method = Method::Cd;
  run->configure(between);
  run->configure(settings);
  train(*run, 5);
  CHECK(difference_after_replay(*run) == "");
}

TEST_CASE(
    "a run that diverged, went back and went on with a lower rate is replayed, also after it was resumed") {
  TrainingSettings settings = small_settings();
  settings.momentum = 0.9f;
  const auto first = begun(settings);
  train(*first, 130);
  auto second = resume_run(first->checkpoint(), "c.safetensors", {.settings = settings});
  REQUIRE(second.has_value());
  Run& run = **second;
  run.measure_likelihood(false);
  train(run, 4);
  TrainingSettings wild = settings;
  wild.learning_rate = 500;
  run.configure(wild);
  bool diverged = false;
  for (int t = 0; t < 60 && !diverged; ++t) diverged = !run.step().has_value();
  REQUIRE(diverged);
  CHECK(run.trainer().updates() == 130);  // where it was resumed, which no run from the seed would go back to
  settings.learning_rate = 0.02f;
  run.configure(settings);
  train(run, 30);
  CHECK(difference_after_replay(run) == "");
}

TEST_CASE("a rate that follows the clock is in the journal, and so is such a run replayed") {
  const auto run = begun(small_settings(), {.seconds = 0.05, .decays = true});
  while (!run->is_over()) train(*run, 1);
  CHECK(run->journal().entries().size() > 1);
  CHECK(run->journal().entries().front().kind == JournalEntry::Kind::Clock);
  CHECK(difference_after_replay(*run) == "");
}

TEST_CASE("a run from a saved model is replayed from that model, and from no other one") {
  const ReplayFolder folder;
  const std::string model = folder.file("m.safetensors");
  const auto first = begun(small_settings());
  train(*first, 25);
  REQUIRE(first->write_model(model).has_value());
  auto run = begin_run_from(model, {.settings = small_settings()});
  REQUIRE(run.has_value());
  train(**run, 25);
  CHECK(difference_after_replay(**run) == "");
  train(*first, 1);
  REQUIRE(first->write_model(model).has_value());
  CHECK(difference_after_replay(**run).find("another model than " + model) != std::string::npos);
}

TEST_CASE("a run on other data than those that are there now is not replayed") {
  const auto run = begun(small_settings());
  train(*run, 2);
  Journal journal = run->journal();
  const std::string rows = journal.start().rows;
  CHECK(rows.starts_with("30 rows, 16 columns, "));
  journal.set_rows("30 rows, 16 columns, 0000000000000000");
  const auto refused = replay_run(journal, "kept", {.until = 2});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("other data") != std::string::npos);
  CHECK(refused.error().message.find(rows) != std::string::npos);
}

TEST_CASE("a replay stops where it is told to, in a run that diverged where it stood there last") {
  TrainingSettings settings = small_settings();
  const auto run = begun(settings);
  train(*run, 6);
  const TensorFile kept = run->trainer().checkpoint();
  settings.k = 3;
  run->configure(settings);
  train(*run, 6);
  const auto until = replay_run(run->journal(), "kept", {.until = 6});
  REQUIRE(until.has_value());
  CHECK(first_difference((*until)->checkpoint(), run->trainer().checkpoint()) != "");
  CHECK((*until)->updates() == 6);
  CHECK(same_parameters((*until)->model(), (*begun(small_settings())).trainer().model()) == false);
  const auto before = replay_run(run->journal(), "kept", {.until = 5});
  REQUIRE(before.has_value());
  ThreadPool pool(1);
  REQUIRE((*before)->step(pool).has_value());
  CHECK(first_difference((*before)->checkpoint(), kept) == "");
  int asked = 0;
  const auto stopped = replay_run(run->journal(), "kept", {.until = 12}, [&](double) { return ++asked < 4; });
  REQUIRE_FALSE(stopped.has_value());
  CHECK(stopped.error().code == ErrorCode::Cancelled);
}

TEST_CASE("a record is read from a checkpoint, the folder of a run, or its journal alone") {
  const ReplayFolder folder;
  const auto run = begun(small_settings());
  train(*run, 4);
  REQUIRE(run->write_checkpoint(checkpoint_of_run(folder.path.string())).has_value());
  for (const std::string& path : {folder.path.string(), checkpoint_of_run(folder.path.string())}) {
    const auto record = read_record(path);
    REQUIRE(record.has_value());
    CHECK(record->updates == 4);
    CHECK(record->checkpoint.has_value());
    CHECK(record->journal.text() == run->journal().text());
  }
  const auto nothing = read_record((folder.path / "none").string());
  CHECK_FALSE(nothing.has_value());
  TensorFile old = run->checkpoint();
  old.metadata.erase(kJournalKey);
  const std::string path = folder.file("old.safetensors");
  REQUIRE(write_tensors(path, old).has_value());
  const auto record = read_record(path);
  REQUIRE(record.has_value());
  const auto refused = replay_run(record->journal, path, {.until = 4});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("earlier version") != std::string::npos);
}
