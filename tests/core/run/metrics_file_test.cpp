// Curves in a file that grows: what is in it at each moment, and how a resumed run goes on in it.
#include <doctest/doctest.h>

#include "core/files/input_file.hpp"
#include "core/run/curves_text.hpp"
#include "core/run/metrics_file.hpp"
#include "tests/core/data/files.hpp"

using namespace rbm;

namespace {

CurvePoint point(std::uint64_t update, double epoch = 1) {
  CurvePoint out;
  out.update = update;
  out.epoch = epoch;
  return out;
}

std::string content(const std::string& path) {
  const auto bytes = read_file(path, 1 << 20);
  return bytes ? std::string(bytes->begin(), bytes->end()) : "unreadable";
}

std::string lines(const std::string& path, const std::vector<CurvePoint>& points) {
  std::string out = path.ends_with(".csv") ? curves_header() : "";
  for (const CurvePoint& p : points) out += path.ends_with(".csv") ? curve_csv(p) : curve_jsonl(p);
  return out;
}

void add(const std::string& path, std::uint64_t after, const std::vector<CurvePoint>& points) {
  auto file = MetricsFile::open(path, after);
  REQUIRE(file.has_value());
  for (const CurvePoint& p : points) REQUIRE(file->add(p).has_value());
}

}  // namespace

TEST_CASE("each point is in the file as soon as it is made") {
  const files::Folder folder;
  for (const std::string& path : {folder.path("a.csv"), folder.path("a.jsonl")}) {
    auto file = MetricsFile::open(path, 0);
    REQUIRE(file.has_value());
    CHECK(content(path) == lines(path, {}));
    REQUIRE(file->add(point(20)).has_value());
    CHECK(content(path) == lines(path, {point(20)}));
    REQUIRE(file->add(point(40)).has_value());
    CHECK(content(path) == lines(path, {point(20), point(40)}));
  }
}

TEST_CASE("a resumed run goes on in the file, and a new one begins it anew") {
  const files::Folder folder;
  for (const std::string& path : {folder.path("a.csv"), folder.path("a.jsonl")}) {
    add(path, 0, {point(20), point(40), point(60)});
    // Stopped after 60, resumed from a checkpoint of update 50; the last line was cut off in the middle.
    {
      auto cut = AppendedFile::open(path);
      REQUIRE(cut->append(
          lines(path, {point(80)}).substr(path.ends_with(".csv") ? curves_header().size() : 0, 17)));
    }
    add(path, 50, {point(60, 2), point(80, 2)});
    CHECK(content(path) == lines(path, {point(20), point(40), point(60, 2), point(80, 2)}));
    add(path, 0, {point(20, 3)});
    CHECK(content(path) == lines(path, {point(20, 3)}));
    add(folder.path("new" + path.substr(path.rfind('.'))), 50, {point(60)});  // there was none
  }
}

TEST_CASE("a file of something else is neither cut nor gone on in") {
  const files::Folder folder;
  for (const char* name : {"table.csv", "table.jsonl"}) {
    const std::string path = folder.write(name, "a,b\n1,2\n");
    const auto refused = MetricsFile::open(path, 50);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find(name) != std::string::npos);
    CHECK(content(path) == "a,b\n1,2\n");
  }
  CHECK_FALSE(MetricsFile::open(folder.path("a.json"), 0).has_value());
  CHECK_FALSE(std::filesystem::exists(folder.path("a.json")));
}
