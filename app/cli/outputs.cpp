#include "app/cli/outputs.hpp"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#include <fmt/format.h>
#include <stb_image_write.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/files/output_file.hpp"

namespace lab::cli {
namespace {

constexpr int kGap = 2;
constexpr std::int64_t kLargestPicture = std::int64_t{1} << 29;  // bytes

struct Size {
  std::int64_t width, height;
};

Size size_of(const Sheet& sheet) {
  const std::int64_t across =
      std::clamp<std::int64_t>(sheet.columns, 1, std::max<rbm::Index>(1, sheet.count));
  const std::int64_t down = (sheet.count + across - 1) / across;
  return {across * (std::int64_t{sheet.shape.width} * sheet.zoom + kGap) + kGap,
          down * (std::int64_t{sheet.shape.height} * sheet.zoom + kGap) + kGap};
}

/// One picture into the bytes of the sheet, `stride` bytes a line, from its first byte on.
void draw(const float* picture, const Sheet& sheet, std::size_t stride, unsigned char* out) {
  const int zoom = sheet.zoom, channels = sheet.shape.channels, width = sheet.shape.width;
  for (int y = 0; y < sheet.shape.height * zoom; ++y, out += stride) {
    const float* line = picture + std::ptrdiff_t{y / zoom} * width * channels;
    for (int x = 0; x < width * zoom; ++x) {
      for (int c = 0; c < channels; ++c) {
        const float value = std::clamp(line[x / zoom * channels + c], 0.0f, 1.0f);
        out[x * channels + c] = static_cast<unsigned char>(value * 255 + 0.5f);
      }
    }
  }
}

}  // namespace

rbm::Result<void> check_outputs(std::span<const rbm::FileUse> outputs, std::span<const rbm::FileUse> inputs) {
  if (auto apart = rbm::check_apart(outputs, inputs); !apart) return apart;
  for (const rbm::FileUse& output : outputs) {
    if (output.path.empty()) continue;
    if (auto possible = rbm::check_can_write(output.path); !possible) return possible;
  }
  return {};
}

rbm::Result<bool> is_picture_output(const std::string& path) {
  const std::string ending = std::filesystem::path(path).extension().string();
  if (ending == ".png" || ending == ".npy" || ending == ".csv") return ending == ".png";
  return rbm::fail(
      rbm::ErrorCode::BadArgument,
      path +
          " has no ending that says what it is to hold: use .png for pictures, or .npy or .csv for "
          "numbers.",
      path);
}

rbm::Result<void> check_sheet(const std::string& path, const Sheet& sheet) {
  const auto [width, height] = size_of(sheet);
  if (width <= kLargestPicture / sheet.shape.channels / height) return {};
  return rbm::fail(
      rbm::ErrorCode::BadArgument,
      fmt::format("{} would be a picture of {} × {} pixels: make fewer with --count, or smaller ones with "
                  "--zoom.",
                  path, width, height),
      path);
}

rbm::Result<void> write_pictures(const std::string& path, const rbm::Matrix& pictures, const Sheet& sheet) {
  if (auto fits = check_sheet(path, sheet); !fits) return fits;
  const auto [width, height] = size_of(sheet);
  const std::int64_t channels = sheet.shape.channels;
  const std::int64_t tile_width = std::int64_t{sheet.shape.width} * sheet.zoom + kGap;
  const std::int64_t tile_height = std::int64_t{sheet.shape.height} * sheet.zoom + kGap;
  const std::int64_t across = (width - kGap) / tile_width;
  const auto stride = static_cast<std::size_t>(width * channels);
  std::vector<unsigned char> pixels(stride * static_cast<std::size_t>(height), 64);
  for (rbm::Index n = 0; n < sheet.count; ++n) {
    const auto x = static_cast<std::size_t>((kGap + n % across * tile_width) * channels);
    const auto y = static_cast<std::size_t>(kGap + n / across * tile_height);
    draw(pictures.row(n), sheet, stride, &pixels[y * stride + x]);
  }
  std::string png;
  const auto append = [](void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<char*>(data), static_cast<std::size_t>(size));
  };
  if (stbi_write_png_to_func(append, &png, static_cast<int>(width), static_cast<int>(height),
                             static_cast<int>(channels), pixels.data(), static_cast<int>(stride)) == 0) {
    return rbm::fail(rbm::ErrorCode::Io, path + " cannot be encoded as a PNG: make fewer pictures.", path);
  }
  return rbm::write_file(path, png);
}

int square_columns(rbm::Index count) {
  return static_cast<int>(std::ceil(std::sqrt(static_cast<double>(count))));
}

}  // namespace lab::cli
