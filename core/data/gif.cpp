#include "core/data/gif.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rbm {
namespace {

constexpr std::size_t kColours = 256;
constexpr int kColourBits = 8, kMostCodes = 4096;

struct Rgb {
  std::array<std::uint8_t, 3> part{};
};

/// Colours that come often enough to matter are told apart to five bits a part where there are too many of them.
std::uint32_t key_of(const std::uint8_t* rgb, bool is_exact) {
  const auto cut = [&](std::uint8_t part) {
    return static_cast<std::uint32_t>(is_exact ? part : part & 0xf8U);
  };
  return cut(rgb[0]) << 16 | cut(rgb[1]) << 8 | cut(rgb[2]);
}

struct Counted {
  std::uint32_t key;
  std::uint64_t count;
  int part(int n) const { return static_cast<int>(key >> (16 - 8 * n) & 0xffU); }
};

std::vector<Counted> count_colours(std::span<const std::uint8_t> rgb, bool is_exact) {
  std::unordered_map<std::uint32_t, std::uint64_t> counts;
  for (std::size_t n = 0; n + 2 < rgb.size(); n += 3) {
    ++counts[key_of(&rgb[n], is_exact)];
    if (is_exact && counts.size() > kColours) return {};
  }
  std::vector<Counted> out;
  out.reserve(counts.size());
  for (const auto& [key, count] : counts) out.push_back({key, count});
  std::ranges::sort(out, {}, &Counted::key);  // the same file for the same frame
  return out;
}

/// A part of the sorted colours, and how far its widest channel reaches.
struct Box {
  std::size_t begin, end;
  int channel = 0, reach = 0;

  void measure(const std::vector<Counted>& colours) {
    reach = 0;
    for (int n = 0; n < 3; ++n) {
      int low = 255, high = 0;
      for (std::size_t i = begin; i < end; ++i) {
        low = std::min(low, colours[i].part(n));
        high = std::max(high, colours[i].part(n));
      }
      if (high - low > reach) channel = n, reach = high - low;
    }
  }
};

/// Where the box falls into two halves of as many pixels; both have colours.
std::size_t middle_of(const Box& box, std::vector<Counted>& colours) {
  const auto first = colours.begin() + static_cast<std::ptrdiff_t>(box.begin),
             last = colours.begin() + static_cast<std::ptrdiff_t>(box.end);
  std::sort(first, last, [&](const Counted& a, const Counted& b) {
    return std::pair(a.part(box.channel), a.key) < std::pair(b.part(box.channel), b.key);
  });
  std::uint64_t whole = 0, sum = 0;
  for (auto at = first; at != last; ++at) whole += at->count;
  for (std::size_t i = box.begin; i + 1 < box.end; ++i) {
    sum += colours[i].count;
    if (2 * sum >= whole) return i + 1;
  }
  return box.end - 1;
}

/// The colours of a frame, and the number of each key's.
struct ColourChoice {
  std::vector<Rgb> colours;
  std::unordered_map<std::uint32_t, std::uint8_t> number_of;
  bool is_exact = true;
};

ColourChoice choose_colours(std::span<const std::uint8_t> rgb) {
  ColourChoice out;
  std::vector<Counted> counted = count_colours(rgb, true);
  if (counted.empty()) {
    out.is_exact = false;
    counted = count_colours(rgb, false);
  }
  std::vector<Box> boxes{{0, counted.size()}};
  boxes[0].measure(counted);
  while (boxes.size() < kColours) {
    const auto widest = std::ranges::max_element(
        boxes, {}, [](const Box& box) { return box.end - box.begin > 1 ? box.reach : -1; });
    if (widest->end - widest->begin < 2) break;
    Box upper = *widest;
    widest->end = upper.begin = middle_of(*widest, counted);
    widest->measure(counted);
    upper.measure(counted);
    boxes.push_back(upper);
  }
  for (const Box& box : boxes) {
    std::array<std::uint64_t, 3> sum{};
    std::uint64_t whole = 0;
    for (std::size_t i = box.begin; i < box.end; ++i) {
      for (int n = 0; n < 3; ++n)
        sum[static_cast<std::size_t>(n)] += static_cast<std::uint64_t>(counted[i].part(n)) * counted[i].count;
      whole += counted[i].count;
      out.number_of[counted[i].key] = static_cast<std::uint8_t>(out.colours.size());
    }
    Rgb mean;
    for (std::size_t n = 0; n < 3; ++n)
      mean.part[n] = static_cast<std::uint8_t>((sum[n] + whole / 2) / whole);
    out.colours.push_back(mean);
  }
  return out;
}

/// Bits, the lowest first, in blocks of at most 255 bytes as GIF has them.
class Blocks {
 public:
  explicit Blocks(std::string& out) : out_(out) {}
  void put(std::uint32_t code, int bits) {
    waiting_ |= code << used_;
    for (used_ += bits; used_ >= 8; used_ -= 8, waiting_ >>= 8) byte();
  }
  void finish() {
    if (used_ > 0) byte();
    flush();
    out_ += '\0';
  }

 private:
  void byte() {
    block_ += static_cast<char>(waiting_ & 0xffU);
    if (block_.size() == 255) flush();
  }
  void flush() {
    if (block_.empty()) return;
    out_ += static_cast<char>(block_.size());
    out_ += std::exchange(block_, "");
  }
  std::string& out_;
  std::string block_;
  std::uint32_t waiting_ = 0;
  int used_ = 0;
};

/// LZW with codes that grow, as the specification of GIF89a (appendix F) has it.
void add_compressed(std::string& out, const std::vector<std::uint8_t>& numbers) {
  constexpr std::uint32_t kClear = 1U << kColourBits, kEnd = kClear + 1;
  out += static_cast<char>(kColourBits);
  Blocks blocks(out);
  // The code of a string and one more colour, 0 where it has none yet.
  std::vector<std::uint16_t> longer(kMostCodes * kColours, 0);
  int bits = kColourBits + 1;
  std::uint32_t next = kEnd + 1;
  blocks.put(kClear, bits);
  std::uint32_t prefix = numbers.front();
  for (std::size_t n = 1; n < numbers.size(); ++n) {
    std::uint16_t& code = longer[prefix * kColours + numbers[n]];
    if (code != 0) {
      prefix = code;
      continue;
    }
    blocks.put(prefix, bits);
    if (next == kMostCodes) {
      blocks.put(kClear, bits);
      std::ranges::fill(longer, 0);
      bits = kColourBits + 1;
      next = kEnd + 1;
    } else {
      if (next == 1U << bits) ++bits;
      code = static_cast<std::uint16_t>(next++);
    }
    prefix = numbers[n];
  }
  blocks.put(prefix, bits);
  // A reader that has entered the last string may count one bit more by now.
  if (next == 1U << bits && bits < 12) ++bits;
  blocks.put(kEnd, bits);
  blocks.finish();
}

void add_short(std::string& out, int number) {
  out += static_cast<char>(number & 0xff);
  out += static_cast<char>(number >> 8 & 0xff);
}

}  // namespace

GifWriter::GifWriter(int width, int height, double seconds_a_frame)
    : width_(width),
      height_(height),
      hundredths_(std::clamp(static_cast<int>(std::lround(100 * seconds_a_frame)), 2, 65535)) {
  out_ = "GIF89a";
  add_short(out_, width);
  add_short(out_, height);
  out_.append({'\x70', '\0', '\0'});  // no colours for all frames, no background, no aspect
  out_ += "\x21\xff\x0bNETSCAPE2.0";
  out_.append({'\x03', '\x01', '\0', '\0', '\0'});  // for ever
}

void GifWriter::add(std::span<const std::uint8_t> rgb, int frames) {
  const ColourChoice choice = choose_colours(rgb);
  std::vector<std::uint8_t> numbers(rgb.size() / 3);
  for (std::size_t n = 0; n < numbers.size(); ++n)
    numbers[n] = choice.number_of.at(key_of(&rgb[3 * n], choice.is_exact));
  out_.append({'\x21', '\xf9', '\x04', '\x04'});
  add_short(out_, std::min(hundredths_ * frames, 65535));
  out_.append({'\0', '\0', '\x2c', '\0', '\0', '\0', '\0'});
  add_short(out_, width_);
  add_short(out_, height_);
  out_ += '\x87';  // 256 colours of its own
  for (std::size_t n = 0; n < kColours; ++n) {
    const Rgb colour = n < choice.colours.size() ? choice.colours[n] : Rgb{};
    for (const std::uint8_t part : colour.part) out_ += static_cast<char>(part);
  }
  add_compressed(out_, numbers);
  frames_ += frames;
}

std::string GifWriter::take() {
  if (frames_ == 0) return {};
  out_ += '\x3b';
  return std::exchange(out_, "");
}

}  // namespace rbm
