#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <stb_image.h>
#include <stb_image_write.h>

#include <algorithm>
#include <memory>

#include "app/cli/commands.hpp"
#include "core/model/model_file.hpp"

namespace lab::cli {

rbm::Result<rbm::Dataset> load(const std::string& source, const std::string& format) {
  if (format == "bits784") return rbm::load_dataset("bits784:" + source);
  return rbm::load_dataset(source);
}

rbm::Result<void> write_pictures(const std::string& path, const rbm::Matrix& pictures, rbm::ImageShape shape,
                                 int columns) {
  const int count = static_cast<int>(pictures.rows()), gap = 2;
  const int across = std::clamp(columns, 1, std::max(1, count)), down = (count + across - 1) / across;
  const int width = across * (shape.width + gap) + gap, height = down * (shape.height + gap) + gap;
  std::vector<unsigned char> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 64);
  for (int n = 0; n < count; ++n) {
    const int x0 = gap + n % across * (shape.width + gap), y0 = gap + n / across * (shape.height + gap);
    for (int y = 0; y < shape.height; ++y) {
      for (int x = 0; x < shape.width; ++x) {
        const float value = std::clamp(pictures(n, rbm::Index{y} * shape.width + x), 0.0f, 1.0f);
        pixels[static_cast<std::size_t>((y0 + y) * width + x0 + x)] =
            static_cast<unsigned char>(value * 255 + 0.5f);
      }
    }
  }
  std::string png;
  const auto append = [](void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<char*>(data), static_cast<std::size_t>(size));
  };
  if (stbi_write_png_to_func(append, &png, width, height, 1, pixels.data(), width) == 0) {
    return rbm::fail(rbm::ErrorCode::Io, path + " cannot be encoded as a PNG: make fewer pictures.", path);
  }
  return rbm::write_file_atomically(path, png);
}

rbm::Result<std::vector<float>> read_picture(const std::string& path, rbm::ImageShape shape) {
  int width = 0, height = 0, channels = 0;
  if (stbi_info(path.c_str(), &width, &height, &channels) == 0) {
    return rbm::fail(rbm::ErrorCode::BadFormat, path + " is no PNG or JPEG that can be read: check the path.",
                     path);
  }
  if (width != shape.width || height != shape.height) {
    return rbm::fail(rbm::ErrorCode::BadArgument,
                     path + " has " + std::to_string(width) + " × " + std::to_string(height) +
                         " pixels, the model wants " + std::to_string(shape.width) + " × " +
                         std::to_string(shape.height) + ": resize the picture.",
                     path);
  }
  const std::unique_ptr<unsigned char, void (*)(void*)> pixels(
      stbi_load(path.c_str(), &width, &height, &channels, 1), stbi_image_free);
  if (!pixels)
    return rbm::fail(rbm::ErrorCode::BadFormat, path + " is a damaged picture: use another.", path);
  std::vector<float> out(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<float>(pixels.get()[i]) / 255.0f;
  return out;
}

}  // namespace lab::cli
