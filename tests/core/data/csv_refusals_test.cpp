// Text that is no table, or a broken one: what is said of it.
#include <doctest/doctest.h>

#include <string>

#include "core/data/readers.hpp"
#include "tests/core/data/files.hpp"
#include "tests/core/data/reading.hpp"

using namespace rbm;
using files::says;
using reading::csv;

namespace {

Error refusal(const std::string& text, const SourceOptions& options = {}) {
  const auto data = csv(text, options);
  return data ? Error{} : data.error();
}

}  // namespace

TEST_CASE("text of another format is no CSV table, and what to do about it is said") {
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n";
  CHECK(says(refusal(pointer), "a.csv", "git lfs pull"));
  for (const char* page : {"<!DOCTYPE html>\n<html><body>1,2</body></html>\n", "\n <HTML>\n<head>\n",
                           "\xef\xbb\xbf<table><tr><td>1</td></tr></table>"}) {
    CAPTURE(page);
    CHECK(says(refusal(page), "a.csv", "web page (HTML)"));
  }
  CHECK(says(refusal("<?xml version=\"1.0\"?>\n<rows/>\n"), "a.csv", "is XML"));
  CHECK(says(refusal("%PDF-1.4\n1 0 obj\n"), "a.csv", "is a PDF"));
  CHECK(says(refusal("{\\rtf1\\ansi 1,2}\n"), "a.csv", "RTF"));
  for (const char* json :
       {"[[1,0],[0,1]]", "[\n [1, 0],\n [0, 1]\n]\n", "[[1,0],[0,", "[1,0]\n[0,1]\n", "[{\"a\":1},{\"a\":2}]",
        "{\"a\": [1, 0], \"b\": [0, 1]}\n", "[\"a\",\"b\"]", "{}"}) {
    CAPTURE(json);
    CHECK(says(refusal(json), "a.csv", "is JSON"));
  }
}

TEST_CASE("brackets and other marks in a table are no JSON and no web page") {
  CHECK(csv("[x],[y]\n1,0\n0,1\n")->columns == std::vector<std::string>{"[x]", "[y]"});
  CHECK(csv("[a],[b]\n[c],[d]\n[a],[d]\n[c],[b]\n")->is_categorical());
  CHECK(csv("<NA>,1\n2,3\n")->count() == 2);
  CHECK(csv("{a},{b}\n1,0\n0,1\n")->columns.size() == 2);
  CHECK(csv("version,size\n1,0\n0,1\n")->columns.size() == 2);
}

TEST_CASE("rows of libsvm with a column out of range are no words of a table") {
  CHECK(says(refusal("1 4000000000:1\n0 1:1\n"), "a.csv", "\"4000000000\" (line 1) is out of range"));
  CHECK(says(refusal("1 -2:1\n0 1:1\n"), "a.csv", "\"-2\" (line 1) is out of range"));
  CHECK(says(refusal("# made by hand\n1 1.5:1 2:1\n0 1:1\n"), "a.csv", "\"1.5\" (line 2)"));
  CHECK(says(refusal("label columns\n1 1:1\n0 2:1\n1 1:1 2:1\n"), "a.csv", "line 1 is none"));
  // A column of times is one of words.
  CHECK(csv("day,time\n1,12:30\n2,13:45\n1,13:45\n2,12:30\n")->label_names.size() == 2);
  CHECK(csv("a 12:30\nb 13:45\na 13:45\nb 12:30\n")->is_categorical());
}

TEST_CASE("a line of a table with another number of cells is refused with its true number") {
  CHECK(says(refusal("1,2\n1,2,3,4,5\n"), "a.csv", "has 5 cells in line 2 but 2 in its first"));
  CHECK(says(refusal("1,2\n3\n"), "a.csv", "has 1 cell in line 2 but 2 in its first"));
}

TEST_CASE("names of columns without rows below are no row") {
  for (const char* text : {"a,b,c\n", "a,b,c", "x\n", "a;b\n\n# nothing\n", "name,\n"}) {
    CAPTURE(text);
    CHECK(says(refusal(text), "a.csv", "no rows below the names of its columns"));
    CHECK(says(refusal(text, {.categories = true}), "a.csv", "no rows below the names of its columns"));
  }
  CHECK(csv("1,2,3\n")->count() == 1);
  CHECK(csv("a,1\n")->count() == 1);
}
