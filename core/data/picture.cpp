#include "core/data/picture.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "core/data/readers.hpp"

namespace {

// A small file can claim to unpack to gigabytes; the decoder may allocate in proportion to the declared
// picture only. Set before each call.
thread_local std::size_t t_largest_allocation = 0;

/// Zeroed: stb_image up to 2.27 decodes a JPEG that brings no tables with whatever lies in memory.
void* bounded_malloc(std::size_t size) {
  return size > t_largest_allocation ? nullptr : std::calloc(1, size);
}
void* bounded_realloc(void* old, std::size_t size) {
  return size > t_largest_allocation ? nullptr : std::realloc(old, size);
}

}  // namespace

#define STBI_MALLOC(size) bounded_malloc(size)
#define STBI_REALLOC(old, size) bounded_realloc(old, size)
#define STBI_FREE(old) std::free(old)
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_STATIC
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wold-style-cast"  // in macros, where a system header is no excuse
#endif
// stb_image 2.27 and 2.28 shift a damaged JPEG's bits by more than a word holds, and its coefficients
// overflow: wrong pixels, no wrong memory. The checks of memory and bounds stay on.
#if defined(__clang__)
#pragma clang attribute push(                                                              \
    __attribute__((no_sanitize("shift", "signed-integer-overflow", "nonnull-attribute"))), \
    apply_to = function)
#endif
#include <stb_image.h>
#include <stb_image_resize.h>
#if defined(__clang__)
#pragma clang attribute pop
#endif
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace rbm {
namespace {

constexpr std::int64_t kMostPixels = std::int64_t{1} << 26;
constexpr std::size_t kHeaderMemory = 1 << 20;
/// Per pixel the decoder keeps at most 4 × 2 bytes in and 4 × 2 out, a progressive JPEG 3 × 2 coefficients of
/// blocks rounded up.
constexpr std::size_t kMemoryPerPixel = 16, kMemoryBeside = 4 << 20;

int length_of(std::span<const std::uint8_t> bytes) {
  return static_cast<int>(std::min<std::size_t>(bytes.size(), 0x7fffffff));
}

/// The number at a place of a PNG's first chunk; 0 where there is none.
std::int64_t png_side(std::span<const std::uint8_t> bytes, std::size_t at) {
  if (bytes.size() < 24 || bytes[0] != 0x89 || std::memcmp(&bytes[12], "IHDR", 4) != 0) return 0;
  const std::uint32_t side = std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 |
                             std::uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
  return side <= 0x7fffffff ? side : 0;
}

/// False where a JPEG declares a Huffman table of more than 255 codes (honest ones have at most 162):
/// stb_image up to 2.27 writes beyond its arrays at 257 and reads beyond them at 256. Goes from marker to
/// marker as stb_image does. Can go when Debian 12's libstb-dev is no longer supported.
bool has_sound_tables(std::span<const std::uint8_t> bytes) {
  if (bytes.empty() || bytes[0] != 0xff) return true;
  std::size_t at = 2;
  for (;;) {
    while (at < bytes.size() && bytes[at] != 0xff) ++at;
    while (at < bytes.size() && bytes[at] == 0xff) ++at;
    if (at >= bytes.size()) return true;
    const std::uint8_t marker = bytes[at++];
    // Neither a stuffed zero, a restart nor a start or end has a length.
    if (marker == 0 || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd9)) continue;
    const auto byte = [&](std::size_t i) { return i < bytes.size() ? std::size_t{bytes[i]} : 0; };  // as stb
    const std::size_t end = at + (byte(at) << 8 | byte(at + 1));
    if (marker == 0xc4) {
      for (std::size_t table = at + 2; table < end;) {
        std::size_t codes = 0;
        for (std::size_t i = 1; i <= 16; ++i) codes += byte(table + i);
        if (codes > 255) return false;
        table += 17 + codes;
      }
    }
    at = std::max(end, at + 2);
  }
}

struct Window {
  int x = 0, y = 0, width = 0, height = 0;
};
/// The largest centred part of `shape` with the proportions width : height.
Window centred(const ImageShape& shape, int width, int height) {
  Window w{0, 0, shape.width, shape.height};
  if (std::int64_t{shape.width} * height > std::int64_t{shape.height} * width)
    w.width = std::max<int>(1, static_cast<int>(std::int64_t{shape.height} * width / height));
  else
    w.height = std::max<int>(1, static_cast<int>(std::int64_t{shape.width} * height / width));
  w.x = (shape.width - w.width) / 2;
  w.y = (shape.height - w.height) / 2;
  return w;
}

template <class Value, class Resize>
void crop_and_resize_with(Resize resize, const Value* from, const ImageShape& shape, int width, int height,
                          Value* out) {
  const Window w = centred(shape, width, height);
  const std::size_t row = static_cast<std::size_t>(shape.width * shape.channels);
  const Value* first =
      from + static_cast<std::size_t>(w.y) * row + static_cast<std::size_t>(w.x * shape.channels);
  if (w.width == width && w.height == height) {
    const std::size_t wide = static_cast<std::size_t>(width * shape.channels);
    for (int y = 0; y < height; ++y)
      std::copy_n(first + static_cast<std::size_t>(y) * row, wide, out + static_cast<std::size_t>(y) * wide);
    return;
  }
  const int done = resize(first, w.width, w.height, static_cast<int>(row * sizeof(Value)), out, width, height,
                          0, shape.channels);
  RBM_ASSERT(done == 1);
}

/// Pixels with an opacity as what they look like on white paper: `channels` values each of `channels` + 1.
std::vector<std::uint8_t> on_white(const std::uint8_t* pixels, std::size_t count, int channels) {
  std::vector<std::uint8_t> out;
  out.reserve(count * static_cast<std::size_t>(channels));
  for (std::size_t n = 0; n < count; ++n, pixels += channels + 1) {
    const int opacity = pixels[channels];
    for (int c = 0; c < channels; ++c)
      out.push_back(static_cast<std::uint8_t>((pixels[c] * opacity + 255 * (255 - opacity) + 127) / 255));
  }
  return out;
}

}  // namespace

bool looks_like_picture(std::span<const std::uint8_t> bytes) {
  constexpr std::uint8_t kPng[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}, kJpeg[] = {0xff, 0xd8, 0xff};
  const auto starts = [&](const auto& magic) {
    return bytes.size() >= sizeof magic && std::memcmp(bytes.data(), magic, sizeof magic) == 0;
  };
  return starts(kPng) || starts(kJpeg);
}

Result<ImageShape> picture_header(std::span<const std::uint8_t> bytes, const std::string& path) {
  int width = 0, height = 0, channels = 0;
  t_largest_allocation = kHeaderMemory;
  const bool known = looks_like_picture(bytes) && has_sound_tables(bytes) &&
                     stbi_info_from_memory(bytes.data(), length_of(bytes), &width, &height, &channels) != 0;
  // stb_image refuses a huge PNG with no word of its size.
  const std::int64_t wide = known ? width : png_side(bytes, 16), high = known ? height : png_side(bytes, 20);
  if (wide > 0 && high > 0 && wide * high > kMostPixels) {
    return broken(path, "has " + std::to_string(wide) + " × " + std::to_string(high) +
                            " pixels, more than 64 million: reduce it first.");
  }
  if (!known || width <= 0 || height <= 0)
    return broken(path, "is no PNG or JPEG that can be read: save it again as one of them.");
  return ImageShape{height, width, channels >= 3 ? 3 : 1};
}

Result<Picture> decode_picture(std::span<const std::uint8_t> bytes, int channels, const std::string& path) {
  const auto header = picture_header(bytes, path);
  if (!header) return Unexpected{header.error()};
  const int wanted = channels == 0 ? header->channels : channels;
  t_largest_allocation = kMemoryBeside + kMemoryPerPixel * static_cast<std::size_t>(header->width) *
                                             static_cast<std::size_t>(header->height);
  // A PNG may be transparent where its header does not say so: opaque pixels come with an opacity of 255.
  const bool is_png = bytes[0] == 0x89;
  int width = 0, height = 0, in_file = 0;
  const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load_from_memory(bytes.data(), length_of(bytes), &width, &height, &in_file,
                            wanted + (is_png ? 1 : 0)),
      stbi_image_free);
  if (!pixels || width != header->width || height != header->height) {
    return broken(path, "is a damaged picture: replace it.");
  }
  Picture picture{{height, width, wanted}, {}};
  if (is_png)
    picture.pixels =
        on_white(pixels.get(), static_cast<std::size_t>(width) * static_cast<std::size_t>(height), wanted);
  else
    picture.pixels.assign(pixels.get(), pixels.get() + picture.shape.pixels());
  return picture;
}

Result<Picture> read_picture_file(const std::string& path, int channels) {
  auto bytes = read_all(path);
  if (!bytes) return Unexpected{bytes.error()};
  return decode_picture(*bytes, channels, path);
}

Picture cropped_and_resized(const Picture& picture, int width, int height) {
  Picture out{{height, width, picture.shape.channels}, {}};
  out.pixels.resize(static_cast<std::size_t>(out.shape.pixels()));
  crop_and_resize(picture.pixels.data(), picture.shape, width, height, out.pixels.data());
  return out;
}

void crop_and_resize(const std::uint8_t* from, const ImageShape& shape, int width, int height,
                     std::uint8_t* out) {
  crop_and_resize_with(stbir_resize_uint8, from, shape, width, height, out);
}

void crop_and_resize(const float* from, const ImageShape& shape, int width, int height, float* out) {
  crop_and_resize_with(stbir_resize_float, from, shape, width, height, out);
}

}  // namespace rbm
