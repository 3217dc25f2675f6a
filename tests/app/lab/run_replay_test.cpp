// Replays from the window: beside the frames, to the same bits or to a sentence that says what is otherwise; and stopped.
#include "app/lab/run_replay.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "core/model/model_file.hpp"
#include "core/run/journal.hpp"
#include "core/run/loading.hpp"
#include "tests/core/run/small_run.hpp"

namespace {

using namespace lab;
namespace fs = std::filesystem;

/// A run of 30 updates whose rate was changed after 12, as a checkpoint in a folder of its own.
struct ReplayedFolder {
  fs::path path = fs::temp_directory_path() / ("rbm_run_replay_test_" + std::to_string(::getpid()));
  std::string file = (path / "run.safetensors").string();

  ReplayedFolder() {
    fs::create_directories(path);
    rbm::TrainingSettings settings = rbm::oracle::small_settings();
    auto run = rbm::begin_run({.settings = settings});
    REQUIRE(run.has_value());
    for (int t = 0; t < 30; ++t) {
      if (t == 12) {
        settings.learning_rate = 0.02f;
        (*run)->configure(settings);
      }
      REQUIRE((*run)->step().has_value());
    }
    REQUIRE(rbm::write_tensors(file, (*run)->checkpoint()).has_value());
  }
  ~ReplayedFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  /// The same checkpoint with something done to it.
  template <class Change>
  void change(Change what) const {
    auto kept = rbm::read_tensors(file);
    REQUIRE(kept.has_value());
    what(*kept);
    REQUIRE(rbm::write_tensors(file, *kept).has_value());
  }
};

/// Frames until it has ended, half a minute at most; the sentence.
std::string end_of(RunReplay& replay, ReplayInView& view) {
  for (int frame = 0; frame < 30000; ++frame) {
    if (replay.follow(view)) return view.sentence;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return "It never ended.";
}

std::string replayed(const std::string& path) {
  RunReplay replay([] {});
  ReplayInView view{.title = "it"};
  replay.start(path, "it", view);
  CHECK(view.is_busy);
  CHECK(replay.is_busy());
  std::string sentence = end_of(replay, view);
  CHECK_FALSE(view.is_busy);
  CHECK_FALSE(replay.is_busy());
  CHECK_FALSE(replay.follow(view));  // an end is told once
  return sentence;
}

TEST_CASE("a kept run is replayed with its changes, and the sentence says that it has the same bits") {
  const ReplayedFolder folder;
  CHECK(replayed(folder.file) ==
        "Replayed it: 30 updates with 1 change of settings again give the same bits.");
}

TEST_CASE("a replay names the first array that is another, and says what is missing") {
  const ReplayedFolder folder;
  folder.change([](rbm::TensorFile& kept) { kept.tensors.at("hidden_bias").bytes.at(0) ^= 1; });
  CHECK(replayed(folder.file)
            .starts_with(
                "Replayed it: after 30 updates with 1 change of settings its array hidden_bias is another"));
  folder.change([](rbm::TensorFile& kept) { kept.metadata.erase(rbm::kJournalKey); });
  CHECK(replayed(folder.file).find("does not say how its run began") != std::string::npos);
  CHECK(replayed("/none/run.safetensors").find("/none/run.safetensors") != std::string::npos);
}

TEST_CASE("a replay is stopped without waiting for it, and another one can begin") {
  const ReplayedFolder folder;
  // So many updates that it would go on for hours.
  folder.change([](rbm::TensorFile& kept) {
    REQUIRE(kept.metadata.at("run_updates") == "30");
    kept.metadata["run_updates"] = "30000000000";
  });
  RunReplay replay([] {});
  ReplayInView view{.title = "it"};
  replay.start(folder.file, "it", view);
  replay.stop(view);
  CHECK(view.is_stopping);
  CHECK(end_of(replay, view) == "The replay of it was stopped.");
  CHECK_FALSE(view.is_stopping);
  const ReplayedFolder another;
  replay.start(another.file, "it", view);
  CHECK(end_of(replay, view).ends_with("give the same bits."));
}

}  // namespace
