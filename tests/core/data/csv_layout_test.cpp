// What separates the cells of a table, and which of its lines are rows.
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
using Numbers = std::vector<float>;

bool is_refused(const Result<Dataset>& data, const std::string& part) {
  return !data && says(data.error(), "a.csv", part);
}

}  // namespace

TEST_CASE("lines of a table that begin with # and have its cells are rows") {
  const auto colours = csv("colour,n\n#ff0000,1\n#00ff00,2\nblack,3\nblack,4\n");
  REQUIRE(colours);
  CHECK((colours->label_names == Names{"#00ff00", "#ff0000", "black"} && colours->count() == 4));
  CHECK(!notes_say(*colours, "remark"));
  // All lines, the first ones, or those below the names.
  CHECK(csv("#ff0000,1\n#00ff00,2\n#ff0000,3\n")->count() == 3);
  CHECK(csv("colour,n\n#ff0000,1\n#00ff00,2\n")->count() == 2);
  const auto first = csv("# colours of a picture\n#ff0000,1\n#00ff00,2\nblack,3\nblack,4\n");
  REQUIRE(first);
  CHECK((first->count() == 4 && !notes_say(*first, "remark")));
  CHECK(csv("title,n\nfan,1\n#1 fan,3\nfan,2\n")->label_names == Names{"#1 fan", "fan"});
  CHECK(csv("p\tcolour\n1.5\t#fff\n\t#000\n2.5\t#fff\n3.5\t#000\n")->label_names == Names{"#000", "#fff"});
  CHECK(csv("p;q;colour\n1;0;#fff\n#N/A;1;#fff\n")->missing == std::vector<std::uint8_t>{0, 0, 1, 0});
  // What a spreadsheet could not compute is no remark.
  CHECK(is_refused(csv("a,b\n1,2\n3,5\n#REF!,#REF!\n"),
                   "\"#REF!\" where a number should be (line 4, column 1)"));
  CHECK(is_refused(csv("a\n1\n#DIV/0!\n3\n"), "\"#DIV/0!\" where a number should be (line 3, column 1)"));
}

TEST_CASE("other lines that begin with # are remarks, and those within a table are counted") {
  const auto data = csv("a,b\n# from here on by hand\n1.5,2\n# a, b and c\n  #end\n3,4\n#\n");
  REQUIRE(data);
  CHECK(data->values == Numbers{1.5f, 2, 3, 4});
  CHECK(notes_say(*data, "4 lines of a.csv that begin with # were taken as remarks and left out."));
  // A row that was taken out.
  const auto out = csv("1.5,2\n#5,6\n# 7,8\n3,4\n");
  REQUIRE(out);
  CHECK((out->values == Numbers{1.5f, 2, 3, 4} && notes_say(*out, "2 lines of a.csv that begin with #")));
  const auto above = csv("#5,6\n1.5,2\n3,4\n");
  REQUIRE(above);
  CHECK((above->values == Numbers{1.5f, 2, 3, 4} &&
         notes_say(*above, "1 line of a.csv that begins with # was taken as a remark and left out.")));
  CHECK(csv("1.5 2 3\n# a b\n# or c\n3 4 5\n")->count() == 2);
  const auto column = csv("x\n1.5\n#2.5\n3.5\n");
  REQUIRE(column);
  CHECK((column->count() == 2 && notes_say(*column, "1 line of a.csv")));
  // Remarks above a table need no word.
  const auto silent = csv("# made by hand\n#\n\n1.5,2\n3,4\n");
  REQUIRE(silent);
  CHECK((silent->count() == 2 && !notes_say(*silent, "#")));
  for (const char* text : {"# a\n# b\n", "# a,b\n", "#x,y\n", "# a,b\n# 1,2\n", "#a,b\n#c\n"}) {
    CAPTURE(text);
    CHECK(is_refused(csv(text), "holds no rows"));
  }
}

TEST_CASE("a remark right above the rows names the columns where it reads as names") {
  const auto named = csv("# made by hand\n# x,y,label\n1.5,2,0\n3,4,1\n");
  REQUIRE(named);
  CHECK((named->columns == Names{"x", "y"} && named->labels == Bytes{0, 1} && named->count() == 2));
  CHECK(notes_say(*named, "The line above the first row of a.csv was taken as the names of the columns."));
  CHECK(csv("# x y label\n1.5 2 0\n3 4 1\n")->columns == Names{"x", "y"});
  CHECK(csv("#x\ty\n1.5\t2\n3\t4\n")->columns == Names{"x", "y"});
  // A number of the row, as many tables of lists have it.
  CHECK(csv("#,name,n\n1,ann,5\n2,bob,6\n3,ann,7\n")->columns == Names{"n"});
  // Names below it are the names; another number of cells says nothing.
  const auto both = csv("# u,v\nx,y\n1.5,2\n3,4\n");
  REQUIRE(both);
  CHECK((both->columns == Names{"x", "y"} && both->count() == 2));
  CHECK(csv("# x,y,z\n1.5,2\n3,4\n")->columns.empty());
  CHECK(csv("# 1.5,2\n1.5,2\n3,4\n")->columns.empty());
  CHECK(csv("# x\n1.5\n3\n")->columns.empty());
}

TEST_CASE("a bar separates cells, with blanks around it and at the ends of lines") {
  for (const char* text :
       {"a|b\n1.5|2\n3|4\n", "a | b\n1.5 | 2\n3 | 4\n", "| a | b |\n|---|:--:|\n| 1.5 | 2 |\n| 3 | 4 |\n",
        "a | b\n--- | ---\n1.5 | 2\n3 | 4\n", "a|b\n1,5|2,0\n3|4\n"}) {
    CAPTURE(text);
    const auto data = csv(text);
    REQUIRE(data);
    CHECK((data->columns == Names{"a", "b"} && data->values == Numbers{1.5f, 2, 3, 4}));
  }
  CHECK(csv("1,5|2,0\n3,5|4,1\n")->values == Numbers{1.5f, 2, 3.5f, 4.1f});
  CHECK(
      is_refused(csv("a|b\n1|2\n3|4\n5|6\n7|8\n9|1\n1|2\n3|4\n5|6\n7|8\n1|2|3\n"), "has 3 cells in line 11"));
  CHECK(csv("a|b\nx|y\n--|--\nx|y\n")->count() == 3);
  // Lists in one column, and beside a likelier separator.
  const auto lists = csv("genres\nDrama|War\nDrama\nDrama|War\nComedy|War|Drama\n");
  REQUIRE(lists);
  CHECK((lists->is_categorical() && lists->columns == Names{"genres"}));
  CHECK(csv("Drama|War\nComedy|War\nDrama|War|Crime\nDrama|War\nDrama\n")->columns == Names{"1"});
  CHECK(csv("0 a|b\n1 b|c\n0 b|c\n")->label_names == Names{"a|b", "b|c"});
  CHECK(csv("0 a|b\n", {.label = "2"})->count() == 1);
  CHECK(csv("1.5 |2\n3 |4\n")->shape.pixels() == 2);
  CHECK(csv("Ann Lee|5\nBob Kay|6\nAnn Lee|7\n")->label_names == Names{"Ann Lee", "Bob Kay"});
  CHECK(csv("n,genres\n1,Drama|War\n2,Comedy|War\n3,Drama|War\n")->label_names.size() == 2);
  CHECK(csv("\"A, B\",x|y\nC,x|z\n\"A, B\",x|z\n")->state_names.size() == 2);
}

TEST_CASE("a colon separates numbers, but not those of times") {
  CHECK(csv("1:0:1\n0:1:1\n")->pixels == Bytes{255, 0, 255, 0, 255, 255});
  CHECK(csv("a:b\n1.5:2\n3:4\n")->columns == Names{"a", "b"});
  for (const char* text : {"12:30\n13:45\n12:30\n", "time\n1:05:59\n2:10:00\n1:05:59\n", "a:b\nc:d\na:d\n",
                           "x\n1:0\nx:1\n1:0\n", "1:2\n1:2:3\n1:2\n"}) {
    CAPTURE(text);
    const auto data = csv(text);
    REQUIRE(data);
    CHECK((data->is_categorical() && data->shape.pixels() == 1));
  }
  CHECK(csv("1,12:30\n0,13:45\n1,12:30\n")->label_names == Names{"12:30", "13:45"});
}

TEST_CASE("a name of several words above single cells is that of one column") {
  CHECK(csv("Weight in kg\n1.5\n2.5\n")->columns == Names{"Weight in kg"});
  CHECK(is_refused(csv("1 2 3\n4\n5\n"), "has 1 cell in line 2 but 3 in its first"));
  CHECK(csv("a b\n1.5 2\n3 4\n")->columns == Names{"a", "b"});
  CHECK(csv("1.5 \"a, b\" 2\n2.5 c 3\n4.5 \"a, b\" 4\n")->label_names == Names{"a, b", "c"});
}

TEST_CASE("other marks in the cells of one column separate nothing") {
  for (const char mark : {'^', '~', '/', '&', '!', '_'}) {
    CAPTURE(mark);
    std::string text = "x?1\n0?1\nx?1\n";
    std::ranges::replace(text, '?', mark);
    const auto data = csv(text);
    REQUIRE(data);
    CHECK((data->is_categorical() && data->shape.pixels() == 1));
  }
}

TEST_CASE("Excel's first line tells the separator and is no row") {
  const auto data = csv("sep=;\na;b,c\n1,5;2\n3;4\n");
  REQUIRE(data);
  CHECK((data->columns == Names{"a", "b,c"} && data->values == Numbers{1.5f, 2, 3, 4}));
  CHECK(csv("\xef\xbb\xbfsep=,\r\n1.5,2;3\r\n3,2;4\r\n3,2;4\r\n")->label_names == Names{"2;3", "2;4"});
  CHECK(csv("\"sep=|\"\n1.5|2\n3|4\n")->values == Numbers{1.5f, 2, 3, 4});
  CHECK(csv("sep=\t\n1.5\t2\n3\t4\n")->values == Numbers{1.5f, 2, 3, 4});
  CHECK(csv("sep=^\n1.5^2\n3^4\n")->values == Numbers{1.5f, 2, 3, 4});
  CHECK(is_refused(csv("sep=;\na;b\n1;x\n2;3\n"), "(line 4, column 2)") ==
        is_refused(csv("\na;b\n1;x\n2;3\n"), "(line 4, column 2)"));
  CHECK(csv("sep=a\nx\nsep=a\n")->is_categorical());
}

TEST_CASE("blanks leave the comma to be a decimal sign") {
  const auto data = csv("1 0,5\n0 0,7\n");
  REQUIRE(data);
  CHECK((data->values == Numbers{1, 0.5f, 0, 0.7f} && notes_say(*data, "decimal points")));
  CHECK(csv("1 0,5 2,25\n0  0,7  -1,5\n")->values == Numbers{1, 0.5f, 2.25f, 0, 0.7f, -1.5f});
  CHECK(csv("a b\n1 0,5\n0 1\n")->values == Numbers{1, 0.5f, 0, 1});
  CHECK(csv("red 0,5 1,5\nblue 0,7 2,5\nred 0,9 2,0\n")->label_names == Names{"blue", "red"});
  // A comma beside a blank separates, and so does one between words.
  CHECK(csv("1, 2\n3, 4\n")->shape.pixels() == 2);
  CHECK(csv("1.5 , 2\n3 , 4\n")->values == Numbers{1.5f, 2, 3, 4});
  CHECK(csv("1.5,2 \n3,4 \n")->values == Numbers{1.5f, 2, 3, 4});
  CHECK(csv("new york,1\nlos angeles,2\nnew york,3\n")->label_names == Names{"los angeles", "new york"});
  CHECK(csv("2024-01-01 10:00:00,5\n2024-01-02 10:00:00,7\n2024-01-01 10:00:00,9\n")->label_names.size() ==
        2);
  CHECK(csv("1,2\n3,4\n")->shape.pixels() == 2);
  // In one column it may be a mark of thousands.
  CHECK(is_refused(csv("x\n1,000\n2,500\n"), "decimal point and no marks"));
}
