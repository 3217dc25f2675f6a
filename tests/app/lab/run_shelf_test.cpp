// The list of runs behind the views Runs and Compare: what it says of files, and what wishes do to them.
#include "app/lab/run_shelf.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/panels/runs_panel.hpp"
#include "core/run/kept_runs.hpp"
#include "core/run/loading.hpp"
#include "core/run/run_folder.hpp"
#include "core/run/run_notes.hpp"
#include "tests/app/small_lab.hpp"
#include "tests/app/ui/null_window.hpp"
#include "tests/core/run/small_run.hpp"

namespace {

using namespace lab;
using lab::test::NullWindow;
using lab::test::SmallLab;
namespace fs = std::filesystem;

/// Three kept runs of 6, 7 and 8 hidden units, written in this order, and the folder of a run of 9.
struct ShelfFolder {
  fs::path path = fs::temp_directory_path() / ("rbm_run_shelf_test_" + std::to_string(::getpid()));
  std::string kept = (path / "runs").string(), own = (path / "own/first").string();
  std::vector<std::string> files;

  ShelfFolder() {
    fs::remove_all(path);
    fs::create_directories(own);
    ::setenv("XDG_DATA_HOME", (path / "data").c_str(), 1);
    const rbm::KeptRuns runs(kept);
    for (int n = 0; n < 3; ++n) {
      files.push_back(runs.new_path());
      REQUIRE(runs.keep(files.back(), checkpoint(6 + n, 10 * (n + 1))).has_value());
      fs::last_write_time(files.back(), fs::file_time_type::clock::now() - std::chrono::minutes(30 - n));
    }
    REQUIRE(rbm::write_tensors(rbm::checkpoint_of_run(own), checkpoint(9, 40)).has_value());
    std::ofstream(path / "runs/run-1-abcdefgh-2-3.safetensors") << "no checkpoint";
  }
  ~ShelfFolder() {
    ::unsetenv("XDG_DATA_HOME");
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  static rbm::TensorFile checkpoint(int hidden, int updates) {
    rbm::TrainingSettings settings = rbm::oracle::small_settings();
    settings.hidden = hidden;
    auto begun = rbm::begin_run({.settings = settings});
    REQUIRE(begun.has_value());
    (*begun)->add_curve_point();
    for (int t = 0; t < updates; ++t) REQUIRE((*begun)->step().has_value());
    return (*begun)->checkpoint();
  }
  std::string wish(const RunWish& asked) {
    const auto done = fulfil(kept, asked, trashed);
    return done ? *done : "refused: " + done.error().message;
  }
  std::vector<RunRow> rows() {
    auto read = read_runs(kept, files[0], known);
    REQUIRE(read.has_value());
    return *read;
  }

  std::optional<rbm::Trashed> trashed;
  KnownRuns known;
};

TEST_CASE("the list says of each run what its file says, and keeps stars, names and notes") {
  ShelfFolder folder;
  auto rows = folder.rows();
  REQUIRE(rows.size() == 3);  // what is no checkpoint is left out
  CHECK(rows[0].facts->hidden == 8);
  CHECK(rows[2].facts->updates == 10);
  CHECK(rows[2].is_present);
  CHECK_FALSE(rows[0].is_present);
  CHECK(rows[0].facts->data == "bars-and-stripes:4");
  CHECK(rows[0].facts->picture.filters.rows() == 8);
  CHECK(rows[0].when == "28 minutes ago");
  const std::string key = rows[1].key;
  CHECK(folder.wish({RunWish::Kind::Star, key, "", true}) == "");
  CHECK(folder.wish({RunWish::Kind::Rename, key, "narrow"}) == "");
  CHECK(folder.wish({RunWish::Kind::Note, key, "seed 1"}) == "");
  const auto facts = rows[1].facts;
  rows = folder.rows();
  CHECK(rows[1].is_starred);
  CHECK(rows[1].title == "narrow");
  CHECK(rows[1].note == "seed 1");
  CHECK(rows[1].facts == facts);  // not read again
  RunsInView view;
  view.rows = rows;
  CHECK(settings_at(*rows[1].facts, differing(view.rows)) == std::vector<std::string>{"Hidden units 7"});
}

TEST_CASE(
    "runs that began in the same minute are called by the second, and folders of one name by their paths") {
  ::setenv("TZ", "UTC0", 1);
  ShelfFolder folder;
  const auto copy = [&](const std::string& name) {
    fs::copy_file(folder.files[0], folder.kept + "/" + name);
  };
  copy("run-1000000020-abcdefgh-2-3.safetensors");
  copy("run-1000000027-abcdefgh-2-3.safetensors");
  copy("run-1000000100-abcdefgh-2-3.safetensors");
  const auto titles_with = [&](const std::string& end) {
    int found = 0;
    for (const RunRow& row : folder.rows()) found += row.title.ends_with(end) ? 1 : 0;
    return found;
  };
  CHECK(titles_with("9 Sep, 01:47:00") == 1);
  CHECK(titles_with("9 Sep, 01:47:07") == 1);
  CHECK(titles_with("9 Sep, 01:48") == 1);
  const std::string other = (folder.path / "other/first").string();
  fs::create_directories(other);
  fs::copy_file(rbm::checkpoint_of_run(folder.own), rbm::checkpoint_of_run(other));
  folder.wish({RunWish::Kind::Add, folder.own});
  CHECK(titles_with("first") == 1);
  CHECK(titles_with("own/first") == 0);
  folder.wish({RunWish::Kind::Add, other});
  CHECK(titles_with("own/first") == 1);
  CHECK(titles_with("other/first") == 1);
  ::unsetenv("TZ");
}

TEST_CASE("a removed run lies in the trash and can be put back with its star") {
  ShelfFolder folder;
  const std::string key = folder.rows()[0].key;
  folder.wish({RunWish::Kind::Star, key, "", true});
  CHECK(folder.wish({RunWish::Kind::Remove, key}) == "The run is in the trash.");
  CHECK(folder.rows().size() == 2);
  REQUIRE(folder.trashed.has_value());
  CHECK(fs::exists(folder.trashed->file));
  CHECK(folder.wish({RunWish::Kind::PutBack}) == "The run is back.");
  const auto rows = folder.rows();
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].key == key);
  CHECK(rows[0].is_starred);
}

TEST_CASE(
    "run folders are added alone or by the folder above, and leave the list with their files in place") {
  ShelfFolder folder;
  CHECK(folder.wish({RunWish::Kind::Add, folder.kept}).starts_with("refused: "));
  CHECK(folder.wish({RunWish::Kind::Add, folder.own}) == "Added " + folder.own + ".");
  folder.wish({RunWish::Kind::Add, (folder.path / "own").string()});
  auto rows = folder.rows();
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].is_folder);
  CHECK(rows[0].title == "first");
  CHECK(rows[0].facts->hidden == 9);
  folder.wish({RunWish::Kind::Remove, rows[0].key});
  CHECK(folder.rows().size() == 3);
  CHECK(fs::exists(rbm::checkpoint_of_run(folder.own)));
}

TEST_CASE("the table is sorted by each column, and what a run does not have comes last either way") {
  std::vector<RunRow> rows(3);
  for (std::size_t n = 0; n < 3; ++n) {
    RunFacts facts;
    facts.updates = (n * 2) % 3;  // 0, 2, 1
    facts.written_ns = static_cast<std::int64_t>(n);
    facts.data = std::string(1, static_cast<char>('c' - n));
    if (n != 1) facts.best = rbm::CurvePoint{.log_likelihood = n == 0 ? -80.0 : -90.0};
    rows[n].facts = std::make_shared<const RunFacts>(facts);
  }
  using Order = std::vector<std::size_t>;
  CHECK(ordered_runs(rows, RunOrder::Written, true) == Order{2, 1, 0});
  CHECK(ordered_runs(rows, RunOrder::Data, false) == Order{2, 1, 0});
  CHECK(ordered_runs(rows, RunOrder::Updates, true) == Order{1, 2, 0});
  CHECK(ordered_runs(rows, RunOrder::Likelihood, true) == Order{0, 2, 1});
  CHECK(ordered_runs(rows, RunOrder::Likelihood, false) == Order{2, 0, 1});
}

TEST_CASE("a run tells when its best likelihood was measured, and what came later") {
  RunFacts run;
  CHECK(likelihood_sentence(run).empty());
  run.curves = {{.update = 500}, {.update = 1500}};
  run.curves[0].log_likelihood = -122.68;
  run.curves[0].log_likelihood_lower = run.curves[0].log_likelihood_upper = -122.7;
  run.best = run.curves[0];
  CHECK(likelihood_sentence(run) == "Best measured likelihood −122.68 at update 500.");
  run.curves[1].log_likelihood = -110.51;
  CHECK(likelihood_sentence(run) ==
        "Best measured likelihood −122.68 at update 500; last estimate −110.51 at update 1 500.");
}

TEST_CASE("in the view a run is chosen, starred and gone on with by its own controls") {
  ShelfFolder folder;
  SmallLab lab;
  lab.shared.view = find_view("runs");
  RunsInView& runs = lab.shared.runs;
  runs.is_on = runs.is_known = true;
  runs.rows = folder.rows();
  NullWindow window({1280, 800});
  const auto draw = [&] { lab.draw(); };
  const auto click = [&](const char* id) {
    window.bare_frame(draw);
    window.mouse_to(NullWindow::middle(id));
    for (const bool down : {false, false, true, true, false, false})
      window.left(down), window.bare_frame(draw);
  };
  click("runs.check.0");
  REQUIRE(runs.chosen.size() == 1);
  CHECK(runs.chosen[0] == runs.rows[0].key);
  CHECK(runs.wishes.empty());
  click("runs.star.1");
  REQUIRE(runs.wishes.size() == 1);
  CHECK(runs.wishes[0].kind == RunWish::Kind::Star);
  CHECK(runs.wishes[0].key == runs.rows[1].key);
  CHECK(runs.wishes[0].on);
  click("runs.open.1");
  REQUIRE(runs.wishes.size() == 2);
  CHECK(runs.wishes[1].kind == RunWish::Kind::GoOn);
  click("runs.open.2");  // the present one: there is nothing to go on with
  CHECK(runs.wishes.size() == 2);
  CHECK_FALSE(ui::registered().contains("runs.remove.2"));
  click("runs.replay.2");  // which can be made again all the same
  REQUIRE(runs.wishes.size() == 3);
  CHECK(runs.wishes[2].kind == RunWish::Kind::Replay);
  CHECK(runs.wishes[2].key == runs.rows[2].key);
  runs.replay = {.key = runs.rows[2].key, .title = "this one", .is_busy = true};
  click("runs.replay.2");
  click("runs.replay.stop");
  REQUIRE(runs.wishes.size() == 5);
  CHECK(runs.wishes[3].kind == RunWish::Kind::StopReplay);
  CHECK(runs.wishes[4].kind == RunWish::Kind::StopReplay);
  runs.replay = {.title = "this one", .sentence = "Replayed this one: 10 updates again give the same bits."};
  click("runs.replay.close");
  CHECK(runs.replay.sentence.empty());
  click("runs.sort.written");
  click("runs.check.0");
  CHECK(runs.chosen.back() == runs.rows[2].key);
}

}  // namespace
