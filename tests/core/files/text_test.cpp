// Any bytes as UTF-8 and back, what a terminal may be sent, and the checksum.
#include <doctest/doctest.h>

#include <random>
#include <set>

#include "core/files/checksum.hpp"
#include "core/files/text.hpp"

using namespace rbm;

namespace {

std::string random_bytes(std::mt19937& random) {
  std::string out(random() % 12, ' ');
  // Mostly bytes of sequences, so that many are whole and many are cut.
  for (char& c : out) c = static_cast<char>(random() % 3 == 0 ? random() % 128 : 128 + random() % 128);
  return out;
}

}  // namespace

TEST_CASE("any bytes come back from UTF-8 as they were") {
  std::mt19937 random(1);
  for (int i = 0; i < 20000; ++i) {
    const std::string bytes = random_bytes(random);
    const std::string text = to_utf8(bytes);
    CHECK(from_utf8(text) == bytes);
    CHECK(printable(text).find("\\x") == std::string::npos);  // it is UTF-8
  }
  CHECK(to_utf8("Grüße, 数, 🙂") == "Grüße, 数, 🙂");
  CHECK(to_utf8("a\xff.csv") == "a\uefff.csv");
  CHECK(to_utf8("\xed\xa0\x80").size() == 9);  // half a surrogate pair is none
  CHECK(from_utf8(to_utf8("\uefff")) == "\uefff");
  CHECK(from_utf8(to_utf8(to_utf8("\xff"))) == to_utf8("\xff"));
}

TEST_CASE("control characters and broken text are shown, not sent") {
  CHECK(printable("plain: é 数") == "plain: é 数");
  CHECK(printable("\x1b[31mred\r\n") == "\\u001b[31mred\\u000d\\u000a");
  CHECK(printable("a\nb\x07", true) == "a\nb\\u0007");
  CHECK(printable("\u009b2J \u202e \x7f") == "\\u009b2J \\u202e \\u007f");
  CHECK(printable("bad\xff\xc3") == "bad\\xff\\xc3");
}

TEST_CASE("a checksum tells every flipped bit, lengths and orders apart") {
  const std::string bytes = "The quick brown fox jumps over the lazy dog, twice.";
  std::set<std::uint64_t> seen{checksum(std::string_view(bytes))};
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string other = bytes;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ 1 << bit % 8);
    seen.insert(checksum(std::string_view(other)));
  }
  for (std::size_t n = 0; n < bytes.size(); ++n) seen.insert(checksum(std::string_view(bytes).substr(0, n)));
  seen.insert(checksum(std::string_view(bytes + std::string(1, '\0'))));
  CHECK(seen.size() == 1 + 8 * bytes.size() + bytes.size() + 1);
  Checksum one, two;
  one.add(std::string_view("ab"));
  one.add(std::string_view("c"));
  two.add(std::string_view("a"));
  two.add(std::string_view("bc"));
  CHECK(one.value() != two.value());
  CHECK(hexadecimal(10).size() == 16);
}
