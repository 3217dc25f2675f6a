#include "core/data/readers.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "core/model/tensor_formats.hpp"
#include "tests/core/data/files.hpp"
#include "tests/core/data/reading.hpp"

using namespace rbm;
using files::says;
using reading::array_of;
using reading::csv;
using reading::notes_say;
using reading::npy;

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
  CHECK((labelled->labels == Bytes{1, 0} && labelled->label_names == std::vector<std::string>{"1", "7"}));
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
  const auto rows = npy(files::npy("<f4", "(3, 2)", files::raw(six)));
  REQUIRE(rows);
  CHECK((rows->is_real() && rows->values == six && rows->count() == 3 && rows->shape == ImageShape{1, 2, 1}));

  const auto doubles =
      npy(files::npy("<f8", "(1, 2, 3)", files::raw(std::vector<double>{0, 1.5, -2, 3, 4, 5e6})));
  REQUIRE(doubles);
  CHECK((doubles->values == six && doubles->shape == ImageShape{2, 3, 1}));

  const auto colours = npy(files::npy("|u1", "(2, 1, 1, 3)", "abcdef"));
  REQUIRE(colours);
  CHECK((!colours->is_real() && colours->shape == ImageShape{1, 1, 3} &&
         colours->pixels == files::bytes("abcdef")));

  const auto whole = npy(files::npy("<i8", "(2, 2)", files::raw(std::vector<std::int64_t>{0, 255, 7, 8})));
  REQUIRE(whole);
  CHECK(whole->pixels == Bytes{0, 255, 7, 8});

  const auto bits = npy(files::npy("|u1", "(1, 4)", std::string("\0\1\1\0", 4)));
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
  const auto data = npy(files::npy("|u1", "(2, 2, 3)", files::raw(fortran), true));
  REQUIRE(data);
  CHECK(data->pixels == expected);
}

TEST_CASE("a .npy file that is no data set is refused in one sentence") {
  const auto refusal = [](const std::string& file) {
    const auto data = npy(file);
    REQUIRE(!data);
    return data.error();
  };
  const float inf = std::numeric_limits<float>::infinity();
  CHECK(says(refusal(files::npy("<f4", "(1, 2)", files::raw(std::vector<float>{0, inf}))), "a.npy", "row 0"));
  CHECK(says(refusal(files::npy("<f8", "(1, 1)", files::raw(std::vector<double>{1e300}))), "a.npy",
             "too large for single precision"));
  CHECK(says(refusal(files::npy("<c8", "(1, 1)", std::string(8, 0))), "a.npy", "<c8"));
  CHECK(says(refusal(files::npy("|u1", "(4,)", "abcd")), "a.npy", "shape 4"));
  CHECK(says(refusal(files::npy("|u1", "(1, 2, 2, 1, 1)", "abcd")), "a.npy", "1 × 2 × 2 × 1 × 1"));
  CHECK(says(refusal(files::npy("|u1", "(0, 4)", "")), "a.npy", "0 × 4"));
  CHECK(says(refusal(files::npy("|u1", "(2, 4)", "abcd")), "a.npy", "amount"));
  CHECK(says(refusal(files::npy("|u1", "(9999999999, 9999999999)", "abcd")), "a.npy", "impossible"));
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
  CHECK((data->pixels == files::bytes("abcdefgh") && data->labels == Bytes{0, 1} &&
         data->label_names == std::vector<std::string>{"3", "9"} && data->count() == 2));

  REQUIRE(write_npz(path, TensorFile{{{"one", images}, {"two", images}}, {}}));
  CHECK(says(load_dataset(path).error(), path, "one, two"));
  const std::string broken = folder.write("broken.npz", "PK\x03\x04 and nothing");
  CHECK(says(load_dataset(broken).error(), broken, "zip"));
}

TEST_CASE("the range of whole numbers is seen, and said, whatever their type") {
  const std::vector<std::uint8_t> sixteen{0, 8, 16, 4};
  const Bytes scaled{0, 128, 255, 64};
  for (const auto& data :
       {npy(array_of("|u1", "(2, 2)", sixteen)),
        npy(array_of("<f8", "(2, 2)", std::vector<double>{0, 8, 16, 4})),
        npy(array_of("<i2", "(2, 2)", std::vector<std::int16_t>{0, 8, 16, 4})), csv("0,8\n16,4\n")}) {
    REQUIRE(data);
    CHECK((data->pixels == scaled && notes_say(*data, "0 to 16")));
  }
  const auto ratings = csv("1,5\n3,2\n");
  REQUIRE(ratings);
  CHECK((ratings->pixels == Bytes{0, 255, 128, 64} && notes_say(*ratings, "1 to 5")));
  const auto dark = npy(array_of("|u1", "(1, 2)", std::vector<std::uint8_t>{0, 100}));
  REQUIRE(dark);
  CHECK((dark->pixels == Bytes{0, 100} && notes_say(*dark, "100 of 255")));
  const auto asked = npy(array_of("|u1", "(1, 2)", std::vector<std::uint8_t>{0, 100}), {.range = "0:100"});
  REQUIRE(asked);
  CHECK((asked->pixels == Bytes{0, 255} && asked->notes.empty()));
  CHECK(says(csv("0,8\n16,4\n", {.range = "0:9"}).error(), "a.csv", "--range 0:9"));
}

TEST_CASE("every plain number type of NumPy has the same numbers") {
  const std::vector<float> expected{0.5f, -3, 1, 2};
  const auto of = [&](const Result<Dataset>& data) { return data && data->values == expected; };
  CHECK(of(npy(array_of("<f2", "(2, 2)", std::vector<std::uint16_t>{0x3800, 0xc200, 0x3c00, 0x4000}))));
  CHECK(
      of(npy(files::npy(">f4", "(2, 2)", std::string("\x3f\0\0\0\xc0\x40\0\0\x3f\x80\0\0\x40\0\0\0", 16)))));
  const auto spins = npy(array_of("|i1", "(2, 2)", std::vector<std::int8_t>{-1, 1, 1, -1}));
  REQUIRE(spins);
  CHECK((spins->values == std::vector<float>{-1, 1, 1, -1} && notes_say(*spins, "-1 to 1")));
  const auto big = npy(files::npy(">u2", "(1, 2)", std::string("\x01\0\0\x02", 4)));
  REQUIRE(big);
  CHECK(big->values == std::vector<float>{256, 2});
}

TEST_CASE("colours may be the second dimension, and that is said") {
  const auto data = npy(files::npy("|u1", "(1, 3, 2, 2)", "abcdefghijkl"));
  REQUIRE(data);
  CHECK((data->shape == ImageShape{2, 2, 3} && data->pixels == files::bytes("aeibfjcgkdhl")));
  CHECK(notes_say(*data, "1 × 3 × 2 × 2"));
}

TEST_CASE("an archive of a model is no data, under the names of this program and of scikit-learn") {
  const files::Folder folder;
  const std::string path = folder.path("a.npz");
  const auto numbers = [](std::vector<std::int64_t> shape, std::size_t count) {
    return Tensor{"F32", std::move(shape), files::bytes(files::raw(std::vector<float>(count, 0.5f)))};
  };
  const Tensor weights = numbers({4, 3}, 12), visible = numbers({4}, 4), hidden = numbers({3}, 3);
  REQUIRE(write_npz(path, {{{"weights", weights}, {"visible_bias", visible}, {"hidden_bias", hidden}}, {}}));
  CHECK(says(load_dataset(path).error(), path, "is a model, not data: rbm info"));
  REQUIRE(write_npz(
      path,
      {{{"components_", numbers({3, 4}, 12)}, {"intercept_visible_", visible}, {"intercept_hidden_", hidden}},
       {}}));
  CHECK(says(load_dataset(path).error(), path, "is a model, not data: rbm info"));
  // A table of that name alone is one, and so is one that is kept beside the model that it was made by.
  REQUIRE(write_npz(path, {{{"weights", weights}}, {}}));
  CHECK(load_dataset(path).has_value());
  REQUIRE(write_npz(
      path,
      {{{"weights", weights}, {"visible_bias", visible}, {"hidden_bias", hidden}, {"x", weights}}, {}}));
  CHECK(load_dataset(path).has_value());
  const std::string other = folder.path("a.safetensors");
  REQUIRE(write_safetensors(other, {{{"weights", weights}}, {}}));
  CHECK(says(load_dataset(other).error(), other, "as models are, not data: rbm info"));
}

TEST_CASE("an archive of test rows alone is read as what it is, with the labels of these") {
  const files::Folder folder;
  const std::string path = folder.path("a.npz");
  const Tensor images{"U8", {2, 4}, Bytes{0, 255, 7, 8, 255, 0, 9, 10}};
  const Tensor classes{"I64", {2}, files::bytes(files::raw(std::vector<std::int64_t>{3, 9}))};
  const Tensor one_hot{"U8", {2, 2}, Bytes{0, 1, 1, 0}};
  for (const Tensor& labels : {classes, one_hot}) {
    REQUIRE(write_npz(path, {{{"x_test", images}, {"y_test", labels}}, {}}));
    const auto data = load_dataset(path);
    REQUIRE(data);
    CHECK(data->pixels == images.bytes);
    CHECK(data->labels.size() == 2);
    REQUIRE(data->notes.size() == 1);
    CHECK(data->notes[0] ==
          path +
              " has no rows to train on but those for testing: x_test was read, with y_test as the labels.");
    const auto asked = load_dataset(path, {.part = "test"});
    REQUIRE(asked);
    CHECK((asked->labels == data->labels && asked->notes.empty()));
  }
  REQUIRE(write_npz(path, {{{"x_test", images}}, {}}));
  const auto alone = load_dataset(path);
  REQUIRE(alone);
  CHECK((alone->labels.empty() && alone->notes.size() == 1 && notes_say(*alone, "x_test was read.")));
  REQUIRE(write_npz(
      path, {{{"x_train", images}, {"y_train", classes}, {"x_test", images}, {"y_test", one_hot}}, {}}));
  const auto both = load_dataset(path);
  REQUIRE(both);
  CHECK((both->label_names == std::vector<std::string>{"3", "9"} &&
         notes_say(*both, "--part test reads them")));
}

TEST_CASE("an array that is no numbers is refused with what to save in its place") {
  const auto told = [](const std::string& type, const std::string& shape, std::size_t bytes) {
    const auto data = npy(files::npy(type, shape, std::string(bytes, 'x')));
    return data ? std::string("opened") : data.error().message;
  };
  const std::string objects = told("|O", "(2, 2)", 32);
  CHECK(objects.find("words as x.astype(str), numbers as x.astype(\"float32\")") != std::string::npos);
  const std::string text = told("<U1", "(2, 2)", 16);
  CHECK(text.find("one word a row: save x.reshape(-1)") != std::string::npos);
  CHECK(told("<c8", "(2, 2)", 32).find("is no plain number: save x.astype(\"float32\")") !=
        std::string::npos);
}

TEST_CASE("ends of a range, and codes of what is missing, are refused where there are no amounts") {
  const files::Folder folder;
  const std::string words = folder.write("w.csv", "c,s\nr,m\ng,l\nr,l\n"),
                    numbers = folder.write("n.csv", "a,b\n1,2\n2,3\n1,3\n"),
                    array =
                        folder.write("n.npy", files::npy("|u1", "(3, 2)", std::string("\1\2\2\3\1\3", 6))),
                    truths = folder.write("t.npy", files::npy("|b1", "(2, 2)", std::string("\0\1\1\0", 4)));
  CHECK(load_dataset(words).has_value());
  CHECK(load_dataset(numbers, {.range = "1:5"}).has_value());
  CHECK(load_dataset(array, {.range = "1:5"}).has_value());
  CHECK(says(load_dataset(words, {.range = "0:1"}).error(), words, "--range does nothing with"));
  CHECK(says(load_dataset(numbers, {.categories = true, .range = "1:5"}).error(), numbers,
             "--range does nothing"));
  CHECK(
      says(load_dataset(array, {.categories = true, .range = "1:5"}).error(), array, "--range does nothing"));
  CHECK(load_dataset(truths).has_value());
  CHECK(says(load_dataset(truths, {.range = "0:1"}).error(), truths, "--range does nothing"));
  CHECK(says(load_dataset(truths, {.missing = "1"}).error(), truths, "--missing does nothing"));
}

TEST_CASE("labels of an archive are read in any form, or it is said why not") {
  const files::Folder folder;
  const std::string path = folder.path("d.npz");
  const auto read = [&](const std::string& name, const Tensor& labels) {
    const Tensor images{"U8", {3, 2}, files::bytes("abcdef")};
    REQUIRE(write_npz(path, TensorFile{{{"x", images}, {name, labels}}, {}}));
    auto data = load_dataset(path);
    REQUIRE(data);
    return *data;
  };
  const auto doubles = [](const std::vector<double>& values) { return files::bytes(files::raw(values)); };
  const auto one_hot = read("target", {"F64", {3, 3}, doubles({0, 1, 0, 1, 0, 0, 0, 0, 1})});
  CHECK((one_hot.labels == Bytes{1, 0, 2} && one_hot.label_names.empty()));
  const auto signs = read("y", {"F64", {3}, doubles({1, -1, 1})});
  CHECK((signs.labels == Bytes{1, 0, 1} && signs.label_names == std::vector<std::string>{"-1", "1"}));
  const auto halves = read("labels", {"F64", {3}, doubles({1, 0.5, 1})});
  CHECK((halves.labels.empty() && notes_say(halves, "0.5")));
  const auto few = read("labels", {"F64", {2}, doubles({1, 0})});
  CHECK((few.labels.empty() && notes_say(few, "3 rows")));
}

TEST_CASE("a missing cell says nothing of what the others are") {
  const auto bits = csv("a,b\n0,1\n1,\n-9,0\n", {.missing = "-9"});
  REQUIRE(bits);
  CHECK(
      (bits->pixels == std::vector<std::uint8_t>{0, 255, 255, 0, 0, 0} && notes_say(*bits, "only 0 and 1")));
  CHECK(bits->missing == std::vector<std::uint8_t>{0, 0, 0, 1, 1, 0});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto array = npy(array_of("<f4", "(2, 2)", std::vector<float>{nan, 1.5f, 2.5f, 3}));
  REQUIRE(array);
  CHECK((array->values == std::vector<float>{2.5f, 1.5f, 2.5f, 3} && array->is_missing(0, 0)));
  const auto grey =
      npy(array_of("|u1", "(2, 2)", std::vector<std::uint8_t>{7, 200, 9, 100}), {.missing = "7"});
  REQUIRE(grey);
  CHECK((grey->pixels == std::vector<std::uint8_t>{0, 200, 9, 100} && grey->is_missing(0, 0)));
  const auto whole = npy(array_of("<f4", "(2, 2)", std::vector<float>{nan, nan, 2.5f, 3}));
  REQUIRE(whole);
  CHECK((whole->count() == 1 && !whole->has_missing() && notes_say(*whole, "1 of 2 rows")));
  CHECK(says(npy(array_of("<f4", "(1, 2)", std::vector<float>{nan, nan})).error(), "a.npy",
             "nothing to learn"));
  const float infinite = std::numeric_limits<float>::infinity();
  CHECK(
      says(npy(array_of("<f4", "(1, 2)", std::vector<float>{infinite, nan})).error(), "a.npy", "not finite"));
}

TEST_CASE("a missing word is no state") {
  const auto words = csv("colour,size\n,big\nblue,small\nred,NA\n");
  REQUIRE(words);
  CHECK(words->state_names == std::vector<std::vector<std::string>>{{"blue", "red"}, {"big", "small"}});
  CHECK(words->missing == std::vector<std::uint8_t>{1, 0, 0, 0, 0, 1});
  const auto codes = npy(array_of("<i2", "(3, 2)", std::vector<std::int16_t>{1, -1, 2, 5, 1, 6}),
                         {.categories = true, .missing = "-1"});
  REQUIRE(codes);
  CHECK(codes->state_names == std::vector<std::vector<std::string>>{{"1", "2"}, {"5", "6"}});
  CHECK(codes->missing == std::vector<std::uint8_t>{0, 1, 0, 0, 0, 0});
}

TEST_CASE("aligned sequences are categories of the letters that occur at each place") {
  const files::Folder folder;
  const std::string path = folder.write("s.fa", ">one first\nACG-\n>two\nAc\nT.\n>three\nGCTA\n");
  const auto data = load_dataset(path);
  REQUIRE(data);
  CHECK(data->columns == std::vector<std::string>{"1", "3", "4"});
  CHECK(data->state_names == std::vector<std::vector<std::string>>{{"A", "G"}, {"G", "T"}, {"-", "A"}});
  CHECK(data->pixels == Bytes{0, 0, 0, 0, 1, 0, 1, 1, 1});
  CHECK((notes_say(*data, "capitals") && notes_say(*data, "\"2\"")));
  const std::string uneven = folder.write("u.fa", ">a\nACGT\n>b\nACG\n");
  CHECK(says(load_dataset(uneven).error(), uneven, "\"b\""));
  const std::string odd = folder.write("o.fa", ">a\nAC1T\n");
  CHECK(says(load_dataset(odd).error(), odd, "line 2"));
}

TEST_CASE("sparse rows of libsvm are read with their zeros") {
  const files::Folder folder;
  const auto data = load_dataset(folder.write("d.txt", "-1 1:1 3:1\n1 2:1\n"));
  REQUIRE(data);
  CHECK((data->pixels == Bytes{255, 0, 255, 0, 255, 0} && data->labels == Bytes{0, 1}));
  CHECK(data->label_names == std::vector<std::string>{"-1", "1"});
  CHECK_FALSE(notes_say(*data, "from 0"));
  const auto from_zero = load_dataset(folder.write("z.txt", "-1 1:1 2:1\n1 0:1\n"));
  REQUIRE(from_zero);
  CHECK((from_zero->pixels == Bytes{0, 255, 255, 255, 0, 0} && notes_say(*from_zero, "counted from 0")));
  const auto ranked = load_dataset(folder.write("r.txt", "-1 qid:4 1:1 3:1 # the first\n1 qid:4 2:1\n"));
  REQUIRE(ranked);
  CHECK((ranked->pixels == data->pixels && ranked->labels == data->labels && notes_say(*ranked, "qid")));
}

TEST_CASE("a file of no known format, an empty one and a missing one are each refused in one sentence") {
  const files::Folder folder;
  const std::string odd = folder.write("odd", std::string("\x01\x02\x03", 3)),
                    empty = folder.write("empty", "");
  CHECK(says(load_dataset(odd).error(), odd, "no known format"));
  CHECK(says(load_dataset(empty).error(), empty, "empty"));
  const std::string wide = folder.write("wide.csv", std::string("\xff\xfe\x31\0\n\0", 6));
  CHECK(says(load_dataset(wide).error(), wide, "UTF-8"));
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
