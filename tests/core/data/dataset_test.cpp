#include "core/data/dataset.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "core/data/batches.hpp"
#include "tests/core/data/files.hpp"

using namespace rbm;
using files::says;

namespace {

Dataset real_data() {
  Dataset data;
  data.name = "three";
  data.shape = {1, 2, 1};
  data.values = {-1, 10, 3, 20, 4, 60};
  data.labels = {2, 0, 1};
  return data;
}

std::vector<std::string> rows_of(const Dataset& data) {
  std::vector<std::string> rows;
  for (Index r = 0; r < data.count(); ++r)
    rows.emplace_back(data.image(r), data.image(r) + data.shape.pixels());
  return rows;
}

}  // namespace

TEST_CASE("real numbers are counted, averaged, split and dealt out as they are") {
  const Dataset data = real_data();
  CHECK((data.count() == 3 && data.is_real()));
  CHECK(pixel_means(data) == Eigen::Vector2f(2, 30));
  CHECK(state_means(data, Binarization::Threshold) == Eigen::Vector2f(2, 30));
  const auto parts = split(data, 1);
  REQUIRE(parts);
  CHECK(parts->train->values == std::vector<float>{-1, 10, 3, 20});
  CHECK((parts->validation->values == std::vector<float>{4, 60} && parts->validation->labels == Bytes{1}));
  Batches batches(std::make_shared<const Dataset>(data), 3, 1);
  Matrix out(3, 2);
  batches.values(0, out);
  const auto rows = batches.rows(0);
  for (Index r = 0; r < 3; ++r) CHECK(out(r, 1) == data.real_row(rows[static_cast<std::size_t>(r)])[1]);
}

TEST_CASE("validation of a sorted table is a share of every class, drawn by the seed") {
  Dataset data;
  data.shape = {1, 1, 1};
  data.order = RowOrder::Any;
  for (int r = 0; r < 200; ++r) {
    data.pixels.push_back(static_cast<std::uint8_t>(r));
    data.labels.push_back(static_cast<std::uint8_t>(r < 100 ? 0 : r < 190 ? 1 : r < 199 ? 2 : 3));
  }
  const auto parts = split(data, 40, 1);
  REQUIRE(parts);
  std::array<int, 4> held{};
  for (const std::uint8_t label : parts->validation->labels) ++held[label];
  for (const auto& [label, share] : {std::pair{0, 20.0}, {1, 18.0}, {2, 1.8}, {3, 0.0}})
    CHECK(std::abs(held[static_cast<std::size_t>(label)] - share) <= 1);
  CHECK(held[3] == 0);
  std::multiset<std::uint8_t> all(parts->train->pixels.begin(), parts->train->pixels.end());
  all.insert(parts->validation->pixels.begin(), parts->validation->pixels.end());
  CHECK(all == std::multiset<std::uint8_t>(data.pixels.begin(), data.pixels.end()));
  CHECK(split(data, 40, 1)->validation->pixels == parts->validation->pixels);
  CHECK(split(data, 40, 2)->validation->pixels != parts->validation->pixels);
  // What is mixed already keeps its last rows, unless a class would be lost with them.
  data.order = RowOrder::Mixed;
  CHECK(split(data, 10, 1)->validation->pixels.front() != 190);
  for (std::uint8_t& label : data.labels) label = 0;
  CHECK(split(data, 10, 1)->validation->pixels.front() == 190);
  data.labels[199] = 1;
  data.order = RowOrder::Fixed;
  CHECK(split(data, 10, 1)->validation->pixels.front() == 190);
}

TEST_CASE("classes are brought together by their names, and unknown ones are counted") {
  Dataset data;
  data.name = "new";
  data.labels = {0, 1, 2, 1};
  data.label_names = {"b", "c", "a"};
  number_labels_as(data, {"a", "b"}, 2);
  CHECK((data.labels == Bytes{1, 2, 0, 2} && data.notes.size() == 1));
  CHECK(data.notes[0].starts_with("2 of 4 rows of new have classes that the model did not learn (c)"));
  Dataset numbers;
  numbers.labels = {0, 1};
  numbers.label_names = {"7", "9"};
  number_labels_as(numbers, {}, 10);
  CHECK((numbers.labels == Bytes{7, 9} && numbers.notes.empty()));
}

TEST_CASE("every row is used once an epoch, in another order each time, though batches cross its end") {
  auto data = std::make_shared<Dataset>();
  constexpr std::uint32_t kRows = 23, kBatch = 10;
  data->shape = {1, 1, 1};
  data->pixels.resize(kRows);
  Batches batches(data, kBatch, 5);
  std::vector<std::uint32_t> dealt;
  for (std::uint64_t update = 0; update < kRows; ++update) {  // ten epochs
    const auto rows = batches.rows(update);
    dealt.insert(dealt.end(), rows.begin(), rows.end());
  }
  std::set<std::vector<std::uint32_t>> orders;
  for (auto epoch = dealt.begin(); epoch != dealt.end(); epoch += kRows) {
    orders.emplace(epoch, epoch + kRows);
    CHECK(std::set<std::uint32_t>(epoch, epoch + kRows).size() == kRows);
  }
  CHECK(*std::ranges::max_element(dealt) == kRows - 1);
  CHECK(orders.size() == 10);
}

TEST_CASE("real numbers within 0 to 1 become bytes for binary units, others are refused") {
  Dataset data = real_data();
  CHECK(says(as_bytes(data).error(), "three", "-1 to 60"));
  data.values = {0, 0.5f, 1, 0.25f, 0.1f, 0.9f};
  const auto bytes = as_bytes(data);
  REQUIRE(bytes);
  CHECK((bytes->pixels == Bytes{0, 128, 255, 64, 26, 230} && !bytes->is_real() && bytes->count() == 3));
}

TEST_CASE("bars and stripes are every pattern of whole rows or whole columns, once") {
  for (int n : {2, 3, 4, 5}) {
    CAPTURE(n);
    const auto data = load_dataset("bars-and-stripes:" + std::to_string(n));
    REQUIRE(data);
    const auto rows = rows_of(*data);
    CHECK(rows.size() == static_cast<std::size_t>(2 * (1 << n) - 2));
    CHECK(std::set<std::string>(rows.begin(), rows.end()).size() == rows.size());
    for (const std::string& row : rows) {
      bool is_rows = true, is_columns = true;
      for (int i = 0; i < n * n; ++i) {
        const auto at = [&](int k) { return row[static_cast<std::size_t>(k)]; };
        is_rows = is_rows && at(i) == at(i - i % n);
        is_columns = is_columns && at(i) == at(i % n);
      }
      CHECK((is_rows || is_columns));
    }
  }
}

TEST_CASE("every case of the shifter is its first row shifted as its label says") {
  const auto data = load_dataset("shifter:5");
  REQUIRE(data);
  CHECK((data->count() == 96 && data->shape == ImageShape{2, 5, 1} && data->label_names.size() == 3));
  std::map<int, int> labels;
  for (Index r = 0; r < data->count(); ++r) {
    const std::uint8_t* row = data->image(r);
    const int label = data->labels[static_cast<std::size_t>(r)];
    ++labels[label];
    for (int x = 0; x < 5; ++x) CHECK(row[5 + (x + label - 1 + 5) % 5] == row[x]);
  }
  CHECK(labels == std::map<int, int>{{0, 32}, {1, 32}, {2, 32}});
}

TEST_CASE("the mixture in the plane has its four components") {
  const auto data = load_dataset("mixture:2d");
  REQUIRE(data);
  REQUIRE((data->is_real() && data->count() == 10000));
  const std::array<std::array<float, 3>, 4> expected{
      {{-2, -2, 4000}, {2, -2, 3000}, {-2, 2, 2000}, {2, 2, 1000}}};
  for (std::size_t k = 0; k < 4; ++k) {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (Index r = 0; r < data->count(); ++r) {
      if (data->labels[static_cast<std::size_t>(r)] != k) continue;
      const double dx = data->real_row(r)[0] - expected[k][0], dy = data->real_row(r)[1] - expected[k][1];
      n += 1, x += dx, y += dy, xx += dx * dx, xy += dx * dy;
    }
    // Five standard errors: a false alarm in a million. The seed is 1.
    CHECK(std::abs(n - double{expected[k][2]}) < 250);
    CHECK(std::abs(x / n) < 5 * 0.5 / std::sqrt(n));
    CHECK(std::abs(y / n) < 5 * 0.5 / std::sqrt(n));
    CHECK(std::abs(xx / n - 0.25) < 5 * 0.25 * std::sqrt(2 / n));
    CHECK(std::abs(xy / n) < 5 * 0.25 / std::sqrt(n));
  }
}

TEST_CASE("another seed gives other synthetic data, the same seed the same") {
  const auto a = load_dataset("mixture:2d", {.seed = 1}), b = load_dataset("mixture:2d", {.seed = 2});
  CHECK(a->values == load_dataset("mixture:2d")->values);
  CHECK(a->values != b->values);
}

TEST_CASE("an impossible synthetic set says what is possible") {
  for (const char* source :
       {"bars-and-stripes:1", "bars-and-stripes:x", "shifter:17", "shifter:", "mixture:3d"}) {
    const auto data = load_dataset(source);
    REQUIRE(!data);
    CHECK(says(data.error(), source, source));
    CHECK(data.error().code == ErrorCode::BadArgument);
  }
}

TEST_CASE("images of any source are resized and cut into patches") {
  const auto patches = load_dataset("shifter:4", {.patch = 2, .patches = 200});
  REQUIRE(patches);
  CHECK((patches->count() == 200 && patches->shape == ImageShape{2, 2, 1} && patches->labels.size() == 200));
  const auto wide = load_dataset("bars-and-stripes:3", {.size = 6});
  REQUIRE(wide);
  CHECK((wide->shape == ImageShape{6, 6, 1} && wide->count() == 14));
  CHECK(!load_dataset("bars-and-stripes:3", {.patch = 4}));
  CHECK(!load_dataset("mixture:2d", {.size = 4}));
  CHECK(!load_dataset("mixture:2d", {.size = -1}));
}

TEST_CASE("an option that would do nothing with the data is refused, and says what it is for") {
  const files::Folder folder;
  const std::string csv = folder.write("t.csv", "a,b,c\n1,2,5\n3,4,6\n"), libsvm = folder.write("t.txt", "1 1:1\n2 2:1\n"),
                    fasta = folder.write("t.fasta", ">a\nAC\n>b\nAG\n"), png = folder.write("one/p.png", files::png(8, 8, 1, 7));
  folder.write("one/q.png", files::png(8, 8, 1, 9));
  const SourceOptions label{.label = "a"}, columns{.columns = "1-2"}, drop{.drop = "2"}, range{.range = "0:9"},
      missing{.missing = "3"}, categories{.categories = true}, part{.part = "test"};
  const auto refused = [](const std::string& source, const SourceOptions& options) {
    const auto data = load_dataset(source, options);
    if (data) return false;
    CHECK(data.error().message.find("does nothing with " + source) != std::string::npos);
    CHECK(data.error().message.find("leave it out") != std::string::npos);
    return true;
  };
  for (const SourceOptions& options : {label, columns, drop, range, missing}) CHECK(!refused(csv, options));
  for (const SourceOptions& options : {label, columns, drop, missing, categories, part}) CHECK(refused(libsvm, options));
  CHECK(!refused(libsvm, range));
  for (const SourceOptions& options : {label, columns, drop, range, missing, part}) CHECK(refused(fasta, options));
  for (const std::string& source : {folder.path("one"), png, std::string("bars-and-stripes:2"), std::string("mnist:test")}) {
    for (const SourceOptions& options : {label, columns, drop, missing, categories, part})
      CHECK(refused(source, options));
  }
  for (const std::string& source : {folder.path("one"), png}) CHECK(!refused(source, range));
  for (const std::string source : {"bars-and-stripes:2", "mnist:test"}) CHECK(refused(source, range));
  CHECK(refused(csv, part));
  // What has a meaning for all, if only that there is nothing to do.
  for (const SourceOptions& options :
       {SourceOptions{.label = "none"}, SourceOptions{.grey = true}, SourceOptions{.complete = true}, SourceOptions{.order = "file"}}) {
    const auto data = load_dataset("shifter:4", options);
    REQUIRE(data);
    CHECK(data->labels.empty() == (options.label == "none"));
  }
}

TEST_CASE("source options survive their text") {
  const SourceOptions options{.size = 32,
                              .patch = 8,
                              .patches = 7,
                              .seed = 5,
                              .label = "a b=c",
                              .grey = true,
                              .columns = "one two,3-4,50%",
                              .range = "-1:1",
                              .missing = "nan"};
  CHECK(*source_options_from(text_of(options)) == options);
  CHECK(text_of({}).empty());
  CHECK(*source_options_from("") == SourceOptions{});
  for (const char* bad : {"size", "size=", "size=x", "colour=1", "patches=0", "size=8  patch=2", "=",
                          "range=5", "range=2:1", "missing=x", "part=all"})
    CHECK(!source_options_from(bad));
}
