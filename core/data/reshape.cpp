// Images of any source, resized or cut into patches.
#include <algorithm>
#include <numeric>

#include "core/data/picture.hpp"
#include "core/data/readers.hpp"
#include "core/math/random.hpp"

namespace rbm {
namespace {

constexpr std::uint64_t kMostMemory = std::uint64_t{2} << 30;

template <class Value>
void cut(const Value* image, const ImageShape& shape, const SourceOptions& options, std::size_t first,
         std::size_t stride, Value* out) {
  const int side = options.patch;
  const auto across = static_cast<std::uint32_t>(shape.width - side + 1),
             down = static_cast<std::uint32_t>(shape.height - side + 1);
  const std::size_t row = static_cast<std::size_t>(shape.width) * static_cast<std::size_t>(shape.channels),
                    wide = static_cast<std::size_t>(side) * static_cast<std::size_t>(shape.channels);
  const RandomKey key{options.seed, Stream::Synthetic, 3};
  for (std::size_t p = first; p < static_cast<std::size_t>(options.patches); p += stride) {
    const auto x = random_below(key, static_cast<std::uint32_t>(p), 0, across),
               y = random_below(key, static_cast<std::uint32_t>(p), 1, down);
    const Value* from = image + y * row + x * static_cast<std::size_t>(shape.channels);
    Value* to = out + p * static_cast<std::size_t>(side) * wide;
    for (int line = 0; line < side; ++line, from += row, to += wide) std::copy_n(from, wide, to);
  }
}

template <class Value>
std::vector<Value> resized(const std::vector<Value>& from, const ImageShape& shape, Index count, int size) {
  const auto width = static_cast<std::size_t>(shape.pixels()),
             out_width = static_cast<std::size_t>(size) * static_cast<std::size_t>(size * shape.channels);
  std::vector<Value> out(static_cast<std::size_t>(count) * out_width);
  for (std::size_t n = 0; n < static_cast<std::size_t>(count); ++n)
    crop_and_resize(from.data() + n * width, shape, size, size, out.data() + n * out_width);
  return out;
}

/// One patch after the other from the images in turn, in a shuffled order.
template <class Value>
std::vector<Value> patches(const std::vector<Value>& from, const ImageShape& shape,
                           const SourceOptions& options, const std::vector<std::uint32_t>& order) {
  const auto width = static_cast<std::size_t>(shape.pixels()),
             out_width = static_cast<std::size_t>(options.patch) *
                         static_cast<std::size_t>(options.patch * shape.channels);
  std::vector<Value> out(static_cast<std::size_t>(options.patches) * out_width);
  for (std::size_t i = 0; i < std::min(order.size(), static_cast<std::size_t>(options.patches)); ++i)
    cut(from.data() + order[i] * width, shape, options, i, order.size(), out.data());
  return out;
}

template <class Value>
std::vector<Value> grey_of(const std::vector<Value>& from) {
  std::vector<Value> out(from.size() / 3);
  for (std::size_t i = 0; i < out.size(); ++i) {
    // Rec. 601 luma, as JPEG and stb_image have it.
    const float luma = 0.299f * static_cast<float>(from[3 * i]) +
                       0.587f * static_cast<float>(from[3 * i + 1]) +
                       0.114f * static_cast<float>(from[3 * i + 2]);
    out[i] = static_cast<Value>(std::is_floating_point_v<Value> ? luma : luma + 0.5f);
  }
  return out;
}

}  // namespace

std::vector<std::uint32_t> shuffled(std::size_t count, std::uint64_t seed, std::uint64_t step) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0u);
  const RandomKey key{seed, Stream::Synthetic, step};
  for (std::size_t i = count; i-- > 1;)
    std::swap(order[i],
              order[random_below(key, 0, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i + 1))]);
  return order;
}

void cut_patches(const std::uint8_t* image, const ImageShape& shape, const SourceOptions& options,
                 std::size_t first, std::size_t stride, std::uint8_t* out) {
  cut(image, shape, options, first, stride, out);
}
void cut_patches(const float* image, const ImageShape& shape, const SourceOptions& options, std::size_t first,
                 std::size_t stride, float* out) {
  cut(image, shape, options, first, stride, out);
}

Result<void> fits(const std::string& path, std::uint64_t count, std::uint64_t width, std::uint64_t item) {
  if (count == 0 || width <= kMostMemory / item / count) return {};
  return fail(ErrorCode::BadArgument,
              path + " would become " + std::to_string(count) + " rows of " + std::to_string(width) +
                  " numbers, more than 2 GiB: choose a smaller --size, a smaller --patch or fewer --patches.",
              path);
}

Result<Dataset> reshaped(Dataset data, const SourceOptions& options) {
  if (data.has_missing() && (options.size > 0 || options.patch > 0 || options.grey))
    return fail(ErrorCode::BadArgument,
                data.name +
                    " has missing pixels, which --size, --patch and --grey would mix with others: leave "
                    "such rows out with --complete, or take the images as they are.");
  if (data.is_sparse() && (options.size > 0 || options.patch > 0))
    return fail(ErrorCode::BadArgument,
                data.name + " holds sparse rows that are no images: leave out --size and --patch.");
  if (options.grey && data.shape.channels == 3) {
    data.pixels = grey_of(data.pixels);
    data.values = grey_of(data.values);
    data.shape.channels = 1;
  }
  const std::uint64_t item = data.is_real() ? sizeof(float) : 1,
                      channels = static_cast<std::uint64_t>(data.shape.channels);
  const bool is_image = data.shape.height > 1 && data.shape.width > 1;
  if ((options.size > 0 || options.patch > 0) && !is_image)
    return fail(ErrorCode::BadArgument,
                data.name + " holds rows that are no images: leave out --size and --patch.");
  if (options.size > 0 && data.shape != ImageShape{options.size, options.size, data.shape.channels}) {
    const auto side = static_cast<std::uint64_t>(options.size);
    if (auto ok = fits(data.name, static_cast<std::uint64_t>(data.count()), side * side * channels, item);
        !ok)
      return Unexpected{ok.error()};
    const ImageShape from = data.shape;
    const Index count = data.count();
    data.shape = {options.size, options.size, from.channels};
    if (data.is_real())
      data.values = resized(data.values, from, count, options.size);
    else
      data.pixels = resized(data.pixels, from, count, options.size);
  }
  if (options.patch == 0) return data;
  if (options.patch > std::min(data.shape.height, data.shape.width)) {
    return fail(ErrorCode::BadArgument,
                "The images of " + data.name + " have " + std::to_string(data.shape.width) + " × " +
                    std::to_string(data.shape.height) + " pixels, too few for patches of " +
                    std::to_string(options.patch) + ": choose a smaller --patch.");
  }
  const auto side = static_cast<std::uint64_t>(options.patch);
  if (auto ok = fits(data.name, static_cast<std::uint64_t>(options.patches), side * side * channels, item);
      !ok)
    return Unexpected{ok.error()};
  const auto order = shuffled(static_cast<std::size_t>(data.count()), options.seed, 2);
  if (data.is_real())
    data.values = patches(data.values, data.shape, options, order);
  else
    data.pixels = patches(data.pixels, data.shape, options, order);
  data.shape = {options.patch, options.patch, data.shape.channels};
  if (!data.labels.empty()) {
    Bytes labels(static_cast<std::size_t>(options.patches));
    for (std::size_t p = 0; p < labels.size(); ++p) labels[p] = data.labels[order[p % order.size()]];
    data.labels = std::move(labels);
  }
  return data;
}

}  // namespace rbm
