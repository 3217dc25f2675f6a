#include "core/data/readers.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/model/tensor_formats.hpp"
#include "tests/core/data/files.hpp"

using namespace rbm;
using files::says;

TEST_CASE("an IDX file is told by its content and takes the labels beside it") {
  const files::Folder folder;
  const std::string images(
      "\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x03"
      "abcdef",
      22),
      labels("\0\0\x08\x01\0\0\0\x02\x07\x01", 10);
  const auto data = load_dataset(folder.write("some.png", images));
  REQUIRE(data);
  CHECK((data->count() == 2 && data->shape == ImageShape{1, 3, 1} && data->labels.empty()));
  CHECK(data->image(1)[2] == 'f');
  folder.write("x-labels-idx1-ubyte", labels);
  const auto labelled = load_dataset(folder.write("x-images-idx3-ubyte", images));
  REQUIRE(labelled);
  CHECK(labelled->labels == Bytes{7, 1});
  const std::string path = folder.path("x-labels-idx1-ubyte");
  CHECK(says(load_dataset(path).error(), path, "labels"));
  const std::string cut = folder.write("cut", images.substr(0, 20));
  CHECK(says(load_dataset(cut).error(), cut, "truncated"));
}

TEST_CASE("CIFAR-10 records become interleaved colours with their class names") {
  std::string file;
  for (int record = 0; record < 3; ++record) {
    file.push_back(static_cast<char>(record + 4));
    for (int plane = 0; plane < 3; ++plane) file.append(1024, static_cast<char>(50 * plane + record));
  }
  const files::Folder folder;
  const auto data = load_dataset(folder.write("batch.bin", file));
  REQUIRE(data);
  CHECK((data->count() == 3 && data->shape == ImageShape{32, 32, 3} && data->labels == Bytes{4, 5, 6}));
  CHECK(data->label_names[4] == "deer");
  for (Index i = 0; i < 3072; ++i) CHECK(data->image(2)[i] == 50 * (i % 3) + 2);

  for (int n = 1; n <= 2; ++n) folder.write("cifar/data_batch_" + std::to_string(n) + ".bin", file);
  folder.write("cifar/readme.html", "text");
  const auto all = load_dataset(folder.path("cifar"));
  REQUIRE(all);
  CHECK((all->count() == 6 && all->name == "cifar"));
  CHECK(says(cifar_images(files::bytes(file.substr(1)), "c.bin").error(), "c.bin", "3073"));
}

TEST_CASE(".npy arrays of images, colours and rows are read in any of their types") {
  const std::vector<float> six{0, 1.5f, -2, 3, 4, 5e6f};
  const auto rows = npy_images(files::bytes(files::npy("<f4", "(3, 2)", files::raw(six))), "a.npy");
  REQUIRE(rows);
  CHECK((rows->is_real() && rows->values == six && rows->count() == 3 && rows->shape == ImageShape{1, 2, 1}));

  const auto doubles = npy_images(
      files::bytes(files::npy("<f8", "(1, 2, 3)", files::raw(std::vector<double>{0, 1.5, -2, 3, 4, 5e6}))),
      "a.npy");
  REQUIRE(doubles);
  CHECK((doubles->values == six && doubles->shape == ImageShape{2, 3, 1}));

  const auto colours = npy_images(files::bytes(files::npy("|u1", "(2, 1, 1, 3)", "abcdef")), "a.npy");
  REQUIRE(colours);
  CHECK((!colours->is_real() && colours->shape == ImageShape{1, 1, 3} &&
         colours->pixels == files::bytes("abcdef")));

  const auto whole = npy_images(
      files::bytes(files::npy("<i8", "(2, 2)", files::raw(std::vector<std::int64_t>{0, 255, 7, 8}))),
      "a.npy");
  REQUIRE(whole);
  CHECK(whole->pixels == Bytes{0, 255, 7, 8});

  const auto bits =
      npy_images(files::bytes(files::npy("|u1", "(1, 4)", std::string("\0\1\1\0", 4))), "a.npy");
  REQUIRE(bits);
  CHECK((bits->pixels == Bytes{0, 255, 255, 0} && bits->shape == ImageShape{2, 2, 1} &&
         bits->notes.size() == 1));
}

TEST_CASE("an array in Fortran's order is read as the same array") {
  // a[n][y][x] = 100 n + 10 y + x of shape 2 × 2 × 3, first index fastest.
  Bytes fortran, expected;
  for (int x = 0; x < 3; ++x)
    for (int y = 0; y < 2; ++y)
      for (int n = 0; n < 2; ++n) fortran.push_back(static_cast<std::uint8_t>(100 * n + 10 * y + x));
  for (int n = 0; n < 2; ++n)
    for (int y = 0; y < 2; ++y)
      for (int x = 0; x < 3; ++x) expected.push_back(static_cast<std::uint8_t>(100 * n + 10 * y + x));
  const auto data =
      npy_images(files::bytes(files::npy("|u1", "(2, 2, 3)", files::raw(fortran), true)), "a.npy");
  REQUIRE(data);
  CHECK(data->pixels == expected);
}

TEST_CASE("a .npy file that is no data set is refused in one sentence") {
  const auto refusal = [](const std::string& file) {
    const auto data = npy_images(files::bytes(file), "a.npy");
    REQUIRE(!data);
    return data.error();
  };
  const float nan = std::numeric_limits<float>::quiet_NaN(), inf = std::numeric_limits<float>::infinity();
  CHECK(says(refusal(files::npy("<f4", "(2, 2)", files::raw(std::vector<float>{0, 0, nan, 0}))), "a.npy",
             "row 1"));
  CHECK(says(refusal(files::npy("<f4", "(1, 2)", files::raw(std::vector<float>{0, inf}))), "a.npy", "row 0"));
  CHECK(
      says(refusal(files::npy("<f8", "(1, 1)", files::raw(std::vector<double>{1e300}))), "a.npy", "finite"));
  CHECK(says(refusal(files::npy("<c8", "(1, 1)", std::string(8, 0))), "a.npy", "<c8"));
  CHECK(says(refusal(files::npy("|u1", "(4,)", "abcd")), "a.npy", "shape 4"));
  CHECK(says(refusal(files::npy("|u1", "(1, 1, 2, 2)", "abcd")), "a.npy", "1 × 1 × 2 × 2"));
  CHECK(says(refusal(files::npy("|u1", "(0, 4)", "")), "a.npy", "0 × 4"));
  CHECK(says(refusal(files::npy("|u1", "(2, 4)", "abcd")), "a.npy", "amount"));
  CHECK(says(refusal(files::npy("|u1", "(9999999999, 9999999999)", "abcd")), "a.npy", "impossible"));
  CHECK(says(refusal(files::npy("<i8", "(1, 1)", files::raw(std::vector<std::int64_t>{300}))), "a.npy",
             "0 to 255"));
  CHECK(says(refusal(std::string("\x93NUMPY\x01", 7)), "a.npy", ".npy"));
}

TEST_CASE("an .npz file gives its images with their labels, and says so where it cannot") {
  const files::Folder folder;
  const Tensor images{"U8", {2, 2, 2}, files::bytes("abcdefgh")};
  const Tensor labels{"I64", {2}, files::bytes(files::raw(std::vector<std::int64_t>{3, 9}))};
  const std::string path = folder.path("d.npz");
  REQUIRE(write_npz(path, TensorFile{{{"x", images}, {"y", labels}}, {}}));
  const auto data = load_dataset(path);
  REQUIRE(data);
  CHECK((data->pixels == files::bytes("abcdefgh") && data->labels == Bytes{3, 9} && data->count() == 2));

  REQUIRE(write_npz(path, TensorFile{{{"one", images}, {"two", images}}, {}}));
  CHECK(says(load_dataset(path).error(), path, "one, two"));
  const std::string broken = folder.write("broken.npz", "PK\x03\x04 and nothing");
  CHECK(says(load_dataset(broken).error(), broken, "zip"));
}

TEST_CASE("CSV is read with and without a header, labels and other separators") {
  const auto read = [](const std::string& text, const SourceOptions& options = {}) {
    return csv_rows(files::bytes(text), options, "a.csv");
  };
  const auto plain = read("1.5,2\n-3,4e2\n");
  REQUIRE(plain);
  CHECK((plain->values == std::vector<float>{1.5f, 2, -3, 400} && plain->labels.empty() &&
         plain->count() == 2));

  const auto labelled = read("label,p1,p2\r\n7,0,255\r\n1,3,4\r\n\r\n");
  REQUIRE(labelled);
  CHECK((labelled->pixels == Bytes{0, 255, 3, 4} && labelled->labels == Bytes{7, 1}));

  const auto words = read("\xef\xbb\xbf# made by hand\n\"a\"; species ;b\n1.5;\"virginica\";2\n3;setosa;+4\n",
                          {.label = "species"});
  REQUIRE(words);
  CHECK(words->label_names == std::vector<std::string>{"setosa", "virginica"});
  CHECK((words->labels == Bytes{1, 0} && words->values == std::vector<float>{1.5f, 2, 3, 4}));

  const auto numbered = read("1  2 3\n4 5 6", {.label = "3"});
  REQUIRE(numbered);
  CHECK((numbered->labels == Bytes{3, 6} && numbered->pixels == Bytes{1, 2, 4, 5}));

  const auto kept = read("class,x\n1,0\n0,1\n", {.label = "none"});
  REQUIRE(kept);
  CHECK((kept->labels.empty() && kept->pixels == Bytes{255, 0, 0, 255} && kept->notes.size() == 1));
}

TEST_CASE("a column y holds the labels, unless it is a coordinate beside x") {
  const auto read = [](const std::string& text) { return csv_rows(files::bytes(text), {}, "a.csv"); };
  const auto labelled = read("width,y\n1.5,3\n2.5,4\n");
  REQUIRE(labelled);
  CHECK((labelled->labels == Bytes{3, 4} && labelled->shape.pixels() == 1));
  const auto plane = read("x,y\n1.5,3\n2.5,4\n");
  REQUIRE(plane);
  CHECK((plane->labels.empty() && plane->values == std::vector<float>{1.5f, 3, 2.5f, 4}));
  const auto both = read("X,Y,Label\n1.5,3,b\n2.5,4,a\n");
  REQUIRE(both);
  CHECK((both->label_names == std::vector<std::string>{"a", "b"} && both->shape.pixels() == 2));
}

TEST_CASE("a faulty CSV file is refused with line and column") {
  const auto refusal = [](const std::string& text, const SourceOptions& options = {}) {
    const auto data = csv_rows(files::bytes(text), options, "a.csv");
    REQUIRE(!data);
    return data.error();
  };
  CHECK(says(refusal("a,b\n1,2\n3,\n"), "a.csv", "missing cell (line 3, column 2)"));
  CHECK(says(refusal("1,2\n,4\n"), "a.csv", "missing cell (line 2, column 1)"));
  CHECK(says(refusal("1,2\n3,x\n"), "a.csv", "\"x\" where a number should be (line 2, column 2)"));
  CHECK(says(refusal("1,2\n3,nan\n"), "a.csv", "not finite (line 2, column 2)"));
  CHECK(says(refusal("1,2\n3,1e99\n"), "a.csv", "not finite"));
  CHECK(says(refusal("1,2\n3,4,5\n"), "a.csv", "3 cells in line 2"));
  CHECK(says(refusal("1,2\n", {.label = "nose"}), "a.csv", "\"nose\""));
  CHECK(says(refusal("1,2\n", {.label = "3"}), "a.csv", "1 to 2"));
  CHECK(says(refusal("label\n1\n"), "a.csv", "no column but the labels"));
  CHECK(says(refusal("\n\n"), "a.csv", "no rows"));
}

TEST_CASE("a file of no known format, an empty one and a missing one are each refused in one sentence") {
  const files::Folder folder;
  const std::string odd = folder.write("odd", std::string("\x01\x02\x03", 3)),
                    empty = folder.write("empty", "");
  CHECK(says(load_dataset(odd).error(), odd, "no known format"));
  CHECK(says(load_dataset(empty).error(), empty, "empty"));
  CHECK(says(load_dataset(folder.path("none")).error(), folder.path("none"), "cannot be read"));
}

TEST_CASE("safetensors whose tensors share bytes are refused, so that a small file stays small") {
  const std::string header =
      R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})";
  std::string file(8, '\0');
  file[0] = static_cast<char>(header.size());
  const auto tensors = parse_safetensors(files::bytes(file + header + "abcd"), "m.safetensors");
  REQUIRE(!tensors);
  CHECK(says(tensors.error(), "m.safetensors", "shares its bytes"));
}
