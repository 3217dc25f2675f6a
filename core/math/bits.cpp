#include "core/math/bits.hpp"

#include <algorithm>
#include <array>

#include "core/math/thread_pool.hpp"

namespace rbm {
namespace {

/// Transposes 64 words of 64 bits in place by swapping ever smaller off-diagonal blocks (Warren, "Hacker's
/// Delight", 2nd edition, section 7-3, with the least significant bit as column 0).
void transpose_block(std::array<std::uint64_t, 64>& words) {
  std::uint64_t mask = 0x00000000FFFFFFFFu;
  for (unsigned width = 32; width != 0; width >>= 1, mask ^= mask << width) {
    for (unsigned group = 0; group < 64; group += 2 * width) {
      for (unsigned k = group; k < group + width; ++k) {
        const std::uint64_t swapped = ((words[k] >> width) ^ words[k + width]) & mask;
        words[k] ^= swapped << width;
        words[k + width] ^= swapped;
      }
    }
  }
}

/// Rows c … c + 63 of out.
void transpose_stripe(const BitMatrix& in, Index c, BitMatrix& out) {
  const Index cols = std::min<Index>(64, in.cols() - c);
  for (Index r = 0; r < in.rows(); r += 64) {
    std::array<std::uint64_t, 64> block{};
    const Index rows = std::min<Index>(64, in.rows() - r);
    std::uint64_t any = 0;
    for (Index k = 0; k < rows; ++k) {
      block[static_cast<std::size_t>(k)] = in.row(r + k)[c >> 6];
      any |= block[static_cast<std::size_t>(k)];
    }
    if (any != 0) transpose_block(block);
    for (Index k = 0; k < cols; ++k) out.row(c + k)[r >> 6] = block[static_cast<std::size_t>(k)];
  }
}

}  // namespace

bool has_stray_bits(const BitMatrix& bits) {
  for (Index r = 0; r < bits.rows(); ++r) {
    for (Index w = 0; w < bits.words_per_row(); ++w) {
      const Index left = bits.cols() - 64 * w;
      if (left >= 64) continue;
      const std::uint64_t known = left <= 0 ? 0 : (std::uint64_t{1} << left) - 1;
      if ((bits.row(r)[w] & ~known) != 0) return true;
    }
  }
  return false;
}

void transpose(const BitMatrix& in, BitMatrix& out) {
  if (out.rows() != in.cols() || out.cols() != in.rows()) out.resize(in.cols(), in.rows());
  for (Index c = 0; c < in.cols(); c += 64) transpose_stripe(in, c, out);
}

void transpose(const BitMatrix& in, BitMatrix& out, ThreadPool& pool) {
  if (out.rows() != in.cols() || out.cols() != in.rows()) out.resize(in.cols(), in.rows());
  pool.run((in.cols() + 63) / 64, [&](Index stripe) { transpose_stripe(in, stripe * 64, out); });
}

void unpack(const BitMatrix& in, Matrix& out) {
  if (out.rows() != in.rows() || out.cols() != in.cols()) out.resize(in.rows(), in.cols());
  for (Index r = 0; r < in.rows(); ++r) {
    const std::uint64_t* words = in.row(r);
    float* values = out.row(r);
    for (Index c = 0; c < in.cols(); ++c) values[c] = static_cast<float>((words[c >> 6] >> (c & 63)) & 1u);
  }
}

}  // namespace rbm
