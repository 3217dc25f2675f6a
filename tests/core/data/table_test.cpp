// Tables as text: what their cells, columns and first lines are taken for.
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

TEST_CASE("CSV is read with and without a header, labels and other separators") {
  const auto plain = csv("1.5,2\n-3,4e2\n");
  REQUIRE(plain);
  CHECK((plain->values == std::vector<float>{1.5f, 2, -3, 400} && plain->labels.empty() &&
         plain->count() == 2));

  const auto labelled = csv("label,p1,p2\r\n7,0,255\r\n1,3,4\r\n\r\n");
  REQUIRE(labelled);
  CHECK((labelled->pixels == Bytes{0, 255, 3, 4} && labelled->labels == Bytes{1, 0} &&
         labelled->columns == std::vector<std::string>{"p1", "p2"}));

  const auto words = csv("\xef\xbb\xbf# made by hand\n\"a\"; species ;b\n1.5;\"virginica\";2\n3;setosa;+4\n",
                          {.label = "species"});
  REQUIRE(words);
  CHECK(words->label_names == std::vector<std::string>{"setosa", "virginica"});
  CHECK((words->labels == Bytes{1, 0} && words->values == std::vector<float>{1.5f, 2, 3, 4}));

  const auto numbered = csv("1  255 3\n4 5 6", {.label = "3"});
  REQUIRE(numbered);
  CHECK((numbered->labels == Bytes{0, 1} && numbered->label_names[1] == "6" &&
         numbered->pixels == Bytes{1, 255, 4, 5}));

  const auto kept = csv("class,x\n1,0\n0,1\n", {.label = "none"});
  REQUIRE(kept);
  CHECK((kept->labels.empty() && kept->pixels == Bytes{255, 0, 0, 255} && kept->notes.size() == 1));
}

TEST_CASE("a column y holds the labels, unless it is a coordinate beside x") {
  const auto labelled = csv("width,y\n1.5,3\n2.5,4\n");
  REQUIRE(labelled);
  CHECK((labelled->label_names == std::vector<std::string>{"3", "4"} && labelled->shape.pixels() == 1));
  const auto plane = csv("x,y\n1.5,3\n2.5,4\n");
  REQUIRE(plane);
  CHECK((plane->labels.empty() && plane->values == std::vector<float>{1.5f, 3, 2.5f, 4}));
  const auto both = csv("X,Y,Label\n1.5,3,b\n2.5,4,a\n");
  REQUIRE(both);
  CHECK((both->label_names == std::vector<std::string>{"a", "b"} && both->shape.pixels() == 2));
}

TEST_CASE("a faulty CSV file is refused with line and column") {
  const auto refusal = [](const std::string& text, const SourceOptions& options = {}) {
    const auto data = csv(text, options);
    REQUIRE(!data);
    return data.error();
  };
  CHECK(says(refusal("1,2\n3,x\n"), "a.csv", "\"x\" where a number should be (line 2, column 2)"));
  CHECK(says(refusal("1,2\n3,1e99\n"), "a.csv", "too large for single precision"));
  CHECK(says(refusal("1,2\n3,inf\n"), "a.csv", "not finite"));
  CHECK(says(refusal("1,2\n3,4,5\n"), "a.csv", "3 cells in line 2"));
  CHECK(says(refusal("1,2\n", {.label = "nose"}), "a.csv", "\"nose\""));
  CHECK(says(refusal("1,2\n", {.label = "3"}), "a.csv", "1 to 2"));
  CHECK(says(refusal("label\n1\n"), "a.csv", "no column but the labels"));
  CHECK(says(refusal("\n\n"), "a.csv", "no rows"));
}

TEST_CASE("numbers that nearly lie within 0 to 1 do, tiny ones do not") {
  const auto near = csv("0.25,1.0000002\n0.5,1\n");
  REQUIRE(near);
  CHECK((near->values == std::vector<float>{0.25f, 1, 0.5f, 1} && notes_say(*near, "1.0000002")));
  const auto tiny = csv("-1e-6,2e-6\n1e-6,-2e-6\n");
  REQUIRE(tiny);
  CHECK(tiny->values == std::vector<float>{-1e-6f, 2e-6f, 1e-6f, -2e-6f});
  const auto underflow = csv("0.5,1e-400\n0.25,1\n");
  REQUIRE(underflow);
  CHECK(underflow->values[1] == 0);
}

TEST_CASE("columns far away from 0 keep their digits") {
  const auto data = csv("100000000.25,0.5\n100000000.75,-0.5\n");
  REQUIRE(data);
  CHECK((data->values == std::vector<float>{0.25f, 0.5f, 0.75f, -0.5f} && notes_say(*data, "(1e+08)")));
}

TEST_CASE("a column that is called as labels are but holds amounts is one to learn") {
  const auto rows = [](const char* name, const char* fraction, int count) {
    std::string text = std::string("a,") + name + "\n";
    for (int r = 0; r < count; ++r)
      text += std::to_string(r % 7 + 100) + ".5," + std::to_string(300 - r) + fraction + "\n";
    return text;
  };
  for (const char* name : {"y", "target", "Label"}) {
    CAPTURE(name);
    const auto amounts = csv(rows(name, ".25", 260));
    REQUIRE(amounts);
    CHECK((amounts->columns == std::vector<std::string>{"a", name} && amounts->labels.empty()));
    CHECK((amounts->values[1] == 300.25f && notes_say(*amounts, "holds amounts")));
    // As many as there may be classes, whole numbers, and what was asked for, are labels.
    const auto few = csv(rows(name, ".25", 256));
    REQUIRE(few);
    CHECK((few->columns == std::vector<std::string>{"a"} && few->labels.size() == 256));
    CHECK(says(csv(rows(name, "", 260)).error(), "a.csv", "--label, or none"));
    CHECK(says(csv(rows(name, ".25", 260), {.label = name}).error(), "a.csv", "--label, or none"));
    for (const auto& options : {SourceOptions{.drop = name}, SourceOptions{.columns = "a"}}) {
      const auto without = csv(rows(name, ".25", 260), options);
      REQUIRE(without);
      CHECK(without->columns == std::vector<std::string>{"a"});
    }
    const auto alone = csv(rows(name, ".25", 260), {.drop = "a"});
    REQUIRE(alone);
    CHECK(alone->columns == std::vector<std::string>{name});
  }
}

TEST_CASE("first lines of a table are told from rows") {
  const auto counted = csv("0,1,2,3\n1,0,0,1\n0,0,1,1\n");
  REQUIRE(counted);
  CHECK((counted->count() == 2 && counted->columns.size() == 4 && notes_say(*counted, "first line")));
  CHECK(csv("0,1,2,3\n4,5,6,7\n")->count() == 2);
  CHECK(csv("0,1\n1,0\n")->count() == 2);
  // Years, and the places of chosen columns; but rows in steps are rows.
  const auto years = csv("2001,2002,2003,2004\n1,0,0,1\n0,0,1,1\n");
  REQUIRE(years);
  CHECK((years->count() == 2 && years->columns[0] == "2001" && notes_say(*years, "first line")));
  CHECK(csv("2001,2002,2003,2004\n2005,2006,2007,2008\n")->count() == 2);
  CHECK(csv("3,4,5,6\n1,0,9,1\n9,0,1,1\n")->count() == 3);
  CHECK(csv("9,7,5,3,1,8,6,4,2,0\n1,0,0,1,0,0,1,1,0,1\n")->count() == 1);
  CHECK(csv("9,7,5,3,1,8,6,4,2,0\n0,1,2,3,4,5,6,7,9,8\n")->count() == 2);
  // A row that lacks much is a row.
  CHECK(csv("NA,?,5\n1,2,5\n")->count() == 2);
  // A bad cell in the first row is no header.
  CHECK(says(csv("1.5,2,x,4\n3,4,5,6\n").error(), "a.csv",
             "\"x\" where a number should be (line 1, column 3)"));
}

TEST_CASE("columns that number the rows, and empty ones, are left out, and that is said") {
  for (const char* name : {"", "id", "Unnamed: 0"}) {
    CAPTURE(name);
    const auto data = csv(std::string(name) + ",p,q\n0,1,0\n1,0,0\n2,1,1\n");
    REQUIRE(data);
    CHECK((data->columns == std::vector<std::string>{"p", "q"} && notes_say(*data, "only numbers the rows")));
    CHECK(data->pixels == Bytes{255, 0, 0, 0, 255, 255});
  }
  const auto trailing = csv("1,0,\n0,1,\n");
  REQUIRE(trailing);
  CHECK((trailing->pixels == Bytes{255, 0, 0, 255} && notes_say(*trailing, "Empty columns")));
  // Of enough rows a column that counts them says nothing else, wherever it stands and whatever its name.
  std::string counted;
  for (int row = 0; row < 20; ++row)
    counted +=
        std::to_string(row % 2) + "," + std::to_string(1000 + row) + "," + std::to_string(row % 3 / 2) + "\n";
  CHECK(csv("p,n,q\n" + counted)->columns == std::vector<std::string>{"p", "q"});
  CHECK(csv(counted)->shape.pixels() == 2);
  // One cell more than the names: a comma at the end, or the names of the rows before them, as R writes.
  CHECK(csv("p,q\n1,0,\n0,1,\n")->columns == std::vector<std::string>{"p", "q"});
  for (const char* rows : {"first,1,0\nsecond,0,1\n", "1,1,0\n2,0,1\n"}) {
    const auto named = csv(std::string("p,q\n") + rows);
    REQUIRE(named);
    CHECK((named->columns == std::vector<std::string>{"p", "q"} && named->pixels == Bytes{255, 0, 0, 255}));
    CHECK(notes_say(*named, "only numbers the rows"));
  }
  const auto kept = csv("id,p\n0,1\n1,0\n", {.columns = "id,p"});
  REQUIRE(kept);
  CHECK(kept->shape.pixels() == 2);
  const auto dropped = csv("a,b,c,d\n0,1,5,0\n1,0,5,0\n", {.drop = "c,4"});
  REQUIRE(dropped);
  CHECK(dropped->columns == std::vector<std::string>{"a", "b"});
  CHECK(says(csv("a,b\n0,1\n", {.drop = "z"}).error(), "a.csv", "\"z\""));
}

TEST_CASE("semicolons leave the comma to be a decimal sign") {
  const auto data = csv("0,25;0,5\n1,5;-2,0\n");
  REQUIRE(data);
  CHECK((data->values == std::vector<float>{0.25f, 0.5f, 1.5f, -2} && notes_say(*data, "decimal points")));
}

TEST_CASE("numbers as people write them are no states with names") {
  const auto refusal = [](const std::string& text) {
    const auto data = csv(text);
    return data ? Error{} : data.error();
  };
  CHECK(says(refusal("4.500,25;1.200,5\n1.000,75;3.500,5\n"), "a.csv", "decimal point and no marks"));
  CHECK(says(refusal("\"0,25\",\"0,5\"\n\"1,5\",\"2,5\"\n"), "a.csv", "\"0,25\" in column 1"));
  CHECK(says(refusal("a,b\n45%,50 %\n10%,20%\n"), "a.csv", "--categories"));
  const auto asked = csv("a,b\n45%,50%\n10%,20%\n", {.categories = true});
  REQUIRE(asked);
  CHECK(asked->state_names[0] == std::vector<std::string>{"10%", "45%"});
  CHECK(csv("age,day\n20-29,2024-01-01\n30-39,2024-01-02\n")->is_categorical());
}

TEST_CASE("what stands for a missing number in many files is none of its states") {
  for (const char* gap : {"?", "NULL", "#N/A", "<NA>", "n/a"}) {
    CAPTURE(gap);
    const auto data = csv(std::string("a,b\n1.5,2\n") + gap + ",4\n2.5,3\n");
    REQUIRE(data);
    CHECK(data->missing == std::vector<std::uint8_t>{0, 0, 1, 0, 0, 0});
  }
}

TEST_CASE("lines may end as those of an old Macintosh") {
  CHECK(csv("a,b\r0.5,2\r1,4\r")->values == std::vector<float>{0.5f, 2, 1, 4});
}

TEST_CASE("numbers that float32 cannot hold are said to be such") {
  const auto tiny = csv("1e-300,1\n2e-300,3\n");
  REQUIRE(tiny);
  CHECK((notes_say(*tiny, "their digits are lost") && !notes_say(*tiny, "never change")));
  const auto large = csv("1e30,1.5\n2e30,3\n");
  REQUIRE(large);
  CHECK(large->notes.empty());
  const auto whole = csv("1e30,1\n2e30,3\n");
  REQUIRE(whole);
  CHECK(!notes_say(*whole, "whole numbers"));
}

TEST_CASE(
    "cells of numbers are missing where they are empty, nan or the code, and hold their column's mean") {
  const std::string table = "a,b,label\n1.5,2,x\n,4,y\n-1,6,x\n2.5,nan,y\n3,5,\n,,x\n";
  const auto data = csv(table);
  REQUIRE(data);
  CHECK(data->values == std::vector<float>{1.5f, 2, 1, 4, -1, 6, 2.5f, 4});
  CHECK(data->missing == std::vector<std::uint8_t>{0, 0, 1, 0, 0, 0, 0, 1});
  CHECK(data->labels == std::vector<std::uint8_t>{0, 1, 0, 1});
  CHECK((notes_say(*data, "2 of 8 cells") && notes_say(*data, "2 columns (\"a\": 1, \"b\": 1)")));
  CHECK((notes_say(*data, "1 of 6 rows of a.csv have no cell") &&
         notes_say(*data, "1 of 6 rows of a.csv have no label")));
  const auto coded = csv(table, {.missing = "-1"});
  REQUIRE(coded);
  CHECK(coded->values == std::vector<float>{1.5f, 2, 2, 4, 2, 6, 2.5f, 4});
  const auto complete = csv(table, {.missing = "-1", .complete = true});
  REQUIRE(complete);
  CHECK((complete->values == std::vector<float>{1.5f, 2} && !complete->has_missing()));
  CHECK(says(csv("a,b\n1.5,\n,2\n", {.complete = true}).error(), "a.csv", "--complete"));
}

TEST_CASE("words in columns are states with names, or the labels beside numbers") {
  const auto words = csv("colour,size,same\nred,big,x\nblue,small,x\nred,small,x\n");
  REQUIRE(words);
  REQUIRE(words->is_categorical());
  CHECK(words->columns == std::vector<std::string>{"colour", "size"});
  CHECK(words->state_names == std::vector<std::vector<std::string>>{{"blue", "red"}, {"big", "small"}});
  CHECK((words->pixels == Bytes{1, 0, 0, 1, 1, 1} && words->shape == ImageShape{1, 2, 1}));
  CHECK(notes_say(*words, "same"));
  float row[2];
  words->row(2, row);
  CHECK((row[0] == 1 && row[1] == 1));

  const auto numbers = csv("10,1\n9,2\n10,1\n", {.categories = true});
  REQUIRE(numbers);
  CHECK(numbers->state_names == std::vector<std::vector<std::string>>{{"9", "10"}, {"1", "2"}});
  CHECK(numbers->pixels == Bytes{1, 0, 0, 1, 1, 0});

  const auto flowers = csv("5.1,setosa\n4.9,virginica\n4.7,setosa\n");
  REQUIRE(flowers);
  CHECK((flowers->labels == Bytes{0, 1, 0} && !flowers->is_categorical() && notes_say(*flowers, "labels")));

  std::string many = "a,b\n";
  for (int i = 0; i < 65; ++i) many += std::to_string(i % 2) + "," + std::to_string(i * 2 % 65) + "\n";
  CHECK(says(csv(many, {.categories = true}).error(), "a.csv", "\"b\""));
}
