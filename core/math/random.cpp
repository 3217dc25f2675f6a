#include "core/math/random.hpp"

#include <cmath>
#include <numbers>

namespace rbm {

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  // Multipliers and key increments of Philox4x32 from the paper's reference code (Random123).
  constexpr std::uint64_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
  constexpr std::uint32_t kIncrement0 = 0x9E3779B9, kIncrement1 = 0xBB67AE85;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = kMultiplier0 * counter[0];
    const std::uint64_t product1 = kMultiplier1 * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(product0)};
    key[0] += kIncrement0;
    key[1] += kIncrement1;
  }
  return counter;
}

std::uint32_t random_bits(const RandomKey& key, std::uint32_t row, std::uint32_t unit) {
  const std::uint32_t group = unit / 64, word = unit % 64 / 16, lane = unit % 16;
  const auto high = static_cast<std::uint32_t>(key.step >> 32) & 0xFFFFu;
  return philox({group * 16 + lane, key.first_row + row, static_cast<std::uint32_t>(key.step),
                 static_cast<std::uint32_t>(key.stream) << 16 | high},
                {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)})[word];
}

float uniform(const RandomKey& key, std::uint32_t row, std::uint32_t unit) {
  return static_cast<float>(random_bits(key, row, unit) >> 8) * 0x1p-24f;
}

float normal(const RandomKey& key, std::uint32_t row, std::uint32_t unit) {
  // 1 − u is in (0, 1], so the logarithm is finite.
  const double u = 1.0 - static_cast<double>(uniform(key, row, 2 * unit));
  const double angle = 2.0 * std::numbers::pi * static_cast<double>(uniform(key, row, 2 * unit + 1));
  return static_cast<float>(std::sqrt(-2.0 * std::log(u)) * std::cos(angle));
}

std::uint32_t random_below(const RandomKey& key, std::uint32_t row, std::uint32_t unit, std::uint32_t n) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(random_bits(key, row, unit)) * n >> 32);
}

}  // namespace rbm
