// Texts in PNG files: they come back, whoever else reads the picture sees the same, and damage is left out.
#include "core/data/png_text.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "core/data/picture.hpp"

namespace {

using namespace rbm;

/// 6 × 4 grey pixels.
constexpr unsigned char kPng[] = {
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x00, 0x04, 0x08, 0x00, 0x00, 0x00, 0x00, 0x88, 0x6f, 0x11,
    0x9f, 0x00, 0x00, 0x00, 0x24, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x60, 0xe0, 0x12, 0x91,
    0xd3, 0x30, 0x62, 0x60, 0xe4, 0x16, 0x95, 0xd7, 0x34, 0x66, 0x60, 0xe2, 0x11, 0x53, 0xd0, 0x32,
    0x61, 0x60, 0xe6, 0x15, 0x57, 0xd4, 0x36, 0x05, 0x00, 0x1f, 0x56, 0x02, 0x7d, 0xd9, 0x73, 0xb8,
    0x7a, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};
std::string some_png() {
  return {reinterpret_cast<const char*>(kPng), sizeof kPng};
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

TEST_CASE("texts in a PNG come back, also long and odd ones, and the picture stays what it was") {
  const std::string png = some_png();
  REQUIRE(decode_picture(bytes_of(png), 0, "a.png").has_value());
  const std::map<std::string, std::string> texts{{"Title", "Filters"},
                                                 {"rbm-settings", "{\"hidden\": 196, \"ü\": \"−\"}"},
                                                 {"long", std::string(100000, 'x')},
                                                 {"empty", ""},
                                                 {"bytes", "a\xff\xfe z"}};
  const std::string told = with_png_texts(png, texts);
  CHECK(png_texts(bytes_of(told)) == texts);
  const auto before = decode_picture(bytes_of(png), 0, "a.png"),
             after = decode_picture(bytes_of(told), 0, "b.png");
  REQUIRE(before.has_value());
  REQUIRE(after.has_value());
  CHECK(before->shape == after->shape);
  CHECK(before->pixels == after->pixels);
  // The first chunk stays the first, as other readers want it.
  CHECK(told.substr(0, 33) == png.substr(0, 33));
}

TEST_CASE("a text whose checksum does not fit is left out, and what is cut off or no PNG has none") {
  const std::string told = with_png_texts(some_png(), {{"a", "first"}, {"b", "second"}});
  std::string damaged = told;
  damaged.at(damaged.find("first")) = 'F';
  CHECK(png_texts(bytes_of(damaged)) == std::map<std::string, std::string>{{"b", "second"}});
  CHECK(png_texts(bytes_of(told.substr(0, told.find("second")))) ==
        std::map<std::string, std::string>{{"a", "first"}});
  for (std::size_t size = 0; size < 60; ++size) (void)png_texts(bytes_of(told.substr(0, size)));
  CHECK(png_texts(bytes_of("GIF89a and more")).empty());
  CHECK(with_png_texts("no picture", {{"a", "b"}}) == "no picture");
}
