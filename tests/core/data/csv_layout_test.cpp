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
