// The cards of kept runs above the files: they have their place before they are read, so nothing moves under the pointer.
#include "app/lab/recent_runs.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/run/loading.hpp"
#include "tests/app/ui/null_window.hpp"
#include "tests/core/run/small_run.hpp"

namespace {

using namespace lab;
namespace fs = std::filesystem;

/// An empty folder of kept runs, and what a dialog has below its cards.
struct Shown {
  fs::path folder = fs::temp_directory_path() / ("rbm_recent_runs_test_" + std::to_string(::getpid()));
  RecentRuns recent{folder.string(), [] {}};
  test::NullWindow window{{700, 500}};

  Shown() {
    fs::remove_all(folder);
    fs::create_directories(folder);
  }
  ~Shown() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  float height_drawn() {
    float height = 0;
    window.frame([&] {
      const float top = ImGui::GetCursorPosY();
      recent.draw();
      height = ImGui::GetCursorPosY() - top;
    });
    return height;
  }
  /// Before the folder has been read and afterwards.
  std::pair<float, float> heights() {
    recent.look();
    const float before = height_drawn();
    for (int i = 0; i < 60000 && !recent.has_news(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    REQUIRE(recent.has_news());
    recent.follow();
    return {before, height_drawn()};
  }
};

}  // namespace

TEST_CASE("kept runs have their place before they are read, whole or damaged, and none where there are none") {
  Shown shown;
  CHECK(shown.heights() == std::pair(0.0f, 0.0f));

  const std::string path = rbm::KeptRuns(shown.folder.string()).new_path();
  std::ofstream(path) << "damaged";
  const auto damaged = shown.heights();
  CHECK(damaged.first > 0);
  CHECK(damaged.second == damaged.first);
  CHECK(shown.recent.height() >= damaged.first);
  CHECK_FALSE(ui::registered().contains("recent.0"));

  auto begun = rbm::begin_run({.settings = rbm::oracle::small_settings()});
  REQUIRE(begun.has_value());
  REQUIRE((*begun)->step().has_value());
  REQUIRE((*begun)->write_checkpoint(path).has_value());
  CHECK(shown.heights() == damaged);
  CHECK(ui::registered().contains("recent.0"));
}
