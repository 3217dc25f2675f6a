#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include "tests/core/data/files.hpp"

#include <stb_image_write.h>

namespace files {

std::string encode_png(int width, int height, int channels, const std::vector<std::uint8_t>& pixels) {
  std::string out;
  const auto append = [](void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<char*>(data), static_cast<std::size_t>(size));
  };
  RBM_ASSERT(stbi_write_png_to_func(append, &out, width, height, channels, pixels.data(), width * channels) !=
             0);
  return out;
}

}  // namespace files
