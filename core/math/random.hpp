// Random numbers are a pure function of (seed, stream, step, row, unit): Philox4x32-10 (Salmon, Moraes, Dror
// and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"), so that every result is the same for any
// number of threads, any SIMD width and any frame rate. Any thread may call these functions.
#pragma once

#include <array>
#include <cstdint>

namespace rbm {

/// Who draws. Two streams with one seed are independent.
enum class Stream : std::uint32_t {
  InitialWeights = 1,
  Shuffle,
  Binarize,
  InitialChains,
  PositiveHidden,
  ChainVisible,
  ChainHidden,
  Monitor,
  Annealing,
  Tempering,
  Window,  // what-if maths of the window; never disturbs training
  Synthetic,
  ChainLabels,
  Trajectory,
  MissingCells,
};

/// Names one block of random numbers. `step` counts what the stream counts: updates, Gibbs half-steps,
/// epochs.
struct RandomKey {
  std::uint64_t seed = 0;
  Stream stream = Stream::Window;
  std::uint64_t step = 0;
  /// Which of all rows the first one of a matrix is: a part that is drawn by itself gets the numbers it has in the whole.
  std::uint32_t first_row = 0;
};

/// One Philox4x32-10 block.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// The 32 random bits that belong to unit `unit` of row `row`. With r = key.first_row + row, g = unit / 64, w = unit % 64 /
/// 16, l = unit % 16 they are word w of philox({g·16 + l, r, step low 32 bits, stream << 16 | step bits 32–47},
/// {seed low, seed high}); so four vectors of one block of 16 counters serve 64 neighbouring units. The
/// reference for the vectorized form in kernels.hpp.
std::uint32_t random_bits(const RandomKey& key, std::uint32_t row, std::uint32_t unit);

/// Uniform in [0, 1): the upper 24 bits of random_bits times 2^-24. Never 1, so that p = 1 always fires and p
/// = 0 never does.
float uniform(const RandomKey& key, std::uint32_t row, std::uint32_t unit);

/// Standard normal by Box-Muller from units 2·unit and 2·unit + 1 of the row.
float normal(const RandomKey& key, std::uint32_t row, std::uint32_t unit);

/// Uniform integer in [0, n), n > 0, unbiased enough for shuffles (64-bit multiply-shift; bias below n /
/// 2^32).
std::uint32_t random_below(const RandomKey& key, std::uint32_t row, std::uint32_t unit, std::uint32_t n);

}  // namespace rbm
