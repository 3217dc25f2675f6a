// Which first lines of a table are names and units of its columns.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "core/data/readers.hpp"
#include "tests/core/data/files.hpp"
#include "tests/core/data/reading.hpp"

using namespace rbm;
using files::says;
using reading::csv;
using reading::notes_say;

namespace {

using Names = std::vector<std::string>;

bool is_named(const std::string& text) {
  const auto data = csv(text);
  CAPTURE(text);
  REQUIRE(data);
  CHECK(data->columns.empty() != notes_say(*data, "The first line of a.csv was taken as the names"));
  return !data->columns.empty();
}

}  // namespace

TEST_CASE("numbers from 0 on name two or three columns where the rows make that likelier") {
  CHECK(is_named("0,1,2\n1,0,1\n0,1,1\n1,1,0\n"));
  CHECK(is_named("0,1\n5.1,3.5\n4.9,3.0\n5.0,3.6\n"));
  CHECK(is_named("0,1,2\n5,7,9\n6,9,4\n4,8,7\n"));
  CHECK(is_named("0,1,2\n5.1,3.5,1.4\n4.9,3.0,1.4\n4.7,3.2,1.3\n"));
  std::string ratings, bits, rising;
  for (int row = 0; row < 12; ++row) {
    ratings += std::to_string(1 + row * 3 % 5) + "," + std::to_string(1 + row * 2 % 5) + "\n";
    bits += std::to_string(row % 2) + "," + std::to_string(row % 3 / 2) + "\n";
    rising += std::to_string(row + 1) + "," + std::to_string(row * row + 2) + "\n";
  }
  CHECK(is_named("0,1\n" + ratings));
  // It cannot be told, or is likelier a row.
  CHECK(!is_named("0,1\n" + bits));
  CHECK(!is_named("0,1\n" + rising));
  CHECK(!is_named("0,1\n1,0\n"));
  CHECK(!is_named("0,1\n1,0\n0,0\n1,0\n"));
  CHECK(!is_named("0,1\n0.1,1.105\n0.2,1.221\n0.3,1.35\n"));
  CHECK(!is_named("0,1\n0.1,1.2\n0.2,1.1\n0.3,1.3\n"));
  CHECK(!is_named("0,1,2\n1,2,0\n2,0,1\n"));
  CHECK(!is_named("0,1,2\n3,4,5\n6,7,8\n"));
  CHECK(!is_named("0,1,2\n1,0,1\n"));
  CHECK(!is_named("1,2,3\n1,0,1\n0,1,1\n"));
  CHECK(!is_named("0,2,4\n1,0,1\n0,1,1\n"));
  CHECK(!is_named("0\n5\n4\n6\n"));
}

TEST_CASE("numbers in quotes above numbers without name the columns") {
  CHECK(is_named("\"0\",\"1\",\"2\"\n1,0,1\n0,1,1\n"));
  CHECK(is_named("\"0\",\"1\"\n1,0\n0,1\n"));
  CHECK(is_named("\"7\";\"5\"\n1;0\n0;1\n"));
  CHECK(is_named("\"label\",\"0\",\"1\"\n3,0,1\n4,1,1\n"));
  // R's names of the rows have quotes, too.
  const auto rows = csv("\"1\" \"2\"\n\"r1\" 1 0\n\"r2\" 0 1\n");
  REQUIRE(rows);
  CHECK(rows->columns == Names{"1", "2"});
  CHECK(!is_named("\"0\",\"1\"\n\"1\",\"0\"\n\"1\",\"1\"\n"));
  CHECK(!is_named("\"0\",1\n1,0\n0,1\n"));
}

TEST_CASE("a word beside numbers that count names columns of numbers") {
  for (const char* text :
       {"label,0,1\n0,1,0\n1,0,1\n", "0,1,label\n1,0,0\n0,1,1\n", "label,1,2\n0,1,0\n1,0,1\n"}) {
    CAPTURE(text);
    const auto data = csv(text);
    REQUIRE(data);
    CHECK((data->count() == 2 && data->labels == Bytes{0, 1} && data->columns.size() == 2));
    CHECK(notes_say(*data, "first line"));
  }
  // As pandas writes a table with its index.
  const auto indexed = csv(",0,1\n0,1,0\n1,0,0\n2,1,1\n");
  REQUIRE(indexed);
  CHECK((indexed->columns == Names{"0", "1"} && indexed->pixels == Bytes{255, 0, 0, 0, 255, 255}));
  CHECK(csv(",0\n0,5.5\n1,3.5\n2,4.5\n")->columns == Names{"0"});
  // Beside a column of words the numbers must tell.
  CHECK(csv("0,1,2,kind\n1,0,1,cat\n0,1,1,dog\n1,1,1,cat\n")->columns == Names{"0", "1", "2"});
  std::string flowers, people;
  for (int row = 0; row < 12; ++row) {
    flowers += std::to_string(5 + (row * 5 % 7) / 10.0) + ",3." + std::to_string(row % 5) +
               (row % 2 ? ",cat\n" : ",dog\n");
    people += "p" + std::to_string(row) + "," + std::to_string(2 + row * 5 % 7) + "\n";
  }
  CHECK(csv("0,1,kind\n" + flowers)->columns == Names{"0", "1"});
  CHECK(csv("cat,1\n" + people, {.label = "1"})->count() == 13);
  CHECK(csv("cat,0,1\ndog,3,2\ncow,2,4\n", {.label = "1"})->count() == 3);
  CHECK(csv("0,1,kind\n1,0,cat\n0,1,dog\n1,1,cat\n")->count() == 4);
  CHECK(csv("0,1,2,cat\n1,0,1,cat\n0,1,1,dog\n1,1,1,cat\n")->count() == 4);
  // A row with a word in it.
  CHECK(csv("red,0,1\nblue,1,0\nred,1,1\n")->label_names == Names{"blue", "red"});
  CHECK(says(csv("x,5,7\n3,4,5\n2,1,7\n").error(), "a.csv",
             "\"x\" where a number should be (line 1, column 1)"));
  CHECK(csv(",0,1\n3,1,0\n7,0,1\n")->count() == 3);
}

TEST_CASE("a line of words between names and numbers is that of the units") {
  const auto data = csv("a,b,c\nkg,m,s\n1,0,1.5\n0,1,2.5\n1,1,3\n");
  REQUIRE(data);
  CHECK((data->columns == Names{"a", "b", "c"} && data->count() == 3 && !data->is_categorical()));
  CHECK(notes_say(*data, "The second line of a.csv was taken as the units of the columns and left out."));
  const auto labelled = csv("a;b;class\n(cm);;name\n1,5;0;x\n0;1;y\n1;1;x\n");
  REQUIRE(labelled);
  CHECK((labelled->label_names == Names{"x", "y"} && labelled->count() == 3));
  CHECK(csv("a;class\ncm;name\n1,5;x\n2;y\n3;x\n")->label_names == Names{"x", "y"});
  CHECK(csv("x\n%\n1.5\n2.5\n4\n")->count() == 3);
  // Columns of words, of which the second line is one of the rows.
  CHECK(csv("a,b\nx,y\nz,y\nx,w\nx,y\n")->count() == 4);
  CHECK(csv("colour,size\nred,big\n1,big\n2,small\n3,big\n", {.categories = true})->count() == 4);
  CHECK(
      says(csv("a,b\n1,2\nx,y\n3,4\n5,7\n6,8\n").error(), "a.csv", "\"x\" where a number should be (line 3"));
  CHECK(csv("a,b\nkg,m\n1,2\n2,3\n", {.categories = true})->count() == 3);
}
