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

void* bounded_malloc(std::size_t size) {
  return size > t_largest_allocation ? nullptr : std::malloc(size);
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
#include <stb_image.h>
#include <stb_image_resize.h>
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
  if (!looks_like_picture(bytes) ||
      stbi_info_from_memory(bytes.data(), length_of(bytes), &width, &height, &channels) == 0 || width <= 0 ||
      height <= 0) {
    return broken(path, "is no PNG or JPEG that can be read: save it again as one of them.");
  }
  if (std::int64_t{width} * height > kMostPixels) {
    return broken(path, "has " + std::to_string(width) + " × " + std::to_string(height) +
                            " pixels, more than 64 million: reduce it first.");
  }
  return ImageShape{height, width, channels >= 3 ? 3 : 1};
}

Result<Picture> decode_picture(std::span<const std::uint8_t> bytes, int channels, const std::string& path) {
  const auto header = picture_header(bytes, path);
  if (!header) return Unexpected{header.error()};
  const int wanted = channels == 0 ? header->channels : channels;
  t_largest_allocation = kMemoryBeside + kMemoryPerPixel * static_cast<std::size_t>(header->width) *
                                             static_cast<std::size_t>(header->height);
  int width = 0, height = 0, in_file = 0;
  const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
      stbi_load_from_memory(bytes.data(), length_of(bytes), &width, &height, &in_file, wanted),
      stbi_image_free);
  if (!pixels || width != header->width || height != header->height) {
    return broken(path, "is a damaged picture: replace it.");
  }
  Picture picture{{height, width, wanted}, {}};
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
