#include "core/math/random.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <set>

using namespace rbm;

TEST_CASE("Philox4x32-10 gives the known answers of its authors") {
  // Random123, kat_vectors, philox 4x32 10.
  using Block = std::array<std::uint32_t, 4>;
  const std::uint32_t ones = 0xffffffffu;
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({ones, ones, ones, ones}, {ones, ones}) ==
        Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("every part of a random key changes the numbers") {
  const RandomKey key{0x0123456789abcdefu, Stream::ChainHidden, 0x00007fff12345678u};
  std::set<std::uint32_t> seen{random_bits(key, 3, 5)};
  auto other = key;
  other.seed ^= 1;
  seen.insert(random_bits(other, 3, 5));
  other = key;
  other.seed ^= std::uint64_t{1} << 63;
  seen.insert(random_bits(other, 3, 5));
  other = key;
  other.stream = Stream::ChainVisible;
  seen.insert(random_bits(other, 3, 5));
  other = key;
  other.step += 1;
  seen.insert(random_bits(other, 3, 5));
  other = key;
  other.step ^= std::uint64_t{1} << 47;
  seen.insert(random_bits(other, 3, 5));
  seen.insert(random_bits(key, 4, 5));
  CHECK(seen.size() == 7);
}

TEST_CASE("neighbouring units never share random bits") {
  const RandomKey key{7, Stream::Monitor, 11};
  std::set<std::uint32_t> seen;
  for (std::uint32_t unit = 0; unit < 4096; ++unit) seen.insert(random_bits(key, 0, unit));
  // 4096 draws from 2^32 values collide with probability 0.002.
  CHECK(seen.size() >= 4095);
}

TEST_CASE("uniform numbers stay below one and have the moments of the uniform distribution") {
  const RandomKey key{20240229, Stream::Monitor, 0};
  const int n = 200000;
  double sum = 0, squares = 0, top = 0;
  for (int i = 0; i < n; ++i) {
    const double u = static_cast<double>(
        uniform(key, static_cast<std::uint32_t>(i / 1000), static_cast<std::uint32_t>(i % 1000)));
    sum += u;
    squares += u * u;
    top = std::max(top, u);
  }
  CHECK(top < 1);
  // Of 32 bits these would be rounded to 1 as a float.
  for (const auto& [row, unit] : {std::pair(10086358u, 0u), std::pair(63451218u, 3u)}) {
    REQUIRE(random_bits(key, row, unit) > 0xffffff80u);
    CHECK(uniform(key, row, unit) < 1);
  }
  // Five standard errors: a false alarm once in two million seeds.
  CHECK(std::abs(sum / n - 0.5) < 5 * std::sqrt(1.0 / 12 / n));
  CHECK(std::abs(squares / n - 1.0 / 3) < 5 * std::sqrt(4.0 / 45 / n));
}

TEST_CASE("normal numbers have the first four moments of the standard normal distribution") {
  const RandomKey key{5, Stream::InitialWeights, 0};
  const int n = 200000;
  double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
  for (int i = 0; i < n; ++i) {
    const double x = static_cast<double>(
        normal(key, static_cast<std::uint32_t>(i / 500), static_cast<std::uint32_t>(i % 500)));
    m1 += x, m2 += x * x, m3 += x * x * x, m4 += x * x * x * x;
  }
  // Five standard errors each; the variances are 1, 2, 15 and 96.
  CHECK(std::abs(m1 / n) < 5 * std::sqrt(1.0 / n));
  CHECK(std::abs(m2 / n - 1) < 5 * std::sqrt(2.0 / n));
  CHECK(std::abs(m3 / n) < 5 * std::sqrt(15.0 / n));
  CHECK(std::abs(m4 / n - 3) < 5 * std::sqrt(96.0 / n));
}

TEST_CASE("random_below reaches every value equally often and never its bound") {
  const RandomKey key{99, Stream::Shuffle, 4};
  const std::uint32_t bound = 7;
  const int n = 70000;
  std::array<int, 7> counts{};
  for (int i = 0; i < n; ++i) {
    const std::uint32_t x = random_below(key, static_cast<std::uint32_t>(i), 0, bound);
    REQUIRE(x < bound);
    ++counts[x];
  }
  double chi_square = 0;
  for (const int count : counts) chi_square += (count - n / 7.0) * (count - n / 7.0) / (n / 7.0);
  CHECK(chi_square < 35.9);  // 6 degrees of freedom: false alarm 3e-6
  CHECK(random_below(key, 0, 0, 1) == 0);
}
