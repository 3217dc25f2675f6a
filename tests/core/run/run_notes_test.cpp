// Stars, names and notes of runs: they come back, two writers lose nothing, and a star keeps a run. And the summary of a
// run, which is that of its whole file.
#include "core/run/run_notes.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "core/run/kept_runs.hpp"
#include "core/run/loading.hpp"
#include "core/run/run_summary.hpp"
#include "tests/core/run/small_run.hpp"

namespace {

using namespace rbm;
namespace fs = std::filesystem;

struct NotesFolder {
  fs::path path = fs::temp_directory_path() / ("rbm_run_notes_test_" + std::to_string(::getpid()));
  NotesFolder() { fs::remove_all(path); }
  ~NotesFolder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

std::unique_ptr<Run> noted_run(std::uint64_t updates) {
  auto run = begin_run({.settings = oracle::small_settings()});
  REQUIRE(run.has_value());
  (*run)->add_curve_point();
  while ((*run)->trainer().updates() < updates) REQUIRE((*run)->step().has_value());
  return std::move(*run);
}

}  // namespace

TEST_CASE("stars, names and notes come back, of whatever bytes, and what says nothing goes") {
  const NotesFolder folder;
  const std::string at = folder.path.string();
  REQUIRE(read_run_notes(at).has_value());
  CHECK(*read_run_notes(at) == RunNotes{});
  const RunNote note{true, "the good one \"ä\" \xff", "k = 5,\nseed 2"};
  REQUIRE(change_run_notes(at, [&](RunNotes& notes) {
            notes.runs["run-1.safetensors"] = note;
            notes.runs["run-2.safetensors"] = {};
            notes.folders = {"/some/run", "/other"};
          }).has_value());
  struct stat found {};
  REQUIRE(::stat(folder.path.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0700);
  const auto told = read_run_notes(at);
  REQUIRE(told.has_value());
  CHECK(told->runs.size() == 1);
  CHECK(told->runs.at("run-1.safetensors") == note);
  CHECK(told->folders == std::vector<std::string>{"/some/run", "/other"});
  CHECK(note_key(at, (folder.path / "run-1.safetensors").string()) == "run-1.safetensors");
  CHECK(note_key(at, "/some/run") == "/some/run");
}

TEST_CASE("two processes that write notes at once lose none of them") {
  const NotesFolder folder;
  const std::string at = folder.path.string();
  constexpr int kEach = 20;
  const auto write = [&](const std::string& who) {
    bool all = true;
    for (int n = 0; n < kEach; ++n)
      all = change_run_notes(at, [&](RunNotes& notes) { notes.runs[who + std::to_string(n)].starred = true; })
                .has_value() &&
            all;
    return all;
  };
  const pid_t child = ::fork();
  if (child == 0) ::_exit(write("child") ? 0 : 1);
  REQUIRE(child > 0);
  CHECK(write("parent"));
  int status = 1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(read_run_notes(at)->runs.size() == 2 * kEach);
}

TEST_CASE(
    "damaged notes are told, never written over, and no run is pushed out while the stars are not known") {
  const NotesFolder folder;
  const std::string at = folder.path.string();
  const KeptRuns runs(at);
  const TensorFile checkpoint = noted_run(5)->checkpoint();
  REQUIRE(runs.keep(runs.new_path(), checkpoint).has_value());
  std::ofstream(folder.path / "notes.json") << "{\"runs\": [";
  const auto refused = change_run_notes(at, [](RunNotes& notes) { notes.runs["a"].starred = true; });
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("notes.json is damaged") != std::string::npos);
  for (int n = 0; n < 7; ++n) REQUIRE(runs.keep(runs.new_path(), checkpoint).has_value());
  CHECK(runs.files().size() == 8);
}

TEST_CASE("a run with a star is never pushed out, and takes no other's place") {
  const NotesFolder folder;
  const std::string at = folder.path.string();
  const TensorFile checkpoint = noted_run(5)->checkpoint();
  const KeptRuns runs(at);
  const std::string starred = runs.new_path();
  REQUIRE(runs.keep(starred, checkpoint).has_value());
  REQUIRE(change_run_notes(at, [&](RunNotes& notes) {
            notes.runs[note_key(at, starred)].starred = true;
          }).has_value());
  for (int n = 0; n < 8; ++n) REQUIRE(runs.keep(runs.new_path(), checkpoint).has_value());
  CHECK(fs::exists(starred));
  CHECK(runs.files().size() == KeptRuns::kMostRuns + 1);
  REQUIRE(KeptRuns(at, 1).keep(runs.new_path(), checkpoint).has_value());
  CHECK(fs::exists(starred));
  CHECK(runs.files().size() == 2);
}

TEST_CASE("the summary of a run is what its whole file says, and a model has none") {
  const NotesFolder folder;
  fs::create_directories(folder.path);
  const std::string path = (folder.path / "c.safetensors").string();
  const auto run = noted_run(70);
  REQUIRE(run->write_checkpoint(path).has_value());
  const auto told = read_run_summary(path);
  REQUIRE(told.has_value());
  CHECK(told->data == "bars-and-stripes:4");
  CHECK(told->updates == 70);
  CHECK(told->settings == run->trainer().settings());
  CHECK(told->curves.size() == run->monitoring().points().size());
  CHECK(told->model.weights.view() == run->trainer().described_model().weights.view());
  // What is read is less than the file: the state that training goes on from is not.
  const auto some = read_some_tensors(path, [](const std::string& name) { return name == "weights"; });
  REQUIRE(some.has_value());
  CHECK(some->tensors.size() == 1);
  CHECK(some->tensors.at("weights").bytes == read_tensors(path)->tensors.at("weights").bytes);
  CHECK(some->metadata == read_tensors(path)->metadata);
  REQUIRE(save_model(path, run->trainer().described_model()).has_value());
  CHECK_FALSE(read_run_summary(path).has_value());
  fs::resize_file(path, fs::file_size(path) - 1);
  CHECK_FALSE(read_some_tensors(path, {}).has_value());
  CHECK_FALSE(read_some_tensors((folder.path / "none").string(), {}).has_value());
}

TEST_CASE(
    "the best likelihood has a bracket unless an estimate is far better, and speed is over the whole run") {
  std::vector<CurvePoint> curves(4);
  CHECK_FALSE(best_likelihood(curves).has_value());
  CHECK(images_per_second({}, 100) == 0);
  for (std::size_t n = 0; n < 4; ++n) curves[n].update = n;
  curves[1].log_likelihood = -80;  // an estimate
  CHECK(best_likelihood(curves)->update == 1);
  curves[2].log_likelihood = curves[2].log_likelihood_lower = -90;
  curves[3].log_likelihood = curves[3].log_likelihood_lower = -85;
  CHECK(best_likelihood(curves)->update == 1);
  curves[1].log_likelihood = -84.2;  // no better than an estimate may be by mistake
  CHECK(best_likelihood(curves)->update == 3);
  curves[3].seconds = 2;
  CHECK(images_per_second(curves, 100) == 150);
}

TEST_CASE("settings as words are as many for every run, without threads, and what does nothing is a dash") {
  TrainingSettings a, b;
  a.threads = 3;
  b.threads = 0;
  b.hidden = 500;
  b.method = a.method == Method::Cd ? Method::Pcd : Method::Cd;
  const auto left = words_of(a), right = words_of(b);
  REQUIRE(left.size() == right.size());
  int hidden = 0;
  for (std::size_t n = 0; n < left.size(); ++n) {
    CHECK(left[n].title == right[n].title);
    CHECK(left[n].title != "Threads");
    if (left[n].title == "Fast rate") CHECK(left[n].value == "–");
    if (right[n].value == "500") ++hidden;
  }
  CHECK(hidden == 1);
}
