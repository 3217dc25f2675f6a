// Data sets that are made, not read.
#include <array>
#include <charconv>

#include "core/data/readers.hpp"
#include "core/math/random.hpp"

namespace rbm {
namespace {

constexpr std::string_view kBars = "bars-and-stripes:", kShifter = "shifter:", kMixture = "mixture:2d";

Dataset bars_and_stripes(int side) {
  Dataset data;
  data.shape = {side, side, 1};
  const auto n = static_cast<std::uint32_t>(side);
  const std::uint32_t patterns = 1u << n;
  const auto add = [&](auto is_on) {
    for (std::uint32_t y = 0; y < n; ++y) {
      for (std::uint32_t x = 0; x < n; ++x) data.pixels.push_back(is_on(x, y) ? 255 : 0);
    }
  };
  for (std::uint32_t p = 0; p < patterns; ++p)
    add([p](std::uint32_t, std::uint32_t y) { return p >> y & 1; });
  // All off and all on are rows and columns at once.
  for (std::uint32_t p = 1; p + 1 < patterns; ++p)
    add([p](std::uint32_t x, std::uint32_t) { return p >> x & 1; });
  return data;
}

Dataset shifter(int bits) {
  Dataset data;
  data.shape = {2, bits, 1};
  data.label_names = {"left", "none", "right"};
  const auto n = static_cast<std::uint32_t>(bits);
  for (std::uint32_t p = 0; p < 1u << n; ++p) {
    for (std::uint32_t shift = 0; shift < 3; ++shift) {
      for (std::uint32_t x = 0; x < n; ++x) data.pixels.push_back(p >> x & 1 ? 255 : 0);
      // Shifted right by one, the bit at x comes from x − 1.
      for (std::uint32_t x = 0; x < n; ++x)
        data.pixels.push_back(p >> ((x + n + 1 - shift) % n) & 1 ? 255 : 0);
      data.labels.push_back(static_cast<std::uint8_t>(shift));
    }
  }
  return data;
}

Dataset mixture(std::uint64_t seed) {
  struct Component {
    float x, y, share;
  };
  constexpr std::array<Component, 4> kComponents{
      {{-2, -2, 0.4f}, {2, -2, 0.3f}, {-2, 2, 0.2f}, {2, 2, 0.1f}}};
  constexpr float kSd = 0.5f;
  constexpr std::uint32_t kPoints = 10000;
  Dataset data;
  data.shape = {1, 2, 1};
  const RandomKey key{seed, Stream::Synthetic, 0};
  for (std::uint32_t p = 0; p < kPoints; ++p) {
    std::size_t which = 0;
    for (float u = uniform(key, p, 0); which + 1 < kComponents.size() && u >= kComponents[which].share;
         ++which)
      u -= kComponents[which].share;
    // normal() number k uses units 2k and 2k + 1.
    data.values.push_back(kComponents[which].x + kSd * normal(key, p, 1));
    data.values.push_back(kComponents[which].y + kSd * normal(key, p, 2));
    data.labels.push_back(static_cast<std::uint8_t>(which));
  }
  return data;
}

/// The rows in an order that depends on the seed, so that any part of them is a sample.
Dataset in_shuffled_order(const Dataset& from, std::uint64_t seed) {
  Dataset data = from;
  const auto width = static_cast<std::size_t>(from.shape.pixels());
  const auto order = shuffled(static_cast<std::size_t>(from.count()), seed, 1);
  for (std::size_t r = 0; r < order.size(); ++r) {
    std::copy_n(from.image(order[r]), width, data.pixels.data() + r * width);
    if (!from.labels.empty()) data.labels[r] = from.labels[order[r]];
  }
  return data;
}

}  // namespace

bool is_synthetic(const std::string& source) {
  return source.starts_with(kBars) || source.starts_with(kShifter) || source.starts_with("mixture:");
}

Result<Dataset> synthetic(const std::string& source, const SourceOptions& options) {
  if (source.starts_with("mixture:")) {
    if (source != kMixture)
      return fail(ErrorCode::BadArgument,
                  "There is no data set " + source + ": mixtures exist as mixture:2d.");
    Dataset data = mixture(options.seed);
    data.name = source;
    return data;
  }
  const bool bars = source.starts_with(kBars);
  const std::string_view size = std::string_view(source).substr(bars ? kBars.size() : kShifter.size());
  const int least = bars ? 2 : 3, most = bars ? 14 : 16;
  int n = 0;
  const auto parsed = std::from_chars(size.data(), size.data() + size.size(), n);
  if (parsed.ec != std::errc() || parsed.ptr != size.data() + size.size() || n < least || n > most) {
    return fail(ErrorCode::BadArgument, "There is no data set " + source + ": give a size from " +
                                            std::to_string(least) + " to " + std::to_string(most) +
                                            ", for example " + (bars ? "bars-and-stripes:4." : "shifter:8."));
  }
  Dataset data = in_shuffled_order(bars ? bars_and_stripes(n) : shifter(n), options.seed);
  data.name = source;
  return data;
}

}  // namespace rbm
