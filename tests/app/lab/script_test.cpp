// Verbs of scripts: the table in README.md has all of them, paths may have spaces, and lines come in piece by piece.
#include "app/lab/script.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <set>
#include <string>

#include "app/lab/command_input.hpp"
#include "app/lab/numbers_text.hpp"

namespace {

using namespace lab;

TEST_CASE("the table of verbs in the README has every verb, and every line of it is one") {
  std::ifstream readme(std::string(RBM_SOURCE_DIR) + "/README.md");
  std::set<std::string> told;
  bool is_table = false;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("| verb |")) is_table = true;
    if (line.empty()) is_table = false;
    if (!is_table || !line.starts_with("| `")) continue;
    // A cell may have several, each between backticks.
    const std::string cell = line.substr(0, line.find(" | "));
    for (std::size_t at = cell.find('`'); at != std::string::npos;) {
      const std::size_t end = cell.find('`', at + 1);
      const std::string verb = cell.substr(at + 1, end - at - 1);
      told.insert(verb.substr(0, verb.find(' ')));
      at = cell.find('`', end + 1);
    }
  }
  const std::vector<std::string> names = verb_names();
  CHECK(told == std::set<std::string>(names.begin(), names.end()));
}

TEST_CASE("paths of verbs may have spaces between quotes, and what is left out has its usual value") {
  const auto film = parse_verb("export-film \"my film.gif\" 2.5 panel.filters");
  REQUIRE(film.has_value());
  CHECK(std::get<verb::ExportFilm>(*film).path == "my film.gif");
  CHECK(std::get<verb::ExportFilm>(*film).seconds == 2.5);
  CHECK(std::get<verb::ExportFilm>(*film).part == "panel.filters");
  const auto picture = parse_verb("export-picture a.png");
  REQUIRE(picture.has_value());
  CHECK(std::get<verb::ExportPicture>(*picture).times == 1);
  CHECK(std::get<verb::ExportPicture>(*picture).part == "window");
  CHECK(std::get<verb::OpenPath>(*parse_verb("open \"a b\"")).path == "a b");
  for (const char* wrong : {"export-picture", "export-picture a.png 4", "export-picture a.png x",
                            "export-film a.gif", "export-film a.gif 0", "export-curves", "fly away", ""})
    CHECK_FALSE(parse_verb(wrong).has_value());
}

TEST_CASE(
    "lines on an input are taken when they are whole, never waited for, and the last one needs no end") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  CommandInput input(ends[0]);
  const auto send = [&](const std::string& text) {
    REQUIRE(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  };
  CHECK(input.take().empty());
  send("pl");
  CHECK(input.take().empty());
  send("ay\npause\nqu");
  const auto two = input.take();
  REQUIRE(two.size() == 2);
  CHECK(two[0].text == "play");
  CHECK(two[1].text == "pause");
  CHECK(two[1].number == 2);
  CHECK_FALSE(input.has_ended());
  send("it");
  ::close(ends[1]);
  const auto last = input.take();
  REQUIRE(last.size() == 1);
  CHECK(last[0].text == "quit");
  CHECK(input.has_ended());
  CHECK(input.take().empty());
  ::close(ends[0]);
}

TEST_CASE("the numbers of a run as text are its own, and the texts of a picture lead back to it") {
  rbm::Snapshot snapshot;
  snapshot.settings.hidden = 77;
  snapshot.settings.seed = 5;
  snapshot.progress.updates = 1234;
  auto curves = std::make_shared<std::vector<rbm::CurvePoint>>(2);
  (*curves)[0].log_likelihood = -84.25;
  (*curves)[0].log_likelihood_from = 1;
  snapshot.monitoring.curves = curves;
  const std::string text = numbers_text(snapshot);
  for (const char* line : {"update\t1234\n", "log_likelihood\t-84.25\n", "log_likelihood_from\tannealing\n",
                           "hidden\t77\n", "seed\t5\n", "data\tmnist\n"})
    CHECK(text.find(line) != std::string::npos);
  CHECK(text.find("nan") == std::string::npos);
  CHECK(origin_of({{"Title", "another program's"}}).settings.empty());
  auto texts = picture_texts(snapshot, "filters", "panel.filters");
  CHECK(origin_of(texts).run.empty());
  snapshot.kept = {.is_on = true, .path = "/runs/a", .updates = 1200};
  texts = picture_texts(snapshot, "filters", "panel.filters");
  CHECK(origin_of(texts).run == "/runs/a");
  CHECK(origin_of(texts).view == "filters");
  CHECK(origin_of(texts).update == "1234");
  CHECK(origin_of(texts).settings.find("\"hidden\":77") != std::string::npos);
}

}  // namespace
