#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/data/picture.hpp"
#include "tests/core/data/files.hpp"

using namespace rbm;
using files::says;

TEST_CASE("a folder of pictures of one size is read as it is, labelled by its sub-folders") {
  const files::Folder folder;
  for (int n = 0; n < 5; ++n) folder.write("cats/" + std::to_string(n) + ".png", files::png(4, 3, 1, 10 + n));
  for (int n = 0; n < 3; ++n) folder.write("dogs/deep/" + std::to_string(n), files::png(4, 3, 1, 200 + n));
  const auto data = load_dataset(folder.path());
  REQUIRE(data);
  CHECK((data->count() == 8 && data->shape == ImageShape{3, 4, 1} && data->notes.empty()));
  CHECK(data->label_names == std::vector<std::string>{"cats", "dogs"});
  std::set<int> greys;
  for (Index r = 0; r < 8; ++r) {
    greys.insert(data->image(r)[5]);
    CHECK(data->labels[static_cast<std::size_t>(r)] == (data->image(r)[0] >= 200 ? 1 : 0));
  }
  CHECK(greys == std::set<int>{10, 11, 12, 13, 14, 200, 201, 202});
  CHECK(load_dataset(folder.path())->pixels == data->pixels);
  CHECK(load_dataset(folder.path(), {.seed = 2})->pixels != data->pixels);
}

TEST_CASE("one broken picture among a thousand is left out, counted and named") {
  const files::Folder folder;
  const std::string good = files::png(4, 4, 3, [](int x, int y, int c) { return 9 * x + 20 * y + 60 * c; });
  for (int n = 0; n < 999; ++n) folder.write("p" + std::to_string(n) + ".png", good);
  std::string damaged = good;
  damaged.resize(damaged.size() / 2);
  folder.write("bad.png", damaged);
  folder.write("readme.txt", "these are pictures");
  const auto data = load_dataset(folder.path());
  REQUIRE(data);
  CHECK((data->count() == 999 && data->shape == ImageShape{4, 4, 3} && data->labels.empty()));
  REQUIRE(data->notes.size() == 2);
  CHECK(data->notes[0].starts_with("1 picture was left out: " + folder.path("bad.png")));
  CHECK(data->notes[1].starts_with("1 file of"));
  CHECK(data->image(500)[(1 * 4 + 2) * 3 + 1] == 9 * 2 + 20 + 60);
}

TEST_CASE("pictures of many sizes are resized to the commonest, and that is noted") {
  const files::Folder folder;
  for (int n = 0; n < 4; ++n) folder.write("a" + std::to_string(n) + ".png", files::png(6, 6, 1, 177));
  folder.write("b.png", files::png(50, 20, 1, 177));
  folder.write("c.png", files::png(3, 9, 3, 177));
  const auto data = load_dataset(folder.path());
  REQUIRE(data);
  CHECK((data->count() == 6 && data->shape == ImageShape{6, 6, 3}));
  CHECK(std::all_of(data->pixels.begin(), data->pixels.end(), [](int x) { return x == 177; }));
  REQUIRE(data->notes.size() == 1);
  CHECK(data->notes[0].starts_with("2 of 6 pictures"));
  const auto asked = load_dataset(folder.path(), {.size = 5, .grey = true});
  REQUIRE(asked);
  CHECK((asked->shape == ImageShape{5, 5, 1} && asked->notes.empty()));
}

TEST_CASE("transparent pixels of a PNG are seen on white, whatever colour hides in them") {
  // Opacity 0, 51 and 255 from left to right; the hidden colour is the same.
  const auto opacity = [](int x) { return x == 0 ? 0 : x == 1 ? 51 : 255; };
  const auto colour = decode_picture(
      files::bytes(files::png(3, 2, 4, [&](int x, int, int c) { return c == 3 ? opacity(x) : 50 * c; })), 0,
      "p");
  REQUIRE(colour);
  CHECK(colour->shape == ImageShape{2, 3, 3});
  CHECK(std::vector<int>(colour->pixels.begin(), colour->pixels.begin() + 9) ==
        std::vector<int>{255, 255, 255, 204, 214, 224, 0, 50, 100});
  const auto grey = decode_picture(
      files::bytes(files::png(3, 2, 2, [&](int x, int, int c) { return c == 1 ? opacity(x) : 10; })), 0, "p");
  REQUIRE(grey);
  CHECK(grey->shape == ImageShape{2, 3, 1});
  CHECK(std::vector<int>(grey->pixels.begin(), grey->pixels.begin() + 3) == std::vector<int>{255, 206, 10});
  const auto opaque = decode_picture(files::bytes(files::png(3, 2, 3, 77)), 0, "p");
  REQUIRE(opaque);
  CHECK(std::ranges::all_of(opaque->pixels, [](int x) { return x == 77; }));
}

TEST_CASE("large pictures become small ones unless a size is asked for") {
  const files::Folder folder;
  folder.write("a.png", files::png(200, 100, 1, 205));
  folder.write("b.png", files::png(200, 100, 1, 206));
  const auto data = load_dataset(folder.path());
  REQUIRE(data);
  CHECK((data->shape == ImageShape{32, 32, 1} && data->notes.size() == 1));
  const auto patches = load_dataset(folder.path(), {.patch = 10, .patches = 50});
  REQUIRE(patches);
  CHECK((patches->shape == ImageShape{10, 10, 1} && patches->count() == 50 && patches->notes.empty()));
  CHECK(std::count(patches->pixels.begin(), patches->pixels.end(), 205) == 2500);
}

TEST_CASE("patches of one large picture are parts of it, from all over it") {
  const files::Folder folder;
  const std::string path = folder.write("large", files::png(90, 70, 3, [](int x, int y, int c) {
                                          return c == 0 ? x : c == 1 ? y : 200;
                                        }));
  const auto data = load_dataset(path, {.patches = 4000});
  REQUIRE(data);
  REQUIRE((data->count() == 4000 && data->shape == ImageShape{8, 8, 3}));
  std::set<int> columns, rows;
  for (Index r = 0; r < data->count(); ++r) {
    const std::uint8_t* patch = data->image(r);
    columns.insert(patch[0]);
    rows.insert(patch[1]);
    for (int y = 0; y < 8; ++y) {
      for (int x = 0; x < 8; ++x) {
        const std::uint8_t* pixel = patch + (y * 8 + x) * 3;
        if (pixel[0] != patch[0] + x || pixel[1] != patch[1] + y || pixel[2] != 200) FAIL_CHECK("not a part");
      }
    }
  }
  // 83 and 63 places; that one of them is missed by 4000 draws has a chance below 1e-19.
  CHECK((columns.size() == 83 && *columns.rbegin() == 82 && rows.size() == 63));
  const auto scaled = load_dataset(path, {.size = 35, .patch = 35, .patches = 10});
  REQUIRE(scaled);
  CHECK(scaled->shape == ImageShape{35, 35, 3});
  CHECK(says(load_dataset(path, {.patch = 71}).error(), path, "too few for patches of 71"));
}

TEST_CASE("a huge picture is refused by its header, alone and in a folder") {
  const files::Folder folder;
  const std::string path = folder.write("huge.png", files::png_header(40000, 40000));
  CHECK(says(load_dataset(path).error(), path, "40000 × 40000"));
  CHECK(says(load_dataset(folder.path()).error(), path, "40000 × 40000"));
  const std::string wide = folder.write("wide.png", files::png_header(9000, 9000));
  CHECK(says(load_dataset(wide).error(), wide, "9000 × 9000"));
}

TEST_CASE("a small picture that unpacks to more than it declares takes no memory") {
  // 4 × 4 as declared, over the compressed data of 3000 × 3000.
  std::string png = files::png(3000, 3000, 1, 0);
  const std::string small = files::png(4, 4, 1, 0);
  png.replace(16, 8, small.substr(16, 8));
  CHECK(says(decode_picture(files::bytes(png), 0, "bomb.png").error(), "bomb.png", "damaged"));
}

TEST_CASE("a JPEG with an oversized Huffman table is refused before the decoder sees it") {
  // Found by picture_fuzz: stb_image 2.27 writes beyond its tables.
  std::string jpeg("\xff\xd8\xff\xc4\x01\x20", 6);
  jpeg += '\0' + std::string(16, 20);
  CHECK(says(picture_header(files::bytes(jpeg), "t.jpg").error(), "t.jpg", "no PNG or JPEG"));
  jpeg += std::string(320, 'x');
  CHECK(says(picture_header(files::bytes(jpeg), "t.jpg").error(), "t.jpg", "no PNG or JPEG"));
}

TEST_CASE("a folder without a usable picture says what it lacks") {
  const files::Folder folder;
  CHECK(says(load_dataset(folder.path()).error(), folder.path(), "is empty"));
  folder.write("a.txt", "text");
  CHECK(says(load_dataset(folder.path()).error(), folder.path(), "holds no PNG or JPEG"));
  folder.write("b.png", "text");
  CHECK(says(load_dataset(folder.path()).error(), folder.path("b.png"), "no picture that can be used"));
}

TEST_CASE("data beyond the memory is refused before it is allocated") {
  const files::Folder folder;
  for (int n = 0; n < 50; ++n) folder.write(std::to_string(n) + ".png", files::png(2, 2, 3, 0));
  CHECK(says(load_dataset(folder.path(), {.size = 4096}).error(), folder.path(), "--size"));
  CHECK(!load_dataset("bars-and-stripes:14", {.size = 4096}));
  CHECK(!load_dataset("bars-and-stripes:14", {.patch = 14, .patches = 100'000'000}));
}

TEST_CASE("the photographs are 8 × 8 colour patches with the statistics of natural images") {
  const auto data = load_dataset("photographs");
  REQUIRE(data);
  CHECK((data->count() == 50000 && data->shape == ImageShape{8, 8, 3} && data->notes.empty()));
  double covariance = 0, variance = 0, sum = 0;
  const double n = static_cast<double>(data->count());
  for (Index r = 0; r < data->count(); ++r) {
    const double a = data->image(r)[0], b = data->image(r)[3];
    sum += a, variance += a * a, covariance += a * b;
  }
  variance = variance / n - sum / n * sum / n;
  // Neighbouring pixels of a natural image are correlated above 0.9.
  CHECK((covariance / n - sum / n * sum / n) / variance > 0.9);
  CHECK(load_dataset("photographs", {.patch = 16, .patches = 10})->shape == ImageShape{16, 16, 3});
}
