// Rows for a model are read as those that it learned, whatever they happen to hold themselves.
#include <doctest/doctest.h>

#include <cmath>

#include "core/data/reading.hpp"
#include "core/learning/first_model.hpp"
#include "core/learning/training_data.hpp"
#include "tests/core/data/files.hpp"
#include "tests/core/data/reading.hpp"

using namespace rbm;
using reading::csv;
using reading::notes_say;

namespace {

bool refuses(const Result<Dataset>& found, const std::string& part) {
  return !found && found.error().message.find(part) != std::string::npos;
}

SourceOptions as(const Dataset& learned, SourceOptions options = {}) {
  // By way of its text, as it goes through a model's file.
  const auto reading = reading_from(reading_text(learned.reading));
  REQUIRE(reading);
  CHECK(*reading == learned.reading);
  options.as_learned = std::make_shared<const Reading>(*reading);
  return options;
}

}  // namespace

TEST_CASE("as learned: amounts stay amounts where the rows hold whole numbers") {
  const auto learned = csv("height,weight\n170.5,70\n160,61.5\n181,90\n");
  REQUIRE(learned);
  REQUIRE(learned->is_real());
  const auto found = [&](const std::string& rows) {
    const auto read = csv("height,weight\n" + rows, as(*learned));
    REQUIRE(read);
    return read->values;
  };
  CHECK(found("170,70\n") == std::vector<float>{170, 70});
  CHECK(found("1,0\n0,1\n") == std::vector<float>{1, 0, 0, 1});
  CHECK(found("16,3\n") == std::vector<float>{16, 3});
  CHECK(found("0,255\n") == std::vector<float>{0, 255});
  CHECK_FALSE(csv("height,weight\n16,3\n")->is_real());  // by itself
}

TEST_CASE(
    "as learned: whole numbers of a small table that are neither white nor few are amounts, and that is "
    "said") {
  const auto ages = csv("age,weight\n18,70\n65,61\n40,199\n");
  REQUIRE(ages);
  CHECK(ages->values == std::vector<float>{18, 70, 65, 61, 40, 199});
  CHECK(notes_say(*ages, "--range 18:199 makes grey values"));
  CHECK_FALSE(csv("a,b\n0,255\n3,4\n")->is_real());
}

TEST_CASE(
    "as learned: what is taken away of a column is that of the model, for a part of the rows and for one") {
  std::string all, one, few;
  for (int n = 0; n < 60; ++n) {
    const std::string line =
        std::to_string(1700000000 + n * 7 % 50) + ".25," + std::to_string(1700003000LL + n * n) + "\n";
    all += line;
    if (n == 0) one = line;
    if (n > 50) few += line;
  }
  const auto learned = csv(all);
  REQUIRE(learned);
  REQUIRE(learned->reading.away.size() == 2);
  CHECK(std::abs(learned->values[0]) < 1000);
  const auto alone = csv(one, as(*learned)), part = csv(few, as(*learned));
  REQUIRE(alone);
  REQUIRE(part);
  CHECK(alone->values == std::vector<float>(learned->values.begin(), learned->values.begin() + 2));
  CHECK(part->values == std::vector<float>(learned->values.begin() + 2 * 51, learned->values.end()));
}

TEST_CASE("as learned: a range is that of the model, and numbers beyond it are refused") {
  const auto learned = csv("a,b,c\n0,16,3\n2,5,8\n");
  REQUIRE(learned);
  const auto darker = csv("a,b,c\n0,8,3\n", as(*learned));
  REQUIRE(darker);
  CHECK(darker->pixels == std::vector<std::uint8_t>{0, 128, 48});
  CHECK(csv("a,b,c\n0,1,1\n", as(*learned))->pixels == std::vector<std::uint8_t>{0, 16, 16});
  CHECK(refuses(csv("a,b,c\n0,17,3\n", as(*learned)), "the model learned 0 to 16"));
  const auto asked = csv("a,b,c\n0,17,3\n", as(*learned, {.range = "0:17"}));
  REQUIRE(asked);
  CHECK(asked->pixels[1] == 255);
}

TEST_CASE("as learned: grey values come as 0 to 255, as fractions, or as black and white") {
  const auto learned = csv("a,b\n0,255\n3,4\n");
  REQUIRE(learned);
  CHECK(csv("a,b\n0,19\n", as(*learned))->pixels == std::vector<std::uint8_t>{0, 19});
  CHECK(csv("a,b\n0,1\n", as(*learned))->pixels == std::vector<std::uint8_t>{0, 255});
  const auto fractions = csv("a,b\n0.5,1\n", as(*learned));
  REQUIRE(fractions);
  CHECK(fractions->values == std::vector<float>{0.5f, 1});
}

TEST_CASE("as learned: states are those of the model, also of one row, where no column changes") {
  const auto learned =
      csv("p,q,same,r\nred,s,x,1\ngreen,m,x,2\nblue,s,x,1\nred,l,x,2\n", {.categories = true});
  REQUIRE(learned);
  CHECK(learned->columns == std::vector<std::string>{"p", "q", "r"});
  TrainingSettings settings;
  settings.visible = VisibleType::Categories;
  settings.hidden = 2;
  settings.validation = 0;
  ThreadPool pool(1);
  const auto rows = training_data(*learned, settings, pool);
  REQUIRE(rows);
  const Model model = first_model(settings, *rows->train);
  const auto reading = reading_of(model);
  REQUIRE(reading);
  REQUIRE(*reading != nullptr);
  for (const char* text : {"p,q,same,r\ngreen,m,x,2\n", "r,q,p\n2,m,green\n", "p,q,r,new\ngreen,m,2,z\n"}) {
    CAPTURE(text);
    const auto one = csv(text, {.as_learned = *reading});
    REQUIRE(one);
    const auto taken = data_for(model, *one, pool);
    REQUIRE(taken);
    CHECK(std::vector<std::uint8_t>(taken->pixels.begin(), taken->pixels.end()) ==
          std::vector<std::uint8_t>(rows->train->image(1),
                                    rows->train->image(1) + rows->train->shape.pixels()));
  }
  CHECK(refuses(csv("p,q\nred,s\n", {.as_learned = *reading}), "has no column \"r\""));
}

TEST_CASE("as learned: columns go by their names, else by their places, and other names are said") {
  const auto learned = csv("id,height,weight,class\n7,1.5,2,u\n9,3.5,4,v\n8,3,9,u\n", {.drop = "id"});
  REQUIRE(learned);
  CHECK(learned->label_names == std::vector<std::string>{"u", "v"});
  const auto swapped = csv("weight,class,height,id\n2,v,1.5,1\n", as(*learned));
  REQUIRE(swapped);
  CHECK(swapped->values == std::vector<float>{1.5f, 2});
  CHECK(swapped->label_names == std::vector<std::string>{"v"});
  const auto unlabelled = csv("weight,height\n2,1.5\n", as(*learned));
  REQUIRE(unlabelled);
  CHECK(unlabelled->values == std::vector<float>{1.5f, 2});
  CHECK(unlabelled->labels.empty());
  CHECK(refuses(csv("height,mass\n2,1.5\n", as(*learned)), "has no column \"weight\""));
  const auto renamed = csv("h,w\n1.5,2\n", as(*learned));
  REQUIRE(renamed);
  CHECK(renamed->values == std::vector<float>{1.5f, 2});
  CHECK(notes_say(*renamed, "taken in their order"));
  const auto bare = csv("1.5,2\n3,4\n", as(*learned));
  REQUIRE(bare);
  CHECK(bare->values == std::vector<float>{1.5f, 2, 3, 4});

  const auto unnamed = csv("0,1.5,2\n1,3.5,4\n1,5,6.5\n", {.label = "1"});
  REQUIRE(unnamed);
  const auto places = csv("1,1.5,2\n", as(*unnamed));
  REQUIRE(places);
  CHECK(places->values == std::vector<float>{1.5f, 2});
  CHECK(places->label_name(places->labels[0]) == "1");
  CHECK(csv("1.5,2\n", as(*unnamed))->values == std::vector<float>{1.5f, 2});
}

TEST_CASE("as learned: a column that is empty, or counts the rows, in these rows alone stays") {
  const auto learned = csv("a,b,c\n1.5,2,7\n3,4.5,2\n2,2,9.5\n");
  REQUIRE(learned);
  const auto gap = csv("a,b,c\n1.5,,7\n3,,2\n", as(*learned));
  REQUIRE(gap);
  CHECK(gap->shape.pixels() == 3);
  CHECK(gap->is_missing(0, 1));
  std::string counted = "a,b,c\n";
  for (int n = 0; n < 30; ++n) counted += std::to_string(n) + ",2.5,7\n";
  const auto found = csv(counted, as(*learned));
  REQUIRE(found);
  CHECK(found->shape.pixels() == 3);
}

TEST_CASE("as learned: sparse rows have the model's columns, counted as the model counted them") {
  const auto rows = [](const std::string& text, const SourceOptions& options) {
    return libsvm_rows(files::bytes(text), options, "a.txt");
  };
  const auto from_one = rows("0 1:1 8:1\n1 3:1\n", {}), from_zero = rows("0 0:1 8:1\n1 3:1\n", {});
  REQUIRE(from_one);
  REQUIRE(from_zero);
  const auto fewer = rows("1 3:1\n", as(*from_one)), without_first = rows("1 3:1\n", as(*from_zero));
  REQUIRE(fewer);
  REQUIRE(without_first);
  CHECK(fewer->shape.pixels() == 8);
  CHECK(fewer->pixels[2] == 255);
  CHECK(without_first->shape.pixels() == 9);
  CHECK(without_first->pixels[3] == 255);
}

TEST_CASE("as learned: sparse rows may begin with one of nothing but zeros") {
  const files::Folder folder;
  const auto rows = load_dataset(folder.write("a.txt", "1\n0\n0 1:1 2:1\n1 2:1\n"));
  REQUIRE(rows);
  CHECK(rows->pixels == std::vector<std::uint8_t>{0, 0, 0, 0, 255, 255, 0, 255});
  CHECK(rows->labels == std::vector<std::uint8_t>{1, 0, 0, 1});
  const auto column = load_dataset(folder.write("b.txt", "1\n0\n1\n"));
  REQUIRE(column);
  CHECK(column->shape.pixels() == 1);
}

TEST_CASE("as learned: pictures that are masks are black and white, and that is said") {
  const files::Folder folder;
  for (int n = 0; n < 3; ++n)
    folder.write(std::to_string(n) + ".png",
                 files::png(8, 8, 1, [&](int x, int y, int) { return (x + y + n) % 2; }));
  const auto masks = load_dataset(folder.path());
  REQUIRE(masks);
  CHECK(std::ranges::max(masks->pixels) == 255);
  CHECK(notes_say(*masks, "black and white"));
  const auto grey = load_dataset(folder.path(), {.range = "0:2"});
  REQUIRE(grey);
  CHECK(std::ranges::max(grey->pixels) == 128);
}

TEST_CASE("as learned: classes that are whole numbers too large for a double stay apart") {
  const auto found = csv("label,a\n4611686018427387904,1\n4611686018427387905,0\n4611686018427387906,1\n");
  REQUIRE(found);
  CHECK(found->label_names.size() == 3);
}

TEST_CASE("as learned: the name of a column without one is no other's") {
  std::string text = ",0,1,2,3\n";
  for (int n = 0; n < 30; ++n)
    text += std::to_string(n) + "," + std::to_string(n % 2) + "," + std::to_string(n / 2 % 2) + "," +
            std::to_string(n / 3 % 2) + "," + std::to_string(n / 5 % 2) + "\n";
  const auto found = csv(text);
  REQUIRE(found);
  CHECK(found->shape.pixels() == 4);
  CHECK(notes_say(*found, "\"unnamed 1\""));
  CHECK(csv(text, {.columns = "unnamed 1,0"})->shape.pixels() == 2);
  CHECK(csv(text, {.drop = "1"})->shape.pixels() == 3);
}

TEST_CASE("as learned: what a model says and cannot be is refused") {
  for (const char* text :
       {"", "[]", "{\"numbers\":\"some\"}", "{\"low\":3,\"high\":3}", "{\"away\":[null]}",
        "{\"columns\":[1]}", "{\"of\":-1}", "{\"low\":\"x\"}", "{\"high\":1e999}", "{\"categorical\":1}"}) {
    CAPTURE(text);
    CHECK_FALSE(reading_from(text));
  }
  CHECK_FALSE(reading_from(std::string(200'000, '[')));
  CHECK(reading_from("{}")->says_nothing());
}
