// The line that offers the last run: what it says, and that an answer closes it for good.
#include "app/lab/kept_offer.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <thread>

#include "core/files/processes.hpp"
#include "core/run/loading.hpp"
#include "tests/app/ui/null_window.hpp"
#include "tests/core/run/small_run.hpp"

namespace {

using namespace lab;
namespace fs = std::filesystem;

constexpr std::int64_t kSecond = 1'000'000'000;

/// A folder with one kept run, of a process that never was.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("rbm_kept_offer_test_" + std::to_string(::getpid()));
  std::string run;

  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
    auto begun = rbm::begin_run({.settings = rbm::oracle::small_settings()});
    REQUIRE(begun.has_value());
    for (int t = 0; t < 3; ++t) REQUIRE((*begun)->step().has_value());
    // Past every system's highest number of a process.
    run = (path / ("run-" + std::to_string(std::time(nullptr)) + "-" + rbm::this_machine() +
                   "-2000000000-1.safetensors"))
              .string();
    REQUIRE((*begun)->write_checkpoint(run).has_value());
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

void wait_until_open(KeptOffer& offer) {
  for (int i = 0; i < 60000 && !offer.is_open(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  REQUIRE(offer.is_open());
}

}  // namespace

TEST_CASE("the offer says what the run is and how old") {
  const rbm::KeptRun run{.data = "MNIST train", .hidden = 196, .updates = 12345, .written_ns = 5 * kSecond};
  const std::string start = "The last run is kept: MNIST train, 196 hidden units, 12 345 updates, ";
  CHECK(offer_sentence(run, 5 * kSecond) == start + "just now.");
  CHECK(offer_sentence(run, 65 * kSecond) == start + "1 minute ago.");
  CHECK(offer_sentence(run, 190 * kSecond) == start + "3 minutes ago.");
  CHECK(offer_sentence(run, (5 + 2 * 3600) * kSecond) == start + "2 hours ago.");
  CHECK(offer_sentence(run, (5 + 3 * 86400) * kSecond) == start + "3 days ago.");
  CHECK(offer_sentence({.data = "x", .hidden = 1, .updates = 1, .written_ns = 9}, 0) ==
        "The last run is kept: x, 1 hidden unit, 1 update, just now.");
}

TEST_CASE("Go on opens the run, Not now does not, and neither is asked again") {
  const Folder folder;
  std::string opened;
  float height = 0;
  const auto click = [&](const std::string& button) {
    KeptOffer offer(folder.path.string());
    wait_until_open(offer);
    test::NullWindow window({900, 200});
    const auto draw = [&] {
      height = offer.draw(0, 0, 900, [&](const std::string& path) { opened = path; });
    };
    window.frame(draw);
    CHECK(height > 0);
    window.click(button, draw);
    CHECK_FALSE(offer.is_open());
    window.frame(draw);
    CHECK(height == 0);
  };
  click("kept.not_now");
  CHECK(opened == "");
  CHECK_FALSE(rbm::KeptRuns(folder.path.string()).offer().has_value());
  fs::remove(folder.path / "answered");
  click("kept.go_on");
  CHECK(opened == folder.run);
  CHECK_FALSE(rbm::KeptRuns(folder.path.string()).offer().has_value());
  CHECK_FALSE(KeptOffer("").is_open());
}
