// The journal as a text: what was written is read again, and what is none is refused.
#include "core/run/journal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/run/journal_file.hpp"
#include "tests/core/run/small_run.hpp"

namespace {

using namespace rbm;
using oracle::small_settings;

/// One entry of each kind.
Journal journal_of_all_kinds() {
  TrainingSettings settings = small_settings();
  Journal out({.settings = settings, .rows = "30 rows, 16 columns, 0123456789abcdef"});
  settings.learning_rate = 0.012345679f;
  settings.method = Method::Tempering;
  out.set(3, settings);
  settings.learning_rate = 1e-9f;
  out.set(5, settings, JournalEntry::Kind::Clock);
  out.diverged(4, 9);
  out.resumed(7, "8 rows, 16 columns, 00");
  settings.average = 0;
  out.set(7, settings);
  return out;
}

std::string trouble_with(const std::string& text) {
  const auto read = Journal::parse(text, "a/journal.jsonl");
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().message.find("a/journal.jsonl") == 0);
  CHECK(read.error().message.back() == '.');
  return read.error().message;
}

}  // namespace

TEST_CASE("a journal is read as it was written, to the last digit of every setting") {
  const Journal told = journal_of_all_kinds();
  const auto read = Journal::parse(told.text(), "j");
  REQUIRE(read.has_value());
  CHECK(read->text() == told.text());
  REQUIRE(read->entries().size() == 5);
  CHECK(read->start().rows == told.start().rows);
  for (std::size_t n = 0; n < 5; ++n) {
    const JournalEntry &a = told.entries()[n], &b = read->entries()[n];
    CHECK(a.update == b.update);
    CHECK(a.kind == b.kind);
    CHECK(a.diverged_at == b.diverged_at);
    CHECK(a.rows == b.rows);
    TrainingSettings settings = a.settings;
    settings.threads = b.settings.threads;
    CHECK(settings == b.settings);
  }
}

TEST_CASE("a journal knows what was in force after an update, and how often somebody changed it") {
  const Journal told = journal_of_all_kinds();
  CHECK(told.settings_after(2).learning_rate == small_settings().learning_rate);
  CHECK(told.settings_after(3).learning_rate == 0.012345679f);
  CHECK(told.settings_after(6).learning_rate == 1e-9f);
  CHECK(told.settings_after(7).average == 0);
  CHECK(told.settings_after(1000).average == 0);
  CHECK(told.changes() == 2);
}

TEST_CASE("names of files may be any bytes") {
  TrainingSettings settings = small_settings();
  settings.data = "rows-\xff.csv";
  Journal told({.settings = settings, .rows = "\xfe", .model = "m\xc3.npz", .parameters = "\x80"});
  told.resumed(1, "\xf0");
  const auto read = Journal::parse(told.text(), "j");
  REQUIRE(read.has_value());
  CHECK(read->start().settings.data == settings.data);
  CHECK(read->start().model == told.start().model);
  CHECK(read->text() == told.text());
}

TEST_CASE("threads, and settings that are the same, are no change of a run") {
  Journal journal({.settings = small_settings()});
  TrainingSettings settings = small_settings();
  settings.threads = 7;
  journal.set(2, settings);
  CHECK(journal.entries().empty());
  CHECK(journal.text().find("\"threads\":7") == std::string::npos);
}

TEST_CASE("a last line that was cut off is dropped, wherever it was cut") {
  const std::string text = journal_of_all_kinds().text();
  const std::size_t first_end = text.find('\n') + 1;
  std::size_t whole = 0;
  for (std::size_t size = first_end; size < text.size(); ++size) {
    const auto read = Journal::parse(text.substr(0, size), "j");
    REQUIRE(read.has_value());
    whole = static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<long>(size), '\n'));
    CHECK(read->entries().size() == whole - 1);
  }
  CHECK(trouble_with(text.substr(0, first_end - 1)).find("no journal") != std::string::npos);
}

TEST_CASE("what is no journal, is damaged or comes from a newer version is refused with one sentence") {
  const std::string start = Journal({.settings = small_settings()}).text();
  CHECK(trouble_with("").find("no journal") != std::string::npos);
  CHECK(trouble_with("update,epoch\n").find("no journal") != std::string::npos);
  std::string newer = start;
  newer.replace(newer.find("\"journal\":1"), 11, "\"journal\":2");
  CHECK(trouble_with(newer).find("newer") != std::string::npos);
  CHECK(trouble_with(start + R"({"update":3,"set":{"warp":1}})"
                             "\n")
            .find("newer") != std::string::npos);
  CHECK(trouble_with(start + R"({"update":3,"painted":1})"
                             "\n")
            .find("newer") != std::string::npos);
  for (const char* damaged : {"{\"update\":3,\"set\":{\"k\":2}", R"({"update":-3,"set":{"k":2}})",
                              R"({"update":3,"set":{"k":"two"}})", R"({"update":3,"set":{"k":0}})",
                              R"({"update":3,"set":{"hidden":9}})", R"({"set":{"k":2}})",
                              R"({"update":3,"diverged_at":3})", R"({"update":3,"resumed":1})", "[]"}) {
    CAPTURE(damaged);
    const std::string sentence = trouble_with(start + damaged + "\n" +
                                              R"({"update":9,"resumed":""})"
                                              "\n");
    CHECK(sentence.find("damaged: line 2") != std::string::npos);
  }
  const std::string backwards = R"({"update":9,"set":{"k":2}})"
                                "\n"
                                R"({"update":3,"set":{"k":3}})"
                                "\n";
  CHECK(trouble_with(start + backwards).find("damaged: line 3") != std::string::npos);
}

TEST_CASE("a journal in a file grows with the run, and the file begins anew with another one") {
  const std::string path = (std::filesystem::temp_directory_path() / "rbm_journal_test.jsonl").string();
  std::ofstream(path) << "something else";
  Journal journal({.settings = small_settings()});
  {
    auto file = JournalFile::open(path, journal);
    REQUIRE(file.has_value());
    TrainingSettings settings = small_settings();
    for (int k : {2, 3, 4}) {
      settings.k = k;
      journal.set(static_cast<std::uint64_t>(k), settings);
      if (k != 3) REQUIRE(file->follow(journal).has_value());
    }
    REQUIRE(file->follow(journal).has_value());
  }
  std::ifstream in(path);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  CHECK(text == journal.text());
  std::filesystem::remove(path);
}

TEST_CASE("parameters that differ in one bit, and nothing else, have another checksum") {
  Model model;
  model.weights.resize(3, 2);
  model.weights.set_zero();
  model.visible_bias = Eigen::VectorXf::Zero(3);
  model.hidden_bias = Eigen::VectorXf::Zero(2);
  const std::string before = checksum_of(model);
  CHECK(before.size() == 16);
  model.metadata["title"] = "x";
  CHECK(checksum_of(model) == before);
  model.weights(2, 1) = 1e-30f;
  CHECK(checksum_of(model) != before);
}
