// GIF films: another program's reading of the file, written here from the specification, gives the same pictures.
#include "core/data/gif.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace rbm;
using GifBytes = std::vector<std::uint8_t>;

/// A frame as a reader of GIF89a sees it.
struct GifFrame {
  int hundredths = 0;
  GifBytes rgb;
};

/// The codes of an LZW stream as strings of colours (GIF89a, appendix F).
GifBytes unpacked(const GifBytes& packed, int colour_bits) {
  const unsigned clear = 1U << colour_bits, end = clear + 1;
  std::vector<GifBytes> strings;
  int bits = colour_bits + 1;
  const auto restart = [&] {
    strings.assign(end + 1, {});
    for (unsigned n = 0; n < clear; ++n) strings[n] = {static_cast<std::uint8_t>(n)};
    bits = colour_bits + 1;
  };
  restart();
  GifBytes out, last;
  for (std::size_t at = 0; at + static_cast<std::size_t>(bits) <= 8 * packed.size();) {
    unsigned code = 0;
    for (int n = 0; n < bits; ++n, ++at) code |= static_cast<unsigned>(packed[at / 8] >> (at % 8) & 1) << n;
    if (code == end) break;
    if (code == clear) {
      restart();
      last.clear();
      continue;
    }
    GifBytes found;
    if (code < strings.size()) {
      found = strings[code];
    } else {
      REQUIRE(code == strings.size());
      found = last;
      found.push_back(last.front());
    }
    if (!last.empty() && strings.size() < 4096) {
      strings.push_back(last);
      strings.back().push_back(found.front());
      if (strings.size() == 1U << bits && bits < 12) ++bits;
    }
    out.insert(out.end(), found.begin(), found.end());
    last = found;
  }
  return out;
}

std::vector<GifFrame> read_gif(const std::string& gif, int* width, int* height) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(gif.at(at)); };
  const auto pair = [&](std::size_t at) { return byte(at) | byte(at + 1) << 8; };
  REQUIRE(gif.starts_with("GIF89a"));
  *width = pair(6), *height = pair(8);
  REQUIRE((byte(10) & 0x80) == 0);
  std::vector<GifFrame> frames;
  GifFrame next;
  for (std::size_t at = 13; byte(at) != 0x3b;) {
    if (byte(at) == 0x21) {
      if (byte(at + 1) == 0xf9) next.hundredths = pair(at + 4);
      at += 2;
    } else {
      REQUIRE(byte(at) == 0x2c);
      REQUIRE(pair(at + 5) == *width);
      const std::size_t colours = std::size_t{2} << (byte(at + 9) & 7), table = at + 10;
      at = table + 3 * colours;
      const int colour_bits = byte(at++);
      GifBytes packed;
      for (; byte(at) != 0; at += byte(at) + std::size_t{1})
        for (std::size_t n = 1; n <= byte(at); ++n) packed.push_back(byte(at + n));
      ++at;
      for (const std::uint8_t number : unpacked(packed, colour_bits))
        for (std::size_t part = 0; part < 3; ++part)
          next.rgb.push_back(byte(table + std::size_t{3} * number + part));
      frames.push_back(std::exchange(next, {}));
      continue;
    }
    while (byte(at) != 0) at += byte(at) + std::size_t{1};
    ++at;
  }
  return frames;
}

/// 60 × 50 pixels of so many colours.
GifBytes picture_of_colours(unsigned colours, unsigned step) {
  GifBytes out;
  for (unsigned n = 0; n < 3000; ++n) {
    const unsigned c = n * step % colours;
    out.insert(out.end(), {static_cast<std::uint8_t>(c * 7), static_cast<std::uint8_t>(c * 3 + 1),
                           static_cast<std::uint8_t>(c)});
  }
  return out;
}

}  // namespace

TEST_CASE("frames of up to 256 colours come back exactly, in their order and for their time") {
  GifWriter gif(60, 50, 0.1);
  const std::vector<GifBytes> pictures{picture_of_colours(1, 1), picture_of_colours(2, 3),
                                       picture_of_colours(256, 77), picture_of_colours(255, 1)};
  for (const GifBytes& picture : pictures) gif.add(picture);
  CHECK(gif.frames() == 4);
  int width = 0, height = 0;
  const auto frames = read_gif(gif.take(), &width, &height);
  CHECK(width == 60);
  CHECK(height == 50);
  REQUIRE(frames.size() == 4);
  for (std::size_t n = 0; n < 4; ++n) {
    CHECK(frames[n].hundredths == 10);
    CHECK((frames[n].rgb == pictures[n]));
  }
}

TEST_CASE("a picture that stands for several frames is written once, for the time of all of them") {
  GifWriter gif(60, 50, 0.1);
  gif.add(picture_of_colours(2, 3), 7);
  gif.add(picture_of_colours(4, 3));
  CHECK(gif.frames() == 8);
  int width = 0, height = 0;
  const auto frames = read_gif(gif.take(), &width, &height);
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].hundredths == 70);
  CHECK(frames[1].hundredths == 10);
}

TEST_CASE("a frame of more colours keeps near to each of them, and long films start their codes anew") {
  GifWriter gif(200, 200, 0.1);
  GifBytes picture;
  for (int n = 0; n < 200 * 200; ++n)
    picture.insert(picture.end(), {static_cast<std::uint8_t>(n % 200), static_cast<std::uint8_t>(n / 200),
                                   static_cast<std::uint8_t>((n * 2654435761U) >> 29)});
  gif.add(picture);
  int width = 0, height = 0;
  const auto frames = read_gif(gif.take(), &width, &height);
  REQUIRE(frames.size() == 1);
  REQUIRE(frames[0].rgb.size() == picture.size());
  int worst = 0;
  for (std::size_t n = 0; n < picture.size(); ++n)
    worst = std::max(worst, std::abs(int{picture[n]} - int{frames[0].rgb[n]}));
  CHECK(worst < 24);  // 200 × 200 × 8 shades in 256 boxes: sides of some 15
  CHECK(GifWriter(10, 10, 1).take().empty());
}
