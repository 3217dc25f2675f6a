// The runs that a window keeps: their curves come back, the oldest of dead processes go, and those of living ones stay.
#include "core/run/kept_runs.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "core/files/processes.hpp"
#include "core/run/curve_columns.hpp"
#include "core/run/curves_tensors.hpp"
#include "core/run/loading.hpp"
#include "core/run/run_summary.hpp"
#include "tests/core/run/small_run.hpp"

namespace {

using namespace rbm;
using oracle::small_settings;
namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("rbm_kept_runs_test_" + std::to_string(::getpid()));
  Folder() { fs::remove_all(path); }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::size_t runs() const {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(path))
      count += entry.path().extension() == ".safetensors";
    return count;
  }
};

std::unique_ptr<Run> run_after(std::uint64_t updates) {
  auto run = begin_run({.settings = small_settings()});
  REQUIRE(run.has_value());
  (*run)->add_curve_point();
  while ((*run)->trainer().updates() < updates) REQUIRE((*run)->step().has_value());
  return std::move(*run);
}

/// The number of a process that has ended.
pid_t dead_process() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  REQUIRE(child > 0);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  return child;
}

/// Puts a kept run of another process into the folder, written so many seconds ago.
std::string plant(const Folder& folder, pid_t process, int number, int age_s, const TensorFile& checkpoint) {
  fs::create_directories(folder.path);
  const std::string name = "run-" + std::to_string(std::time(nullptr)) + "-" + this_machine() + "-" +
                           std::to_string(process) + "-" + std::to_string(number) + ".safetensors";
  const std::string path = (folder.path / name).string();
  REQUIRE(write_tensors(path, checkpoint).has_value());
  fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::seconds(age_s));
  return path;
}

/// All columns, NaN for NaN; the seconds aside, which the clock decides.
bool same_curves(const std::vector<CurvePoint>& a, const std::vector<CurvePoint>& b, bool with_seconds) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].update != b[i].update) return false;
    for (const CurveColumn& column : kCurveColumns) {
      if (!with_seconds && std::string(column.name) == "seconds") continue;
      if (std::memcmp(&(a[i].*column.value), &(b[i].*column.value), sizeof(double)) != 0) return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE(
    "a checkpoint brings the curves of its run back, and those that follow are those of the whole run") {
  const auto whole = run_after(120);
  const auto first = run_after(70);
  auto file = first->checkpoint();
  const auto told = curves_of(file, "c.safetensors");
  REQUIRE(told.has_value());
  CHECK(told->size() == 4);  // of the updates 0, 20, 40, 60
  CHECK(same_curves(*told, first->monitoring().points(), true));
  auto second = resume_run(file, "c.safetensors", {.settings = small_settings()});
  REQUIRE(second.has_value());
  Run& run = **second;
  run.add_curve_point();  // as the window does; out of turn, it adds none
  CHECK(same_curves(*run.monitoring().curves(), *told, true));
  while (run.trainer().updates() < 120) REQUIRE(run.step().has_value());
  CHECK(same_curves(run.monitoring().points(), whole->monitoring().points(), false));
  CHECK(run.monitoring().points().back().seconds > told->back().seconds);
}

TEST_CASE(
    "checkpoints without curves open as before, those with broken ones are refused, and models have none") {
  auto file = run_after(40)->checkpoint();
  auto bare = file;
  std::erase_if(bare.tensors, [](const auto& entry) { return entry.first.starts_with("run/curve_"); });
  const auto opened = resume_run(bare, "c.safetensors", {.settings = small_settings()});
  REQUIRE(opened.has_value());
  CHECK((*opened)->monitoring().points().empty());
  auto lacking = file;
  REQUIRE(lacking.tensors.erase("run/curve_label_error") == 1);
  REQUIRE(curves_of(lacking, "c.safetensors").has_value());
  for (const char* name : {"run/curve_update", "run/curve_seconds"}) {
    auto broken = file;
    Tensor& tensor = broken.tensors.at(name);
    tensor.bytes.resize(tensor.bytes.size() - 8);
    --tensor.shape[0];
    const auto refused = resume_run(broken, "c.safetensors", {.settings = small_settings()});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find("damaged") != std::string::npos);
  }
  auto backwards = file;
  std::memset(backwards.tensors.at("run/curve_update").bytes.data(), 0xff, 8);
  CHECK_FALSE(curves_of(backwards, "c.safetensors").has_value());
  for (const auto& [name, tensor] : tensors_from_model(run_after(20)->trainer().described_model()).tensors)
    CHECK_FALSE(name.starts_with("run/"));
}

TEST_CASE("a kept run says what it is, and its folder is the user's alone") {
  const Folder folder;
  const KeptRuns runs(folder.path.string());
  CHECK(runs.list().empty());
  const std::string path = runs.new_path();
  CHECK(path != runs.new_path());
  REQUIRE(runs.keep(path, run_after(25)->checkpoint()).has_value());
  struct stat found {};
  REQUIRE(::stat(folder.path.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0700);
  const auto listed = runs.list();
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].path == path);
  CHECK(listed[0].updates == 25);
  CHECK(listed[0].hidden == 6);
  CHECK(listed[0].data == "bars-and-stripes:4");
  CHECK(listed[0].bytes == fs::file_size(path));
  CHECK(listed[0].is_alive);
}

TEST_CASE("a kept run that does not say its updates, or says what is no number, is none") {
  const Folder folder;
  const KeptRuns runs(folder.path.string());
  TensorFile checkpoint = run_after(25)->checkpoint();
  const std::string path = runs.new_path();
  for (const char* said : {"", "-3", "25 or so"}) {
    CAPTURE(said);
    checkpoint.metadata.at("updates") = said;
    REQUIRE(runs.keep(path, checkpoint).has_value());
    CHECK(runs.list().empty());
    CHECK_FALSE(read_run_summary(path).has_value());
  }
  checkpoint.metadata.erase("updates");
  REQUIRE(runs.keep(path, checkpoint).has_value());
  CHECK(runs.list().empty());
  CHECK_FALSE(runs.offer().has_value());
}

TEST_CASE("the oldest runs of dead processes go, those of living ones stay") {
  const Folder folder;
  const KeptRuns runs(folder.path.string());
  const TensorFile checkpoint = run_after(5)->checkpoint();
  const pid_t dead = dead_process(), alive = ::getppid();
  const std::string living = plant(folder, alive, 1, 9000, checkpoint);
  for (int i = 0; i < 6; ++i) plant(folder, dead, i + 1, 1000 * (i + 1), checkpoint);
  const std::string own = runs.new_path();
  REQUIRE(runs.keep(own, checkpoint).has_value());
  const auto listed = runs.list();
  REQUIRE(listed.size() == KeptRuns::kMostRuns);
  CHECK(listed[0].path == own);
  for (int i = 1; i <= 3; ++i)
    CHECK(listed[static_cast<std::size_t>(i)].path.ends_with("-" + std::to_string(i) + ".safetensors"));
  CHECK(listed[4].path == living);
  // Within the size, too; what was written just now stays however large it is.
  REQUIRE(KeptRuns(folder.path.string(), 1).keep(own, checkpoint).has_value());
  CHECK(folder.runs() == 2);
  CHECK(fs::exists(own));
  CHECK(fs::exists(living));
  // Runs of this process that others have taken the place of count as ended.
  for (int i = 0; i < 8; ++i) REQUIRE(runs.keep(runs.new_path(), checkpoint).has_value());
  CHECK(folder.runs() == KeptRuns::kMostRuns);
}

TEST_CASE("runs that lasted less than a minute go first, all but the newest of them") {
  const Folder folder;
  const KeptRuns runs(folder.path.string());
  const TensorFile checkpoint = run_after(5)->checkpoint();
  const pid_t dead = dead_process();
  // Written so long after they began.
  const auto lasting = [&](int number, int seconds, int age_s) {
    const std::string path = plant(folder, dead, number, 0, checkpoint);
    const auto began = fs::file_time_type::clock::now() - std::chrono::seconds(age_s + seconds);
    const std::string name = fs::path(path).filename().string();
    const std::string to = (folder.path / ("run-" + std::to_string(std::time(nullptr) - age_s - seconds) +
                                           name.substr(name.find('-', 4))))
                               .string();
    fs::rename(path, to);
    fs::last_write_time(to, began + std::chrono::seconds(seconds));
    return to;
  };
  std::vector<std::string> longer;
  for (int i = 0; i < 4; ++i) longer.push_back(lasting(i + 1, 300 + 60 * i, 100000 - 1000 * i));
  std::string newest;
  for (int i = 0; i < 6; ++i) newest = lasting(i + 10, 10 * i, 5000 - 100 * i);
  const std::string own = runs.new_path();  // short itself so far, and the newest of all
  REQUIRE(runs.keep(own, checkpoint).has_value());
  for (const std::string& path : longer) CHECK(fs::exists(path));
  CHECK(fs::exists(own));
  CHECK_FALSE(fs::exists(newest));
  CHECK(folder.runs() == KeptRuns::kMostRuns);
  // One of a minute is no short one: the oldest goes.
  const std::string minute = lasting(30, 60, 10);
  REQUIRE(runs.keep(own, checkpoint).has_value());
  CHECK(fs::exists(minute));
  CHECK_FALSE(fs::exists(longer[0]));
  CHECK(fs::exists(longer[1]));
}

TEST_CASE("the newest run of a process that is gone is offered until it is answered") {
  const Folder folder;
  const KeptRuns runs(folder.path.string());
  const TensorFile checkpoint = run_after(5)->checkpoint();
  CHECK_FALSE(runs.offer().has_value());
  const pid_t dead = dead_process();
  plant(folder, ::getppid(), 1, 10, checkpoint);
  CHECK_FALSE(runs.offer().has_value());
  plant(folder, dead, 1, 300, checkpoint);
  const std::string newer = plant(folder, dead, 2, 200, checkpoint);
  std::ofstream(plant(folder, dead, 3, 0, checkpoint)) << "cut off";
  const auto offered = runs.offer();
  REQUIRE(offered.has_value());
  CHECK(offered->path == newer);
  CHECK(offered->updates == 5);
  REQUIRE(runs.answer(*offered).has_value());
  CHECK_FALSE(runs.offer().has_value());
  const std::string last = plant(folder, dead, 4, 100, checkpoint);
  REQUIRE(runs.offer().has_value());
  CHECK(runs.offer()->path == last);
}

TEST_CASE("a process that has the number of one that is gone is another one") {
  const std::int64_t now = std::time(nullptr);
  CHECK_FALSE(has_died(::getpid(), now));
  CHECK_FALSE(has_died(::getppid(), now));
  CHECK(has_died(dead_process(), now));
  if (fs::exists("/proc/self/stat")) CHECK(has_died(::getpid(), now - 365 * 24 * 3600));
}
